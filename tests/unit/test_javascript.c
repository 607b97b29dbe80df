/* SPDX-License-Identifier: MIT */
#include "bundles/javascript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void read_text(const char *text, struct javascript_facts *out)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct lg_error err = {0};

	if (javascript_read(text, strlen(text), &strings, out, &err))
		fail_msg("%s: %s", text, err.text);
}

static bool have_equal_tokens(const char *a, const char *b)
{
	struct javascript_facts first = {0};
	struct javascript_facts second = {0};

	read_text(a, &first);
	read_text(b, &second);
	return lg_digest_equal(&first.hashes.tokens, &second.hashes.tokens);
}

static const struct {
	const char *a, *b;
} equal[] = {
	{"a = 1;", "a=1; // one"},
	{"a = 1;", "/* one\n * two */ a = 1;"},
	{"f();\ng();", "f();\n\n  // and\n\n\tg();\n"},
	{"f();\r\ng();", "f();\ng();"},
	{"#!/usr/bin/env node\nf();", "f();"},
	{"\xEF\xBB\xBF"
	 "f();",
		"f();"},
	{"x = a / b;", "x = a /* by */ / b;"},
	{"x = /[/*]/.test(y)", "x = /[/*]/.test(y) // is it"},
	{"return /'/.exec(s)", "return /* the */ /'/.exec(s)"},
	{"`a ${b}` + c", "`a ${b}` /* and */ + c"},
	{"x = a ?? b", "x = a /**/ ?? b"},
};

static const struct {
	const char *a, *b;
} different[] = {
	{"a = 1;", "a = 2;"}, {"f(\"// x\")", "f(\"\")"}, {"f('/* x */')", "f('')"},
	{"`// ${x}`", "`${x}`"},
	{"`a ${b /* c */}`", "`a ${b}`"}, /* within a template nothing is dropped */
	{"`a ${`b ${c}`} // d`", "`a ${`b ${c}`} `"}, {"`\\`// x`", "`\\``"},
	{"return\nx", "return x"}, /* a line end can end a statement */
	{"x = /[//]/; y", "x = /[/"}, {"a + +b", "a++ b"}, {"ab", "a b"},
	{"x = a\n/b/g", "x = a\n/b/ g"},                  /* divisions */
	{"if (x) /re\\/ // c/.test(y)", "if (x) /re\\/"}, /* in doubt the line is kept whole */
};

static void tokens_leave_comments_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(equal); i++)
		if (!have_equal_tokens(equal[i].a, equal[i].b))
			fail_msg("%s | %s", equal[i].a, equal[i].b);
	for (size_t i = 0; i + 2 < LG_COUNT_OF(different); i++)
		if (have_equal_tokens(different[i].a, different[i].b))
			fail_msg("%s | %s", different[i].a, different[i].b);
	assert_false(have_equal_tokens(different[12].a, different[12].b));
}

/* Computed apart, from FORMAT.md: each length in eight bytes, then the bytes. */
static void hashes_are_those_of_the_format(void **state)
{
	static const char text[] = "\xEF\xBB\xBF// one\r\nf('a');\r\ng();\r\n";
	struct javascript_facts facts = {0};
	static const char content[] = "// one\nf('a');\ng();\n";
	static const char *const tokens[] = {"f", "(", "'a'", ")", ";", "\n", "g", "(", ")", ";"};
	char bytes[200];
	size_t len = 0;
	struct lg_digest expected = lg_digest_of(content, strlen(content));

	(void)state;
	read_text(text, &facts);
	assert_true(lg_digest_equal(&facts.hashes.content, &expected));
	for (size_t i = 0; i < LG_COUNT_OF(tokens); i++) {
		memset(bytes + len, 0, 8);
		bytes[len + 7] = (char)strlen(tokens[i]);
		memcpy(bytes + len + 8, tokens[i], strlen(tokens[i]));
		len += 8 + strlen(tokens[i]);
	}
	expected = lg_digest_of(bytes, len);
	assert_true(lg_digest_equal(&facts.hashes.tokens, &expected));
}

static void directives_stand_in_the_first_comments(void **state)
{
	struct javascript_facts facts = {0};

	(void)state;
	read_text("'use strict';\n// lockgate: phase=contract\n", &facts);
	assert_int_equal(facts.directives.phase, PHASE_NONE);
	read_text("// What it does.\n// lockgate: phase=contract lock_timeout=3s\nf();\n", &facts);
	assert_int_equal(facts.directives.phase, PHASE_CONTRACT);
	assert_int_equal(facts.directives.lock_timeout_ms, 3000);
}

static void bad_texts_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *message;
		uint32_t line;
	} bad[] = {
		{"f();\n\xff\n", 7, "not UTF-8", 2},
		{"f();\n\n\0", 7, "a NUL", 3},
		{"// one\n// lockgate: nonsense=1\n", 31, "nonsense", 2},
	};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(bad); i++) {
		LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
		struct javascript_facts facts;
		struct lg_error err = {0};

		assert_int_equal(javascript_read(bad[i].text, bad[i].len, &strings, &facts, &err),
			LG_FORMAT);
		assert_non_null(strstr(err.text, bad[i].message));
		assert_int_equal(err.line, bad[i].line);
	}
}

/* No text makes the reader leave it: every cut of one that has everything. */
static void every_beginning_can_be_read(void **state)
{
	static const char text[] =
		"#!x\n'a\\'b' \"c\" `d ${e + `f ${ {g: '}'} }`} h` /i[/]j/ // k\n/* l */ m "
		"/ n >>>= ?. ... } /o/ p\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		LG_FREE_BY_SCOPE char *cut = lg_strndup(text, len);
		struct javascript_facts facts = {0};

		read_text(cut, &facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_leave_comments_out),
		cmocka_unit_test(hashes_are_those_of_the_format),
		cmocka_unit_test(directives_stand_in_the_first_comments),
		cmocka_unit_test(bad_texts_are_refused_with_their_line),
		cmocka_unit_test(every_beginning_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
