/* SPDX-License-Identifier: MIT */
#include "gate/postgres/string.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"

static int set_up(void **state)
{
	static struct postgres_string string;

	postgres_string_init(&string);
	*state = &string;
	return 0;
}

static int tear_down(void **state)
{
	postgres_string_release(*state);
	return 0;
}

static void placeholders_become_literals(void **state)
{
	struct postgres_string *string = *state;

	POSTGRES_ADD(string, "-- $1 is a text\nSELECT $2::int8, $1, '$1', $3, $1;\n",
		postgres_text("a"), postgres_number(-5), postgres_null());
	assert_string_equal(string->text.text, "SELECT '-5'::int8, 'a', '$1', NULL, 'a';\n");
	assert_int_equal(string->count, 1);
}

static void hostile_names_stay_names(void **state)
{
	struct postgres_string *string = *state;

	POSTGRES_ADD(string, "TABLE $1.$2;", postgres_name("a\"; DROP TABLE x; --"),
		postgres_name("It's \\ $1"));
	assert_string_equal(string->text.text, "TABLE \"a\"\"; DROP TABLE x; --\".\"It's \\ $1\";");
}

static void hostile_values_stay_values(void **state)
{
	static const struct {
		const char *value, *literal;
	} cases[] = {
		{"'; DROP TABLE x; --", "'''; DROP TABLE x; --'"},
		{"\\'; --", " E'\\\\''; --'"},
		{"\\", " E'\\\\'"},
		{"", "''"},
		{"$1 $2", "'$1 $2'"},
		{"a\nb", "'a\nb'"},
		{"\xc3\xa9\xe2\x98\x83'", "'\xc3\xa9\xe2\x98\x83'''"},
		{"$$;$$ /* -- */", "'$$;$$ /* -- */'"},
	};
	struct postgres_string *string = *state;

	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		postgres_string_clear(string);
		POSTGRES_ADD(string, "$1", postgres_text(cases[i].value));
		assert_string_equal(string->text.text, cases[i].literal);
	}
}

static void bytes_and_digests_are_values(void **state)
{
	struct postgres_string *string = *state;
	struct lg_digest digest = lg_digest_of("", 0);

	POSTGRES_ADD(string, "$1 $2 $3", postgres_bytes("abc", 2), postgres_digest(&digest),
		postgres_bytes(NULL, 0));
	assert_string_equal(string->text.text,
		"'ab' 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' NULL");
}

/* Adds every statement of a script. */
static void add_all(struct postgres_string *string, const struct target_script *script)
{
	struct script_cursor cursor;
	struct script_statement statement;
	size_t from = 0;

	script_cursor_init(&cursor, script->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement)) {
		postgres_string_add_statement(string, script, &statement, from);
		from = statement.data_len ? statement.data_offset + statement.data_len
					  : statement.offset + statement.len;
	}
}

static void scripts_are_sent_as_they_are(void **state)
{
	static const char sql[] = "-- first\nSELECT 1; -- one\n/* two */ SELECT 2";
	struct postgres_string *string = *state;
	struct body_view view = body_view_of_text(sql, strlen(sql));
	const struct target_script script = {.view = &view, .file = "up.sql", .first_line = 1};

	add_all(string, &script);
	assert_string_equal(
		string->text.text, "-- first\nSELECT 1;\n -- one\n/* two */ SELECT 2\n;\n");
	assert_int_equal(string->count, 2);
}

static void what_is_for_psql_alone_is_left_out(void **state)
{
	static const char sql[] =
		"\xef\xbb\xbf\\restrict abc\n\nSELECT 1;\nCOPY t FROM stdin;\n1\t2\n\\.\n"
		"SELECT 2;\n\\unrestrict abc\n";
	struct postgres_string *string = *state;
	struct body_view view = body_view_of_text(sql, strlen(sql));
	const struct target_script script = {.view = &view, .file = "up.sql", .first_line = 1};

	add_all(string, &script);
	assert_string_equal(string->text.text, "SELECT 1;\n\nCOPY t FROM stdin;\n\nSELECT 2;\n");
	assert_int_equal(string->count, 3);
	assert_int_equal(string->pieces[1].statement.data_len, strlen("1\t2\n\\."));
}

static void positions_lead_back_to_the_file(void **state)
{
	static const char sql[] = "SELECT '\xc3\xa9\xe2\x98\x83';\n\nSELECT bad FROM \xc3\xa9;\n";
	struct postgres_string *string = *state;
	struct body_view view = body_view_of_text(sql, strlen(sql));
	const struct target_script script = {.view = &view, .file = "up.sql", .first_line = 11};
	struct postgres_place place;
	size_t at;

	POSTGRES_ADD(string, "SELECT $1;\n", postgres_text("\xc3\xa9\xc3\xa9"));
	add_all(string, &script);
	at = (size_t)(strstr(string->text.text, "bad") - string->text.text);

	assert_true(postgres_string_locate(string, at + 1, true, &place));
	assert_int_equal(place.line, 13);
	assert_int_equal(place.column, 8);
	/* Two characters of two bytes in front, one of two and one of three in the script. */
	assert_true(postgres_string_locate(string, at + 1 - 2 - 3, false, &place));
	assert_int_equal(place.line, 13);
	assert_int_equal(place.column, 8);
	assert_false(postgres_string_locate(string, 3, false, &place));
	assert_true(postgres_string_locate(string, 1000, false, &place));
	assert_int_equal(place.line, 13);
}

static void pieces_have_a_place(void **state)
{
	static const char sql[] = "SELECT 1;\n  SELECT 2;\n";
	struct postgres_string *string = *state;
	struct body_view view = body_view_of_text(sql, strlen(sql));
	const struct target_script script = {.view = &view, .file = "up.sql", .first_line = 5};
	struct postgres_place place;

	POSTGRES_ADD_PLAIN(string, "BEGIN;\n");
	add_all(string, &script);
	assert_false(postgres_string_locate_piece(string, 0, &place));
	assert_true(postgres_string_locate_piece(string, 2, &place));
	assert_int_equal(place.line, 6);
	assert_int_equal(place.column, 3);
	assert_false(postgres_string_locate_piece(string, 3, &place));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(placeholders_become_literals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hostile_names_stay_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hostile_values_stay_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bytes_and_digests_are_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scripts_are_sent_as_they_are, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_for_psql_alone_is_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(positions_lead_back_to_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pieces_have_a_place, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
