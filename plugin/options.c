/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "plugin/option_reading.h"

enum {
	DEFAULT_LOCK_WAIT_MS = 300000,
	DEFAULT_LOCK_TIMEOUT_MS = 2000,
	DEFAULT_WAIT_SCHEMA_MS = 300000,
	DEFAULT_RUN_WAIT_DB_MS = 60000,
	DEFAULT_REPORT_TIMEOUT_MS = 30000,
	DEFAULT_RUN_REPORT_TIMEOUT_MS = 5000, /* CMD waits for it */
};

/* A year: longer than any holder of the lock lives and works. */
static const int64_t endless_ms = (int64_t)LG_DURATION_MAX_HOURS * 3600000;

struct options options_default(enum command_bit command)
{
	bool is_run = command == ON_RUN;

	return (struct options){
		.lock_wait_ms = is_run ? endless_ms : DEFAULT_LOCK_WAIT_MS,
		.lock_timeout_ms = DEFAULT_LOCK_TIMEOUT_MS,
		.wait_db_ms = is_run ? DEFAULT_RUN_WAIT_DB_MS : 0,
		.wait_schema_ms = DEFAULT_WAIT_SCHEMA_MS,
		.report_timeout_ms =
			is_run ? DEFAULT_RUN_REPORT_TIMEOUT_MS : DEFAULT_REPORT_TIMEOUT_MS,
	};
}

static enum lg_status fail_unknown(
	const struct option_reading *reading, const char *argument, struct lg_error *err)
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

/* Arguments are seen by every user of the machine, and end up in logs. */
static enum lg_status fail_variable(const struct option_row *row, struct lg_error *err)
{
	char name[OPTION_VARIABLE_CHARS];

	option_variable(row, "", name);
	(void)lg_fail(err, LG_USAGE, "'--%s' is no flag: it would show a secret", row->name);
	return lg_hint(err, "set %s, or %s_FILE to a file that holds it", name, name);
}

static enum lg_status take(struct option_reading *reading, const struct option_row *row,
	const char *text, struct lg_error *err)
{
	bool *is_given = &reading->is_given[row - option_rows];

	if (row->is_variable)
		return fail_variable(row, err);
	if (*is_given && row->kind != OPTION_LIST)
		return lg_fail(err, LG_USAGE, "'--%s' is given twice", row->name);
	*is_given = true;
	if (option_set(row, text, reading->options, err))
		return lg_wrap(err, "option '--%s'", row->name);
	return LG_OK;
}

/* A long option at `arguments[*at]`; *at moves on when its value is the next argument. */
static enum lg_status take_long(struct option_reading *reading, char *const *arguments,
	size_t count, size_t *at, struct lg_error *err)
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
static enum lg_status take_short(struct option_reading *reading, char *const *arguments,
	size_t count, size_t *at, struct lg_error *err)
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
	struct option_reading *reading, const char *argument, struct lg_error *err)
{
	struct options *options = reading->options;

	if (options->positional_count == OPTION_POSITIONAL_MAX)
		return lg_fail(err, LG_USAGE, "'%s' is one argument too many", argument);
	options->positional[options->positional_count++] = argument;
	return LG_OK;
}

/* Of `run`, what stands behind -- is not ours to read. Returns how many arguments are. */
static size_t set_program_apart(
	const struct option_reading *reading, char *const *arguments, size_t count)
{
	size_t own = 0;

	while (own < count && strcmp(arguments[own], "--") != 0)
		own++;
	if (reading->command != ON_RUN || own == count)
		return count;
	reading->options->program = arguments + own + 1;
	return own;
}

static enum lg_status take_arguments(
	struct option_reading *reading, char *const *arguments, size_t count, struct lg_error *err)
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

/* A base takes the place of a target. Variables that name one are for other jobs and not read. */
static enum lg_status check_base(const struct option_reading *reading, struct lg_error *err)
{
	const struct options *options = reading->options;
	const char *beside = options->no_db ? "no-db" : options->db ? "db" : NULL;

	if (reading->command != ON_VERIFY || !options->base || !beside)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "'--%s' does not go with '--base'", beside);
	return lg_hint(err,
		options->no_db ? "leave out --no-db: with --base no database is opened anyway"
			       : "leave out --db to compare with the base, or --base to compare "
				 "with the database");
}

enum lg_status options_read(char *const *arguments, size_t count, enum command_bit command,
	struct lg_arena *strings, struct options *out, struct lg_error *err)
{
	struct option_reading reading = {.command = command, .options = out, .strings = strings};

	assert(option_row_count <= LG_COUNT_OF(reading.is_given));
	*out = options_default(command);
	count = set_program_apart(&reading, arguments, count);
	if (take_arguments(&reading, arguments, count, err))
		return err->status;
	if (out->help || command == ON_HELP || command == ON_VERSION)
		return LG_OK;
	if (option_take_environment(&reading, err) || check_base(&reading, err) ||
		option_take_settings(&reading, err))
		return err->status;
	return option_take_generic(&reading, err);
}
