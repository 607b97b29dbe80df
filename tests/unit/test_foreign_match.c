/* SPDX-License-Identifier: MIT */
#include "gate/foreign_match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/mem.h"
#include "gate/foreign_name.h"
#include "gate/foreign_record.h"
#include "tests/support/build_bundle.h"

/* A bundle, a history of another tool, and what they have in common. */
struct matched {
	struct bundle bundle;
	struct foreign_history foreign;
	struct foreign_match match;
};

static struct foreign_table some_table(const char *schema, const char *name, const char *columns)
{
	return (struct foreign_table){.schema = schema, .name = name, .columns = columns};
}

static enum lg_status add(struct foreign_history *foreign, const char *identity, const char *detail,
	const char *path, const char *state, struct lg_error *err)
{
	struct foreign_row row = {.texts = {identity, NULL, detail, path, state, NULL}};

	for (size_t i = 0; i < FOREIGN_COLUMNS; i++)
		row.lens[i] = row.texts[i] ? strlen(row.texts[i]) : 0;
	return foreign_add(foreign, &row, err);
}

static void must_add(struct matched *matched, const char *identity, const char *state)
{
	struct lg_error err;

	assert_int_equal(add(&matched->foreign, identity, NULL, NULL, state, &err), LG_OK);
}

static void begin(struct matched *matched, enum foreign_tool tool, const char *items)
{
	struct foreign_table table = some_table("public", foreign_trait(tool)->table, "name\n");
	struct lg_error err;

	build_bundle(&matched->bundle, items);
	foreign_init(&matched->foreign, tool);
	foreign_add_table(&matched->foreign, &table);
	assert_int_equal(foreign_choose(&matched->foreign, NULL, &err), LG_OK);
	matched->match = (struct foreign_match){0};
}

static void make(struct matched *matched)
{
	foreign_match_release(&matched->match);
	foreign_settle(&matched->foreign);
	foreign_match_make(&matched->bundle, &matched->foreign, &matched->match);
}

static void matched_release(struct matched *matched)
{
	foreign_match_release(&matched->match);
	foreign_release(&matched->foreign);
	bundle_release(&matched->bundle);
}

static void stems_are_what_stays(void **state)
{
	static const struct {
		const char *file, *stem, *ending;
	} rows[] = {
		{"20230101-add-users.js", "20230101_add_users", ".js"},
		{"20230101_add_users.up.sql", "20230101_add_users", ".up.sql"},
		{"a/b/20230101-x.cjs", "20230101_x", ".cjs"},
		{"1_a.up.js", "1_a", ".up.js"},
		{"1_a", "1_a", ""},
		{".js", ".js", ""},
		{"1_a.json", "1_a.json", ""},
	};
	struct lg_arena strings = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(rows); i++) {
		assert_string_equal(foreign_name_stem(rows[i].file, &strings), rows[i].stem);
		assert_string_equal(foreign_name_ending(rows[i].file), rows[i].ending);
	}
	lg_arena_release(&strings);
}

static void the_last_row_about_a_migration_counts(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;

	(void)state;
	begin(&matched, FOREIGN_GOOSE, "v1=a v2=b v3=c");
	must_add(&matched, "2", "applied");
	must_add(&matched, "1", "applied");
	must_add(&matched, "3", "failed");
	must_add(&matched, "3", "applied");
	must_add(&matched, "2", "undone");
	make(&matched);
	assert_null(matched.match.doubtful);
	assert_int_equal(matched.match.count, 2);
	assert_string_equal(matched.match.pairs[0].migration->version, "1");
	assert_string_equal(matched.match.pairs[1].migration->version, "3");
	assert_int_equal(matched.match.late_count, 1);
	assert_string_equal(matched.match.late[0]->version, "2");
}

static void order_is_that_of_the_tool(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;

	(void)state;
	begin(&matched, FOREIGN_DBMATE, "v2=b v10=c");
	must_add(&matched, "10", "applied");
	must_add(&matched, "002", "applied");
	must_add(&matched, "11", "applied");
	make(&matched);
	assert_int_equal(matched.match.count, 2);
	assert_string_equal(matched.match.pairs[0].migration->version, "10");
	assert_int_equal(matched.match.unknown_count, 1);
	assert_string_equal(matched.match.unknown[0]->identity, "11");
	assert_int_equal(matched.match.late_count, 0);
}

static void a_baseline_covers_what_stands_below(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;

	(void)state;
	begin(&matched, FOREIGN_FLYWAY, "v1=a b1=z v2=b b2=y v3=c v4=d");
	must_add(&matched, "2", "baseline");
	must_add(&matched, "4", "applied");
	make(&matched);
	assert_int_equal(matched.match.count, 4);
	assert_true(matched.match.pairs[0].is_assumed);
	assert_int_equal(matched.match.pairs[2].migration->kind, MIGRATION_BASELINE);
	assert_string_equal(matched.match.pairs[2].migration->version, "2");
	assert_false(matched.match.pairs[3].is_assumed);
	assert_int_equal(matched.match.late_count, 1);
	must_add(&matched, "none", "baseline");
	make(&matched);
	assert_int_equal(matched.match.unknown_count, 1);
}

static void failures_are_doubtful(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;

	(void)state;
	begin(&matched, FOREIGN_SQLX, "v1=a");
	must_add(&matched, "1", "failed");
	make(&matched);
	assert_string_equal(matched.match.doubtful->identity, "1");
	assert_int_equal(matched.match.count, 0);
}

/* Prisma's migrations are folders; their files are all called the same. */
static void prisma_goes_by_the_folder(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;

	(void)state;
	begin(&matched, FOREIGN_PRISMA, "v1=a v2=b");
	matched.bundle.migrations[0].up.file = "1_first/migration.sql";
	matched.bundle.migrations[1].up.file = "2_second/migration.sql";
	must_add(&matched, "2_second", "applied");
	make(&matched);
	assert_int_equal(matched.match.count, 1);
	assert_string_equal(matched.match.pairs[0].migration->version, "2");
}

/* A changeset is known by id, author and path; where the folder moved, its last part is enough. */
static void liquibase_goes_by_three_things(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;
	struct lg_error err;

	(void)state;
	begin(&matched, FOREIGN_LIQUIBASE, "v1=a@as_ann_lee_1 v2=b@as_ann_lee_1 v3=c@as_bob_1");
	matched.bundle.migrations[0].up.file = "a.sql";
	matched.bundle.migrations[1].up.file = "b.sql";
	matched.bundle.migrations[2].up.file = "b.sql";
	assert_int_equal(add(&matched.foreign, "1", "ann.lee", "db/b.sql", "applied", &err), LG_OK);
	assert_int_equal(add(&matched.foreign, "1", "ann.lee", "a.sql", "applied", &err), LG_OK);
	assert_int_equal(add(&matched.foreign, "1", "bob", "c.sql", "applied", &err), LG_OK);
	make(&matched);
	assert_int_equal(matched.match.count, 2);
	assert_string_equal(matched.match.pairs[0].migration->version, "2");
	assert_string_equal(matched.match.pairs[1].migration->version, "1");
	assert_int_equal(matched.match.unknown_count, 1);
}

static void hostile_rows_are_refused(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;
	struct lg_error err;

	(void)state;
	begin(&matched, FOREIGN_FLYWAY, "v1=a");
	assert_int_equal(add(&matched.foreign, "\xff", NULL, NULL, "applied", &err), LG_DATABASE);
	assert_int_equal(add(&matched.foreign, "", NULL, NULL, "applied", &err), LG_DATABASE);
	assert_int_equal(add(&matched.foreign, NULL, NULL, NULL, "applied", &err), LG_DATABASE);
	assert_int_equal(add(&matched.foreign, "1", NULL, NULL, "odd", &err), LG_DATABASE);
	assert_int_equal(add(&matched.foreign, "1", NULL, NULL, NULL, &err), LG_DATABASE);
	assert_int_equal(matched.foreign.count, 0);
	assert_int_equal(add(&matched.foreign, NULL, "a view", NULL, "applied", &err), LG_OK);
	assert_true(matched.foreign.entries[0].is_repeatable);
}

struct choice {
	struct foreign_history foreign;
	struct lg_error err;
};

static enum lg_status choose(struct choice *choice, enum foreign_tool tool,
	const struct foreign_table *tables, size_t count, const char *wanted)
{
	foreign_release(&choice->foreign);
	foreign_init(&choice->foreign, tool);
	choice->err = (struct lg_error){0};
	for (size_t i = 0; i < count; i++)
		foreign_add_table(&choice->foreign, &tables[i]);
	return foreign_choose(&choice->foreign, wanted, &choice->err);
}

static void tables_of_one_name_are_told_apart(void **state)
{
	struct foreign_table tables[] = {
		some_table("public", "schema_migrations", "version\ndirty\n"),
		some_table("other", "schema_migrations", "version\n"),
		some_table("third", "schema_migrations", "version\n"),
	};
	struct choice choice = {0};

	(void)state;
	tables[0].is_near = true;
	assert_int_equal(choose(&choice, FOREIGN_GOLANG_MIGRATE, tables, 2, NULL), LG_OK);
	assert_string_equal(choice.foreign.table->schema, "public");
	assert_int_equal(choose(&choice, FOREIGN_DBMATE, tables, 2, NULL), LG_OK);
	assert_string_equal(choice.foreign.table->schema, "other");
	assert_int_equal(choose(&choice, FOREIGN_DBMATE, tables, 3, NULL), LG_USAGE);
	assert_non_null(strstr(choice.err.hint, "--history-table other.schema_migrations"));
	assert_int_equal(
		choose(&choice, FOREIGN_DBMATE, tables, 3, "third.schema_migrations"), LG_OK);
	assert_string_equal(choice.foreign.table->schema, "third");
	assert_int_equal(choose(&choice, FOREIGN_KNEX, tables, 1, NULL), LG_USAGE);
	assert_non_null(strstr(choice.err.hint, "'schema_migrations' of golang-migrate"));
	foreign_release(&choice.foreign);
}

/* Exact spelling first, then any; a lock table stands in the same schema. */
static void spelling_decides(void **state)
{
	const struct foreign_table tables[] = {
		some_table("a", "databasechangelog", "id\n"),
		some_table("a", "DATABASECHANGELOG", "id\n"),
		some_table("b", "databasechangeloglock", "id\n"),
		some_table("a", "Databasechangeloglock", "id\n"),
	};
	struct choice choice = {0};

	(void)state;
	assert_int_equal(choose(&choice, FOREIGN_LIQUIBASE, tables, 4, NULL), LG_OK);
	assert_string_equal(choice.foreign.table->name, "DATABASECHANGELOG");
	assert_string_equal(choice.foreign.lock->schema, "a");
	assert_int_equal(choose(&choice, FOREIGN_LIQUIBASE, tables, 1, NULL), LG_OK);
	assert_string_equal(choice.foreign.table->name, "databasechangelog");
	assert_null(choice.foreign.lock);
	foreign_release(&choice.foreign);
}

static const char *recorded(struct matched *matched, const char *file, struct lg_arena *strings)
{
	struct foreign_record record;

	matched->bundle.migrations[0].up.file = file;
	assert_true(foreign_record_add(
		&matched->foreign, &matched->bundle.migrations[0], "", 0, strings, &record));
	return record.values[0];
}

static void records_are_named_as_the_tool_would(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;
	struct lg_arena strings = {0};

	(void)state;
	begin(&matched, FOREIGN_SEQUELIZE, "v1=a");
	assert_string_equal(recorded(&matched, "1_a.up.sql", &strings), "1_a.up.sql");
	assert_string_equal(recorded(&matched, "1-a.cjs", &strings), "1-a.cjs");
	must_add(&matched, "0_z.ts", "applied");
	assert_string_equal(recorded(&matched, "1_a.up.sql", &strings), "1_a.ts");
	must_add(&matched, "0-z.js", "applied");
	assert_string_equal(recorded(&matched, "1_a_b.up.sql", &strings), "1-a_b.js");
	assert_string_equal(recorded(&matched, "1-a.cjs", &strings), "1-a.cjs");
	matched.foreign.tool = FOREIGN_NODE_PG_MIGRATE;
	assert_string_equal(recorded(&matched, "1_a.js", &strings), "1_a");
	matched.foreign.tool = FOREIGN_PRISMA;
	assert_string_equal(recorded(&matched, "1_a/migration.sql", &strings), "1_a");
	lg_arena_release(&strings);
}

static void removals_name_the_row_that_stands_there(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;
	struct foreign_record record;
	struct lg_arena strings = {0};

	(void)state;
	begin(&matched, FOREIGN_SEQUELIZE, "v1=a");
	must_add(&matched, "1-a-b.js", "applied");
	must_add(&matched, "1-c.js", "applied");
	assert_true(foreign_record_remove(&matched.foreign, "1", "a_b", NULL, &strings, &record));
	assert_string_equal(record.values[0], "1-a-b.js");
	must_add(&matched, "2024.01.02T03.04.05.new.users.js", "applied");
	must_add(&matched, "10-d.js", "applied");
	assert_true(foreign_record_remove(
		&matched.foreign, "2024.01.02.03.04.05", "new_users", NULL, &strings, &record));
	assert_string_equal(record.values[0], "2024.01.02T03.04.05.new.users.js");
	assert_true(foreign_record_remove(&matched.foreign, "1", "x", NULL, &strings, &record));
	assert_string_equal(record.values[0], "1-c.js");
	assert_false(foreign_record_remove(&matched.foreign, "2", "x", NULL, &strings, &record));
	matched.foreign.tool = FOREIGN_GOLANG_MIGRATE;
	assert_true(foreign_record_remove(&matched.foreign, "2", "x", "1", &strings, &record));
	assert_false(record.is_removal);
	assert_string_equal(record.values[0], "1");
	assert_true(foreign_record_remove(&matched.foreign, "2", "x", NULL, &strings, &record));
	assert_true(record.is_removal);
	lg_arena_release(&strings);
}

static void seeds_are_nobodys(void **state)
{
	LG_CLEANUP(matched_release) struct matched matched;
	struct foreign_record record;
	struct lg_arena strings = {0};

	(void)state;
	begin(&matched, FOREIGN_FLYWAY, "r:views=c s1=d");
	assert_true(foreign_record_add(
		&matched.foreign, &matched.bundle.migrations[0], "", 0, &strings, &record));
	assert_null(record.values[0]);
	assert_false(foreign_record_add(
		&matched.foreign, &matched.bundle.migrations[1], "", 0, &strings, &record));
	matched.foreign.tool = FOREIGN_DBMATE;
	assert_false(foreign_record_add(
		&matched.foreign, &matched.bundle.migrations[0], "", 0, &strings, &record));
	lg_arena_release(&strings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stems_are_what_stays),
		cmocka_unit_test(the_last_row_about_a_migration_counts),
		cmocka_unit_test(order_is_that_of_the_tool),
		cmocka_unit_test(a_baseline_covers_what_stands_below),
		cmocka_unit_test(failures_are_doubtful),
		cmocka_unit_test(prisma_goes_by_the_folder),
		cmocka_unit_test(liquibase_goes_by_three_things),
		cmocka_unit_test(hostile_rows_are_refused),
		cmocka_unit_test(tables_of_one_name_are_told_apart),
		cmocka_unit_test(spelling_decides),
		cmocka_unit_test(records_are_named_as_the_tool_would),
		cmocka_unit_test(removals_name_the_row_that_stands_there),
		cmocka_unit_test(seeds_are_nobodys),
	};

	return cmocka_run_group_tests_name("foreign match", tests, NULL, NULL);
}
