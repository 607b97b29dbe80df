/* SPDX-License-Identifier: MIT */
#include "ci/phrase.h"

#include <inttypes.h>
#include <string.h>

enum {
	SHORT_ID_CHARS = 12,
	MS_US = 1000,
	FINE_US = 100 * 1000,
	SECOND_US = 1000 * 1000,
	MINUTE_S = 60,
	HOUR_MIN = 60
};

void ci_add_label(const char *version, const char *name, struct lg_buf *out)
{
	lg_buf_adds(out, version);
	if (name && *name && strcmp(version, name) != 0)
		lg_buf_addf(out, "_%s", name);
}

void ci_add_duration(int64_t duration_us, struct lg_buf *out)
{
	int64_t seconds = duration_us / SECOND_US;
	int64_t minutes = seconds / MINUTE_S;

	if (duration_us < 0)
		return;
	if (duration_us < FINE_US)
		lg_buf_addf(out, "%.1f ms", (double)duration_us / MS_US);
	else if (seconds < 1)
		lg_buf_addf(out, "%" PRId64 " ms", duration_us / MS_US);
	else if (minutes < 1)
		lg_buf_addf(out, "%.2f s", (double)duration_us / SECOND_US);
	else if (minutes < HOUR_MIN)
		lg_buf_addf(out, "%" PRId64 " min %" PRId64 " s", minutes, seconds % MINUTE_S);
	else
		lg_buf_addf(out, "%" PRId64 " h %" PRId64 " min", minutes / HOUR_MIN,
			minutes % HOUR_MIN);
}

void ci_add_count(size_t count, const char *one, const char *many, struct lg_buf *out)
{
	lg_buf_addf(out, "%zu %s", count, count == 1 ? one : many);
}

bool ci_is_blocking(const struct ci_finding *finding)
{
	return strcmp(finding->severity, "block") == 0;
}

size_t ci_blocking_count(const struct ci_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->finding_count; i++)
		count += ci_is_blocking(&report->findings[i]);
	return count;
}

bool ci_is_applied(const struct ci_report *report, size_t done, const struct ci_planned *item)
{
	return done < report->applied_count &&
	       strcmp(report->applied[done].version, item->version) == 0 &&
	       strcmp(report->applied[done].kind, item->kind) == 0;
}

const char *ci_name_of(const struct ci_report *report, const char *version)
{
	for (size_t i = 0; i < report->plan_count; i++)
		if (strcmp(report->plan[i].version, version) == 0)
			return report->plan[i].name;
	for (size_t i = 0; i < report->migration_count; i++)
		if (strcmp(report->migrations[i].version, version) == 0)
			return report->migrations[i].name;
	return NULL;
}

const char *ci_short_id(const char *id, size_t *out_len)
{
	const char *digits = strncmp(id, "sha256:", 7) == 0 ? id + 7 : id;

	*out_len = strnlen(digits, SHORT_ID_CHARS);
	return digits;
}

bool ci_is_url(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._~:/?#[]@!$&*+,;=%";

	return text && (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) &&
	       !text[strspn(text, allowed)];
}
