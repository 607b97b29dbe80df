/* SPDX-License-Identifier: MIT */
#include "bundles/formats/no_transaction.h"

#include "base/mem.h"
#include "bundles/limits.h"

/* The bytes are copied: none may be added to the store while they are looked at there. */
static enum lg_status compose(struct folder_reader *reader, const struct migration_part *part,
	struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	lg_buf_adds(out, "-- lockgate: transaction=off\n");
	lg_buf_add(out, view.text, view.len);
	if (lg_buf_status(out, "the down script", err))
		return lg_place(err, part->file, 0, 0);
	return LG_OK;
}

static enum lg_status rewrite_down(
	struct folder_reader *reader, struct migration_part *part, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	uint32_t first_line = part->first_line > 1 ? part->first_line - 1 : 1;

	lg_buf_init(&text, BUNDLE_MAX_BODY_BYTES);
	reader->scripts--; /* it was counted when it was scanned before */
	if (compose(reader, part, &text, err) ||
		folder_add_text(reader, part->file, first_line, &text, part, err))
		return err->status;
	return folder_scan(reader, SCRIPT_DOWN, part, err);
}

enum lg_status no_transaction_set(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	if (role == SCRIPT_DOWN && part->directives.is_transactional)
		return rewrite_down(reader, part, err);
	part->directives.is_transactional = false;
	return LG_OK;
}

enum lg_status no_transaction_set_both(
	struct folder_reader *reader, struct migration *migration, struct lg_error *err)
{
	if (no_transaction_set(reader, SCRIPT_UP, &migration->up, err))
		return err->status;
	if (!migration_has(&migration->down))
		return LG_OK;
	return no_transaction_set(reader, SCRIPT_DOWN, &migration->down, err);
}
