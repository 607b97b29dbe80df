/* SPDX-License-Identifier: MIT */
#include "tests/support/fake_database.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Tests are single programs with a single thread, and a driver has nothing but the URL. */
static struct fake_database *registry;

static const char *keep(struct fake_database *database, const char *text)
{
	return text ? lg_arena_add(&database->strings, text) : NULL;
}

struct fake_database *fake_database_new(const char *name)
{
	struct fake_database *database = lg_calloc(1, sizeof(*database));

	assert(!fake_database_find(name));
	database->name = keep(database, name);
	database->next = registry;
	registry = database;
	return database;
}

void fake_database_free(struct fake_database *database)
{
	struct fake_database **slot = &registry;

	while (*slot != database)
		slot = &(*slot)->next;
	*slot = database->next;
	fake_tables_release(&database->tables);
	fake_tables_release(&database->foreign);
	free(database->rows);
	free(database->batches);
	free(database->events);
	free(database->objects);
	lg_arena_release(&database->strings);
	free(database);
}

struct fake_database *fake_database_find(const char *name)
{
	struct fake_database *database = registry;

	while (database && strcmp(database->name, name) != 0)
		database = database->next;
	return database;
}

void fake_fail_at(struct fake_database *database, uint64_t n)
{
	database->fail_at = n ? database->operations + n : 0;
}

void fake_be_busy(struct fake_database *database, uint32_t steps, bool others_finish)
{
	database->busy_steps = steps;
	database->others_finish = others_finish;
}

static size_t find_table(const struct fake_database *database, const char *name)
{
	size_t i = 0;

	while (i < database->tables.count && strcasecmp(database->tables.names[i], name) != 0)
		i++;
	return i;
}

bool fake_has_table(const struct fake_database *database, const char *name)
{
	return find_table(database, name) < database->tables.count;
}

void fake_add_table(struct fake_database *database, const char *name)
{
	struct fake_tables *tables = &database->tables;

	tables->names = lg_grow(tables->names, tables->count, sizeof(const char *));
	tables->names[tables->count++] = keep(database, name);
}

void fake_make_foreign(struct fake_database *database, const char *table, const char *const *names)
{
	database->foreign_table = keep(database, table);
	for (; *names; names++)
		(void)fake_write_foreign(database, *names, false);
}

bool fake_write_foreign(struct fake_database *database, const char *name, bool is_removal)
{
	struct fake_tables *rows = &database->foreign;
	size_t at = 0;

	while (at < rows->count && strcmp(rows->names[at], name) != 0)
		at++;
	if (is_removal) {
		if (at < rows->count)
			rows->names[at] = rows->names[--rows->count];
		return true;
	}
	if (at < rows->count)
		return false;
	rows->names = lg_grow(rows->names, rows->count, sizeof(const char *));
	rows->names[rows->count++] = keep(database, name);
	return true;
}

size_t fake_count_events(const struct fake_database *database, const char *what)
{
	size_t found = 0;

	for (size_t i = 0; i < database->event_count; i++)
		found += strcmp(database->events[i].what, what) == 0;
	return found;
}

struct fake_object *fake_find_object(struct fake_database *database, const struct fake_object *key)
{
	for (size_t i = 0; i < database->object_count; i++) {
		struct fake_object *object = &database->objects[i];

		if (strcmp(object->project, key->project) == 0 &&
			strcmp(object->scope, key->scope) == 0 &&
			strcmp(object->kind, key->kind) == 0 &&
			strcmp(object->identity, key->identity) == 0)
			return object;
	}
	return NULL;
}

void fake_put_object(struct fake_database *database, const struct fake_object *object)
{
	struct fake_object *place = fake_find_object(database, object);

	if (!place) {
		database->objects = lg_grow(
			database->objects, database->object_count, sizeof(*database->objects));
		place = &database->objects[database->object_count++];
	}
	*place = (struct fake_object){
		.project = keep(database, object->project),
		.scope = keep(database, object->scope),
		.kind = keep(database, object->kind),
		.identity = keep(database, object->identity),
		.definition = keep(database, object->definition),
		.batch_id = keep(database, object->batch_id),
	};
}

void fake_remove_object(struct fake_database *database, struct fake_object *object)
{
	*object = database->objects[--database->object_count];
}

struct fake_row *fake_find_row(struct fake_database *database, const char *project,
	const char *scope, const struct history_row *key)
{
	for (size_t i = 0; i < database->row_count; i++) {
		struct fake_row *row = &database->rows[i];

		if (row->row.kind == key->kind && strcmp(row->row.version, key->version) == 0 &&
			strcmp(row->project, project) == 0 && strcmp(row->scope, scope) == 0)
			return row;
	}
	return NULL;
}

static struct history_row copy_row(struct fake_database *database, const struct history_row *row)
{
	struct history_row copy = *row;

	copy.version = keep(database, row->version);
	copy.name = keep(database, row->name);
	copy.algorithm = keep(database, row->algorithm);
	copy.batch_id = keep(database, row->batch_id);
	copy.started_at = keep(database, row->started_at);
	copy.applied_at = keep(database, row->applied_at);
	copy.adopted_from = keep(database, row->adopted_from);
	return copy;
}

struct fake_row *fake_put_row(struct fake_database *database, const char *project,
	const char *scope, const struct history_row *row)
{
	struct fake_row *found = fake_find_row(database, project, scope, row);

	if (!found) {
		database->rows =
			lg_grow(database->rows, database->row_count, sizeof(*database->rows));
		found = &database->rows[database->row_count++];
		*found = (struct fake_row){
			.project = keep(database, project),
			.scope = keep(database, scope),
		};
	}
	found->row = copy_row(database, row);
	return found;
}

void fake_remove_row(struct fake_database *database, struct fake_row *row)
{
	*row = database->rows[--database->row_count];
}

struct fake_batch *fake_find_batch(struct fake_database *database, const char *id)
{
	for (size_t i = 0; i < database->batch_count; i++)
		if (id && strcmp(database->batches[i].id, id) == 0)
			return &database->batches[i];
	return NULL;
}

void fake_add_event(struct fake_database *database, const struct fake_event *event)
{
	database->events =
		lg_grow(database->events, database->event_count, sizeof(*database->events));
	database->events[database->event_count++] = (struct fake_event){
		.batch_id = keep(database, event->batch_id),
		.version = keep(database, event->version),
		.what = keep(database, event->what),
		.detail = keep(database, event->detail),
	};
}

struct fake_tables fake_tables_copy(const struct fake_tables *tables)
{
	struct fake_tables copy = {0};

	for (; copy.count < tables->count; copy.count++) {
		copy.names = lg_grow(copy.names, copy.count, sizeof(const char *));
		copy.names[copy.count] = tables->names[copy.count];
	}
	return copy;
}

void fake_tables_release(struct fake_tables *tables)
{
	free(tables->names);
	*tables = (struct fake_tables){0};
}

void fake_tables_restore(struct fake_tables *tables, struct fake_tables *copy)
{
	fake_tables_release(tables);
	*tables = *copy;
	*copy = (struct fake_tables){0};
}

/* The first three words of a statement; those that it has not are "". */
struct words {
	char text[256];
	const char *word[3];
};

static void split(const char *sql, size_t len, struct words *out)
{
	char *rest = NULL;

	if (len >= sizeof(out->text))
		len = sizeof(out->text) - 1;
	memcpy(out->text, sql, len);
	out->text[len] = '\0';
	for (size_t i = 0; i < LG_COUNT_OF(out->word); i++) {
		out->word[i] = strtok_r(i ? NULL : out->text, " \t\r\n(;", &rest);
		if (!out->word[i])
			out->word[i] = "";
	}
}

bool fake_run(struct fake_database *database, const char *sql, size_t len, const char **out_reason)
{
	struct words words;
	bool is_create;
	bool is_drop;
	size_t table;

	split(sql, len, &words);
	is_create = strcasecmp(words.word[0], "CREATE") == 0;
	is_drop = strcasecmp(words.word[0], "DROP") == 0;
	if (strcasecmp(words.word[0], "FAIL") == 0) {
		*out_reason = "failed as asked";
		return false;
	}
	if (strcasecmp(words.word[1], "TABLE") != 0 || (!is_create && !is_drop))
		return true;

	table = find_table(database, words.word[2]);
	*out_reason = is_create ? "table already exists" : "no such table";
	if (is_create == (table < database->tables.count))
		return false;
	if (is_create)
		fake_add_table(database, words.word[2]);
	else
		database->tables.names[table] = database->tables.names[--database->tables.count];
	return true;
}

bool fake_check(const char *sql, size_t len, const char **out_reason)
{
	struct words words;

	split(sql, len, &words);
	if (strcasecmp(words.word[0], "SELECT") != 0) {
		*out_reason = "a check may only read";
		return false;
	}
	*out_reason = "the check found a row";
	return memmem(sql, len, "WHERE", strlen("WHERE")) != NULL;
}
