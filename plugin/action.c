/* SPDX-License-Identifier: MIT */
#include "plugin/action.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "plugin/exit_code.h"
#include "plugin/output.h"

static const char input_prefix[] = "INPUT_";

enum {
	INPUT_CHARS = 64,
	ACTION_COMMANDS =
		ON_VERIFY | ON_PLAN | ON_APPLY | ON_STATUS | ON_REVERT | ON_BUNDLE | ON_LINT,
};

enum action_entry action_entry_of(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	if (strcmp(name, "lockgate-action") == 0)
		return ACTION_MAIN;
	return strcmp(name, "lockgate-action-post") == 0 ? ACTION_POST : ACTION_NONE;
}

/* "lock-wait" is INPUT_LOCK-WAIT. */
static void input_variable(const char *name, char *out)
{
	int len = snprintf(out, INPUT_CHARS, "%s%s", input_prefix, name);

	for (int i = 0; i < len && out[i]; i++)
		out[i] = (char)toupper((unsigned char)out[i]);
}

/* NULL also where nothing was said. */
static const char *input(const char *name)
{
	char variable[INPUT_CHARS];
	const char *value;

	input_variable(name, variable);
	value = getenv(variable);
	return value && *value ? value : NULL;
}

struct arguments action_arguments(enum action_entry entry)
{
	const char *command = input("command");
	const char *source = input("source");
	struct arguments arguments = {0};

	arguments_add(&arguments, "lockgate");
	if (entry == ACTION_POST) {
		arguments_add(&arguments, "report");
		arguments_add(&arguments, "flush");
		return arguments;
	}
	arguments_add(&arguments, command ? command : "verify");
	if (source) {
		arguments_add(&arguments, "--"); /* whatever it begins with */
		arguments_add(&arguments, source);
	}
	return arguments;
}

static enum lg_status go_to_folder(struct lg_error *err)
{
	const char *folder = input("working-directory");

	if (!folder || chdir(folder) == 0)
		return LG_OK;
	(void)lg_fail_errno(err, "cannot go to folder '%s'", folder);
	err->status = LG_USAGE;
	return lg_wrap(err, "input 'working-directory'");
}

/* YAML 1.2's words (Core schema, 10.3.2), as the runner's own toolkit reads them. */
static const char *flag_value(const char *text)
{
	static const char *const words[] = {"true", "True", "TRUE", "false", "False", "FALSE"};

	for (size_t i = 0; i < LG_COUNT_OF(words); i++)
		if (strcmp(text, words[i]) == 0)
			return i < LG_COUNT_OF(words) / 2 ? "true" : "false";
	return NULL;
}

/* So that a message calls the input by its name, not the variable that it becomes. */
static enum lg_status check_value(
	const struct option_row *row, const char *text, struct lg_error *err)
{
	struct options scratch = {0};

	if (option_set(row, text, &scratch, err))
		return lg_wrap(err, "input '%s'", row->name);
	return LG_OK;
}

static void hand_on(const struct option_row *row, const char *value)
{
	char variable[OPTION_VARIABLE_CHARS];

	option_variable(row, "_FILE", variable);
	(void)unsetenv(variable);
	option_variable(row, "", variable);
	if (setenv(variable, value, 1) != 0)
		abort();
}

static enum lg_status take_option(enum action_entry entry, enum command_bit command,
	const struct option_row *row, struct lg_error *err)
{
	const char *text = input(row->name);
	const char *value = text;

	if (!text)
		return LG_OK;
	/* Secrets come with every step, as the token does by default. */
	if (!(row->commands & command)) {
		if (entry == ACTION_POST || row->is_variable)
			return LG_OK;
		(void)lg_fail(
			err, LG_USAGE, "input '%s' is not an option of this command", row->name);
		return lg_hint(err, "leave it out, or choose another command");
	}
	if (row->kind == OPTION_FLAG)
		value = flag_value(text);
	if (!value)
		return lg_fail(
			err, LG_USAGE, "input '%s' takes true or false, not '%s'", row->name, text);
	if (check_value(row, value, err))
		return err->status;
	hand_on(row, value);
	return LG_OK;
}

/* Also those that are no options: whatever comes later finds no input, and no secret in one. */
static void forget_inputs(void)
{
	for (char **at = environ; at && *at;) {
		LG_FREE_BY_SCOPE char *name = NULL;

		if (strncmp(*at, input_prefix, strlen(input_prefix)) != 0) {
			at++;
			continue;
		}
		name = lg_strndup(*at, strcspn(*at, "="));
		if (unsetenv(name) != 0)
			at++;
	}
}

/*
 * An input that is left out and a secret that is missing look the same: set, and empty. A target in
 * the settings must not hide the latter, for that would be a green gate on the wrong database.
 */
static enum lg_status check_target(enum command_bit command, struct lg_error *err)
{
	static const char *const others[] = {
		"LOCKGATE_DB", "LOCKGATE_DB_FILE", "DATABASE_URL", "PGDATABASE", "PGSERVICE"};
	const char *db = getenv("INPUT_DB");

	const char *no_db = input("no-db");

	if (!db || *db || command == ON_BUNDLE || input("base") ||
		(no_db && strcasecmp(no_db, "true") == 0))
		return LG_OK;
	for (size_t i = 0; i < LG_COUNT_OF(others); i++)
		if (getenv(others[i]))
			return LG_OK;
	(void)lg_fail(err, LG_USAGE, "input 'db' is empty, and nothing else names a target");
	return lg_hint(err, "a missing secret? settings alone name no target in an Action");
}

static enum lg_status take_inputs(
	enum action_entry entry, enum command_bit command, struct lg_error *err)
{
	if (entry == ACTION_MAIN && !(command & ACTION_COMMANDS)) {
		(void)lg_fail(err, LG_USAGE, "input 'command' is no command of the Action");
		return lg_hint(err, "it takes verify, plan, apply, status, revert, bundle or lint");
	}
	/* After the job the folder may be gone, and only a relative outbox would miss it. */
	if (go_to_folder(err) && entry == ACTION_MAIN)
		return err->status;
	for (size_t i = 0; i < option_row_count; i++)
		if (take_option(entry, command, &option_rows[i], err))
			return err->status;
	return entry == ACTION_MAIN ? check_target(command, err) : LG_OK;
}

enum lg_status action_take_inputs(
	enum action_entry entry, enum command_bit command, struct lg_error *err)
{
	enum lg_status status = take_inputs(entry, command, err);

	forget_inputs();
	return status;
}

/* The value as it is, but for what would end the line: a mask must equal what it masks. */
static void add_mask(const char *secret, struct lg_buf *out)
{
	for (const char *at = secret; *at; at++)
		if (*at == '%' || *at == '\r' || *at == '\n')
			lg_buf_addf(out, "%%%02X", (unsigned int)(unsigned char)*at);
		else
			lg_buf_addc(out, *at);
}

void action_mask(const struct ci_secrets *secrets)
{
	for (size_t i = 0; i < secrets->secret_count; i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf line;

		lg_buf_init(&line, LG_BUF_MAX_BYTES);
		lg_buf_adds(&line, "::add-mask::");
		add_mask(secrets->raw[i], &line);
		lg_buf_addc(&line, '\n');
		output_commands(&line);
	}
}

/* A host of this machine, in a URL or in a key=value string. */
static bool is_local(const char *url)
{
	static const char *const forms[] = {"@localhost", "//localhost", "@127.0.0.1",
		"//127.0.0.1", "host=localhost", "host=127.0.0.1"};

	for (size_t i = 0; url && i < LG_COUNT_OF(forms); i++)
		if (strstr(url, forms[i]))
			return true;
	return false;
}

void action_explain(const struct options *options, struct lg_error *err)
{
	if (err->status == LG_DATABASE && is_local(options->db))
		(void)lg_hint(err,
			"here 'localhost' is the Action's own container: name the label of "
			"the job's service, and the port that it has there");
}

int action_exit_code(enum action_entry entry, int code)
{
	return entry == ACTION_POST ? EXIT_OK : code;
}
