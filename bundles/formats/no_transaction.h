/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NO_TRANSACTION_H
#define LOCKGATE_BUNDLES_FORMATS_NO_TRANSACTION_H

/* Carrying over that a tool runs a script outside of transactions. */

#include "bundles/folder_reader.h"

/*
 * Marks a part that was scanned as `transaction=off`. A down script may be run from the history,
 * which keeps its text alone, so that one gets the directive in its text: as a line before its
 * first, which takes the number of the marker's line where there is one. Errors: as folder_scan().
 */
LG_MUST_USE
enum lg_status no_transaction_set(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err);

/* The same for the up script and, where there is one, the down script. */
LG_MUST_USE
enum lg_status no_transaction_set_both(
	struct folder_reader *reader, struct migration *migration, struct lg_error *err);

#endif
