/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_CHANGELOG_H
#define LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_CHANGELOG_H

/* A file of Liquibase's formatted SQL: the changesets in it become migrations. */

#include "bundles/folder_reader.h"
#include "bundles/formats/liquibase_version.h"

/*
 * Adds the changesets of the file, all that is between the line of one and the line of the next
 * being its up script; its rollback, in lines or in a comment block, is the down script.
 * Errors: as folder_read() and folder_scan(); LG_FORMAT with the line (what cannot be carried
 * over).
 */
LG_MUST_USE
enum lg_status liquibase_changelog_pack(struct folder_reader *reader,
	const struct folder_list *list, const struct liquibase_file *file, struct lg_error *err);

/* True if the text begins as such a file does. */
bool liquibase_changelog_begins(enum sql_dialect dialect, const char *text, size_t len);

#endif
