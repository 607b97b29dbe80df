/* SPDX-License-Identifier: MIT */
#include "bundles/lexer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

/* The tokens of `text`, one letter for the kind, `{text}`, and `|` where a statement ends. */
static void render(struct lg_buf *out, enum sql_dialect dialect, const char *text)
{
	static const char letters[] = {
		[SQL_TOKEN_COMMENT] = 'c',
		[SQL_TOKEN_WORD] = 'w',
		[SQL_TOKEN_NAME] = 'n',
		[SQL_TOKEN_STRING] = 's',
		[SQL_TOKEN_NUMBER] = 'd',
		[SQL_TOKEN_PARAMETER] = 'p',
		[SQL_TOKEN_OPERATOR] = 'o',
		[SQL_TOKEN_SEMICOLON] = 'e',
		[SQL_TOKEN_COPY_DATA] = 'D',
		[SQL_TOKEN_META] = 'm',
		[SQL_TOKEN_BAD] = 'B',
	};
	struct sql_lexer lexer;
	struct sql_token token;

	sql_lexer_init(&lexer, dialect, text, strlen(text));
	while (sql_lexer_next(&lexer, &token)) {
		lg_buf_addc(out, letters[token.kind]);
		lg_buf_addc(out, '{');
		lg_buf_add(out, text + token.offset, token.len);
		lg_buf_adds(out, token.ends_statement ? "}|" : "}");
	}
	assert_int_equal(token.kind, SQL_TOKEN_END);
	assert_int_equal(token.len, 0);
	assert_false(sql_lexer_next(&lexer, &token));
}

struct lexing {
	const char *text;
	const char *tokens;
};

static void check(enum sql_dialect dialect, const struct lexing *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf out;

		lg_buf_init(&out, LG_BUF_MAX_BYTES);
		render(&out, dialect, cases[i].text);
		if (strcmp(out.text, cases[i].tokens) != 0)
			fail_msg("%s: got %s, not %s", cases[i].text, out.text, cases[i].tokens);
	}
}

#define CHECK(dialect, cases) check(dialect, cases, LG_COUNT_OF(cases))

static void lexer_reads_postgres_words_and_numbers(void **state)
{
	static const struct lexing cases[] = {
		{"", ""},
		{" \t\r\n\f\v", ""},
		{"\xef\xbb\xbf"
		 "a",
			"w{a}"},
		{"a\xef\xbb\xbf", "w{a\xef\xbb\xbf}"},
		{"_a1$ \xc3\xa4z", "w{_a1$}w{\xc3\xa4z}"},
		{"a$b$c$", "w{a$b$c$}"},
		{"1 12.5 .5 5. 1e5 1E+5 1.5e-3", "d{1}d{12.5}d{.5}d{5.}d{1e5}d{1E+5}d{1.5e-3}"},
		{"0x1F 0o17 0b01 1_000 1_0.0_1", "d{0x1F}d{0o17}d{0b01}d{1_000}d{1_0.0_1}"},
		{"1..2", "d{1}o{..}d{2}"},
		{"1e 1e+ 1a", "d{1e}d{1e}o{+}d{1a}"},
		{"a.b", "w{a}o{.}w{b}"},
		{"$1 $12a", "p{$1}p{$12a}"},
		{"$", "o{$}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_reads_postgres_quotes(void **state)
{
	static const struct lexing cases[] = {
		{"'a;b' ''", "s{'a;b'}s{''}"},
		{"'a''b'", "s{'a''b'}"},
		{"'a\\' b", "s{'a\\'}w{b}"},
		{"E'a\\'b;' e'\\\\' b", "s{E'a\\'b;'}s{e'\\\\'}w{b}"},
		{"E'a''b\\''", "s{E'a''b\\''}"},
		{"E'a'\n'\\'b'", "s{E'a'}s{'\\'b'}"},
		{"E'a'\n-- c\n'\\'b'", "s{E'a'}c{-- c}s{'\\'b'}"},
		{"E'a', '\\'", "s{E'a'}o{,}s{'\\'}"},
		{"B'01' x'1F' N'a' n'b'", "s{B'01'}s{x'1F'}s{N'a'}s{n'b'}"},
		{"U&'a' u&\"b\" U &'c'", "s{U&'a'}n{u&\"b\"}w{U}o{&}s{'c'}"},
		{"xe'a'", "w{xe}s{'a'}"},
		{"\"a\"\"b;\"", "n{\"a\"\"b;\"}"},
		{"$$a;$b$;$$ $t$ $$ $t$", "s{$$a;$b$;$$}s{$t$ $$ $t$}"},
		{"$1a$ $1a$", "p{$1a$}p{$1a$}"},
		{"$\xc3\xa4$;$\xc3\xa4$", "s{$\xc3\xa4$;$\xc3\xa4$}"},
		{"$a b", "o{$}w{a}w{b}"},
		{"'a", "B{'a}"},
		{"E'a\\", "B{E'a\\}"},
		{"E'a\\'", "B{E'a\\'}"},
		{"\"a;", "B{\"a;}"},
		{"a $t$ b $u$ ;", "w{a}B{$t$ b $u$ ;}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_reads_postgres_comments(void **state)
{
	static const struct lexing cases[] = {
		{"-- a;\nb", "c{-- a;}w{b}"},
		{"-- a;\r\nb", "c{-- a;}w{b}"},
		{"-- a;\rb", "c{-- a;}w{b}"},
		{"--", "c{--}"},
		{"/* a; */b", "c{/* a; */}w{b}"},
		{"/* a /* b */ ; */c", "c{/* a /* b */ ; */}w{c}"},
		{"/**/a/*/**/*/b", "c{/**/}w{a}c{/*/**/*/}w{b}"},
		{"/***/a", "c{/***/}w{a}"},
		{"/* a /* b */", "B{/* a /* b */}"},
		{"/*/", "B{/*/}"},
		{"a - -- b", "w{a}o{-}c{-- b}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_reads_postgres_operators(void **state)
{
	static const struct lexing cases[] = {
		{"a+-b", "w{a}o{+}o{-}w{b}"},
		{"a*-1", "w{a}o{*}o{-}d{1}"},
		{"a@-b", "w{a}o{@-}w{b}"},
		{"a<-b", "w{a}o{<}o{-}w{b}"},
		{"a->>'b'#>c", "w{a}o{->>}s{'b'}o{#>}w{c}"},
		{"a<=b<>c!=d", "w{a}o{<=}w{b}o{<>}w{c}o{!=}w{d}"},
		{"a*/**/b", "w{a}o{*}c{/**/}w{b}"},
		{"a*--b", "w{a}o{*}c{--b}"},
		{"a@--b", "w{a}o{@}c{--b}"},
		{"a::b[1:2]", "w{a}o{::}w{b}o{[}d{1}o{:}d{2}o{]}"},
		{"f(a=>1,b:=2)", "w{f}o{(}w{a}o{=>}d{1}o{,}w{b}o{:=}d{2}o{)}"},
		{"+-+-a", "o{+}o{-}o{+}o{-}w{a}"},
		{"||/2", "o{||/}d{2}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

/* Looking at the whole run again for each of its characters would take hours. */
static void lexer_reads_long_operator_runs_in_linear_time(void **state)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct sql_lexer lexer;
	struct sql_token token;
	size_t count = 0;

	(void)state;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (int i = 0; i < 2000000; i++)
		lg_buf_adds(&text, "+-");

	sql_lexer_init(&lexer, SQL_POSTGRES, text.text, text.len);
	while (sql_lexer_next(&lexer, &token))
		count++;

	assert_int_equal(count, text.len);
}

static void lexer_ends_postgres_statements_at_the_top_level(void **state)
{
	static const struct lexing cases[] = {
		{"a;b", "w{a}e{;}|w{b}"},
		{";;", "e{;}|e{;}|"},
		{"(a;b);", "o{(}w{a}e{;}w{b}o{)}e{;}|"},
		{"a);b", "w{a}o{)}e{;}|w{b}"},
		{"(a;", "o{(}w{a}e{;}"},
		{"BEGIN ATOMIC;", "w{BEGIN}w{ATOMIC}e{;}|"},
		{"create function f() begin atomic a; case; end; end; b;",
			"w{create}w{function}w{f}o{(}o{)}w{begin}w{atomic}w{a}e{;}w{case}e{;}w{end}"
			"e{;}w{end}e{;}|w{b}e{;}|"},
		{"CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC a; END;",
			"w{CREATE}w{OR}w{REPLACE}w{PROCEDURE}w{p}o{(}o{)}w{BEGIN}w{ATOMIC}w{a}e{;}"
			"w{END}e{;}|"},
		{"CREATE FUNCTION begin();", "w{CREATE}w{FUNCTION}w{begin}o{(}o{)}e{;}|"},
		{"CREATE FUNCTION f(begin atomic);",
			"w{CREATE}w{FUNCTION}w{f}o{(}w{begin}w{atomic}o{)}e{;}|"},
		{"CREATE TABLE function BEGIN ATOMIC;",
			"w{CREATE}w{TABLE}w{function}w{BEGIN}w{ATOMIC}e{;}|"},
		{"\"CREATE\" FUNCTION f BEGIN ATOMIC;",
			"n{\"CREATE\"}w{FUNCTION}w{f}w{BEGIN}w{ATOMIC}e{;}|"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_finds_copy_data(void **state)
{
	static const struct lexing cases[] = {
		{"COPY t FROM stdin;\n1;'\n\\.\nb;",
			"w{COPY}w{t}w{FROM}w{stdin}e{;}D{1;'\n\\.}|w{b}e{;}|"},
		{"copy t (a) from STDIN with (format csv);\r\n1\r\n\\.\r\nb",
			"w{copy}w{t}o{(}w{a}o{)}w{from}w{STDIN}w{with}o{(}w{format}w{csv}o{)}e{;}"
			"D{1\r\n\\.}|w{b}"},
		{"COPY t FROM STDOUT;\n\\.", "w{COPY}w{t}w{FROM}w{STDOUT}e{;}D{\\.}|"},
		{"COPY t FROM stdin; -- a\n\\.", "w{COPY}w{t}w{FROM}w{stdin}e{;}c{-- a}D{\\.}|"},
		{"COPY t FROM stdin;\n\\.a\n a\\.\n",
			"w{COPY}w{t}w{FROM}w{stdin}e{;}B{\\.a\n a\\.\n}"},
		{"COPY t FROM stdin; DROP TABLE t;\n\\.",
			"w{COPY}w{t}w{FROM}w{stdin}e{;}B{DROP TABLE t;\n\\.}"},
		{"COPY t FROM stdin", "w{COPY}w{t}w{FROM}w{stdin}B{}"},
		{"COPY t FROM stdin;", "w{COPY}w{t}w{FROM}w{stdin}e{;}B{}"},
		{"COPY t FROM 'stdin';a", "w{COPY}w{t}w{FROM}s{'stdin'}e{;}|w{a}"},
		{"COPY t TO stdout;a", "w{COPY}w{t}w{TO}w{stdout}e{;}|w{a}"},
		{"COPY (SELECT FROM stdin) TO stdout;a",
			"w{COPY}o{(}w{SELECT}w{FROM}w{stdin}o{)}w{TO}w{stdout}e{;}|w{a}"},
		{"SELECT FROM stdin;a", "w{SELECT}w{FROM}w{stdin}e{;}|w{a}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_finds_backslash_commands(void **state)
{
	static const struct lexing cases[] = {
		{"\\restrict a\nb;", "m{\\restrict a}w{b}e{;}|"},
		{"a\\gset ;\r\nb", "w{a}m{\\gset ;}w{b}"},
		{"'\\a' \"\\b\" /*\\c*/", "s{'\\a'}n{\"\\b\"}c{/*\\c*/}"},
	};

	(void)state;
	CHECK(SQL_POSTGRES, cases);
}

static void lexer_reads_sqlite_tokens(void **state)
{
	static const struct lexing cases[] = {
		{"\xef\xbb\xbf"
		 "a \xef\xbb\xbf b",
			"w{a}w{b}"},
		{"_a$1 \xc3\xa4", "w{_a$1}w{\xc3\xa4}"},
		{"[a]]b `c``d` \"e\"\"f\" 'g''h'", "n{[a]}o{]}w{b}n{`c``d`}n{\"e\"\"f\"}s{'g''h'}"},
		{"'a\\' b", "s{'a\\'}w{b}"},
		{"X'00' x'zz;' E'a'", "s{X'00'}s{x'zz;'}w{E}s{'a'}"},
		{"1 1.5 .5 5. 1e5 1E-5 0x1F 1a 1e",
			"d{1}d{1.5}d{.5}d{5.}d{1e5}d{1E-5}d{0x1F}d{1a}d{1e}"},
		{"1..2", "d{1.}d{.2}"},
		{"? ?1 :a @b $c #d $e::f(g;h)", "p{?}p{?1}p{:a}p{@b}p{$c}p{#d}p{$e::f(g;h)}"},
		{": @ $(", "o{:}o{@}o{$}o{(}"},
		{"a->b->>c||d", "w{a}o{->}w{b}o{->>}w{c}o{||}w{d}"},
		{"a>=b<=c==d!=e<>f<<g>>h",
			"w{a}o{>=}w{b}o{<=}w{c}o{==}w{d}o{!=}w{e}o{<>}w{f}o{<<}w{g}o{>>}w{h}"},
		{"a+-b*-1%2&3|~4", "w{a}o{+}o{-}w{b}o{*}o{-}d{1}o{%}d{2}o{&}d{3}o{|}o{~}d{4}"},
		{"a @- b", "w{a}o{@}o{-}w{b}"},
		{"\\a", "o{\\}w{a}"},
		{"-- a\rb\r\nc", "c{-- a\rb}w{c}"},
		{"/* a /* b */ c */", "c{/* a /* b */}w{c}o{*}o{/}"},
		{"/*/ a", "c{/*/ a}"},
		{"a /* b;", "w{a}c{/* b;}"},
		{"a /*", "w{a}o{/}o{*}"},
		{"'a", "B{'a}"},
		{"\"a", "B{\"a}"},
		{"`a", "B{`a}"},
		{"[a", "B{[a}"},
		{"x'a", "B{x'a}"},
		{"$$a;$$", "p{$$a}e{;}|p{$$}"},
	};

	(void)state;
	CHECK(SQL_SQLITE, cases);
}

static void lexer_ends_sqlite_statement_at_any_semicolon(void **state)
{
	static const struct lexing cases[] = {
		{"(a;b)", "o{(}w{a}e{;}|w{b}o{)}"},
		{"CREATE FUNCTION f BEGIN ATOMIC;",
			"w{CREATE}w{FUNCTION}w{f}w{BEGIN}w{ATOMIC}e{;}|"},
		{"COPY t FROM stdin;a", "w{COPY}w{t}w{FROM}w{stdin}e{;}|w{a}"},
	};

	(void)state;
	CHECK(SQL_SQLITE, cases);
}

static void lexer_ends_trigger_at_its_end(void **state)
{
	static const struct lexing cases[] = {
		{"CREATE TRIGGER t BEGIN a; END; b;",
			"w{CREATE}w{TRIGGER}w{t}w{BEGIN}w{a}e{;}w{END}e{;}|w{b}e{;}|"},
		{"create temp trigger t begin a; -- c\nend /* d */ ; b",
			"w{create}w{temp}w{trigger}w{t}w{begin}w{a}e{;}c{-- c}w{end}c{/* d */}e{;}|"
			"w{b}"},
		{"CREATE TEMPORARY TRIGGER t BEGIN CASE END; CASE a END; END;",
			"w{CREATE}w{TEMPORARY}w{TRIGGER}w{t}w{BEGIN}w{CASE}w{END}e{;}w{CASE}w{a}"
			"w{END}e{;}w{END}e{;}|"},
		{"EXPLAIN QUERY PLAN CREATE TRIGGER t a; END;",
			"w{EXPLAIN}w{QUERY}w{PLAN}w{CREATE}w{TRIGGER}w{t}w{a}e{;}w{END}e{;}|"},
		{"EXPLAIN CREATE TRIGGER t a; END x;",
			"w{EXPLAIN}w{CREATE}w{TRIGGER}w{t}w{a}e{;}w{END}w{x}e{;}"},
		{"CREATE TRIGGER t a; \"END\";", "w{CREATE}w{TRIGGER}w{t}w{a}e{;}n{\"END\"}e{;}"},
		{"CREATE TABLE trigger (a); b", "w{CREATE}w{TABLE}w{trigger}o{(}w{a}o{)}e{;}|w{b}"},
	};

	(void)state;
	CHECK(SQL_SQLITE, cases);
}

static void token_is_compares_whole_words_without_case(void **state)
{
	struct sql_lexer lexer;
	struct sql_token token;

	(void)state;
	sql_lexer_init(&lexer, SQL_POSTGRES, "cReate \"CREATE\"", 15);
	assert_true(sql_lexer_next(&lexer, &token));

	assert_true(sql_token_is(&lexer, &token, "CREATE"));
	assert_false(sql_token_is(&lexer, &token, "CREAT"));
	assert_false(sql_token_is(&lexer, &token, "CREATED"));

	assert_true(sql_lexer_next(&lexer, &token));
	assert_false(sql_token_is(&lexer, &token, "CREATE"));
}

/* In memory that ends with the text, so that a sanitizer sees a read behind it. */
static void check_bounds(enum sql_dialect dialect, const char *text, size_t len)
{
	char *copy = malloc(len + 1);
	struct sql_lexer lexer;
	struct sql_token token;
	size_t end = 0;

	assert_non_null(copy);
	memcpy(copy + 1, text, len);
	sql_lexer_init(&lexer, dialect, copy + 1, len);
	while (sql_lexer_next(&lexer, &token)) {
		assert_true(token.offset >= end);
		end = token.offset + token.len;
		assert_true(end <= len);
	}
	free(copy);
}

/* Every beginning of a text that touches every rule. */
static void lexer_reads_nothing_behind_the_end(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf-- a\r\n/*/* */*/ E'\\'' U&\"a\" $t$ $t$ $1 1.5e-3 0x1 a<=-b :: .. := "
		"[a] `b` ?1 @c $d::e(f) -> ->> x'0' COPY t FROM stdin; -- x\n\\.\r\n\\restrict a";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		check_bounds(SQL_POSTGRES, text, len);
		check_bounds(SQL_SQLITE, text, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lexer_reads_postgres_words_and_numbers),
		cmocka_unit_test(lexer_reads_postgres_quotes),
		cmocka_unit_test(lexer_reads_postgres_comments),
		cmocka_unit_test(lexer_reads_postgres_operators),
		cmocka_unit_test(lexer_reads_long_operator_runs_in_linear_time),
		cmocka_unit_test(lexer_ends_postgres_statements_at_the_top_level),
		cmocka_unit_test(lexer_finds_copy_data),
		cmocka_unit_test(lexer_finds_backslash_commands),
		cmocka_unit_test(lexer_reads_sqlite_tokens),
		cmocka_unit_test(lexer_ends_sqlite_statement_at_any_semicolon),
		cmocka_unit_test(lexer_ends_trigger_at_its_end),
		cmocka_unit_test(token_is_compares_whole_words_without_case),
		cmocka_unit_test(lexer_reads_nothing_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
