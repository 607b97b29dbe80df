/* SPDX-License-Identifier: MIT */
#include "ci/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/utf8.h"
#include "tests/support/hostile_report.h"

#define ZWSP "\xe2\x80\x8b"

static void expect(void (*escape)(const char *text, size_t len, struct lg_buf *out),
	const char *text, const char *expected)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	escape(text, strlen(text), &out);
	assert_string_equal(out.text, expected);
}

static void hidden_characters_are_shown(void **state)
{
	(void)state;
	expect(ci_escape_html, "a\x01\x1b\x7f\xff\xe2\x80\xae\xc2\x85",
		"a\\x01\\x1b\\x7f\\xff\\u202e\\u0085");
	expect(ci_escape_html, "\xd8\x9c\xef\xbf\xbe", "\\u061c\\ufffe");
	expect(ci_escape_html, "\xc3\xa9 \xf0\x9f\x98\x80", "\xc3\xa9 \xf0\x9f\x98\x80");
}

static void markup_is_text(void **state)
{
	(void)state;
	expect(ci_escape_html, "<b a=\"1\" b='2'>&\n\t\r",
		"&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\n\t\\x0d");
	expect(ci_escape_xml, "<a>&\"'\n\t\r]]>\x02",
		"&lt;a&gt;&amp;&quot;'&#10;&#9;&#13;]]&gt;\\x02");
	expect(ci_escape_slack, "<!channel> & \"x\" *b*", "&lt;!channel&gt; &amp; \"x\" *b*");
	expect(ci_add_line, "a\r\nb\tc\x07", "a  b c\\x07");
}

static void markdown_is_text(void **state)
{
	(void)state;
	expect(ci_escape_markdown, "a*b_c`d|e\\f<g>~h\nj",
		"a\\*b\\_c\\`d\\|e\\\\f&lt;g\\>\\~" ZWSP "h j");
	expect(ci_escape_markdown, "![i](u)", "!\\[i\\](u)");
	expect(ci_escape_markdown, "@you me@here.org", "@" ZWSP "you me@" ZWSP "here.org");
	expect(ci_escape_markdown, "#12 GH-12 a/b#3 # h",
		"\\#" ZWSP "12 GH-" ZWSP "12 a/b\\#" ZWSP "3 \\# h");
	expect(ci_escape_markdown, "https://x.y www.x.y WWW.x",
		"https:" ZWSP "//x.y www" ZWSP ".x.y WWW" ZWSP ".x");
	expect(ci_escape_markdown, "!5 %m &7 $8 gh-",
		"!" ZWSP "5 %" ZWSP "m \\&" ZWSP "7 \\$" ZWSP "8 gh-");
	expect(ci_escape_markdown, "3 - 4: (ok), 50% = \"x\"", "3 - 4: (ok), 50% = \"x\"");
}

static void identifiers_are_code_where_they_can(void **state)
{
	(void)state;
	expect(ci_escape_code, "20260105_create-users.sql", "`20260105_create-users.sql`");
	expect(ci_escape_code, "@you #1 <b> ![x](y)", "`@you #1 <b> ![x](y)`");
	expect(ci_escape_code, "a`b", "a\\`b");
	expect(ci_escape_code, "a|b", "a\\|b");
	expect(ci_escape_code, " a", " a");
	expect(ci_escape_code, "a\nb", "a b");
	expect(ci_escape_code, "a\x01", "a\\x01");
	expect(ci_escape_code, "", "");
}

static void fences_are_longer_than_what_they_hold(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	(void)state;
	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	ci_add_fence("sql", "a", 1, &out);
	assert_string_equal(out.text, "```sql\na\n```\n");
	lg_buf_clear(&out);
	ci_add_fence("", "```\n````` x\r\n", 13, &out);
	assert_string_equal(out.text, "``````\n```\n````` x\\x0d\n``````\n");
}

static void commands_keep_their_form(void **state)
{
	(void)state;
	expect(ci_escape_command, "50%\nof: a, b", "50%25%0Aof: a, b");
	expect(ci_escape_property, "50%\nof: a, b", "50%25%0Aof%3A a%2C b");
	expect(ci_escape_command, "##[x]\n::y::\r", "#" ZWSP "#[x]%0A" ZWSP "::y::\\x0d");
}

static void no_command_is_left(void **state)
{
	(void)state;
	expect(ci_neutralize, "::error::x", ZWSP "::error::x");
	expect(ci_neutralize, "a ::error::x", "a ::error::x");
	expect(ci_neutralize, "a\n \t::error::x", "a\n \t" ZWSP "::error::x");
	expect(ci_neutralize, "\xc2\xa0\xe3\x80\x80\xe2\x80\x83::x::",
		"\xc2\xa0\xe3\x80\x80\xe2\x80\x83" ZWSP "::x::");
	expect(ci_neutralize, "a\r::x::", "a\\x0d::x::");
	expect(ci_neutralize, "a ###[add-mask]b ##VSO[x] ##teamcity[y]",
		"a ##" ZWSP "#[add-mask]b #" ZWSP "#VSO[x] #" ZWSP "#teamcity[y]");
	expect(ci_neutralize, "## [x] ##vsop[ a::b", "## [x] ##vsop[ a::b");
	expect(ci_neutralize, "\x1b[2J\t\xff", "\\x1b[2J\t\\xff");
}

static void cuts_are_between_characters(void **state)
{
	(void)state;
	assert_int_equal(ci_prefix_bytes("\xc3\xa9\xf0\x9f\x98\x80z", 1), 2);
	assert_int_equal(ci_prefix_bytes("\xc3\xa9\xf0\x9f\x98\x80z", 2), 6);
	assert_int_equal(ci_prefix_bytes("\xc3\xa9\xf0\x9f\x98\x80z", 9), 7);
	assert_int_equal(ci_prefix_bytes("\xff\xffz", 2), 2);
	assert_int_equal(ci_prefix_bytes("", 5), 0);
}

/* Whatever goes in, what comes out is well-formed UTF-8 without a control. */
static void everything_becomes_readable(void **state)
{
	static void (*const functions[])(const char *text, size_t len, struct lg_buf *out) = {
		ci_escape_xml, ci_escape_html, ci_escape_markdown, ci_escape_code,
		ci_escape_command, ci_escape_property, ci_escape_slack, ci_add_line, ci_neutralize};

	(void)state;
	for (size_t f = 0; f < LG_COUNT_OF(functions); f++)
		for (size_t i = 0; i < hostile_text_count; i++) {
			LG_CLEANUP(lg_buf_release) struct lg_buf out;

			lg_buf_init(&out, LG_BUF_MAX_BYTES);
			functions[f](hostile_texts[i], strlen(hostile_texts[i]), &out);
			assert_int_equal(lg_utf8_valid_prefix(out.text, out.len), out.len);
			for (size_t at = 0; at < out.len; at++)
				assert_true((unsigned char)out.text[at] >= 0x20 ||
					    out.text[at] == '\n' || out.text[at] == '\t');
		}
}

static void mending_keeps_the_length(void **state)
{
	LG_FREE_BY_SCOPE char *mended = ci_mended("a\xff\xc3(");

	(void)state;
	assert_string_equal(mended, "a?"
				    "?(");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_characters_are_shown),
		cmocka_unit_test(markup_is_text),
		cmocka_unit_test(markdown_is_text),
		cmocka_unit_test(identifiers_are_code_where_they_can),
		cmocka_unit_test(fences_are_longer_than_what_they_hold),
		cmocka_unit_test(commands_keep_their_form),
		cmocka_unit_test(no_command_is_left),
		cmocka_unit_test(cuts_are_between_characters),
		cmocka_unit_test(everything_becomes_readable),
		cmocka_unit_test(mending_keeps_the_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
