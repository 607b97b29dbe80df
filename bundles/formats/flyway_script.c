/* SPDX-License-Identifier: MIT */
#include "bundles/formats/flyway_script.h"

#include <string.h>

#include "bundles/formats/marker.h"
#include "bundles/formats/no_transaction.h"
#include "bundles/script.h"
#include "bundles/statement_block.h"

static enum lg_status place(const struct body_view *view, const struct migration_part *part,
	size_t offset, struct lg_error *err)
{
	uint32_t line = 1;
	uint32_t column = 1;

	script_locate(view, offset, &line, &column);
	return lg_place(err, part->file, part->first_line + line - 1, column);
}

static enum lg_status check_placeholders(struct body_view *view,
	const struct flyway_settings *settings, const struct migration_part *part,
	struct lg_error *err)
{
	const char *prefix = settings->placeholder;
	const char *found;

	if (!settings->replaces_placeholders || !marker_word_is_there(view, prefix))
		return LG_OK;
	found = memmem(view->text, view->len, prefix, strlen(prefix));
	(void)lg_fail(
		err, LG_FORMAT, "a placeholder: '%.*s'", (int)strcspn(found, "}\r\n '\""), found);
	(void)lg_hint(err,
		"what runs is fixed when it is packed: write the value into the script, or set "
		"placeholderReplacement=false in '%s" FLYWAY_SIDECAR "' where it is meant as it "
		"stands",
		part->file);
	return place(view, part, (size_t)(found - view->text), err);
}

static enum lg_status refuse_mixture(const struct body_view *view,
	const struct migration_part *part, size_t offset, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT,
		"statements that run in a transaction stand beside ones that cannot");
	(void)lg_hint(err,
		"Flyway refuses that too, unless flyway.mixed is set: make two files of it, or "
		"write '-- lockgate: transaction=off' at the top");
	return place(view, part, offset, err);
}

/*
 * True if a statement allows no transaction; beside others that is Flyway's error, too. ALTER TYPE
 * … ADD VALUE runs in one, as it does with Flyway.
 */
static enum lg_status find_lone(struct body_view *view, enum sql_dialect dialect,
	const struct flyway_settings *settings, const struct migration_part *part, bool *out,
	struct lg_error *err)
{
	struct script_cursor cursor;
	struct script_statement statement;
	uint32_t lone = 0;
	size_t first_lone = 0;

	script_cursor_init(&cursor, view, dialect);
	while (script_cursor_next(&cursor, &statement)) {
		if (statement_block_of(dialect, view->text + statement.offset, statement.len) !=
			BLOCK_REFUSED)
			continue;
		if (lone++ == 0)
			first_lone = statement.offset;
	}
	*out = lone > 0;
	if (lone > 0 && lone < part->statements && !settings->is_mixed)
		return refuse_mixture(view, part, first_lone, err);
	return LG_OK;
}

/* *out is set when the script is to run without a transaction. */
static enum lg_status look(struct folder_reader *reader, const struct flyway_settings *settings,
	const struct migration_part *part, bool *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};

	*out = !settings->is_transactional;
	if (bundle_view(reader->bundle, part, &view, err) ||
		check_placeholders(&view, settings, part, err))
		return err->status;
	if (*out || !part->directives.is_transactional)
		return LG_OK;
	body_view_rewind(&view, 0);
	return find_lone(&view, reader->bundle->engine, settings, part, out, err);
}

enum lg_status flyway_script_settle(struct folder_reader *reader,
	const struct flyway_settings *settings, enum script_role role, struct migration_part *part,
	struct lg_error *err)
{
	bool is_lone = false;

	if (look(reader, settings, part, &is_lone, err))
		return err->status;
	return is_lone ? no_transaction_set(reader, role, part, err) : LG_OK;
}
