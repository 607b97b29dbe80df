/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SCRIPT_PAIRS_H
#define LOCKGATE_BUNDLES_FORMATS_SCRIPT_PAIRS_H

/* Files of which two that have one version are a migration: its up and its down script. */

#include <stddef.h>

#include "bundles/formats/foreign_file.h"

struct script_pairs {
	const struct folder_list *list; /* where the files are */
	struct foreign_file *items;
	size_t count;

	bool drops_transactions; /* a script's own BEGIN and COMMIT are taken off
				    (own_transaction.h) */

	/* Called when a part has been scanned, to carry over what the tool reads in it; or NULL. */
	enum lg_status (*finish)(struct folder_reader *reader, enum script_role role,
		struct migration_part *part, struct lg_error *err);
};

void script_pairs_release(struct script_pairs *pairs);

void script_pairs_add(struct script_pairs *pairs, const struct foreign_file *file);

/*
 * Adds a migration to the bundle for each version; it has the name of the up script. Errors: as
 * folder_read() and folder_scan(), LG_FORMAT (a role twice, a down script alone).
 */
LG_MUST_USE
enum lg_status script_pairs_pack(
	struct script_pairs *pairs, struct folder_reader *reader, struct lg_error *err);

#endif
