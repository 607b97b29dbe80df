/* SPDX-License-Identifier: MIT */
#include "ci/render/outputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/phrase.h"

enum { NUMBER_CHARS = 24, DOTENV_CHARS = 200 };

static const char *number(int64_t value, char text[NUMBER_CHARS])
{
	if (value == CI_UNKNOWN)
		return "";
	(void)snprintf(text, NUMBER_CHARS, "%" PRId64, value);
	return text;
}

static bool has_changed(const struct ci_report *report)
{
	return report->applied_count || report->reverted_count;
}

static void add_output(
	const char *name, const char *value, const char *delimiter, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *mended = ci_mended(value ? value : "");

	lg_buf_addf(out, "%s<<%s\n%s\n%s\n", name, delimiter,
		strstr(mended, delimiter) ? "" : mended, delimiter);
}

void render_outputs(const struct ci_report *report, const char *delimiter, size_t reports_pending,
	struct lg_buf *out)
{
	char text[NUMBER_CHARS];

#define OUTPUT(name, value) add_output(name, value, delimiter, out)
	OUTPUT("outcome", report->outcome);
	OUTPUT("exit-code", number(report->exit_code, text));
	OUTPUT("changed", has_changed(report) ? "true" : "false");
	OUTPUT("applied-count", number((int64_t)report->applied_count, text));
	OUTPUT("pending-count", number(report->pending, text));
	OUTPUT("findings-count", number((int64_t)ci_blocking_count(report), text));
	OUTPUT("current-version", report->current);
	OUTPUT("bundle-id", report->bundle ? report->bundle->id : "");
	OUTPUT("plan-token", report->plan_token);
	OUTPUT("batch", report->batch);
	OUTPUT("reports-pending", number((int64_t)reports_pending, text));
#undef OUTPUT
}

static bool is_plain(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || strchr("._:+-", byte);
}

/* No quoting is defined well enough to trust, so what is not plain becomes '_'. */
static void add_variable(const char *name, const char *value, struct lg_buf *out)
{
	lg_buf_addf(out, "LOCKGATE_%s=", name);
	for (size_t i = 0; value && value[i] && i < DOTENV_CHARS; i++)
		if (is_plain(value[i]))
			lg_buf_addc(out, value[i]);
		else
			lg_buf_addc(out, '_');
	lg_buf_addc(out, '\n');
}

void render_dotenv(const struct ci_report *report, struct lg_buf *out)
{
	char text[NUMBER_CHARS];

	add_variable("OUTCOME", report->outcome, out);
	add_variable("CHANGED", has_changed(report) ? "true" : "false", out);
	add_variable("APPLIED_COUNT", number((int64_t)report->applied_count, text), out);
	add_variable("PENDING_COUNT", number(report->pending, text), out);
	add_variable("FINDINGS_COUNT", number((int64_t)ci_blocking_count(report), text), out);
	add_variable("CURRENT_VERSION", report->current, out);
	add_variable("BUNDLE_ID", report->bundle ? report->bundle->id : NULL, out);
}
