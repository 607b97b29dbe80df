/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_OUTBOX_FOLDER_H
#define LOCKGATE_CI_OUTBOX_FOLDER_H

/* Files of the outbox, one by one; private to it. `folder` is a descriptor. */

#include "ci/outbox.h"

/* The files of a folder that may be messages, by their names in order. */
struct outbox_names {
	char **items;
	uint64_t *sizes;
	size_t count;
	uint64_t bytes; /* of all */
};

void outbox_names_release(struct outbox_names *names);

/* Errors: LG_IO. */
LG_MUST_USE
enum lg_status outbox_names_read(int folder, struct outbox_names *out, struct lg_error *err);

/*
 * Writes the file of `delivery` as a whole, in place of what has its name, and claims it. Errors:
 * LG_IO (what was there is there).
 */
LG_MUST_USE
enum lg_status outbox_write(int folder, struct ci_delivery *delivery, struct lg_error *err);

/* Removes files that were begun and never got their names. */
void outbox_tidy(int folder);

/*
 * Claims a file and reads it into `out`, from ci_delivery_init(). Errors: LG_LOCKED (somebody sends
 * it; it is read all the same), LG_IO, LG_FORMAT, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status outbox_claim(
	int folder, const char *name, struct ci_delivery *out, struct lg_error *err);

#endif
