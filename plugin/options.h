/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_OPTIONS_H
#define LOCKGATE_PLUGIN_OPTIONS_H

/*
 * Every option is one row of one table. The parser, `lockgate help`, the names in the environment
 * (LOCKGATE_ and the name in upper case) and the man page all agree with it; a test holds them.
 *
 * Precedence: flag, LOCKGATE_X, LOCKGATE_X_FILE (the content of that file), settings file, generic
 * environment (DATABASE_URL, then PGDATABASE or PGSERVICE), default.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* One bit a command; a row says which commands take its option. */
enum command_bit {
	ON_NEW = 1 << 0,
	ON_BUNDLE = 1 << 1,
	ON_INSPECT = 1 << 2,
	ON_VERIFY = 1 << 3,
	ON_PLAN = 1 << 4,
	ON_APPLY = 1 << 5,
	ON_STATUS = 1 << 6,
	ON_REVERT = 1 << 7,
	ON_ADOPT = 1 << 8,
	ON_RESOLVE = 1 << 9,
	ON_LOCK = 1 << 10,
	ON_INIT = 1 << 11,
	ON_HELP = 1 << 12,
	ON_VERSION = 1 << 13,
	ON_RUN = 1 << 14,
	ON_REPORT = 1 << 15,
	ON_REBASE = 1 << 16,
	ON_SIGN = 1 << 17,
	ON_DRIFT = 1 << 18,
	ON_LINT = 1 << 19,
};

enum option_kind {
	OPTION_FLAG,     /* bool */
	OPTION_TEXT,     /* const char * */
	OPTION_DURATION, /* int64_t, milliseconds */
	OPTION_NUMBER,   /* uint32_t, from 1 */
	OPTION_SIZE,     /* uint64_t, bytes */
	OPTION_LIST,     /* struct option_list: may be repeated */
};

enum { OPTION_LIST_MAX = 64, OPTION_POSITIONAL_MAX = 2 };

struct option_list {
	const char *items[OPTION_LIST_MAX];
	size_t count;
};

struct options {
	const char *db, *project, *scope, *config, *source, *format, *dialect, *output, *base;
	const char *variant, *scratch_db;
	const char *plan_token, *environment, *reason, *batch, *to;
	const char *role, *reader, *mode, *start_on, *from, *history_table;
	const char *webhook_url, *webhook_secret, *github_token, *gitlab_token, *slack_url;
	const char *comment, *outbox, *ca_file, *ci, *github_api_version, *termination_log;
	const char *completion;
	const char *trusted_keys, *signature, *signing_key, *signing_key_pem, *attach;
	bool json, quiet, verbose, no_color, help, no_db, dry_run, with_seeds, single_transaction,
		manifest, exit_code;
	bool yes, all, undo, applied, done, retry, reverted, break_lock, print, create_database;
	bool accept;
	bool allow_http, allow_untrusted, keep_in_step, show_public, rehearse;
	int64_t lock_wait_ms, lock_timeout_ms, statement_timeout_ms, wait_db_ms, wait_schema_ms;
	int64_t report_timeout_ms;
	uint32_t steps;
	uint64_t max_size;
	struct option_list policies, reports;
	const char *positional[OPTION_POSITIONAL_MAX];
	size_t positional_count;
	char *const *program; /* of `run`: what stands behind --, ends with NULL; NULL: no -- */
};

struct option_row {
	const char *name;  /* without the dashes */
	char letter;       /* of the short form; 0: none */
	const char *value; /* how help calls its value; NULL for a flag */
	enum option_kind kind;
	size_t offset; /* in struct options */
	unsigned int commands;
	bool is_secret;      /* its value may hold a password */
	bool is_in_settings; /* the settings file may hold it too */
	bool is_variable;    /* a secret that no flag may hold: LOCKGATE_X or LOCKGATE_X_FILE */
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* The row of that name, or NULL. */
const struct option_row *option_find(const char *name, size_t len);

enum { OPTION_VARIABLE_CHARS = 64 };

/* "lock-wait" is LOCKGATE_LOCK_WAIT in the environment, and `suffix` behind it. */
void option_variable(const struct option_row *row, const char *suffix, char *out);

/* All defaults; some are those of the command. */
struct options options_default(enum command_bit command);

/*
 * Sets one option from its text. Errors: LG_USAGE; the sentence wants the option's name in front.
 * `text` is borrowed and kept; for a flag it is "true" or "false".
 */
LG_MUST_USE
enum lg_status option_set(
	const struct option_row *row, const char *text, struct options *out, struct lg_error *err);

/*
 * Reads a command's arguments, then the environment, then the settings file, each filling what
 * those before have left open. `arguments` are those behind the command's word; a NULL follows the
 * last. Texts read from files are kept in `strings`. A command that needs a target gets one here or
 * fails. Errors: LG_USAGE, naming the flag, the variable or the line, and the nearest right one.
 */
LG_MUST_USE
enum lg_status options_read(char *const *arguments, size_t count, enum command_bit command,
	struct lg_arena *strings, struct options *out, struct lg_error *err);

#endif
