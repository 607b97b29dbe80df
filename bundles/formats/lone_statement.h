/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_LONE_STATEMENT_H
#define LOCKGATE_BUNDLES_FORMATS_LONE_STATEMENT_H

/*
 * Tools that send a file as one query give each statement that stands alone in its file no
 * transaction block (PostgreSQL 18, section 54.2.2.1), so CREATE INDEX CONCURRENTLY needs no word
 * of theirs to run there.
 */

#include "bundles/folder_reader.h"

/*
 * Marks a part that was scanned as `transaction=off` when all of it is one statement that
 * PostgreSQL refuses in a transaction block. Errors: as no_transaction_set().
 */
LG_MUST_USE
enum lg_status lone_statement_free(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err);

#endif
