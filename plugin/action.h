/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_ACTION_H
#define LOCKGATE_PLUGIN_ACTION_H

/*
 * The front of the GitHub Action (action.yml): the program under another name, which is a link to
 * it. What stands on the command line elsewhere comes as inputs, which the runner hands to a
 * container as variables: INPUT_ and the name in upper case, hyphens kept, empty where nothing was
 * said (GitHub, "Metadata syntax", `inputs`). Arguments are not looked at.
 */

#include "ci/redact.h"
#include "plugin/arguments.h"
#include "plugin/options.h"

enum action_entry {
	ACTION_NONE, /* the command line */
	ACTION_MAIN, /* lockgate-action: does what the inputs say */
	ACTION_POST, /* lockgate-action-post, after the job: sends the reports that are left */
};

/* By the name that the program was started with, without its folder. */
enum action_entry action_entry_of(const char *program);

/* The command line that the inputs `command` and `source` stand for; the caller releases it. */
struct arguments action_arguments(enum action_entry entry);

/*
 * Goes to the folder `working-directory`, and hands each input that is an option on as LOCKGATE_X,
 * instead of what LOCKGATE_X and LOCKGATE_X_FILE have said. No INPUT_X stays in the environment.
 * Errors: LG_USAGE, naming the input: a command that is not the Action's, an option of another
 * command, a value that is none, a folder that is not there.
 */
LG_MUST_USE
enum lg_status action_take_inputs(
	enum action_entry entry, enum command_bit command, struct lg_error *err);

/*
 * Tells the runner which values no log may show, also none of another step or of the program that
 * comes next: "add-mask", before anything else is printed. The runner does not show these lines.
 */
void action_mask(const struct ci_secrets *secrets);

/* Of an error of the target: that "localhost" is the Action's own container, where that is meant.
 */
void action_explain(const struct options *options, struct lg_error *err);

/*
 * How the process ends. After the job, reports that are still not delivered fail nothing: a step
 * that demanded them has failed already.
 */
int action_exit_code(enum action_entry entry, int code);

#endif
