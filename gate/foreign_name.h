/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_NAME_H
#define LOCKGATE_GATE_FOREIGN_NAME_H

/*
 * What a migration is called by the tool that it came from, so that both sides can be compared and
 * its rows be written. Pure.
 */

#include "base/arena.h"
#include "bundles/migration.h"
#include "gate/foreign.h"

/*
 * The part of a file name that stays when it is kept in another form: no folder, no ending
 * (.js .cjs .mjs .ts .cts .mts .sql, and .up in front of it), and `-` for `_`.
 */
const char *foreign_name_stem(const char *file, struct lg_arena *strings);

/* The ending that foreign_name_stem() takes off, borrowed from `file`; "" for none. */
const char *foreign_name_ending(const char *file);

/* What both sides of a comparison are compared by; equal texts are the same migration. */
const char *foreign_key_of_entry(
	enum foreign_tool tool, const struct foreign_entry *entry, struct lg_arena *strings);
const char *foreign_key_of_migration(
	enum foreign_tool tool, const struct migration *migration, struct lg_arena *strings);

/* The version that the entry stands for, as far as it can be told from it: for waivers. */
const char *foreign_version_of(
	enum foreign_tool tool, const struct foreign_entry *entry, struct lg_arena *strings);

/* An identity in form of a version of ours: Flyway's 1_1 is 1.1, Diesel's 2023-01-01 20230101. */
const char *foreign_version(enum foreign_tool tool, const char *identity, struct lg_arena *strings);

/* "add_users" is "add users": descriptions of Flyway and sqlx. */
const char *foreign_description(const char *name, struct lg_arena *strings);

#endif
