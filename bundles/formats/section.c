/* SPDX-License-Identifier: MIT */
#include "bundles/formats/section.h"

struct section section_behind(const struct marker *marker, const struct body_view *view)
{
	return (struct section){
		.is_there = true,
		.offset = marker->next,
		.len = view->len - marker->next,
		.first_line = marker->line + 1,
	};
}

void section_end(struct section *section, const struct marker *marker)
{
	section->len = marker->offset - section->offset;
}

struct migration_part section_part(
	const struct migration_part *whole, const struct section *section)
{
	struct migration_part part = *whole;

	part.offset += section->offset;
	part.size = section->len;
	part.first_line = section->first_line;
	return part;
}

struct merge {
	const struct migration_part *part;
	const char *marker;
};

static enum lg_status refuse_twice(
	const struct merge *merge, const char *what, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' stands before and behind '%s'", what, merge->marker);
	return lg_place(err, merge->part->file, merge->part->first_line, 0);
}

static enum lg_status refuse_both(
	const struct merge *merge, const struct directives *head, struct lg_error *err)
{
	const struct directives *own = &merge->part->directives;

	if (head->phase != PHASE_NONE && own->phase != PHASE_NONE)
		return refuse_twice(merge, "phase", err);
	if (head->lock_timeout_ms != DIRECTIVE_UNSET && own->lock_timeout_ms != DIRECTIVE_UNSET)
		return refuse_twice(merge, "lock_timeout", err);
	if (head->statement_timeout_ms != DIRECTIVE_UNSET &&
		own->statement_timeout_ms != DIRECTIVE_UNSET)
		return refuse_twice(merge, "statement_timeout", err);
	if (head->foreign_keys != FOREIGN_KEYS_UNSET && own->foreign_keys != FOREIGN_KEYS_UNSET)
		return refuse_twice(merge, "foreign_keys", err);
	if (head->role && own->role)
		return refuse_twice(merge, "role", err);
	return LG_OK;
}

/* Adds what the text before the up marker asks for. */
static void merge_directives(struct directives *own, const struct directives *head)
{
	own->is_transactional = own->is_transactional && head->is_transactional;
	if (head->phase != PHASE_NONE)
		own->phase = head->phase;
	if (head->lock_timeout_ms != DIRECTIVE_UNSET)
		own->lock_timeout_ms = head->lock_timeout_ms;
	if (head->statement_timeout_ms != DIRECTIVE_UNSET)
		own->statement_timeout_ms = head->statement_timeout_ms;
	if (head->foreign_keys != FOREIGN_KEYS_UNSET)
		own->foreign_keys = head->foreign_keys;
	if (own->retries == DIRECTIVE_DEFAULT_RETRIES)
		own->retries = head->retries;
	if (head->role)
		own->role = head->role;
}

enum lg_status section_scan(struct folder_reader *reader, enum script_role role,
	const struct headed_section *section, struct migration_part *part, struct lg_error *err)
{
	const struct merge merge = {part, section->marker};
	struct migration_part before = section_part(part, &section->head);

	reader->scripts--; /* the head is no script of its own */
	if (folder_scan(reader, role, &before, err))
		return err->status;
	if (before.statements > 0) {
		(void)lg_fail(err, LG_FORMAT, "a statement stands before '%s'", section->marker);
		(void)lg_hint(err, "put it behind the marker; comments alone stand before it");
		return lg_place(err, before.file, 1, 0);
	}
	*part = section_part(part, &section->body);
	if (folder_scan(reader, role, part, err) || refuse_both(&merge, &before.directives, err))
		return err->status;
	merge_directives(&part->directives, &before.directives);
	return LG_OK;
}

enum lg_status sections_scan(struct folder_reader *reader, const struct sections *sections,
	const char *up_marker, struct migration *migration, struct lg_error *err)
{
	const struct headed_section up = {sections->head, sections->up, up_marker};
	struct migration_part whole = migration->up;

	if (section_scan(reader, SCRIPT_UP, &up, &migration->up, err))
		return err->status;
	if (!sections->down.is_there)
		return LG_OK;
	migration->down = section_part(&whole, &sections->down);
	return folder_scan(reader, SCRIPT_DOWN, &migration->down, err);
}
