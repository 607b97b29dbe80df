/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_ARGUMENTS_H
#define LOCKGATE_PLUGIN_ARGUMENTS_H

/* The program's own copy of its arguments: the word behind its name is the command. */

#include <stddef.h>

struct arguments {
	char **items; /* owned; a NULL follows the last; NULL for none at all */
	size_t count;
};

/* Copies all, and overwrites the originals that may hold a password: ps(1) shows them. */
struct arguments arguments_copy(int argc, char **argv);

/* Adds a copy of `text` at the end. */
void arguments_add(struct arguments *arguments, const char *text);

void arguments_release(struct arguments *arguments);

#endif
