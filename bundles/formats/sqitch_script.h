/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SQITCH_SCRIPT_H
#define LOCKGATE_BUNDLES_FORMATS_SQITCH_SCRIPT_H

/* A script of sqitch, which hands it to psql or sqlite3 as it is. */

#include "bundles/folder_reader.h"

/*
 * Reads and scans the file `name` of the list. A transaction of its own around everything is taken
 * off; without one it runs in lockgate's, unless a statement in it allows none. Errors: as
 * folder_read() and folder_scan(); LG_FORMAT with the line (a variable of psql).
 */
LG_MUST_USE
enum lg_status sqitch_script_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, enum script_role role, struct migration_part *out, struct lg_error *err);

#endif
