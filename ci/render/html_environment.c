/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/phrase.h"
#include "ci/render/html_part.h"

static void add_fact(const char *word, const char *value, bool is_code, struct lg_buf *out)
{
	if (!value || !*value)
		return;
	lg_buf_addf(out, "<div><dt>%s</dt><dd>%s", word, is_code ? "<code>" : "");
	html_text(value, out);
	lg_buf_addf(out, "%s</dd></div>\n", is_code ? "</code>" : "");
}

static void add_text(const char *word, const char *value, struct lg_buf *out)
{
	add_fact(word, value, false, out);
}

static void add_code(const char *word, const char *value, struct lg_buf *out)
{
	add_fact(word, value, true, out);
}

static void add_source(const struct ci_bundle *bundle, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *count = NULL;

	if (!bundle)
		return;
	count = lg_format("%" PRIu64, bundle->migrations);
	add_code("Source", bundle->source, out);
	add_code("Bundle", bundle->id, out);
	add_text("Migrations in it", count, out);
	add_text("Signed by", bundle->signed_by, out);
}

static void add_target(const struct ci_target *target, struct lg_buf *out)
{
	if (!target)
		return;
	add_text("Engine", target->engine, out);
	add_text("Its version", target->server_version, out);
	add_code("Database", target->database, out);
}

static void add_run(const struct ci_run *run, struct lg_buf *out)
{
	if (!run)
		return;
	if (ci_is_url(run->run_url)) {
		lg_buf_adds(out, "<div><dt>Run</dt><dd><a rel=\"noreferrer\" href=\"");
		ci_escape_html(run->run_url, strlen(run->run_url), out);
		lg_buf_adds(out, "\">the CI service's page</a></dd></div>\n");
	}
	add_code("Commit", run->commit, out);
	add_code("Ref", run->ref, out);
	add_text("Repository", run->repository, out);
	add_text("Event", run->event, out);
	add_text("Started by", run->actor, out);
}

void html_environment(const struct ci_report *report, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *exit_code = lg_format("%d (%s)", report->exit_code, report->outcome);

	html_begin("environment", "Environment", 0, out);
	lg_buf_adds(out, "<dl class=\"details\">\n");
	add_text("Command", report->command, out);
	add_text("Exit code", exit_code, out);
	add_text("Project", report->project, out);
	add_text("Scope", report->scope, out);
	add_text("Environment", report->environment, out);
	add_target(report->target, out);
	add_source(report->bundle, out);
	add_code("Batch", report->batch, out);
	add_code("Plan token", report->plan_token, out);
	add_run(report->run, out);
	add_code("Report", report->id, out);
	lg_buf_adds(out, "</dl>\n");
	html_end(out);
}
