/* SPDX-License-Identifier: MIT */
#include "plugin/option_reading.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "gate/policy.h"
#include "plugin/settings.h"

enum { VALUE_FILE_BYTES = 64 * 1024 };

static char in_variable(char letter)
{
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (letter == '-')
		return '_';
	if (letter >= 'a' && letter <= 'z')
		return upper[letter - 'a'];
	return letter;
}

void option_variable(const struct option_row *row, const char *suffix, char *out)
{
	char *end = out + snprintf(out, OPTION_VARIABLE_CHARS, "LOCKGATE_%s%s", row->name, suffix);

	for (char *at = out; at < end; at++)
		*at = in_variable(*at);
}

/* The content of a file that a variable names, without line ends at its end. */
static enum lg_status read_value_file(
	struct lg_arena *strings, const char *path, const char **out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, VALUE_FILE_BYTES);
	if (lg_file_read(path, &text, err)) {
		err->status = LG_USAGE;
		return LG_USAGE;
	}
	while (text.len && (text.text[text.len - 1] == '\n' || text.text[text.len - 1] == '\r'))
		lg_buf_cut(&text, text.len - 1);
	*out = lg_arena_addn(strings, text.text, text.len);
	return LG_OK;
}

/* A list in the environment or the settings stands in one text, divided by blanks. */
static enum lg_status set_words(struct option_reading *reading, const struct option_row *row,
	const char *text, struct lg_error *err)
{
	while (*(text += strspn(text, " \t\r\n"))) {
		size_t len = strcspn(text, " \t\r\n");

		if (option_set(
			    row, lg_arena_addn(reading->strings, text, len), reading->options, err))
			return err->status;
		text += len;
	}
	return LG_OK;
}

static enum lg_status take_variable(
	struct option_reading *reading, const struct option_row *row, struct lg_error *err)
{
	char name[OPTION_VARIABLE_CHARS];
	char file_name[OPTION_VARIABLE_CHARS];
	const char *value;
	const char *file;

	option_variable(row, "", name);
	option_variable(row, "_FILE", file_name);
	value = getenv(name);
	file = getenv(file_name);
	if (!value && !file)
		return LG_OK;
	if (value && file)
		return lg_fail(err, LG_USAGE, "both %s and %s are set", name, file_name);
	if (file && read_value_file(reading->strings, file, &value, err))
		return lg_wrap(err, "%s", file_name);
	/* Where code is foreign, secrets are there and empty: a pull request of a fork. */
	if (!*value && row->is_secret && row->offset != offsetof(struct options, db))
		return LG_OK;
	reading->is_given[row - option_rows] = true;
	if (!*value)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "%s is set but empty", file ? file_name : name),
				err),
			"give it a value or unset it");
	if (row->kind == OPTION_LIST ? set_words(reading, row, value, err)
				     : option_set(row, value, reading->options, err))
		return lg_wrap(err, "%s", name);
	return LG_OK;
}

/* The target comes last: where a base or nothing takes its place, it is not looked at. */
enum lg_status option_take_environment(struct option_reading *reading, struct lg_error *err)
{
	const struct option_row *db = option_find("db", strlen("db"));
	const struct options *options = reading->options;

	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (reading->is_given[i] || !(row->commands & reading->command) || row == db ||
			row->offset == offsetof(struct options, help))
			continue;
		if (take_variable(reading, row, err))
			return err->status;
	}
	if (reading->is_given[db - option_rows] || !(db->commands & reading->command) ||
		options->no_db || options->base)
		return LG_OK;
	return take_variable(reading, db, err);
}

/* settings_read() hands over one setting; those that are given already keep their value. */
static enum lg_status take_setting(
	void *context, const char *key, const char *value, struct lg_error *err)
{
	struct option_reading *reading = context;
	const struct option_row *row;
	struct gate_policy ignored = policy_default();
	bool is_policy;

	if (strcmp(key, "source") == 0) {
		reading->options->source = lg_arena_add(reading->strings, value);
		return LG_OK;
	}
	row = option_find(key, strlen(key));
	is_policy = row->offset == offsetof(struct options, policies);
	if (is_policy && policy_set(&ignored, value, err))
		return err->status;
	if (reading->is_given[row - option_rows] && !is_policy)
		return LG_OK;
	if (row->kind == OPTION_LIST && !is_policy)
		return set_words(reading, row, value, err);
	if (option_set(row, lg_arena_add(reading->strings, value), reading->options, err))
		return lg_wrap(err, "setting '%s'", key);
	return LG_OK;
}

/* Policies of the settings come first, so that flags, which come behind, win. */
enum lg_status option_take_settings(struct option_reading *reading, struct lg_error *err)
{
	struct option_list flags = reading->options->policies;

	reading->options->policies.count = 0;
	if (settings_read(reading->options->config, take_setting, reading, err))
		return err->status;
	for (size_t i = 0; i < flags.count; i++)
		if (option_set(option_find("policy", strlen("policy")), flags.items[i],
			    reading->options, err))
			return err->status;
	return LG_OK;
}

static enum lg_status fail_empty(const char *variable, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE, "%s is set but empty", variable);
	return lg_hint(err, "a missing secret? give it a value, or name the target with --db");
}

/*
 * NULL for none. libpq completes what a URL leaves open from its own variables, but host or user
 * alone say nothing of which database is meant.
 */
static enum lg_status find_generic(const char **out, struct lg_error *err)
{
	const char *url = getenv("DATABASE_URL");
	const char *database = getenv("PGDATABASE");
	const char *service = getenv("PGSERVICE");

	*out = url;
	if (url)
		return *url ? LG_OK : fail_empty("DATABASE_URL", err);
	if (database && !*database)
		return fail_empty("PGDATABASE", err);
	if (database || (service && *service))
		*out = "postgres://";
	return LG_OK;
}

/*
 * A variable that is set but empty is a missing secret, which a target in the settings must not
 * hide: that would be a green gate on the wrong database.
 */
enum lg_status option_take_generic(struct option_reading *reading, struct lg_error *err)
{
	const struct option_row *row = option_find("db", strlen("db"));
	struct options *options = reading->options;
	const char *url = NULL;

	if (!(row->commands & reading->command) || options->no_db || options->base ||
		reading->is_given[row - option_rows])
		return LG_OK;
	if (find_generic(&url, err))
		return err->status;
	if (!options->db)
		options->db = url;
	if (!options->db)
		return lg_hint((lg_fail(err, LG_USAGE, "no target is named"), err),
			"say --db URL, or set LOCKGATE_DB, DATABASE_URL or PGDATABASE; there is no "
			"default");
	return LG_OK;
}
