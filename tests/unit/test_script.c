/* SPDX-License-Identifier: MIT */
#include "bundles/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "bundles/limits.h"

static enum lg_status scan_bytes(enum sql_dialect dialect, enum script_role role, const char *text,
	size_t len, struct script_facts *out, struct lg_error *err)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct body_view view = body_view_of_text(text, len);
	enum lg_status status = script_scan(&view, dialect, role, &strings, out, err);

	/* It is kept in the arena that is about to go. */
	if (!status)
		out->directives.role = NULL;
	return status;
}

static struct script_facts scan(enum sql_dialect dialect, const char *text)
{
	struct script_facts facts = {0};
	struct lg_error err;

	if (scan_bytes(dialect, SCRIPT_UP, text, strlen(text), &facts, &err))
		fail_msg("%s: %u:%u: %s", text, err.line, err.column, err.text);
	return facts;
}

static void assert_hash(const struct lg_digest *digest, const char *expected)
{
	char text[LG_DIGEST_CHARS + 1];

	lg_digest_format(digest, text);
	assert_string_equal(text, expected);
}

/*
 * raw, content: printf -- "-- a\nSELECT 'x';\n" | sha256sum
 * tokens: printf "\0\0\0\0\0\0\0\6SELECT\0\0\0\0\0\0\0\3'x'\0\0\0\0\0\0\0\1;" | sha256sum
 * raw with byte-order mark and CRLF:
 *         printf "\xef\xbb\xbf-- a\r\nSELECT 'x';\r\n" | sha256sum
 */
#define GOLDEN_CONTENT "908823cb94f67ab9901fc9e22be5cf5344b1ab90ba82bd47c40aee1a368aff84"
#define GOLDEN_TOKENS "ba6f499e8b35eec8757fb727d5f61e04867de2aa4e73c446ed2ff98ceaf3ec42"
#define GOLDEN_WINDOWS_RAW "631ab3ef791adf3434b60719ef5992a877721910a0c205a504185bc38050577a"
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void script_hashes_match_golden_vectors(void **state)
{
	struct script_facts facts = scan(SQL_POSTGRES, "-- a\nSELECT 'x';\n");

	(void)state;
	assert_hash(&facts.hashes.raw, GOLDEN_CONTENT);
	assert_hash(&facts.hashes.content, GOLDEN_CONTENT);
	assert_hash(&facts.hashes.tokens, GOLDEN_TOKENS);

	facts = scan(SQL_SQLITE, "\xef\xbb\xbf-- a\r\nSELECT 'x';\r\n");
	assert_hash(&facts.hashes.raw, GOLDEN_WINDOWS_RAW);
	assert_hash(&facts.hashes.content, GOLDEN_CONTENT);
	assert_hash(&facts.hashes.tokens, GOLDEN_TOKENS);

	facts = scan(SQL_POSTGRES, "");
	assert_hash(&facts.hashes.raw, EMPTY_HASH);
	assert_hash(&facts.hashes.content, EMPTY_HASH);
	assert_hash(&facts.hashes.tokens, EMPTY_HASH);
}

/* tokens: printf "\0\0\0\0\0\0\0\7'a\nb\rc'" | sha256sum */
static void script_folds_crlf_within_tokens(void **state)
{
	struct script_facts unix_ends = scan(SQL_POSTGRES, "'a\nb\rc'");
	struct script_facts windows_ends = scan(SQL_POSTGRES, "'a\r\nb\rc'");

	(void)state;
	assert_true(lg_digest_equal(&unix_ends.hashes.tokens, &windows_ends.hashes.tokens));
	assert_true(lg_digest_equal(&unix_ends.hashes.content, &windows_ends.hashes.content));
	assert_false(lg_digest_equal(&unix_ends.hashes.raw, &windows_ends.hashes.raw));
	assert_hash(&unix_ends.hashes.tokens,
		"a9ee03f61fec0ad7169c90a9c11550a9af1d7661f2016bd1f52b4a94b378e09d");
}

enum { CONTENT = 1, TOKENS = 2 };

struct change {
	const char *a, *b;
	int same; /* which hashes are */
};

static void script_hashes_tell_changes_apart(void **state)
{
	static const struct change changes[] = {
		{"SELECT 1;", "SELECT 1;", CONTENT | TOKENS},
		{"SELECT 1;\r\n-- a\r\n", "SELECT 1;\n-- a\n", CONTENT | TOKENS},
		{"\xef\xbb\xbfSELECT 1;", "SELECT 1;", CONTENT | TOKENS},
		{"SELECT 1; -- a", "SELECT 1; -- b", TOKENS},
		{"SELECT /* a */ 1;", "SELECT 1;", TOKENS},
		{"SELECT 1;", "\n SELECT\t1 ;\n", TOKENS},
		{"SELECT a+b;", "SELECT a + b ;", TOKENS},
		{"SELECT 1;\r", "SELECT 1;\n", TOKENS},
		{"SELECT '\r';", "SELECT '\n';", 0},
		{"SELECT 1;", "SELECT 2;", 0},
		{"SELECT 'a';", "SELECT 'b';", 0},
		{"SELECT 'a b';", "SELECT 'a  b';", 0},
		{"SELECT ab;", "SELECT a b;", 0},
		{"SELECT 1; SELECT 2;", "SELECT 1; -- SELECT 2;", 0},
		{"SELECT 1; SELECT 2;", "SELECT 1; /* SELECT 2; */", 0},
		{"SELECT 1;", "SELECT 1", 0},
		{"\xef\xbb\xbf\xef\xbb\xbf", "\xef\xbb\xbf", TOKENS},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(changes); i++) {
		struct script_hashes a = scan(SQL_SQLITE, changes[i].a).hashes;
		struct script_hashes b = scan(SQL_SQLITE, changes[i].b).hashes;
		int same = (lg_digest_equal(&a.content, &b.content) ? CONTENT : 0) |
			   (lg_digest_equal(&a.tokens, &b.tokens) ? TOKENS : 0);

		if (same != changes[i].same)
			fail_msg("'%s' and '%s': %d", changes[i].a, changes[i].b, same);
	}
}

static void script_counts_statements(void **state)
{
	static const struct {
		const char *text;
		uint32_t statements, first_line;
	} cases[] = {
		{"", 0, 1},
		{"-- a\n\n", 0, 1},
		{";\n; /* a */ ;", 0, 1},
		{"SELECT 1", 1, 1},
		{"-- a\n;\n SELECT 1;; SELECT\n2;\n;", 2, 3},
		{"SELECT ';'; SELECT 2", 2, 1},
		{"\n\\restrict a\nSELECT 1;\n\\unrestrict a\n", 1, 3},
		{"COPY t FROM stdin;\na;b\n\\.\nSELECT 1;", 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct script_facts facts = scan(SQL_POSTGRES, cases[i].text);

		assert_int_equal(facts.statements, cases[i].statements);
		assert_int_equal(facts.first_line, cases[i].first_line);
	}
}

static void script_reads_directives_of_first_comment_block_only(void **state)
{
	static const struct {
		const char *text;
		bool is_read;
	} cases[] = {
		{"-- lockgate: retries=7\nSELECT 1;", true},
		{"-- lockgate: retries=7", true},
		{"--lockgate:retries=7\nSELECT 1;", true},
		{"--\t lockgate:\tretries=7 \r\nSELECT 1;\r\n", true},
		{"\xef\xbb\xbf-- lockgate: retries=7\nSELECT 1;", true},
		{"/* Copyright ;\n */\n\n-- a\n\n-- lockgate: retries=7\n\nSELECT 1;", true},
		{"SELECT 1;\n-- lockgate: retries=7\n", false},
		{"SELECT 1; -- lockgate: retries=7\n", false},
		{";\n-- lockgate: retries=7\n", false},
		{"/* lockgate: retries=7 */ SELECT 1;", false},
		{"/*\n-- lockgate: retries=7\n*/ SELECT 1;", false},
		{"-- see lockgate: retries=7\nSELECT 1;", false},
		{"-- Lockgate: retries=7\nSELECT 1;", false},
		{"--- lockgate: retries=7\nSELECT 1;", false},
		{"SELECT '\n-- lockgate: retries=7\n';", false},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		uint32_t retries = scan(SQL_SQLITE, cases[i].text).directives.retries;

		if ((retries == 7) != cases[i].is_read)
			fail_msg("%s: %u", cases[i].text, retries);
	}
}

static void script_takes_leading_pragma_for_directive(void **state)
{
	static const struct {
		const char *text;
		enum foreign_keys value;
	} cases[] = {
		{"SELECT 1;", FOREIGN_KEYS_UNSET},
		{"PRAGMA foreign_keys;", FOREIGN_KEYS_UNSET},
		{"PRAGMA foreign_keys=off; SELECT 1;", FOREIGN_KEYS_OFF},
		{"pragma Foreign_Keys = OFF; SELECT 1; pragma foreign_keys = on;",
			FOREIGN_KEYS_OFF},
		{"PRAGMA main.foreign_keys(0);", FOREIGN_KEYS_OFF},
		{"PRAGMA \"foreign_keys\"='no';", FOREIGN_KEYS_OFF},
		{"PRAGMA foreign_keys=false; PRAGMA foreign_keys=true;", FOREIGN_KEYS_OFF},
		{"PRAGMA user_version=1; PRAGMA foreign_keys=1;", FOREIGN_KEYS_ON},
		{"PRAGMA foreign_keys=yes;", FOREIGN_KEYS_ON},
		{"PRAGMA foreign_keys=TRUE", FOREIGN_KEYS_ON},
		{"-- lockgate: foreign_keys=off\nPRAGMA foreign_keys=off; SELECT 1;",
			FOREIGN_KEYS_OFF},
		{"-- lockgate: foreign_keys=off\nSELECT 1; PRAGMA foreign_keys=on; PRAGMA a;",
			FOREIGN_KEYS_OFF},
		{"SELECT 1; PRAGMA foreign_keys=on; PRAGMA a; ;", FOREIGN_KEYS_UNSET},
		{"SELECT 1; PRAGMA foreign_keys=off; SELECT 2; PRAGMA foreign_keys=on;",
			FOREIGN_KEYS_UNSET},
		{"-- lockgate: transaction=off\nSELECT 1; PRAGMA foreign_keys=on; SELECT 2;",
			FOREIGN_KEYS_UNSET},
		{"PRAGMA foreign_key_check; SELECT 1; PRAGMA foreign_keys; SELECT 2;",
			FOREIGN_KEYS_UNSET},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++)
		if (scan(SQL_SQLITE, cases[i].text).directives.foreign_keys != cases[i].value)
			fail_msg("%s", cases[i].text);
}

static void script_refuses_what_is_not_text(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t line, column;
		const char *sentence;
	} cases[] = {
		{"a\n\0b", 4, 2, 1, "script holds a NUL character"},
		{"a\n\xc3\xa4\xff", 5, 2, 2, "script is not UTF-8 at byte 0xff"},
		{"a\xc3", 2, 1, 2, "script is not UTF-8 at byte 0xc3"},
		{"\xed\xa0\x80", 3, 1, 1, "script is not UTF-8 at byte 0xed"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct script_facts facts;
		struct lg_error err;

		assert_int_equal(scan_bytes(SQL_POSTGRES, SCRIPT_UP, cases[i].text, cases[i].len,
					 &facts, &err),
			LG_FORMAT);
		assert_string_equal(err.text, cases[i].sentence);
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
		assert_string_not_equal(err.hint, "");
	}
}

static void script_refuses_directives_of_the_other_engine(void **state)
{
	static const struct {
		enum sql_dialect dialect;
		const char *text, *sentence;
	} cases[] = {
		{SQL_SQLITE, "-- lockgate: role=a\n",
			"'role' has no place in SQLite, which has none"},
		{SQL_POSTGRES, "-- lockgate: foreign_keys=on\n",
			"'foreign_keys' has no place in PostgreSQL, which always keeps them"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		struct script_facts facts;
		struct lg_error err;

		assert_int_equal(scan_bytes(cases[i].dialect, SCRIPT_UP, cases[i].text,
					 strlen(cases[i].text), &facts, &err),
			LG_FORMAT);
		assert_string_equal(err.text, cases[i].sentence);
		assert_int_equal(err.line, 1);
	}
}

/* Characters that lie across the windows of the check must not look broken. */
static void script_reads_characters_across_windows(void **state)
{
	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf text;

		lg_buf_init(&text, LG_BUF_MAX_BYTES);
		lg_buf_add(&text, "----", lead + 1);
		while (text.len < BUNDLE_WINDOW_BYTES + 16)
			lg_buf_adds(&text, "\xf0\x9f\x90\x98");
		if (lead > 0)
			assert_int_equal(scan(SQL_POSTGRES, text.text).statements, 0);
	}
}

static void script_limits_statements(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct script_facts facts;
	struct lg_error err;

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (int i = 0; i < BUNDLE_MAX_STATEMENTS; i++)
		lg_buf_adds(&text, "a;");
	assert_int_equal(scan(SQL_POSTGRES, text.text).statements, BUNDLE_MAX_STATEMENTS);

	lg_buf_addc(&text, 'a');
	assert_int_equal(
		scan_bytes(SQL_POSTGRES, SCRIPT_UP, text.text, text.len, &facts, &err), LG_LIMIT);
}

static void cursor_gives_place_and_range(void **state)
{
	static const char text[] = "\xef\xbb\xbf-- a\n;\n\\restrict k\n select '\xc3\xa4'; "
				   "VERYLONGWORDTHATIS\n  CUT /* b */ ;\r\n"
				   "COPY t FROM stdin; -- c\n1\n\\.\n\\unrestrict k\n(a) -- d\n";
	struct body_view view = body_view_of_text(text, sizeof(text) - 1);
	struct script_statement statement;
	struct script_cursor cursor;

	(void)state;
	script_cursor_init(&cursor, &view, SQL_POSTGRES);

	assert_true(script_cursor_next(&cursor, &statement));
	assert_int_equal(statement.index, 1);
	assert_memory_equal(text + statement.offset, "select '\xc3\xa4';", statement.len);
	assert_int_equal(statement.line, 4);
	assert_int_equal(statement.column, 2);
	assert_string_equal(statement.verb, "SELECT");
	assert_int_equal(statement.data_len, 0);

	assert_true(script_cursor_next(&cursor, &statement));
	assert_int_equal(statement.index, 2);
	assert_memory_equal(text + statement.offset + statement.len - 4, "*/ ;", 4);
	assert_int_equal(statement.line, 4);
	assert_int_equal(statement.column, 14);
	assert_string_equal(statement.verb, "VERYLONGWORDTHA");

	assert_true(script_cursor_next(&cursor, &statement));
	assert_int_equal(statement.len, strlen("COPY t FROM stdin;"));
	assert_int_equal(statement.line, 6);
	assert_int_equal(statement.column, 1);
	assert_memory_equal(text + statement.data_offset, "1\n\\.", 4);
	assert_int_equal(statement.data_len, 4);

	assert_true(script_cursor_next(&cursor, &statement));
	assert_int_equal(statement.index, 4);
	assert_int_equal(statement.len, 3);
	assert_int_equal(statement.line, 10);
	assert_string_equal(statement.verb, "");

	assert_false(script_cursor_next(&cursor, &statement));
	assert_false(script_cursor_next(&cursor, &statement));
}

static void prefix_tokens_equal_those_of_the_prefix(void **state)
{
	static const char text[] = "-- a\n;SELECT 1; ; COPY t FROM stdin;\n1\n\\.\n\\restrict a\n"
				   "\\unrestrict a\nSELECT 2";
	static const char *const prefixes[] = {
		"", ";SELECT 1;", ";SELECT 1;; COPY t FROM stdin;\n1\n\\.\n", text, text};

	(void)state;
	for (uint32_t i = 0; i < LG_COUNT_OF(prefixes); i++) {
		struct body_view view = body_view_of_text(text, strlen(text));
		struct lg_digest tokens = script_prefix_tokens(&view, SQL_POSTGRES, i);
		struct script_facts facts = scan(SQL_POSTGRES, prefixes[i]);

		assert_true(lg_digest_equal(&tokens, &facts.hashes.tokens));
	}
}

/* Twice the same place, and once behind the end. */
static void locate_counts_characters(void **state)
{
	static const char text[] = "\xef\xbb\xbf\xc3\xa4z\r\n\nb";
	struct body_view view = body_view_of_text(text, sizeof(text) - 1);
	static const struct {
		size_t offset;
		uint32_t line, column;
	} cases[] = {{0, 1, 1}, {3, 1, 1}, {5, 1, 2}, {6, 1, 3}, {8, 2, 1}, {9, 3, 1}, {10, 3, 2}};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		uint32_t line;
		uint32_t column;

		script_locate(&view, cases[i].offset, &line, &column);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(column, cases[i].column);
	}
}

/* The same script from a file that is mapped, its pages given back in every pass. */
static void script_reads_mapped_text_as_any_other(void **state)
{
	struct body_store *store = body_store_new();
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct script_facts expected;
	struct script_facts facts;
	struct body_view view;
	struct lg_digest tokens;
	struct lg_error err;

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_adds(&text, "COPY t FROM stdin;\r\n");
	while (text.len < 3 * BUNDLE_WINDOW_BYTES)
		lg_buf_adds(&text, "1\t2\t\\N\r\n");
	lg_buf_adds(&text, "\\.\r\nSELECT '");
	while (text.len < 6 * BUNDLE_WINDOW_BYTES)
		lg_buf_adds(&text, "a\r\r\n");
	lg_buf_adds(&text, "'; SELECT 2;");
	expected = scan(SQL_POSTGRES, text.text);

	assert_int_equal(body_store_add(store, text.text, text.len, &err), LG_OK);
	assert_int_equal(body_view_open(&view, store, 0, text.len, &err), LG_OK);
	assert_non_null(view.mapping);
	assert_int_equal(
		script_scan(&view, SQL_POSTGRES, SCRIPT_UP, &strings, &facts, &err), LG_OK);
	tokens = script_prefix_tokens(&view, SQL_POSTGRES, 3);
	body_view_close(&view);
	body_store_free(store);

	assert_int_equal(facts.statements, 3);
	assert_true(lg_digest_equal(&facts.hashes.raw, &expected.hashes.raw));
	assert_true(lg_digest_equal(&facts.hashes.content, &expected.hashes.content));
	assert_true(lg_digest_equal(&facts.hashes.tokens, &expected.hashes.tokens));
	assert_true(lg_digest_equal(&tokens, &expected.hashes.tokens));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(script_hashes_match_golden_vectors),
		cmocka_unit_test(script_folds_crlf_within_tokens),
		cmocka_unit_test(script_hashes_tell_changes_apart),
		cmocka_unit_test(script_counts_statements),
		cmocka_unit_test(script_reads_directives_of_first_comment_block_only),
		cmocka_unit_test(script_takes_leading_pragma_for_directive),
		cmocka_unit_test(script_refuses_what_is_not_text),
		cmocka_unit_test(script_refuses_directives_of_the_other_engine),
		cmocka_unit_test(script_reads_characters_across_windows),
		cmocka_unit_test(script_limits_statements),
		cmocka_unit_test(cursor_gives_place_and_range),
		cmocka_unit_test(prefix_tokens_equal_those_of_the_prefix),
		cmocka_unit_test(locate_counts_characters),
		cmocka_unit_test(script_reads_mapped_text_as_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
