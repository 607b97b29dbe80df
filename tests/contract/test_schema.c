/* SPDX-License-Identifier: MIT */

/* Promises of gate/target.h, held against every driver. The schema: read, recorded, apart. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "gate/schema_compare.h"
#include "gate/schema_watch.h"
#include "tests/support/contract_fixture.h"

static void read_schema(struct fixture *fixture, struct target *target, struct schema *out)
{
	schema_init(out);
	fixture_expect_ok(fixture, target->driver->read_schema(target, out, &fixture->err));
}

static void read_record(struct fixture *fixture, struct target *target, struct schema_record *out)
{
	schema_record_init(out);
	fixture_expect_ok(fixture, target->driver->read_record(target, out, &fixture->err));
}

/* The table of that name, whatever its schema; NULL: none. */
static const struct schema_object *find_table(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->objects[i];
		const char *dot = strrchr(object->identity, '.');

		if (strcmp(object->kind, "table") == 0 &&
			strcmp(dot ? dot + 1 : object->identity, name) == 0)
			return object;
	}
	return NULL;
}

static void record(struct fixture *fixture, struct target *target, const char *batch_id,
	const struct schema_object *object, bool is_removal)
{
	LG_CLEANUP(schema_writes_release) struct schema_writes writes = {0};
	struct schema_object server;

	schema_watch_add_server(&writes, &server, "9");
	writes.items = lg_grow(writes.items, writes.count, sizeof(*writes.items));
	writes.items[writes.count++] =
		(struct schema_write){.object = object, .is_removal = is_removal};
	fixture_expect_ok(
		fixture, target->driver->record_schema(target, batch_id, &writes, &fixture->err));
}

/* What would end a literal, an array's element, or a line. */
static struct schema_object hostile_object(void)
{
	static const char definition[] = "a 'b' \"c\" \\ {d,e} NULL\n$1 \xc3\xa9";

	return (struct schema_object){
		.kind = "table",
		.identity = "s.\"t'\"\"{,}\\\"",
		.definition = definition,
		.digest = lg_digest_of(definition, sizeof(definition) - 1),
	};
}

static void schema_is_what_scripts_have_made(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(schema_release) struct schema before;
	LG_CLEANUP(schema_release) struct schema after;
	LG_CLEANUP(schema_release) struct schema again;

	fixture_ready(fixture);
	read_schema(fixture, fixture->target, &before);
	fixture_expect_ok(fixture, fixture_apply(fixture, "1", "CREATE TABLE users (id INT);"));
	read_schema(fixture, fixture->target, &after);
	read_schema(fixture, fixture->target, &again);

	assert_null(find_table(&before, "users"));
	assert_non_null(find_table(&after, "users"));
	assert_non_null(after.release);
	assert_int_equal(after.count, again.count);
	for (size_t i = 0; i < after.count; i++) {
		assert_true(schema_has(&again, &after.objects[i]));
		assert_null(strstr(after.objects[i].identity, "lockgate"));
	}
}

static void absent_history_has_recorded_nothing(void **state)
{
	struct fixture *fixture = *state;
	LG_CLEANUP(schema_record_release) struct schema_record record;
	struct target *reader = fixture_open_to_read(fixture);

	read_record(fixture, reader, &record);
	assert_null(record.schema.release);
	assert_null(record.batch_id);
	assert_int_equal(record.schema.count, 0);
	reader->driver->close(reader);
}

static void objects_are_recorded_replaced_and_removed(void **state)
{
	struct fixture *fixture = *state;
	struct schema_object object = hostile_object();
	LG_CLEANUP(schema_record_release) struct schema_record first;
	LG_CLEANUP(schema_record_release) struct schema_record second;
	LG_CLEANUP(schema_record_release) struct schema_record third;

	fixture_ready(fixture);
	record(fixture, fixture->target, "B1", &object, false);
	read_record(fixture, fixture->target, &first);
	assert_string_equal(first.schema.release, "9");
	assert_string_equal(first.batch_id, "B1");
	assert_string_equal(first.last_run, "B1");
	assert_int_equal(first.schema.count, 1);
	assert_true(schema_has(&first.schema, &object));
	assert_string_equal(first.schema.objects[0].definition, object.definition);

	object.definition = "";
	object.digest = lg_digest_of("", 0);
	fixture_begin_batch(fixture, fixture->target, "B2", "drift");
	record(fixture, fixture->target, "B2", &object, false);
	read_record(fixture, fixture->target, &second);
	assert_int_equal(second.schema.count, 1);
	assert_true(schema_has(&second.schema, &object));
	assert_string_equal(second.batch_id, "B2");
	assert_string_equal(second.last_run, "B1");

	record(fixture, fixture->target, "B2", &object, true);
	read_record(fixture, fixture->target, &third);
	assert_int_equal(third.schema.count, 0);
	assert_string_equal(third.schema.release, "9");
}

static void projects_see_each_others_records_apart(void **state)
{
	struct fixture *fixture = *state;
	const struct schema_object object = hostile_object();
	LG_CLEANUP(schema_record_release) struct schema_record theirs;
	struct target *other;

	fixture_ready(fixture);
	record(fixture, fixture->target, "B1", &object, false);
	other = fixture_open(fixture, "billing", "main");
	read_record(fixture, other, &theirs);

	assert_null(theirs.schema.release);
	assert_int_equal(theirs.schema.count, 0);
	assert_int_equal(theirs.others.count, 1);
	assert_true(schema_has(&theirs.others, &object));
	other->driver->close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_CASE(schema_is_what_scripts_have_made),
		CONTRACT_CASE(absent_history_has_recorded_nothing),
		CONTRACT_CASE(objects_are_recorded_replaced_and_removed),
		CONTRACT_CASE(projects_see_each_others_records_apart),
	};
	int failed = 0;

	for (size_t i = 0; i < CONTRACT_SUBJECTS; i++)
		failed += cmocka_run_group_tests_name(
			contract_choose(contract_subjects[i]), tests, NULL, NULL);
	return failed;
}
