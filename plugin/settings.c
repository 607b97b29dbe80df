/* SPDX-License-Identifier: MIT */
#include "plugin/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/percent.h"
#include "plugin/options.h"

enum {
	FILE_BYTES = 64 * 1024,
	/* libinih cuts a line here without a word (ini.h, INI_MAX_LINE, less its line end). */
	LINE_BYTES = INI_MAX_LINE - 2,
	SEEN_KEYS = 64,
};

static const char default_path[] = "lockgate.ini";

struct settings_reading {
	settings_sink *sink;
	void *context;
	struct lg_error *err;
	char *seen[SEEN_KEYS]; /* "section.key" */
	size_t seen_count;
};

static void drop_seen(struct settings_reading *reading)
{
	for (size_t i = 0; i < reading->seen_count; i++)
		free(reading->seen[i]);
}

static enum lg_status fail_key(const char *key, struct lg_error *err)
{
	struct lg_nearest nearest = lg_nearest_to(key);

	lg_nearest_offer(&nearest, "source");
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].is_in_settings)
			lg_nearest_offer(&nearest, option_rows[i].name);
	(void)lg_fail(err, LG_USAGE, "there is no setting '%s'", key);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean '%s'?", nearest.word);
	return lg_hint(err, "lockgate.1, section SETTINGS, lists them");
}

/* True if a parameter whose name ends with `name` gets a value; "name = value" is one too. */
static bool has_parameter(const char *text, const char *name)
{
	for (const char *at = text; (at = strstr(at, name)); at++) {
		const char *behind = at + strlen(name);

		if (behind[strspn(behind, " \t")] == '=')
			return true;
	}
	return false;
}

/*
 * A password belongs into the environment: user:password@ in a URL, or one of libpq's parameters
 * in its query or in a key=value string (also sslpassword).
 */
static bool has_password(const char *url)
{
	LG_FREE_BY_SCOPE char *text = lg_strdup(url);
	const char *authority = strstr(url, "://");
	const char *at = authority ? strchr(authority + 3, '@') : NULL;

	/* %XX may stand for any character of a URL, also in the names of parameters. */
	lg_percent_decode(text);
	if (has_parameter(text, "password") || has_parameter(text, "passfile"))
		return true;
	return at && memchr(authority + 3, ':', (size_t)(at - authority - 3));
}

static enum lg_status check_key(
	const char *section, const char *key, const char *value, struct lg_error *err)
{
	const struct option_row *row = option_find(key, strlen(key));

	if (*section && strcmp(section, "lockgate") != 0 && strcmp(section, "policy") != 0)
		return lg_hint((lg_fail(err, LG_USAGE, "there is no section '[%s]'", section), err),
			"the sections are [lockgate] and [policy]");
	if (strcmp(section, "policy") == 0 || strcmp(key, "source") == 0)
		return LG_OK;
	if (!row || !row->is_in_settings)
		return fail_key(key, err);
	if (row->is_secret && has_password(value))
		return lg_hint((lg_fail(err, LG_USAGE, "'%s' holds a password", key), err),
			"a settings file is no place for secrets: set LOCKGATE_DB in the "
			"environment, or LOCKGATE_DB_FILE");
	return LG_OK;
}

static enum lg_status check_seen(struct settings_reading *reading, const char *section,
	const char *key, struct lg_error *err)
{
	char *name = lg_format("%s.%s", *section ? section : "lockgate", key);

	for (size_t i = 0; i < reading->seen_count; i++) {
		if (strcmp(reading->seen[i], name) != 0)
			continue;
		free(name);
		return lg_fail(err, LG_USAGE, "'%s' stands here twice", key);
	}
	if (reading->seen_count == SEEN_KEYS) {
		free(name);
		return lg_fail(err, LG_USAGE, "more than %d settings", SEEN_KEYS);
	}
	reading->seen[reading->seen_count++] = name;
	return LG_OK;
}

/* ini_handler: 0 stops. */
static int take_line(void *context, const char *section, const char *key, const char *value)
{
	struct settings_reading *reading = context;
	struct lg_error *err = reading->err;
	LG_FREE_BY_SCOPE char *policy = NULL;

	/* libinih goes on behind an error; the first one counts. */
	if (err->status)
		return 0;
	if (check_key(section, key, value, err) || check_seen(reading, section, key, err))
		return 0;
	if (strcmp(section, "policy") == 0) {
		policy = lg_format("%s=%s", key, value);
		return reading->sink(reading->context, "policy", policy, err) == LG_OK;
	}
	return reading->sink(reading->context, key, value, err) == LG_OK;
}

static enum lg_status check_lines(const char *path, const struct lg_buf *text, struct lg_error *err)
{
	uint32_t line = 1;

	if (memchr(text->text, '\0', text->len))
		return lg_fail(err, LG_USAGE, "'%s' holds a NUL", path);
	for (const char *at = text->text; *at; line++) {
		size_t len = strcspn(at, "\n");

		if (len > LINE_BYTES) {
			(void)lg_fail(
				err, LG_USAGE, "the line is longer than %d bytes", LINE_BYTES);
			return lg_place(err, path, line, 1);
		}
		at += len + (at[len] == '\n');
	}
	return LG_OK;
}

enum lg_status settings_read(
	const char *path, settings_sink *sink, void *context, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_CLEANUP(drop_seen)
	struct settings_reading reading = {.sink = sink, .context = context, .err = err};
	int line;

	lg_buf_init(&text, FILE_BYTES);
	if (!path && access(default_path, F_OK) != 0 && errno == ENOENT)
		return LG_OK;
	path = path ? path : default_path;
	if (lg_file_read(path, &text, err)) {
		err->status = LG_USAGE;
		return lg_wrap(err, "settings");
	}
	if (check_lines(path, &text, err))
		return err->status;
	*err = (struct lg_error){0};
	line = ini_parse_string(text.text, take_line, &reading);
	if (line == 0)
		return LG_OK;
	if (!err->status)
		(void)lg_hint(
			(lg_fail(err, LG_USAGE, "this is neither 'key = value' nor '[section]'"),
				err),
			"comments begin with a semicolon or '#'");
	err->status = LG_USAGE;
	return lg_place(err, path, (uint32_t)(line > 0 ? line : 0), 1);
}
