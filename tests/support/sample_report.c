/* SPDX-License-Identifier: MIT */
#include "tests/support/sample_report.h"

#include <string.h>

#include "base/attrs.h"

enum { LARGE = 500, LARGE_BATCH = 40, WORD_COUNT = 8 };

static const struct ci_bundle bundle = {
	.id = "sha256:57debc6e25bf23ac501eb6d4fb4e79baec083112e0ab2b631b4d1cea2c8f8929",
	.source = "db/migrations",
	.migrations = 12,
	.signed_by = "release@shop.example",
};

static const struct ci_target target = {
	.engine = "postgres", .database = "shop", .server_version = "15.18"};

static const struct ci_run ci_run = {
	.service = CI_SERVICE_GITHUB,
	.run_url = "https://ci.example/shop/api/actions/runs/7/attempts/1",
	.actor = "ada",
	.event = "push",
	.commit = "9f2c41ab77e0d1c52b8a0c6d3f5e4a1b2c3d4e5f",
	.ref = "refs/heads/main",
	.repository = "shop/api",
	.workspace = "/github/workspace",
};

static const struct ci_planned planned[] = {
	{"apply", "versioned", "20260107120000", "backfill_totals",
		"db/migrations/20260107120000_backfill_totals.sql", true, 2},
	{"apply", "versioned", "20260109101500", "orders_by_customer",
		"db/migrations/20260109101500_orders_by_customer.sql", false, 1},
	{"apply", "repeatable", "refresh_views", "refresh_views",
		"db/migrations/refresh_views.repeat.sql", true, 4},
};

static const struct ci_done done[] = {
	{"versioned", "20260107120000", "backfill_totals", 2, 1284100},
	{"versioned", "20260109101500", "orders_by_customer", 1, 312700},
	{"repeatable", "refresh_views", "refresh_views", 4, 18300},
};

static const struct ci_migration history[] = {
	{"versioned", "20260105093000", "create_users", "applied", "01KEB6QFJX4ZB6N0C8Z6T5E2VD",
		"2026-01-05T11:02:41.120000Z", NULL,
		"db/migrations/20260105093000_create_users.sql"},
	{"versioned", "20260105094500", "create_orders", "applied", "01KEB6QFJX4ZB6N0C8Z6T5E2VD",
		"2026-01-05T11:02:41.180000Z", NULL,
		"db/migrations/20260105094500_create_orders.sql"},
	{"versioned", "20260107120000", "backfill_totals", "pending", NULL, NULL, NULL,
		"db/migrations/20260107120000_backfill_totals.sql"},
	{"versioned", "20251201000000", "baseline", "applied", "01KDX3M7Q5A9R8S7T6V5W4X3Y2",
		"2025-12-30T08:00:00.000000Z", "flyway", NULL},
};

static const struct ci_moment moments[] = {
	{0, "starts", "lockgate apply db/migrations"},
	{21400, "connected", "to shop, postgres 15.18"},
	{22900, "waiting", "for the lock, which pid 4711 (deploy, 10.0.3.7) has held for 12 s"},
	{3204000, "locked", "after 3.18 s"},
	{3206100, "begins", "20260107120000_backfill_totals, 2 statements"},
	{4490200, "ends", "20260107120000_backfill_totals"},
	{4490900, "begins", "20260109101500_orders_by_customer, outside a transaction"},
	{4803600, "ends", "20260109101500_orders_by_customer"},
	{4804000, "begins", "repeatable refresh_views"},
	{4822300, "ends", "refresh_views"},
	{4823000, "unlocked", NULL},
};

static const struct ci_finding findings[] = {
	{.code = "checksum-changed",
		.severity = "block",
		.version = "20260105093000",
		.name = "create_users",
		.kind = "versioned",
		.file = "db/migrations/20260105093000_create_users.sql",
		.line = 5,
		.column = 1,
		.message =
			"migration '20260105093000' (create_users) was changed after it was applied: "
			"its content was d89afa701da71c81c35b234f040ec570c47f1ef405559e016be5780cae90ddf7 "
			"and is 6ad03883be069f13afb8e19efb6b58084401c37e9fa4984ddeea1bb37ce74cd9",
		.hint = "put '20260105093000_create_users.sql' back as it was and make the change in a new "
			"migration, or accept it in waivers.txt",
		.excerpt =
			"CREATE TABLE users (\n\tid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
			"\tname text NOT NULL,\n\temail varchar(320) NOT NULL UNIQUE\n);\n",
		.excerpt_line = 2,
		.difference =
			"--- recorded\n+++ db/migrations/20260105093000_create_users.sql\n"
			"@@ -2,5 +2,5 @@\n CREATE TABLE users (\n"
			" \tid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n \tname text NOT NULL,\n"
			"-\temail text NOT NULL\n+\temail varchar(320) NOT NULL UNIQUE\n );\n"},
	{.code = "out-of-order",
		.severity = "block",
		.version = "20260104080000",
		.name = "late_index",
		.kind = "versioned",
		.file = "db/migrations/20260104080000_late_index.sql",
		.line = 1,
		.column = 1,
		.message = "migration '20260104080000' (late_index) is pending, but the later "
			   "'20260105094500' has already been applied",
		.hint = "give it a version above 20260105094500: lockgate rebase",
		.excerpt =
			"CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);\n",
		.excerpt_line = 1},
	{.code = "renamed",
		.severity = "warn",
		.version = "20260105094500",
		.name = "create_orders",
		.kind = "versioned",
		.file = "db/migrations/20260105094500_create_orders.sql",
		.line = 1,
		.column = 1,
		.message = "migration '20260105094500' was applied under the name 'orders'",
		.hint = "nothing has to be done; its content is the same"},
};

static const struct ci_error failure = {
	.message =
		"statement 2 of 2: column \"total_cents\" of relation \"orders\" does not exist; "
		"nothing of 20260109101500 was kept; mend the script and apply again",
	.sqlstate = "42703",
	.file = "db/migrations/20260109101500_orders_by_customer.sql",
	.version = "20260109101500",
	.line = 7,
	.column = 8,
};

static struct ci_report base(const char *command)
{
	return (struct ci_report){
		.id = "lgr-01KEH4Y9QZ6Z6V0J6V2W8N3M5R",
		.tool_version = "0.1.0",
		.command = command,
		.outcome = "ok",
		.project = "shop",
		.scope = "main",
		.environment = "production",
		.bundle = &bundle,
		.target = &target,
		.plan_token = "01e327f411faa4ec685136d51177c2fc18f05a4a5a92cf6df1b2741b1dc345e1",
		.run = &ci_run,
		.current = "20260105094500",
		.migrations = history,
		.migration_count = LG_COUNT_OF(history),
		.connect_us = 21400,
		.lock_us = CI_UNKNOWN,
		.apply_us = CI_UNKNOWN,
		.total_us = 48200,
		.started_at_us = 1767952861000000,
	};
}

static struct ci_report small(void)
{
	struct ci_report report = base("apply");

	report.plan = planned;
	report.plan_count = LG_COUNT_OF(planned);
	report.applied = done;
	report.applied_count = LG_COUNT_OF(done);
	report.moments = moments;
	report.moment_count = LG_COUNT_OF(moments);
	report.current = "20260109101500";
	report.batch = "01KEH4Y9R21B0H6ZQ8K4W7M3XC";
	report.lock_us = 3181100;
	report.apply_us = 1615100;
	report.total_us = 4861000;
	return report;
}

static struct ci_report refused(void)
{
	struct ci_report report = base("verify");

	report.outcome = "refused";
	report.exit_code = 1;
	report.findings = findings;
	report.finding_count = LG_COUNT_OF(findings);
	report.plan = planned;
	report.plan_count = LG_COUNT_OF(planned);
	report.pending = LG_COUNT_OF(planned);
	return report;
}

static struct ci_report failed(void)
{
	struct ci_report report = small();

	report.outcome = "failed";
	report.exit_code = 5;
	report.applied_count = 1;
	report.pending = 2;
	report.current = "20260107120000";
	report.error = &failure;
	report.moment_count = 7;
	return report;
}

static const char *word(size_t i)
{
	static const char *const words[WORD_COUNT] = {"create_orders", "add_index_to_invoices",
		"backfill_prices", "drop_legacy_columns", "partition_events",
		"grant_reporting_role", "tighten_foreign_keys", "users"};

	return words[i % WORD_COUNT];
}

static const struct ci_done *make_done(struct lg_arena *arena)
{
	struct ci_done *items = lg_arena_alloc(arena, LARGE * sizeof(*items));

	for (size_t i = 0; i < LARGE; i++)
		items[i] = (struct ci_done){
			.kind = "versioned",
			.version = lg_arena_addf(arena, "%zu", 20250101000000 + i * 10000),
			.name = word(i * 5 + i / 7),
			.statements = (uint32_t)(i % 9 + 1),
			.duration_us =
				(int64_t)(1800 + (i * 7919) % 9000 + (i % 41 == 17 ? i * 900 : 0) +
					  (i == 377 ? 1900000 : 0)),
		};
	return items;
}

static const struct ci_migration *make_history(struct lg_arena *arena, const struct ci_done *items)
{
	struct ci_migration *rows = lg_arena_alloc(arena, LARGE * sizeof(*rows));

	for (size_t i = 0; i < LARGE; i++)
		rows[i] = (struct ci_migration){
			.kind = "versioned",
			.version = items[i].version,
			.name = items[i].name,
			.state = i % 97 == 96 ? "missing" : "applied",
			.batch = lg_arena_addf(
				arena, "01KEH4Y9R21B0H6ZQ8K4W7M%03zu", i / LARGE_BATCH),
			.applied_at = lg_arena_addf(arena, "2025-%02zu-11T08:15:%02zu.000000Z",
				i / LARGE_BATCH % 12 + 1, i % LARGE_BATCH),
		};
	return rows;
}

static const struct ci_moment *make_moments(struct lg_arena *arena, const struct ci_done *items)
{
	struct ci_moment *rows = lg_arena_alloc(arena, 2 * LARGE * sizeof(*rows));
	int64_t at_us = 30000;

	for (size_t i = 0; i < LARGE; i++) {
		const char *label = lg_arena_addf(arena, "%s_%s", items[i].version, items[i].name);

		rows[2 * i] = (struct ci_moment){at_us, "begins", label};
		at_us += items[i].duration_us;
		rows[2 * i + 1] = (struct ci_moment){at_us, "ends", label};
	}
	return rows;
}

static struct ci_report large(struct lg_arena *arena)
{
	struct ci_report report = base("apply");

	report.applied = make_done(arena);
	report.applied_count = LARGE;
	report.migrations = make_history(arena, report.applied);
	report.migration_count = LARGE;
	report.moments = make_moments(arena, report.applied);
	report.moment_count = 2 * LARGE;
	report.current = report.applied[LARGE - 1].version;
	report.batch = "01KEH4Y9R21B0H6ZQ8K4W7M3XC";
	report.apply_us = 6100000;
	report.lock_us = 1400;
	report.total_us = 6300000;
	return report;
}

bool sample_report(const char *name, struct lg_arena *arena, struct ci_report *out)
{
	if (strcmp(name, "small") == 0)
		*out = small();
	else if (strcmp(name, "refused") == 0)
		*out = refused();
	else if (strcmp(name, "failed") == 0)
		*out = failed();
	else if (strcmp(name, "large") == 0)
		*out = large(arena);
	else
		return false;
	return true;
}
