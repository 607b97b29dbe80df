/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_OWN_TRANSACTION_H
#define LOCKGATE_BUNDLES_FORMATS_OWN_TRANSACTION_H

/*
 * Scripts that bring their own transaction, because the tool that they were written for opens
 * none: all of the script stands between a plain BEGIN and a plain COMMIT. lockgate opens and
 * commits one itself, so the script is what stands between them.
 */

#include "bundles/folder_reader.h"

/* True if there is one around all of the part. What cannot be read has none. */
bool own_transaction_is_there(struct folder_reader *reader, const struct migration_part *part);

/*
 * Scans a whole file as folder_read() leaves it, or what stands in its transaction where it has
 * one around everything. Errors: as folder_scan().
 */
LG_MUST_USE
enum lg_status own_transaction_scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err);

#endif
