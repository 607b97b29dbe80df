/* SPDX-License-Identifier: MIT */
#include "bundles/signer_options.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"

enum { VALUE_MAX_CHARS = 1024, DATE_CHARS = 8, MINUTE_CHARS = 12, SECOND_CHARS = 14 };

/* Patterns */

/* fnmatch(3) knows brackets and backslashes too, which ssh does not. */
static bool matches(const char *pattern, size_t len, const char *text)
{
	size_t at = 0;
	size_t star = SIZE_MAX; /* behind the last star that was passed */
	const char *retry = NULL;

	for (;;) {
		if (at < len && pattern[at] == '*') {
			star = ++at;
			retry = text;
		} else if (*text && at < len && (pattern[at] == '?' || pattern[at] == *text)) {
			at++;
			text++;
		} else if (!*text && at == len) {
			return true;
		} else if (star != SIZE_MAX && *retry) {
			at = star;
			text = ++retry;
		} else {
			return false;
		}
	}
}

bool signer_patterns_have(const char *patterns, const char *text)
{
	bool has = false;

	for (const char *at = patterns; at; at = *at ? at + 1 : NULL) {
		const size_t len = strcspn(at, ",");
		const bool forbids = *at == '!';

		if (matches(at + forbids, len - forbids, text)) {
			if (forbids)
				return false;
			has = true;
		}
		at += len;
	}
	return has;
}

/* Moments */

/* True if the digits stand for a day and a time that exist. */
static bool read_digits(const char *text, size_t digits, struct tm *out)
{
	static const char format[] = "%4d%2d%2d%2d%2d%2d";
	char padded[SECOND_CHARS + 1];
	struct tm again;

	(void)snprintf(padded, sizeof(padded), "%.*s%.*s", (int)digits, text,
		(int)(SECOND_CHARS - digits), "000000");
	*out = (struct tm){.tm_isdst = -1};
	if (sscanf(padded, format, &out->tm_year, &out->tm_mon, &out->tm_mday, &out->tm_hour,
		    &out->tm_min, &out->tm_sec) != 6)
		return false;
	out->tm_year -= 1900;
	out->tm_mon--;
	again = *out;
	(void)timegm(&again);
	return again.tm_mday == out->tm_mday && again.tm_mon == out->tm_mon &&
	       again.tm_hour == out->tm_hour && again.tm_min == out->tm_min &&
	       again.tm_sec == out->tm_sec;
}

static enum lg_status read_moment(const char *text, int64_t *out_us, struct lg_error *err)
{
	const size_t digits = strspn(text, "0123456789");
	const char *rest = text + digits;
	const bool is_utc = strcmp(rest, "Z") == 0 || strcmp(rest, "z") == 0;
	struct tm parts;
	time_t moment;

	if ((digits != DATE_CHARS && digits != MINUTE_CHARS && digits != SECOND_CHARS) ||
		(*rest && !is_utc) || !read_digits(text, digits, &parts))
		return lg_fail(err, LG_USAGE,
			"'%s' is no moment such as 20260105 or 20260105093000Z", text);
	moment = is_utc ? timegm(&parts) : mktime(&parts);
	if (moment == (time_t)-1)
		return lg_fail(err, LG_USAGE, "the moment '%s' cannot be counted", text);
	*out_us = (int64_t)moment * 1000000;
	return LG_OK;
}

/* Options */

/* A quoted text at *at, in which \" stands for a quote; *at moves behind it. */
static enum lg_status take_quoted(
	const char **at, const char *end, struct lg_buf *out, struct lg_error *err)
{
	const char *from = *at;

	if (from == end || *from != '"')
		return lg_fail(err, LG_USAGE, "a value does not begin with a quote");
	for (from++; from < end && *from != '"'; from++) {
		if (*from == '\\' && from + 1 < end && from[1] == '"')
			from++;
		lg_buf_addc(out, *from);
	}
	if (from == end)
		return lg_fail(err, LG_USAGE, "a quote is missing");
	*at = from + 1;
	if (out->len == 0)
		return lg_fail(err, LG_USAGE, "a value is empty");
	if (out->is_over)
		return lg_fail(
			err, LG_USAGE, "a value has more than %d characters", VALUE_MAX_CHARS);
	return LG_OK;
}

static bool is_option(const char *text, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(text, name, len) == 0;
}

static enum lg_status fail_option(const char *name, size_t len, struct lg_error *err)
{
	if (is_option(name, len, "cert-authority"))
		return lg_hint((lg_fail(err, LG_USAGE,
					"'cert-authority' is not understood: bundles are signed "
					"with keys, not with certificates"),
				       err),
			"take the line out, and name the keys themselves");
	(void)lg_fail(err, LG_USAGE, "'%.*s' is neither an option nor a type of key",
		(int)(len < 64 ? len : 64), name);
	return lg_hint(err, "a line is PRINCIPALS [namespaces=\"…\"][,valid-after=\"…\"]"
			    "[,valid-before=\"…\"] ssh-ed25519 KEY; ssh-keygen(1) explains it");
}

static enum lg_status set_bound(const char *value, int64_t *out, struct lg_error *err)
{
	if (*out != INT64_MIN && *out != INT64_MAX)
		return lg_fail(err, LG_USAGE, "a bound in time is given twice");
	return read_moment(value, out, err);
}

static enum lg_status set_option(const char *name, size_t len, const char *value,
	struct trusted_key *out, struct lg_error *err)
{
	if (is_option(name, len, "valid-after"))
		return set_bound(value, &out->after_us, err);
	if (is_option(name, len, "valid-before"))
		return set_bound(value, &out->before_us, err);
	if (!is_option(name, len, "namespaces"))
		return fail_option(name, len, err);
	if (out->namespaces)
		return lg_fail(err, LG_USAGE, "'namespaces' is given twice");
	out->namespaces = value;
	return LG_OK;
}

static enum lg_status take_option(const char **at, const char *end, struct lg_arena *strings,
	struct trusted_key *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf value;
	const char *name = *at;
	size_t len = 0;

	lg_buf_init(&value, VALUE_MAX_CHARS);
	while (name + len < end && !strchr(" \t,=\"", name[len]))
		len++;
	if (name + len == end || name[len] != '=')
		return fail_option(name, len, err);
	*at = name + len + 1;
	if (take_quoted(at, end, &value, err))
		return lg_wrap(err, "'%.*s'", (int)(len < 64 ? len : 64), name);
	return set_option(name, len, lg_arena_addn(strings, value.text, value.len), out, err);
}

enum lg_status signer_options_take(const char **at, const char *end, struct lg_arena *strings,
	struct trusted_key *out, struct lg_error *err)
{
	for (;;) {
		if (take_option(at, end, strings, out, err))
			return err->status;
		if (*at == end || **at != ',')
			break;
		(*at)++;
	}
	if (*at < end && **at != ' ' && **at != '\t')
		return lg_fail(err, LG_USAGE, "something stands behind a value's quote");
	if (out->before_us <= out->after_us)
		return lg_fail(err, LG_USAGE, "'valid-before' is not after 'valid-after'");
	return LG_OK;
}
