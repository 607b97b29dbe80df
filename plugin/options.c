/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "gate/policy.h"
#include "plugin/settings.h"

enum {
	DEFAULT_LOCK_WAIT_MS = 300000,
	DEFAULT_LOCK_TIMEOUT_MS = 2000,
	VALUE_FILE_BYTES = 64 * 1024,
	VARIABLE_CHARS = 64,
};

/* Which rows have their value already, by their place in the table. */
struct reading {
	enum command_bit command;
	bool is_given[64];
	struct options *options;
	struct lg_arena *strings;
};

struct options options_default(void)
{
	return (struct options){
		.lock_wait_ms = DEFAULT_LOCK_WAIT_MS,
		.lock_timeout_ms = DEFAULT_LOCK_TIMEOUT_MS,
	};
}

static enum lg_status fail_unknown(
	const struct reading *reading, const char *argument, struct lg_error *err)
{
	size_t name_len = strcspn(argument + 2, "=");
	LG_FREE_BY_SCOPE char *name = lg_strndup(argument + 2, name_len);
	struct lg_nearest nearest = lg_nearest_to(name);

	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].commands & reading->command)
			lg_nearest_offer(&nearest, option_rows[i].name);
	if (option_find(name, name_len)) {
		(void)lg_fail(err, LG_USAGE, "'--%s' is not an option of this command", name);
		return lg_hint(err, "'lockgate help COMMAND' lists a command's options");
	}
	(void)lg_fail(err, LG_USAGE, "there is no option '--%s'", name);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean '--%s'?", nearest.word);
	return lg_hint(err, "'lockgate help COMMAND' lists a command's options");
}

static enum lg_status take(struct reading *reading, const struct option_row *row, const char *text,
	struct lg_error *err)
{
	bool *is_given = &reading->is_given[row - option_rows];

	if (*is_given && row->kind != OPTION_LIST)
		return lg_fail(err, LG_USAGE, "'--%s' is given twice", row->name);
	*is_given = true;
	if (option_set(row, text, reading->options, err))
		return lg_wrap(err, "option '--%s'", row->name);
	return LG_OK;
}

/* A long option at `arguments[*at]`; *at moves on when its value is the next argument. */
static enum lg_status take_long(struct reading *reading, char *const *arguments, size_t count,
	size_t *at, struct lg_error *err)
{
	const char *argument = arguments[*at];
	size_t len = strcspn(argument + 2, "=");
	const struct option_row *row = option_find(argument + 2, len);
	const char *value = argument[2 + len] ? argument + 3 + len : NULL;

	if (!row || !(row->commands & reading->command))
		return fail_unknown(reading, argument, err);
	if (row->kind == OPTION_FLAG && value)
		return lg_fail(err, LG_USAGE, "'--%s' takes no value", row->name);
	if (row->kind == OPTION_FLAG)
		return take(reading, row, "true", err);
	if (!value && *at + 1 == count)
		return lg_fail(err, LG_USAGE, "'--%s' needs a value: --%s %s", row->name, row->name,
			row->value);
	return take(reading, row, value ? value : arguments[++*at], err);
}

/* Short options may be joined: -qv; one that takes a value is the last of its argument. */
static enum lg_status take_short(struct reading *reading, char *const *arguments, size_t count,
	size_t *at, struct lg_error *err)
{
	for (const char *letter = arguments[*at] + 1; *letter; letter++) {
		const struct option_row *row = NULL;

		for (size_t i = 0; i < option_row_count && !row; i++)
			if (option_rows[i].letter == *letter &&
				option_rows[i].commands & reading->command)
				row = &option_rows[i];
		if (!row)
			return lg_hint(
				(lg_fail(err, LG_USAGE, "there is no option '-%c' here", *letter),
					err),
				"'lockgate help COMMAND' lists a command's options");
		if (row->kind == OPTION_FLAG) {
			if (take(reading, row, "true", err))
				return err->status;
			continue;
		}
		if (!letter[1] && *at + 1 == count)
			return lg_fail(err, LG_USAGE, "'-%c' needs a value: -%c %s", *letter,
				*letter, row->value);
		return take(reading, row, letter[1] ? letter + 1 : arguments[++*at], err);
	}
	return LG_OK;
}

static enum lg_status take_positional(
	struct reading *reading, const char *argument, struct lg_error *err)
{
	struct options *options = reading->options;

	if (options->positional_count == OPTION_POSITIONAL_MAX)
		return lg_fail(err, LG_USAGE, "'%s' is one argument too many", argument);
	options->positional[options->positional_count++] = argument;
	return LG_OK;
}

static enum lg_status take_arguments(
	struct reading *reading, char *const *arguments, size_t count, struct lg_error *err)
{
	bool is_over = false;

	for (size_t at = 0; at < count; at++) {
		const char *argument = arguments[at];
		enum lg_status status;

		if (!is_over && strcmp(argument, "--") == 0) {
			is_over = true;
			continue;
		}
		if (is_over || argument[0] != '-' || !argument[1])
			status = take_positional(reading, argument, err);
		else if (argument[1] == '-')
			status = take_long(reading, arguments, count, &at, err);
		else
			status = take_short(reading, arguments, count, &at, err);
		if (status)
			return status;
	}
	return LG_OK;
}

static char in_variable(char letter)
{
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (letter == '-')
		return '_';
	if (letter >= 'a' && letter <= 'z')
		return upper[letter - 'a'];
	return letter;
}

/* "lock-wait" is LOCKGATE_LOCK_WAIT in the environment. */
static void variable_name(const struct option_row *row, const char *suffix, char *out)
{
	char *end = out + snprintf(out, VARIABLE_CHARS, "LOCKGATE_%s%s", row->name, suffix);

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

/* Policies in the environment stand in one variable, divided by blanks. */
static enum lg_status set_words(struct reading *reading, const struct option_row *row,
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
	struct reading *reading, const struct option_row *row, struct lg_error *err)
{
	char name[VARIABLE_CHARS];
	char file_name[VARIABLE_CHARS];
	const char *value;
	const char *file;

	variable_name(row, "", name);
	variable_name(row, "_FILE", file_name);
	value = getenv(name);
	file = getenv(file_name);
	if (!value && !file)
		return LG_OK;
	if (value && file)
		return lg_fail(err, LG_USAGE, "both %s and %s are set", name, file_name);
	if (file && read_value_file(reading->strings, file, &value, err))
		return lg_wrap(err, "%s", file_name);
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

static enum lg_status take_environment(struct reading *reading, struct lg_error *err)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		if (reading->is_given[i] || !(row->commands & reading->command) ||
			row->offset == offsetof(struct options, help) ||
			(row->is_secret && reading->options->no_db))
			continue;
		if (take_variable(reading, row, err))
			return err->status;
	}
	return LG_OK;
}

/* settings_read() hands over one setting; those that are given already keep their value. */
static enum lg_status take_setting(
	void *context, const char *key, const char *value, struct lg_error *err)
{
	struct reading *reading = context;
	struct gate_policy ignored = policy_default();
	const struct option_row *row;

	if (strcmp(key, "source") == 0) {
		reading->options->source = lg_arena_add(reading->strings, value);
		return LG_OK;
	}
	row = option_find(key, strlen(key));
	if (row->kind == OPTION_LIST && policy_set(&ignored, value, err))
		return err->status;
	if (reading->is_given[row - option_rows] && row->kind != OPTION_LIST)
		return LG_OK;
	if (option_set(row, lg_arena_add(reading->strings, value), reading->options, err))
		return lg_wrap(err, "setting '%s'", key);
	return LG_OK;
}

/* Policies of the settings come first, so that flags, which come behind, win. */
static enum lg_status take_settings(struct reading *reading, struct lg_error *err)
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

/*
 * DATABASE_URL names the target where nothing else does. Set but empty it is a missing secret,
 * which a target in the settings must not hide: that would be a green gate on the wrong database.
 */
static enum lg_status take_generic(struct reading *reading, struct lg_error *err)
{
	const struct option_row *row = option_find("db", strlen("db"));
	const char *url = getenv("DATABASE_URL");

	if (!(row->commands & reading->command) || reading->options->no_db ||
		reading->is_given[row - option_rows])
		return LG_OK;
	if (url && !*url)
		return lg_hint((lg_fail(err, LG_USAGE, "DATABASE_URL is set but empty"), err),
			"a missing secret? give it a value, or name the target with --db");
	if (!reading->options->db)
		reading->options->db = url;
	if (!reading->options->db)
		return lg_hint((lg_fail(err, LG_USAGE, "no target is named"), err),
			"say --db URL, or set LOCKGATE_DB or DATABASE_URL; there is no default");
	return LG_OK;
}

enum lg_status options_read(char *const *arguments, size_t count, enum command_bit command,
	struct lg_arena *strings, struct options *out, struct lg_error *err)
{
	struct reading reading = {.command = command, .options = out, .strings = strings};

	assert(option_row_count <= LG_COUNT_OF(reading.is_given));
	*out = options_default();
	if (take_arguments(&reading, arguments, count, err))
		return err->status;
	if (out->help || command == ON_HELP || command == ON_VERSION)
		return LG_OK;
	if (take_environment(&reading, err) || take_settings(&reading, err))
		return err->status;
	return take_generic(&reading, err);
}
