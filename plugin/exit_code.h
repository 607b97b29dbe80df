/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_EXIT_CODE_H
#define LOCKGATE_PLUGIN_EXIT_CODE_H

/* How the program ends: lockgate.1, section EXIT STATUS, held against this table by a test. */

#include <stddef.h>

#include "base/error.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_UNDECIDED = 3,
	EXIT_LOCKED = 4,
	EXIT_FAILED = 5,
	EXIT_UNREPORTED = 6,
	EXIT_BAD_BUNDLE = 7,
	EXIT_CANCELLED = 128, /* and the number of the signal */
};

struct exit_code_row {
	enum exit_code code;
	const char *name;
	const char *meaning;
};

extern const struct exit_code_row exit_code_rows[];
extern const size_t exit_code_row_count;

/* The code for a status; `signal` is the one that asked to stop, 0 for none. */
int exit_code_of(enum lg_status status, int signal);

/* "ok", "refused", … */
const char *exit_code_name(int code);

#endif
