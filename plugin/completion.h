/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_COMPLETION_H
#define LOCKGATE_PLUGIN_COMPLETION_H

/*
 * Scripts that complete command lines of lockgate in a shell, made from the tables of commands and
 * options, so that they know what this very program takes. Sources: bash(1), "Programmable
 * Completion"; zshcompsys(1), _arguments; fish-complete(1).
 */

#include "plugin/commands.h"

/* Adds the script for "bash", "zsh" or "fish". Errors: LG_USAGE (another shell). */
LG_MUST_USE
enum lg_status completion_add(const char *shell, struct lg_buf *out, struct lg_error *err);

enum completion_kind {
	COMPLETION_NONE, /* anything: nothing is offered */
	COMPLETION_WORDS,
	COMPLETION_FILES,
	COMPLETION_FOLDERS,
};

/* What may stand in one place. Release with completion_release(). */
struct completion {
	enum completion_kind kind;
	bool is_list;          /* several, divided by commas */
	struct lg_buf words;   /* each with a blank in front */
	const char *file_mark; /* behind it a word goes on as a file; NULL: never */
};

void completion_release(struct completion *completion);

/* What an option takes, and what the arguments of a command are. */
struct completion completion_of_option(const struct option_row *row);
struct completion completion_of_arguments(const struct command_row *row);

/* True if the command takes the option as a flag. */
bool completion_has(const struct command_row *command, const struct option_row *row);

/* Adds `text` with a backslash in front of each of `special`. */
void completion_add_escaped(const char *text, const char *special, struct lg_buf *out);

void completion_add_bash(struct lg_buf *out);
void completion_add_zsh(struct lg_buf *out);
void completion_add_fish(struct lg_buf *out);

#endif
