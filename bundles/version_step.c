/* SPDX-License-Identifier: MIT */
#include "bundles/version_step.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "bundles/version.h"

/* One group of a version, without leading zeros; `len` is 0 for zero and for a missing one. */
struct group {
	const char *digits;
	size_t len;
	size_t width; /* as it is written */
};

static struct group take_group(const char **rest)
{
	struct group group = {.digits = *rest};
	size_t zeros;

	while ((*rest)[group.width] >= '0' && (*rest)[group.width] <= '9')
		group.width++;
	*rest += group.width + ((*rest)[group.width] == '.');
	zeros = strspn(group.digits, "0");
	zeros = zeros < group.width ? zeros : group.width;
	group.digits += zeros;
	group.len = group.width - zeros;
	return group;
}

static void add_padded(struct lg_buf *out, const char *digits, size_t len, size_t width)
{
	for (size_t i = len; i < width; i++)
		lg_buf_addc(out, '0');
	if (len == 0 && width == 0)
		lg_buf_addc(out, '0');
	lg_buf_add(out, digits, len);
}

/* Adds the number after the group's. */
static void add_next(struct lg_buf *out, const struct group *group, size_t width)
{
	LG_FREE_BY_SCOPE char *next = lg_format("0%.*s", (int)group->len, group->digits);
	size_t at = group->len;
	const char *digits;

	while (at > 0 && next[at] == '9')
		next[at--] = '0';
	next[at]++;
	digits = next[0] == '0' ? next + 1 : next;
	add_padded(out, digits, strlen(digits), width);
}

static int digit_pair(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

bool version_read_timestamp(const char *version, int64_t *out_s)
{
	struct tm parts = {0};
	struct tm normal;
	time_t moment;

	if (strlen(version) != LG_TIMESTAMP_CHARS ||
		strspn(version, "0123456789") != LG_TIMESTAMP_CHARS)
		return false;
	parts.tm_year = digit_pair(version) * 100 + digit_pair(version + 2) - 1900;
	parts.tm_mon = digit_pair(version + 4) - 1;
	parts.tm_mday = digit_pair(version + 6);
	parts.tm_hour = digit_pair(version + 8);
	parts.tm_min = digit_pair(version + 10);
	parts.tm_sec = digit_pair(version + 12);
	normal = parts;
	moment = timegm(&normal);
	*out_s = moment;
	/* What does not exist, such as the 31st of June, becomes another day. */
	return parts.tm_year >= 70 && normal.tm_mon == parts.tm_mon &&
	       normal.tm_mday == parts.tm_mday && normal.tm_hour == parts.tm_hour &&
	       normal.tm_min == parts.tm_min && normal.tm_sec == parts.tm_sec;
}

bool version_is_timestamp(const char *version)
{
	int64_t ignored;

	return version_read_timestamp(version, &ignored);
}

static char *write_time(int64_t moment_us)
{
	char *text = lg_malloc(LG_TIMESTAMP_CHARS + 1);

	lg_clock_timestamp(moment_us, text);
	return text;
}

char *version_after(const char *last, const char *style)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	int64_t seconds = 0;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	/* The last second that has 14 digits has no next one. */
	if (version_is_timestamp(style) && version_read_timestamp(last, &seconds) &&
		strcmp(last, "99991231235959") != 0)
		return write_time((seconds + 1) * 1000000);
	for (;;) {
		struct group own = take_group(&style);
		struct group group = take_group(&last);

		if (!*style) {
			add_next(&text, &group, own.width);
			return lg_buf_take(&text);
		}
		add_padded(&text, group.digits, group.len, own.width);
		lg_buf_addc(&text, '.');
	}
}

char *version_after_at(const char *last, const char *style, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *now = write_time(moment_us);

	if (version_is_timestamp(style) && version_compare(now, last) > 0)
		return LG_TAKE(now);
	return version_after(last, style);
}
