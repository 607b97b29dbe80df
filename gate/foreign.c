/* SPDX-License-Identifier: MIT */
#include "gate/foreign.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { MAX_ENTRIES = 1000000, MAX_TEXT_BYTES = 8192 };

static const char *const state_names[] = {
	[FOREIGN_APPLIED] = "applied",
	[FOREIGN_FAILED] = "failed",
	[FOREIGN_UNDONE] = "undone",
	[FOREIGN_FORGOTTEN] = "forgotten",
	[FOREIGN_BASELINE] = "baseline",
};

void foreign_init(struct foreign_history *foreign, enum foreign_tool tool)
{
	*foreign = (struct foreign_history){.tool = tool};
}

void foreign_release(struct foreign_history *foreign)
{
	free(foreign->tables);
	free(foreign->entries);
	lg_arena_release(&foreign->strings);
	*foreign = (struct foreign_history){.tool = foreign->tool};
}

/* Which table it is of, the driver says. */
static enum lg_status fail_row(enum lg_status status, const char *what, struct lg_error *err)
{
	(void)lg_fail(err, status, "it %s", what);
	return lg_hint(err, "check that it is that tool's, or name another one: --history-table "
			    "NAME");
}

static bool is_text(const char *text, size_t len)
{
	return !text || (len <= MAX_TEXT_BYTES && lg_utf8_valid_prefix(text, len) == len);
}

static bool parse_state(const char *name, enum foreign_state *out)
{
	for (size_t i = 0; name && i < LG_COUNT_OF(state_names); i++)
		if (strcmp(state_names[i], name) == 0) {
			*out = (enum foreign_state)i;
			return true;
		}
	return false;
}

static const char *keep(
	struct foreign_history *foreign, const struct foreign_row *row, enum foreign_column column)
{
	const char *text = row->texts[column];

	return text ? lg_arena_addn(&foreign->strings, text, row->lens[column]) : NULL;
}

enum lg_status foreign_add(
	struct foreign_history *foreign, const struct foreign_row *row, struct lg_error *err)
{
	bool is_repeatable = !row->texts[FOREIGN_IDENTITY];
	const char *identity =
		keep(foreign, row, is_repeatable ? FOREIGN_DETAIL : FOREIGN_IDENTITY);
	enum foreign_state state;

	if (foreign->count == MAX_ENTRIES)
		return fail_row(LG_LIMIT, "has more rows than lockgate reads", err);
	for (size_t i = 0; i < FOREIGN_COLUMNS; i++)
		if (!is_text(row->texts[i], row->lens[i]))
			return fail_row(LG_DATABASE, "has a value that is no text", err);
	if (!identity || !*identity || !parse_state(row->texts[FOREIGN_STATE], &state))
		return fail_row(LG_DATABASE, "has a row that says nothing", err);
	foreign->entries = lg_grow(foreign->entries, foreign->count, sizeof(*foreign->entries));
	foreign->entries[foreign->count++] = (struct foreign_entry){
		.identity = identity,
		.checksum = keep(foreign, row, FOREIGN_CHECKSUM),
		.detail = keep(foreign, row, FOREIGN_DETAIL),
		.path = keep(foreign, row, FOREIGN_PATH),
		.state = state,
		.applied_at = keep(foreign, row, FOREIGN_MOMENT),
		.is_repeatable = is_repeatable,
	};
	return LG_OK;
}

void foreign_add_table(struct foreign_history *foreign, const struct foreign_table *table)
{
	struct lg_arena *strings = &foreign->strings;

	foreign->tables = lg_grow(foreign->tables, foreign->table_count, sizeof(*foreign->tables));
	foreign->tables[foreign->table_count++] = (struct foreign_table){
		.schema = lg_arena_add(strings, table->schema),
		.name = lg_arena_add(strings, table->name),
		.columns = lg_arena_add(strings, table->columns),
		.is_near = table->is_near,
	};
}

/* Order of what is equal for foreign_settle(), newest last. */
static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_entries(const void *left, const void *right)
{
	const struct foreign_entry *a = *(const struct foreign_entry *const *)left;
	const struct foreign_entry *b = *(const struct foreign_entry *const *)right;
	int order = strcmp(a->identity, b->identity);

	if (!order)
		order = (int)a->is_repeatable - (int)b->is_repeatable;
	return order ? order : (a > b) - (a < b);
}

/* Liquibase's id alone is no identity. */
static int compare_changesets(const void *left, const void *right)
{
	const struct foreign_entry *a = *(const struct foreign_entry *const *)left;
	const struct foreign_entry *b = *(const struct foreign_entry *const *)right;
	int order = strcmp(a->identity, b->identity);

	if (!order)
		order = compare_texts(a->detail, b->detail);
	if (!order)
		order = compare_texts(a->path, b->path);
	return order ? order : (a > b) - (a < b);
}

static bool is_same(const struct foreign_entry *a, const struct foreign_entry *b, bool by_changeset)
{
	if (strcmp(a->identity, b->identity) != 0 || a->is_repeatable != b->is_repeatable)
		return false;
	return !by_changeset ||
	       (compare_texts(a->detail, b->detail) == 0 && compare_texts(a->path, b->path) == 0);
}

void foreign_settle(struct foreign_history *foreign)
{
	bool by_changeset = foreign_trait(foreign->tool)->key == FOREIGN_BY_CHANGESET;
	LG_FREE_BY_SCOPE struct foreign_entry **sorted =
		lg_calloc(foreign->count, sizeof(struct foreign_entry *));

	for (size_t i = 0; i < foreign->count; i++)
		sorted[i] = &foreign->entries[i];
	qsort(sorted, foreign->count, sizeof(struct foreign_entry *),
		by_changeset ? compare_changesets : compare_entries);
	for (size_t i = 1; i < foreign->count; i++)
		if (is_same(sorted[i - 1], sorted[i], by_changeset))
			sorted[i - 1]->is_superseded = true;
}
