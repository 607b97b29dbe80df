/* SPDX-License-Identifier: MIT */

/* How two schemas differ, and what a run may record. */

#include "gate/schema_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "gate/drift_judge.h"

/* Objects as "kind identity definition", ends with NULL. */
static void fill(struct schema *schema, const char *release, const char *const *objects)
{
	schema_init(schema);
	schema_add(schema, SCHEMA_SERVER, "x", release);
	for (; *objects; objects++) {
		LG_FREE_BY_SCOPE char *kind = lg_strndup(*objects, strcspn(*objects, "/"));
		const char *identity = *objects + strlen(kind) + 1;
		LG_FREE_BY_SCOPE char *name = lg_strndup(identity, strcspn(identity, "/"));

		schema_add(schema, kind, name, identity + strlen(name) + 1);
	}
	schema_sort(schema);
}

#define OBJECTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOTHING ((const char *const[]){NULL})

/* "+table a, -column a.x (1), …", parts left out. */
static void expect(const struct schema_difference *difference, const char *expected)
{
	static const char marks[] = {
		[SCHEMA_ADDED] = '+', [SCHEMA_MISSING] = '-', [SCHEMA_CHANGED] = '~'};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < difference->count; i++) {
		const struct schema_change *change = &difference->changes[i];
		const struct schema_object *object = schema_change_object(change);

		if (change->owner)
			continue;
		lg_buf_addf(&text, "%s%c%s %s", text.len ? ", " : "", marks[change->fate],
			object->kind, object->identity);
		if (change->parts)
			lg_buf_addf(&text, " (%zu)", change->parts);
	}
	assert_string_equal(text.text, expected);
}

static void parent_is_before_the_last_dot_outside_of_quotes(void **state)
{
	static const struct {
		const char *identity;
		size_t len;
	} cases[] = {{"t", 0}, {"s.t", 1}, {"s.t.c", 3}, {"s.\"a.b\"", 1}, {"\"a.b\".c", 5},
		{"\"a\"\".b\".\"c.d\"", 7}, {"s.f(public.t)", 1}, {"", 0}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		assert_int_equal(schema_parent_length(cases[i].identity), cases[i].len);
}

static void compare_names_what_differs(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema live;
	LG_CLEANUP(schema_difference_release) struct schema_difference difference = {0};

	(void)state;
	schema_record_init(&record);
	fill(&record.schema, "15", OBJECTS("table/s.a/", "table/s.b/x", "column/s.a.c/int"));
	fill(&live, "15", OBJECTS("table/s.a/", "table/s.b/y", "table/s.d/"));
	schema_compare(&record, &live, &difference);

	expect(&difference, "-column s.a.c, ~table s.b, +table s.d");
	assert_int_equal(difference.skipped, 0);
}

static void compare_puts_parts_with_their_owner(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema live;
	LG_CLEANUP(schema_difference_release) struct schema_difference difference = {0};

	(void)state;
	schema_record_init(&record);
	fill(&record.schema, "15",
		OBJECTS("table/s.a/", "column/s.a.c/int", "index/s.a.i/", "privileges/s.a/owner x",
			"function/s.f(int)/", "privileges/s.f(int)/", "column/s.ab.c/int"));
	fill(&live, "15", OBJECTS("schema/n/", "table/n.t/", "column/n.t.c/", "column/s.ab.d/"));
	schema_compare(&record, &live, &difference);

	expect(&difference, "-column s.ab.c, +column s.ab.d, -function s.f(int) (1), +schema n, "
			    "+table n.t (1), -table s.a (3)");
}

static void compare_lets_others_have_their_own(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema live;
	LG_CLEANUP(schema_difference_release) struct schema_difference difference = {0};
	LG_CLEANUP(schema_writes_release) struct schema_writes writes = {0};

	(void)state;
	schema_record_init(&record);
	fill(&record.schema, "15", OBJECTS("table/a/", "table/b/1"));
	fill(&record.others, "15", OBJECTS("table/b/2", "table/c/", "table/d/old"));
	fill(&live, "15", OBJECTS("table/a/", "table/b/2", "table/c/", "table/d/new"));
	schema_compare(&record, &live, &difference);
	schema_writes_of_all(&record, &live, &writes);

	expect(&difference, "+table d");
	assert_int_equal(writes.count, 2);
	assert_string_equal(writes.items[0].object->identity, "b");
	assert_true(writes.items[0].is_removal);
	assert_string_equal(writes.items[1].object->identity, "d");
}

static void compare_skips_what_another_release_writes(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema live;
	LG_CLEANUP(schema_difference_release) struct schema_difference difference = {0};

	(void)state;
	schema_record_init(&record);
	fill(&record.schema, "15",
		OBJECTS("view/v/old", "view/w/old", "extension/e/1.0", "table/t/old"));
	fill(&live, "18", OBJECTS("view/v/new", "extension/e/1.1", "table/t/new", "view/x/"));
	schema_compare(&record, &live, &difference);

	expect(&difference, "~table t, -view w, +view x");
	assert_int_equal(difference.skipped, 2);
}

/* Recorded, before the run, after it; and what is then written. */
static void run_records_what_it_has_changed_itself(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema before;
	LG_CLEANUP(schema_release) struct schema after;
	LG_CLEANUP(schema_writes_release) struct schema_writes writes = {0};

	(void)state;
	schema_record_init(&record);
	fill(&record.schema, "15",
		OBJECTS("table/lost/", "table/foreign/1", "table/mine/1", "table/gone/",
			"table/restored/1", "table/both/1", "table/ended/1"));
	fill(&before, "15",
		OBJECTS("table/foreign/2", "table/mine/1", "table/gone/", "table/alien/",
			"table/restored/2", "table/both/2", "table/ended/2", "table/passing/"));
	fill(&after, "15",
		OBJECTS("table/foreign/2", "table/mine/2", "table/alien/", "table/restored/1",
			"table/both/3", "table/new/"));
	schema_writes_of_run(&record, &before, &after, &writes);

	/* What had drifted stays drift, unless it is gone for good. */
	assert_int_equal(writes.count, 4);
	assert_string_equal(writes.items[0].object->identity, "ended");
	assert_true(writes.items[0].is_removal);
	assert_string_equal(writes.items[1].object->identity, "gone");
	assert_true(writes.items[1].is_removal);
	assert_string_equal(writes.items[2].object->identity, "mine");
	assert_string_equal(writes.items[3].object->identity, "new");
}

static void judge_counts_what_it_leaves_out(void **state)
{
	LG_CLEANUP(schema_record_release) struct schema_record record;
	LG_CLEANUP(schema_release) struct schema live;
	LG_CLEANUP(schema_difference_release) struct schema_difference difference = {0};
	LG_CLEANUP(verdict_release) struct gate_verdict verdict;
	const struct drift_levels levels = {.missing = POLICY_BLOCK, .changed = POLICY_WARN};

	(void)state;
	schema_record_init(&record);
	schema_init(&live);
	verdict_init(&verdict);
	for (int i = 0; i <= DRIFT_MAX_FINDINGS; i++) {
		LG_FREE_BY_SCOPE char *name = lg_format("t%d", i);

		schema_add(&live, "table", name, "");
	}
	schema_add(&record.schema, "view", "v", "");
	schema_sort(&live);
	schema_compare(&record, &live, &difference);
	drift_judge(&record, &difference, levels, &verdict);

	assert_int_equal(verdict.finding_count, DRIFT_MAX_FINDINGS + 1);
	assert_true(verdict.is_blocked);
	assert_int_equal(verdict.findings[0].code, FINDING_SCHEMA_DRIFT);
	assert_int_equal(verdict.findings[DRIFT_MAX_FINDINGS].code, FINDING_SCHEMA_MISSING);
	assert_non_null(strstr(verdict.findings[DRIFT_MAX_FINDINGS].message, "2 more objects"));
}

static void judge_tells_that_a_run_has_not_recorded(void **state)
{
	static const struct {
		const char *recorded, *last;
		bool is_told;
	} cases[] = {{"B1", "B1", false}, {"B2", "B1", false}, {"B1", "B2", true},
		{"B1", NULL, false}, {NULL, "B1", true}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const struct schema_object object = {.kind = "table", .identity = "t"};
		struct schema_change change = {.fate = SCHEMA_ADDED, .live = &object};
		const struct schema_difference difference = {.changes = &change, .count = 1};
		const struct schema_record record = {
			.batch_id = cases[i].recorded, .last_run = cases[i].last};
		LG_CLEANUP(verdict_release) struct gate_verdict verdict;

		verdict_init(&verdict);
		drift_judge(&record, &difference,
			(struct drift_levels){.missing = POLICY_ALLOW, .changed = POLICY_WARN},
			&verdict);
		assert_int_equal(verdict.finding_count, 1);
		assert_int_equal(strstr(verdict.findings[0].hint, "without recording") != NULL,
			cases[i].is_told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parent_is_before_the_last_dot_outside_of_quotes),
		cmocka_unit_test(compare_names_what_differs),
		cmocka_unit_test(compare_puts_parts_with_their_owner),
		cmocka_unit_test(compare_lets_others_have_their_own),
		cmocka_unit_test(compare_skips_what_another_release_writes),
		cmocka_unit_test(run_records_what_it_has_changed_itself),
		cmocka_unit_test(judge_counts_what_it_leaves_out),
		cmocka_unit_test(judge_tells_that_a_run_has_not_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
