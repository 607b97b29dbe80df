/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_RENAME_H
#define LOCKGATE_BUNDLES_RENAME_H

/*
 * Renaming files of a folder of migrations: all of them or, after a crash, all of them by the next
 * run. What is to be done is written to the file `.lockgate-rebase` in the folder first, and that
 * is removed last. No file is ever replaced or written to.
 */

#include <stdbool.h>

#include "bundles/renumber.h"

#define RENAME_JOURNAL ".lockgate-rebase"

/* A file by its path below the folder, and how it is to be called; both in one sub-folder. */
struct rename_item {
	const char *from, *to;
};

struct rename_list {
	struct rename_item *items;
	size_t count;
	struct lg_arena strings; /* owns the names */
};

void rename_list_release(struct rename_list *list);

/*
 * Adds every file of the plan's migrations. Errors: LG_LIMIT (a name would be too long),
 * LG_REFUSED (a version that is not at the beginning of a file's name).
 */
LG_MUST_USE
enum lg_status rename_list_plan(
	struct rename_list *list, const struct renumber_plan *plan, struct lg_error *err);

/*
 * Adds what a run that was interrupted has left to do in the folder; nothing if none was. What it
 * has done already is left out. Errors: LG_IO; LG_FORMAT (the journal is not one of ours, with its
 * line); LG_REFUSED (a file and its new name are both there, or neither is).
 */
LG_MUST_USE
enum lg_status rename_list_resume(
	struct rename_list *list, const char *folder, bool *out_is_left, struct lg_error *err);

/*
 * Renames all files of the list. Nothing has happened where a new name is taken (LG_REFUSED), or
 * where the journal cannot be written (LG_IO). After any other error, which says so, the next run
 * completes it; `is_resumed` says that this is that run.
 */
LG_MUST_USE
enum lg_status rename_all(
	const struct rename_list *list, const char *folder, bool is_resumed, struct lg_error *err);

#endif
