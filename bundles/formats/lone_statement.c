/* SPDX-License-Identifier: MIT */
#include "bundles/formats/lone_statement.h"

#include "bundles/formats/no_transaction.h"
#include "bundles/statement_block.h"

static enum lg_status look(struct folder_reader *reader, const struct migration_part *part,
	bool *out_is_refused, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	*out_is_refused = statement_block_of(SQL_POSTGRES, view.text, view.len) == BLOCK_REFUSED;
	return LG_OK;
}

enum lg_status lone_statement_free(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	bool is_alone = part->statements == 1 && reader->bundle->engine == SQL_POSTGRES;
	bool is_free = false;

	if (is_alone && look(reader, part, &is_free, err))
		return err->status;
	return is_free ? no_transaction_set(reader, role, part, err) : LG_OK;
}
