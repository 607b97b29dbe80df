/* SPDX-License-Identifier: MIT */
#include "tests/support/hostile_report.h"

#include "ci/detect.h"

const char *const hostile_texts[] = {
	"::error file=a::owned",
	"a\n::add-mask::b",
	"x ##[add-mask]y",
	" \xc2\xa0::set-output name=a::b",
	"##vso[task.setvariable variable=a]b",
	"</script><script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"\"><svg onload=alert(1)>",
	"' onmouseover='alert(1)",
	"]]><!-- &amp; &#60; %0A::error::x",
	"![x](https://evil.example/t.png) [y](javascript:alert(1))",
	"https://evil.example/a www.evil.example evil@evil.example",
	"@octocat #123 GH-7 a/b#9 !5 ~label %milestone &3 $4 :tada:",
	"` `` ```` | \\| ~~x~~ **b** _i_ $x$",
	"| a | b |\n|---|---|\r\n# h\n> q\n- l\n1. n\n```\nfence\n~~~\n",
	"\x1b[31mred\x07\x01\x7f",
	"a\xff\xfe\xc3(\xed\xa0\x80\xf5",
	"\xe2\x80\xae"
	"drowssap\xe2\x81\xa6\xd8\x9c",
	"\xef\xbf\xbe\xef\xbf\xbf\xc2\x85\xe2\x80\xa8",
	"=cmd|' /C calc'!A0",
	"EOF\nname=value\nother<<EOF",
	"",
};

const size_t hostile_text_count = LG_COUNT_OF(hostile_texts);

struct ci_report bare_report(void)
{
	return (struct ci_report){.tool_version = "1.2.3",
		.command = "verify",
		.outcome = "ok",
		.pending = CI_UNKNOWN,
		.connect_us = CI_UNKNOWN,
		.lock_us = CI_UNKNOWN,
		.apply_us = CI_UNKNOWN,
		.total_us = 1500};
}

/* Another one each time. */
static const char *next(size_t *turn)
{
	return hostile_texts[(*turn)++ % hostile_text_count];
}

static const struct ci_finding *make_findings(struct lg_arena *arena, size_t count, size_t *turn)
{
	static const char *const codes[] = {"checksum-changed", "out-of-order", "dirty"};
	struct ci_finding *items = lg_arena_alloc(arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_finding){
			.code = codes[i % LG_COUNT_OF(codes)],
			.severity = i % 3 == 2 ? "warn" : "block",
			.version = lg_arena_addf(arena, "%zu%s", i + 1, next(turn)),
			.name = next(turn),
			.kind = "versioned",
			.file = lg_arena_addf(arena, "/w/src/%s", next(turn)),
			.message = next(turn),
			.hint = next(turn),
			.line = 3,
			.column = 7,
			.excerpt = next(turn),
			.excerpt_line = 2,
			.difference = i % 2 ? next(turn) : NULL,
		};
	return items;
}

static const struct ci_planned *make_plan(struct lg_arena *arena, size_t count, size_t *turn)
{
	struct ci_planned *items = lg_arena_alloc(arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_planned){
			.action = "apply",
			.kind = i % 5 == 4 ? "repeatable" : "versioned",
			.version = lg_arena_addf(arena, "p%zu%s", i + 1, next(turn)),
			.name = next(turn),
			.file = next(turn),
			.is_transactional = i % 2,
			.statements = (uint32_t)i,
		};
	return items;
}

static const struct ci_done *make_done(struct lg_arena *arena, size_t count, size_t *turn)
{
	struct ci_done *items = lg_arena_alloc(arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_done){
			.kind = "versioned",
			.version = lg_arena_addf(arena, "d%zu%s", i + 1, next(turn)),
			.name = next(turn),
			.statements = (uint32_t)i + 1,
			.duration_us = 1234 + (int64_t)i * 100000,
		};
	return items;
}

static const struct ci_migration *make_migrations(
	struct lg_arena *arena, size_t count, size_t *turn)
{
	static const char *const states[] = {"applied", "pending", "running", "missing"};
	struct ci_migration *items = lg_arena_alloc(arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_migration){
			.kind = "versioned",
			.version = lg_arena_addf(arena, "m%zu%s", i + 1, next(turn)),
			.name = next(turn),
			.state = states[i % LG_COUNT_OF(states)],
			.batch = next(turn),
			.applied_at = next(turn),
			.adopted_from = i % 7 ? NULL : next(turn),
			.file = next(turn),
		};
	return items;
}

static const struct ci_moment *make_moments(struct lg_arena *arena, size_t count, size_t *turn)
{
	struct ci_moment *items = lg_arena_alloc(arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = (struct ci_moment){
			.at_us = (int64_t)i * 7000, .what = "begins", .text = next(turn)};
	return items;
}

static const struct ci_error *make_error(struct lg_arena *arena, size_t *turn)
{
	struct ci_error *error = lg_arena_alloc(arena, sizeof(*error));

	*error = (struct ci_error){
		.message = next(turn),
		.sqlstate = "42P01",
		.file = next(turn),
		.version = next(turn),
		.line = 9,
		.column = 1,
	};
	return error;
}

static const struct ci_run *make_run(struct lg_arena *arena, size_t *turn)
{
	struct ci_run *run = lg_arena_alloc(arena, sizeof(*run));

	*run = (struct ci_run){
		.service = CI_SERVICE_GITHUB,
		.source = next(turn),
		.run_url = next(turn),
		.actor = next(turn),
		.event = next(turn),
		.commit = next(turn),
		.ref = next(turn),
		.repository = next(turn),
		.workspace = "/w",
	};
	return run;
}

static void add_whole(struct ci_report *report, struct lg_arena *arena, size_t *turn)
{
	struct ci_bundle *bundle = lg_arena_alloc(arena, sizeof(*bundle));
	struct ci_target *target = lg_arena_alloc(arena, sizeof(*target));

	*bundle = (struct ci_bundle){
		.id = next(turn), .source = "/w/src", .signed_by = next(turn), .migrations = 3};
	*target = (struct ci_target){
		.engine = next(turn), .database = next(turn), .server_version = next(turn)};
	report->bundle = bundle;
	report->target = target;
	report->project = next(turn);
	report->scope = next(turn);
	report->environment = next(turn);
	report->plan_token = next(turn);
	report->current = next(turn);
	report->batch = next(turn);
}

struct ci_report hostile_report(struct lg_arena *arena, size_t count)
{
	struct ci_report report = bare_report();
	size_t turn = count;

	report.command = "apply";
	report.outcome = "failed";
	report.exit_code = 5;
	report.pending = (int64_t)count;
	report.started_at_us = 1700000000000000;
	report.id = next(&turn);
	add_whole(&report, arena, &turn);
	report.findings = make_findings(arena, count, &turn);
	report.plan = make_plan(arena, count, &turn);
	report.applied = make_done(arena, count, &turn);
	report.reverted = make_done(arena, count, &turn);
	report.migrations = make_migrations(arena, count, &turn);
	report.moments = make_moments(arena, count, &turn);
	report.finding_count = report.plan_count = report.applied_count = count;
	report.reverted_count = report.migration_count = report.moment_count = count;
	report.run = make_run(arena, &turn);
	report.error = make_error(arena, &turn);
	return report;
}
