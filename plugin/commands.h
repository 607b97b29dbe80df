/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_COMMANDS_H
#define LOCKGATE_PLUGIN_COMMANDS_H

/* The commands of the program: one row each, one file each. */

#include "plugin/run.h"

struct command_row {
	const char *name;
	const char *form; /* the arguments behind the name */
	enum command_bit bit;
	command_function *function;
	bool has_report; /* with --json, the report is the document; else the command prints one */
	const char *help;
};

extern const struct command_row command_rows[];
extern const size_t command_row_count;

/* The row of that name, or NULL. */
const struct command_row *command_find(const char *name);

/* LG_USAGE: names the command that people mean by that word, or the nearest one. */
enum lg_status command_fail_unknown(const char *name, struct lg_error *err);

/* The list of commands; of one command its form and options. */
void command_help_all(const struct output *output);
void command_help_one(const struct output *output, const struct command_row *row);

/* Adds every word that --mode, and that --start-on takes, each behind a blank. */
void run_mode_add_words(struct lg_buf *out);
void run_outcome_add_words(struct lg_buf *out);

command_function cmd_new, cmd_bundle, cmd_inspect, cmd_verify, cmd_plan, cmd_apply, cmd_status,
	cmd_revert, cmd_adopt, cmd_resolve, cmd_run, cmd_lock, cmd_init, cmd_rebase, cmd_lint,
	cmd_report, cmd_sign, cmd_drift, cmd_help, cmd_version;

#endif
