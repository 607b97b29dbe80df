/* SPDX-License-Identifier: MIT */

/* Which of the tables that were found is the one to read: a part of foreign.h. Pure. */

#include <string.h>
#include <strings.h>

#include "gate/foreign.h"

bool foreign_table_has(const struct foreign_table *table, const char *column)
{
	size_t len = strlen(column);

	for (const char *at = table->columns; *at; at += strcspn(at, "\n") + 1) {
		if (strncasecmp(at, column, len) == 0 && at[len] == '\n')
			return true;
		if (!at[strcspn(at, "\n")])
			return false;
	}
	return false;
}

const char *foreign_table_show(const struct foreign_table *table, struct lg_arena *strings)
{
	if (table->is_near)
		return lg_arena_add(strings, table->name);
	return lg_arena_addf(strings, "%s.%s", table->schema, table->name);
}

/* Two tools call their tables the same; one of them has a column that tells. */
static enum foreign_tool tool_of(const struct foreign_table *table)
{
	for (enum foreign_tool tool = 0; tool < FOREIGN_TOOL_COUNT; tool++) {
		if (strcasecmp(foreign_trait(tool)->table, table->name) != 0)
			continue;
		if (tool == FOREIGN_DBMATE && foreign_table_has(table, "dirty"))
			return FOREIGN_GOLANG_MIGRATE;
		return tool;
	}
	return FOREIGN_TOOL_COUNT;
}

/* How well a table fits a name, which may have its schema in front: 0 not at all. */
static int fit(const struct foreign_table *table, const char *wanted, struct lg_arena *strings)
{
	const char *whole = lg_arena_addf(strings, "%s.%s", table->schema, table->name);
	bool is_whole = strcasecmp(whole, wanted) == 0;

	if (!is_whole && strcasecmp(table->name, wanted) != 0)
		return 0;
	return 1 + (is_whole || table->is_near ? 2 : 0) +
	       (strcmp(is_whole ? whole : table->name, wanted) == 0);
}

static const struct foreign_table *best(struct foreign_history *foreign, const char *wanted,
	bool is_own_name, bool *out_is_doubtful)
{
	const struct foreign_table *found = NULL;
	int highest = 0;

	*out_is_doubtful = false;
	for (size_t i = 0; i < foreign->table_count; i++) {
		const struct foreign_table *table = &foreign->tables[i];
		int value = fit(table, wanted, &foreign->strings);

		if (is_own_name && tool_of(table) != foreign->tool)
			continue;
		/* What is near comes in the order of the search path, so the first one is meant. */
		if (value > 0 && value == highest && !table->is_near)
			*out_is_doubtful = true;
		if (value <= highest)
			continue;
		*out_is_doubtful = false;
		highest = value;
		found = table;
	}
	return found;
}

static enum lg_status fail_doubtful(const struct foreign_table *found, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE, "several schemas have a table '%s'", found->name);
	return lg_hint(
		err, "say which one is meant: --history-table %s.%s", found->schema, found->name);
}

/* The tables of other tools, or "". */
static const char *others(struct foreign_history *foreign)
{
	const char *list = "";

	for (size_t i = 0; i < foreign->table_count; i++) {
		const struct foreign_table *table = &foreign->tables[i];
		enum foreign_tool tool = tool_of(table);

		if (tool != FOREIGN_TOOL_COUNT)
			list = lg_arena_addf(&foreign->strings, "%s%s '%s' of %s", list,
				*list ? "," : "", foreign_table_show(table, &foreign->strings),
				foreign_trait(tool)->name);
	}
	return list;
}

static enum lg_status fail_absent(
	struct foreign_history *foreign, const char *wanted, struct lg_error *err)
{
	const char *found = others(foreign);

	(void)lg_fail(err, LG_USAGE, "this database has no table '%s' of %s", wanted,
		foreign_trait(foreign->tool)->name);
	if (*found)
		return lg_hint(err,
			"it has%s: say --from with that tool; if the table was renamed, "
			"--history-table NAME",
			found);
	return lg_hint(err, "check --db; if the table was renamed, say --history-table NAME or "
			    "SCHEMA.NAME");
}

/* In the schema of the history table, named after it or as the tool does. */
static const struct foreign_table *find_lock(struct foreign_history *foreign)
{
	const char *own = foreign_trait(foreign->tool)->lock;
	const struct foreign_table *table = foreign->table;
	const char *derived = lg_arena_addf(&foreign->strings, "%s_lock", table->name);

	for (size_t i = 0; own && i < foreign->table_count; i++) {
		const struct foreign_table *item = &foreign->tables[i];

		if (strcmp(item->schema, table->schema) == 0 &&
			(strcasecmp(item->name, own) == 0 || strcmp(item->name, derived) == 0))
			return item;
	}
	return NULL;
}

enum lg_status foreign_choose(
	struct foreign_history *foreign, const char *wanted, struct lg_error *err)
{
	const char *name = wanted ? wanted : foreign_trait(foreign->tool)->table;
	bool is_doubtful = false;
	const struct foreign_table *found = best(foreign, name, !wanted, &is_doubtful);

	if (!found)
		return fail_absent(foreign, name, err);
	if (is_doubtful)
		return fail_doubtful(found, err);
	foreign->table = found;
	foreign->lock = find_lock(foreign);
	return LG_OK;
}
