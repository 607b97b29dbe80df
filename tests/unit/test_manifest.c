/* SPDX-License-Identifier: MIT */
#include "bundles/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/limits.h"

/* tests/hostile/make-hostile has a bundle for every defect; here are form and limits. */

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OTHER "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HEAD "lockgate-bundle 1\nproject shop\nengine postgres\nalgorithm lg1\n"
#define SCRIPT(size, more)                                                                         \
	" size=" size " line=1 statements=2 raw=" HASH " content=" OTHER " tokens=" HASH more "\n"

static const char full[] = HEAD
	"migration baseline 2 squash\n"
	"up" SCRIPT("1",
		" file=2_squash.baseline.sql") "migration versioned 2 a\n"
					       "up" SCRIPT("10",
						       " file=2_a.up.sql transaction=off phase=expand lock-timeout=0 "
						       "statement-timeout=600000 retries=0 foreign-keys=on role=a%20%C3%BC") "down" SCRIPT("20",
						       " file=2_a.down.sql retries=100 foreign-keys=off") "check" SCRIPT("30",
						       " file=2_a.check.sql") "migration repeatable views\n"
									      "up" SCRIPT("40",
										      " file=views.repeat.sql phase=contract") "migration seed 1.10 demo\n"
															       "up" SCRIPT(
																       "50",
																       " file=seeds%2F1.10_demo.sql") "waiver checksum 2 " HASH
																				      " " OTHER
																				      " 100%25%20sure\n"
																				      "waiver order views why\n"
																				      "end 4\n";

static enum lg_status parse(struct bundle *bundle, const char *text, struct lg_error *err)
{
	bundle_init(bundle);
	lg_buf_adds(&bundle->manifest, text);
	return manifest_parse(bundle, err);
}

static void manifest_reads_what_it_writes(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	struct lg_digest id;

	(void)state;
	assert_int_equal(parse(&bundle, full, &err), LG_OK);
	id = bundle.id;
	assert_int_equal(manifest_write(&bundle, &err), LG_OK);

	assert_string_equal(bundle.manifest.text, full);
	assert_true(lg_digest_equal(&id, &bundle.id));
	id = lg_digest_of(full, strlen(full));
	assert_true(lg_digest_equal(&id, &bundle.id));
}

static void manifest_keeps_every_fact(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	const struct migration *a;

	(void)state;
	assert_int_equal(parse(&bundle, full, &err), LG_OK);

	assert_int_equal(bundle.count, 4);
	assert_int_equal(bundle.engine, SQL_POSTGRES);
	assert_string_equal(bundle.project, "shop");
	a = &bundle.migrations[1];
	assert_false(a->up.directives.is_transactional);
	assert_int_equal(a->up.directives.phase, PHASE_EXPAND);
	assert_int_equal(a->up.directives.lock_timeout_ms, 0);
	assert_int_equal(a->up.directives.statement_timeout_ms, 600000);
	assert_int_equal(a->up.directives.retries, 0);
	assert_int_equal(a->up.directives.foreign_keys, FOREIGN_KEYS_ON);
	assert_string_equal(a->up.directives.role, "a \xc3\xbc");
	assert_int_equal(a->down.offset, 11);
	assert_int_equal(a->check.offset, 31);
	assert_int_equal(bundle.migrations[2].up.offset, 61);
	assert_string_equal(bundle.migrations[2].name, "views");
	assert_string_equal(bundle.migrations[3].up.file, "seeds/1.10_demo.sql");
	assert_int_equal(bundle.migrations[3].up.offset, 101);
	assert_string_equal(bundle.waivers.items[0].reason, "100% sure");
}

static void manifest_cursor_goes_through_the_scripts(void **state)
{
	static const char *const names[] = {"000001.up.sql", "000002.up.sql", "000002.down.sql",
		"000002.check.sql", "000003.up.sql", "000004.up.sql"};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct manifest_cursor cursor = {.bundle = &bundle};
	struct manifest_entry entry;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(&bundle, full, &err), LG_OK);
	for (size_t i = 0; i < LG_COUNT_OF(names); i++) {
		assert_true(manifest_next(&cursor, &entry));
		assert_string_equal(entry.name, names[i]);
	}
	assert_false(manifest_next(&cursor, &entry));
}

/* A manifest cut at any byte is refused, and says where. */
static void manifest_refuses_every_beginning(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(full) - 1; len++) {
		LG_CLEANUP(bundle_release) struct bundle bundle;
		LG_FREE_BY_SCOPE char *text = lg_strndup(full, len);
		struct lg_error err = {0};

		assert_int_equal(parse(&bundle, text, &err), LG_FORMAT);
		assert_string_equal(err.file, "manifest");
		assert_true(err.line > 0);
	}
}

/* No byte of a manifest can be another without a refusal or another id and meaning. */
static void manifest_has_one_form(void **state)
{
	static const char others[] = " \n0A%=x\r";

	(void)state;
	for (size_t i = 0; i < sizeof(full) - 1; i++)
		for (const char *other = others; *other; other++) {
			LG_CLEANUP(bundle_release) struct bundle bundle;
			LG_FREE_BY_SCOPE char *text = lg_strdup(full);
			struct lg_error err = {0};

			text[i] = *other;
			if (parse(&bundle, text, &err) != LG_OK)
				continue;
			assert_int_equal(manifest_write(&bundle, &err), LG_OK);
			assert_string_equal(bundle.manifest.text, text);
		}
}

static bool has_one_form(const char *text)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};

	return parse(&bundle, text, &err) != LG_OK ||
	       (manifest_write(&bundle, &err) == LG_OK && strcmp(bundle.manifest.text, text) == 0);
}

/* The same of a short one, with every byte in every place, put in and in place of another. */
static void manifest_has_one_form_of_every_byte(void **state)
{
	static const char small[] = HEAD
		"migration versioned 1.0 a\n"
		"up" SCRIPT("10",
			" file=1%C3%BC_a retries=4 role=a%20b") "waiver order 1 b%2Fc\nend 1\n";
	const size_t head = strlen(HEAD);

	(void)state;
	assert_true(has_one_form(small));
	for (size_t i = head; i < sizeof(small) - 1; i++)
		for (int byte = 1; byte < 256; byte++) {
			LG_FREE_BY_SCOPE char *text = lg_strdup(small);
			LG_FREE_BY_SCOPE char *longer =
				lg_format("%.*s%c%s", (int)i, small, byte, small + i);

			text[i] = (char)byte;
			assert_true(has_one_form(text));
			assert_true(has_one_form(longer));
		}
}

static void manifest_names_the_line(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(&bundle, HEAD "migration versioned 1 a\nup size=01\nend 1\n", &err),
		LG_FORMAT);
	assert_int_equal(err.line, 6);
	assert_string_equal(err.text, "size: a number begins with 0");
}

static const struct {
	const char *key, *at, *above;
} limits[] = {
	{"size", "268435456", "268435457"},
	{"line", "4294967295", "4294967296"},
	{"statements", "10000000", "10000001"},
};

/* `number` counts the keys of `limits`; all others are 1. */
static enum lg_status parse_number(size_t number, const char *value, struct lg_error *err)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	LG_FREE_BY_SCOPE char *text = lg_format(HEAD
		"migration versioned 1 a\nup size=%s line=%s statements=%s raw=" HASH
		" content=" HASH " tokens=" HASH " file=x\nend 1\n",
		number == 0 ? value : "1", number == 1 ? value : "1", number == 2 ? value : "1");

	return parse(&bundle, text, err);
}

static void manifest_holds_the_limits_of_numbers(void **state)
{
	struct lg_error err = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(limits); i++) {
		assert_int_equal(parse_number(i, limits[i].at, &err), LG_OK);
		assert_int_equal(parse_number(i, limits[i].above, &err), LG_LIMIT);
		assert_memory_equal(err.text, limits[i].key, strlen(limits[i].key));
	}
}

static enum lg_status parse_scripts(size_t count, struct lg_error *err)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;

	bundle_init(&bundle);
	lg_buf_adds(&bundle.manifest, HEAD);
	for (size_t i = 1; i <= count; i++)
		lg_buf_addf(&bundle.manifest,
			"migration versioned %zu a\nup" SCRIPT("1", " file=x"), i);
	lg_buf_addf(&bundle.manifest, "end %zu\n", count);
	return manifest_parse(&bundle, err);
}

static void manifest_holds_the_limit_of_scripts(void **state)
{
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse_scripts(BUNDLE_MAX_ENTRIES, &err), LG_OK);
	assert_int_equal(parse_scripts(BUNDLE_MAX_ENTRIES + 1, &err), LG_LIMIT);
}

static enum lg_status parse_waivers(size_t count, struct lg_error *err)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;

	bundle_init(&bundle);
	lg_buf_adds(&bundle.manifest, HEAD);
	for (size_t i = 0; i < count; i++)
		lg_buf_adds(&bundle.manifest, "waiver order 1 why\n");
	lg_buf_adds(&bundle.manifest, "end 0\n");
	return manifest_parse(&bundle, err);
}

static void manifest_holds_the_limit_of_waivers(void **state)
{
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse_waivers(BUNDLE_MAX_WAIVERS, &err), LG_OK);
	assert_int_equal(parse_waivers(BUNDLE_MAX_WAIVERS + 1, &err), LG_LIMIT);
}

static void manifest_write_stops_at_its_limit(void **state)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(parse(&bundle, full, &err), LG_OK);
	bundle.manifest.max_bytes = bundle.manifest.len;
	assert_int_equal(manifest_write(&bundle, &err), LG_OK);
	bundle.manifest.max_bytes--;
	assert_int_equal(manifest_write(&bundle, &err), LG_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifest_reads_what_it_writes),
		cmocka_unit_test(manifest_keeps_every_fact),
		cmocka_unit_test(manifest_cursor_goes_through_the_scripts),
		cmocka_unit_test(manifest_refuses_every_beginning),
		cmocka_unit_test(manifest_has_one_form),
		cmocka_unit_test(manifest_has_one_form_of_every_byte),
		cmocka_unit_test(manifest_names_the_line),
		cmocka_unit_test(manifest_holds_the_limits_of_numbers),
		cmocka_unit_test(manifest_holds_the_limit_of_scripts),
		cmocka_unit_test(manifest_holds_the_limit_of_waivers),
		cmocka_unit_test(manifest_write_stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
