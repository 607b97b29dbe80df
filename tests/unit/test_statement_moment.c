/* SPDX-License-Identifier: MIT */
#include "bundles/statement_moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

struct moment_case {
	enum sql_dialect dialect;
	const char *sql;
	const char *word; /* NULL: the answer stays the same */
};

static const struct moment_case cases[] = {
	{SQL_POSTGRES, "SELECT now()", "now"},
	{SQL_POSTGRES, "SELECT pg_catalog.NOW /* then */ () + interval '1 day'", "NOW"},
	{SQL_POSTGRES, "SELECT 1, gen_random_uuid() AS id", "gen_random_uuid"},
	{SQL_POSTGRES, "SELECT current_date", "current_date"},
	{SQL_POSTGRES, "SELECT 'NOW'::timestamptz", "'NOW'"},
	{SQL_SQLITE, "SELECT datetime('now', '-1 day')", "'now'"},
	{SQL_SQLITE, "SELECT hex(randomblob(16))", "randomblob"},
	{SQL_SQLITE, "SELECT datetime('2024-01-31')", NULL},
	{SQL_POSTGRES, "SELECT now FROM pg_class", NULL},
	{SQL_POSTGRES, "SELECT \"current_date\" FROM pg_class -- now()", NULL},
	{SQL_POSTGRES, "SELECT 'now()', $$ random() $$, version()", NULL},
	{SQL_POSTGRES, "", NULL},
};

static void test_words_that_answer_otherwise_each_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(cases); i++) {
		const struct moment_case *item = &cases[i];
		struct sql_token word;
		bool is_found =
			statement_moment_find(item->dialect, item->sql, strlen(item->sql), &word);

		assert_true(is_found == (item->word != NULL));
		if (!item->word)
			continue;
		assert_int_equal(strlen(item->word), word.len);
		assert_memory_equal(item->word, item->sql + word.offset, word.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_that_answer_otherwise_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
