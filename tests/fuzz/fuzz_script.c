/* SPDX-License-Identifier: MIT */
/*
 * A script as it is packed: directives, sections, rules, hashes. What is accepted has as many
 * statements as it is cut into.
 */

#include <assert.h>

#include "bundles/formats/native_sections.h"
#include "bundles/script.h"
#include "tests/fuzz/input.h"

enum { BIT_DIALECT = 1, ROLE_SHIFT = 1, ROLES = 3 };

static void holds_together(
	struct body_view *view, enum sql_dialect dialect, const struct script_facts *facts)
{
	struct script_statement statement = {0};
	struct script_cursor cursor;
	uint32_t count = 0;

	script_cursor_init(&cursor, view, dialect);
	while (script_cursor_next(&cursor, &statement)) {
		assert(statement.index == ++count && statement.line > 0 && statement.column > 0);
		assert(count > 1 || statement.line == facts->first_line);
	}
	assert(count == facts->statements);
}

static void scan(struct body_view *view, enum sql_dialect dialect, enum script_role role)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct script_facts facts = {0};
	struct lg_error err = {0};
	enum lg_status status = script_scan(view, dialect, role, &strings, &facts, &err);

	input_check_error(status, &err);
	if (status == LG_OK)
		holds_together(view, dialect, &facts);
	else
		assert(err.line > 0 || status == LG_LIMIT);
}

static void is_within(const struct section *section, const struct body_view *view)
{
	assert(section->offset <= view->len && section->len <= view->len - section->offset);
	assert(!section->is_there || section->first_line > 0);
}

static void part(struct body_view *view, enum sql_dialect dialect)
{
	struct sections sections = {0};
	struct lg_error err = {0};
	enum lg_status status = native_sections_find(view, dialect, &sections, &err);

	input_check_error(status, &err);
	if (status)
		return;
	is_within(&sections.head, view);
	is_within(&sections.up, view);
	is_within(&sections.down, view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum sql_dialect dialect;
	struct body_view view;

	if (size == 0)
		return 0;
	dialect = (data[0] & BIT_DIALECT) ? SQL_SQLITE : SQL_POSTGRES;
	view = body_view_of_text((const char *)data + 1, size - 1);
	scan(&view, dialect, (enum script_role)((data[0] >> ROLE_SHIFT) % ROLES));
	part(&view, dialect);
	return 0;
}
