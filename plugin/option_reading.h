/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_OPTION_READING_H
#define LOCKGATE_PLUGIN_OPTION_READING_H

/* How options_read() fills the options from one source after the other; private to it. */

#include "plugin/options.h"

enum { OPTION_ROWS_MAX = 96 };

struct option_reading {
	enum command_bit command;
	bool is_given[OPTION_ROWS_MAX]; /* by the place of the row: nearer sources have it */
	struct options *options;
	struct lg_arena *strings;
};

/* LOCKGATE_X and LOCKGATE_X_FILE. Errors: LG_USAGE, naming the variable. */
LG_MUST_USE
enum lg_status option_take_environment(struct option_reading *reading, struct lg_error *err);

/* The settings file. Errors: LG_USAGE, naming the line. */
LG_MUST_USE
enum lg_status option_take_settings(struct option_reading *reading, struct lg_error *err);

/*
 * What other programs name a target with: DATABASE_URL and libpq's PGDATABASE and PGSERVICE.
 * Errors: LG_USAGE (none is named, or one is set but empty).
 */
LG_MUST_USE
enum lg_status option_take_generic(struct option_reading *reading, struct lg_error *err);

#endif
