/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_RENAME_JOURNAL_H
#define LOCKGATE_BUNDLES_RENAME_JOURNAL_H

/*
 * What a run is about to rename, for the run after a crash; private to bundles/rename*.c.
 *
 * Lines that end in LF: "lockgate rebase 1", then the old and the new name of each file with one
 * TAB between them, then "end". Without its end it was never complete, and nothing was renamed.
 */

#include "bundles/rename.h"

/* Adds an item; its names are borrowed, by and large from the list's own strings. */
void rename_list_add(struct rename_list *list, const char *from, const char *to);

/* Creates the journal in the folder `fd`. Errors: LG_IO (also where one is there). */
LG_MUST_USE
enum lg_status rename_journal_write(int fd, const struct rename_list *list, struct lg_error *err);

/*
 * Adds what the journal says to `list`; *out_is_there tells whether there is one. One that is not
 * complete is removed. It is foreign input: it can only give files of a folder of migrations
 * another version. Errors: LG_IO, LG_LIMIT, LG_FORMAT.
 */
LG_MUST_USE
enum lg_status rename_journal_read(
	int fd, struct rename_list *list, bool *out_is_there, struct lg_error *err);

LG_MUST_USE enum lg_status rename_journal_remove(int fd, struct lg_error *err);

#endif
