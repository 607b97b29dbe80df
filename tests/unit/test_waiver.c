/* SPDX-License-Identifier: MIT */
#include "bundles/waiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "bundles/limits.h"

#define OLD "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define NEW "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

struct fixture {
	struct waiver_list list;
	struct lg_arena strings;
	struct lg_error err;
};

static void drop_fixture(struct fixture *fixture)
{
	waiver_list_release(&fixture->list);
	lg_arena_release(&fixture->strings);
}

static enum lg_status parse_list(struct fixture *fixture, const char *text)
{
	return waiver_list_parse(
		&fixture->list, text, strlen(text), &fixture->strings, &fixture->err);
}

static void waiver_reads_every_kind(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {0};
	char digest[LG_DIGEST_CHARS + 1];

	(void)state;
	assert_int_equal(parse_list(&f, "\xef\xbb\xbf# reviewed\r\n"
					"\n"
					"checksum 20260105 " OLD " " NEW " a typo, see #12\r\n"
					"  order\t1.2.3\t late branch \n"
					"removed refresh_views no longer needed\n"
					" # indented\n"
					"adopted-only 7 before adoption\n"
					"recorded 8 by hand"),
		LG_OK);

	assert_int_equal(f.list.count, 5);
	assert_int_equal(f.list.items[0].kind, WAIVER_CHECKSUM);
	assert_string_equal(f.list.items[0].version, "20260105");
	assert_string_equal(f.list.items[0].reason, "a typo, see #12");
	lg_digest_format(&f.list.items[0].old_content, digest);
	assert_string_equal(digest, OLD);
	lg_digest_format(&f.list.items[0].new_content, digest);
	assert_string_equal(digest, NEW);
	assert_int_equal(f.list.items[1].kind, WAIVER_ORDER);
	assert_string_equal(f.list.items[1].version, "1.2.3");
	assert_string_equal(f.list.items[1].reason, "late branch");
	assert_int_equal(f.list.items[2].kind, WAIVER_REMOVED);
	assert_string_equal(f.list.items[2].version, "refresh_views");
	assert_int_equal(f.list.items[3].kind, WAIVER_ADOPTED_ONLY);
	assert_int_equal(f.list.items[4].kind, WAIVER_RECORDED);
	assert_string_equal(f.list.items[4].reason, "by hand");
}

static void waiver_refuses(void **state)
{
	static const struct {
		const char *line;
		const char *sentence;
	} cases[] = {
		{"ignore 1 why", "'ignore' is no kind of waiver"},
		{"Order 1 why", "'Order' is no kind of waiver"},
		{"order", "waiver names no version"},
		{"order 1", "waiver gives no reason"},
		{"order 1  \t", "waiver gives no reason"},
		{"order a.b why", "'a.b' is neither a version nor the name of a repeatable"},
		{"order 1. why", "'1.' is neither a version nor the name of a repeatable"},
		{"order 1 a\x01", "reason has a control character"},
		{"order 1 a\x7f", "reason has a control character"},
		{"order 1 a\xff", "reason is not UTF-8"},
		{"checksum 1", "old content hash: "},
		{"checksum 1 abc", "old content hash: digest has 3 characters, not 64"},
		{"checksum 1 " OLD, "new content hash: digest has 0 characters, not 64"},
		{"checksum 1 " OLD " why", "new content hash: digest has 3 characters, not 64"},
		{"checksum 1 " OLD " " OLD " why", "old and new content hash are the same"},
		{"checksum 1 " OLD " " NEW, "waiver gives no reason"},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		LG_CLEANUP(drop_fixture) struct fixture f = {0};
		struct waiver waiver;

		assert_int_equal(waiver_parse(cases[i].line, strlen(cases[i].line), &f.strings,
					 &waiver, &f.err),
			LG_FORMAT);
		if (strncmp(f.err.text, cases[i].sentence, strlen(cases[i].sentence)) != 0)
			fail_msg("%s: %s", cases[i].line, f.err.text);
	}
}

static void waiver_list_names_the_line(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {0};

	(void)state;
	assert_int_equal(parse_list(&f, "# a\n\norder 1 why\r\nordr 2 why\n"), LG_FORMAT);
	assert_int_equal(f.err.line, 4);
	assert_string_equal(f.err.text, "'ordr' is no kind of waiver");
}

static void waiver_limits_names_and_reasons(void **state)
{
	static const struct {
		const char *lead, *tail;
		size_t chars;
	} cases[] = {
		{"order ", " why", BUNDLE_MAX_NAME_CHARS},
		{"order 1 ", "", BUNDLE_MAX_REASON_CHARS},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		for (size_t more = 0; more < 2; more++) {
			LG_CLEANUP(drop_fixture) struct fixture f = {0};
			LG_CLEANUP(lg_buf_release) struct lg_buf line;

			lg_buf_init(&line, LG_BUF_MAX_BYTES);
			lg_buf_adds(&line, cases[i].lead);
			for (size_t chars = 0; chars < cases[i].chars + more; chars++)
				lg_buf_addc(&line, '1');
			lg_buf_adds(&line, cases[i].tail);
			assert_int_equal(parse_list(&f, line.text), more ? LG_FORMAT : LG_OK);
		}
	}
}

static void waiver_list_limits_waivers_and_bytes(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (int i = 0; i < BUNDLE_MAX_WAIVERS; i++)
		lg_buf_adds(&text, "order 1 why\n");
	assert_int_equal(parse_list(&f, text.text), LG_OK);
	assert_int_equal(f.list.count, BUNDLE_MAX_WAIVERS);
	assert_int_equal(parse_list(&f, "order 1 why"), LG_LIMIT);

	lg_buf_clear(&text);
	while (text.len < BUNDLE_MAX_WAIVER_FILE_BYTES)
		lg_buf_addc(&text, '\n');
	assert_int_equal(parse_list(&f, text.text), LG_OK);
	lg_buf_addc(&text, '\n');
	assert_int_equal(parse_list(&f, text.text), LG_LIMIT);
}

static void waiver_list_finds_the_first(void **state)
{
	LG_CLEANUP(drop_fixture) struct fixture f = {0};

	(void)state;
	assert_int_equal(parse_list(&f, "removed 7 other kind\n"
					"order views by name\n"
					"order 007.0 first\n"
					"order 7 second\n"),
		LG_OK);

	assert_string_equal(waiver_list_find(&f.list, WAIVER_ORDER, "7")->reason, "first");
	assert_string_equal(waiver_list_find(&f.list, WAIVER_ORDER, "views")->reason, "by name");
	assert_null(waiver_list_find(&f.list, WAIVER_ORDER, "Views"));
	assert_null(waiver_list_find(&f.list, WAIVER_ORDER, "8"));
	assert_null(waiver_list_find(&f.list, WAIVER_RECORDED, "7"));
}

static void waiver_kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(waiver_kind_name(WAIVER_CHECKSUM), "checksum");
	assert_string_equal(waiver_kind_name(WAIVER_ADOPTED_ONLY), "adopted-only");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiver_reads_every_kind),
		cmocka_unit_test(waiver_refuses),
		cmocka_unit_test(waiver_list_names_the_line),
		cmocka_unit_test(waiver_limits_names_and_reasons),
		cmocka_unit_test(waiver_list_limits_waivers_and_bytes),
		cmocka_unit_test(waiver_list_finds_the_first),
		cmocka_unit_test(waiver_kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
