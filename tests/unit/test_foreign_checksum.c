/* SPDX-License-Identifier: MIT */
#include "gate/foreign_checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attrs.h"

#define MIXED "CREATE TABLE a (\r\n  x INT\r\n);\n-- end"

static bool fits(enum foreign_tool tool, const char *stored, const char *text)
{
	return foreign_checksum_fits(tool, stored, text, strlen(text));
}

/* Python's zlib over the lines, by Flyway's rule. */
static void flyway_knows_no_line_ends(void **state)
{
	(void)state;
	assert_true(fits(FOREIGN_FLYWAY, "-1305607429", MIXED));
	assert_true(fits(FOREIGN_FLYWAY, "-1305607429", "\xef\xbb\xbf" MIXED));
	assert_true(fits(FOREIGN_FLYWAY, "-1305607429", "CREATE TABLE a (\n  x INT\n);\n-- end\n"));
	assert_true(fits(FOREIGN_FLYWAY, "78787420", "SELECT 1;\n"));
	assert_false(fits(FOREIGN_FLYWAY, "78787420", "SELECT 2;\n"));
}

static void sqlx_takes_the_bytes(void **state)
{
	(void)state;
	assert_true(fits(FOREIGN_SQLX,
		"f48cae16bfcd276bb7997ce9110557389d7e0bf3767788ad367bd0200b993027"
		"be0784d8fcf35f7f02b1ec9f56615768",
		MIXED));
	assert_false(fits(FOREIGN_SQLX, "", MIXED));
}

static void prisma_takes_any_line_end(void **state)
{
	static const char *const of_lf =
		"93717dc3d0d5e0f370b1eb27f7ebdf9a1bea6e74377bacaf34d82a00f15dd2b1";
	static const char *const of_crlf =
		"663506c1d64a33d0aaa2dabe2952f3beb26911e1f6ce680625e3f76954c49e5a";

	(void)state;
	assert_true(fits(FOREIGN_PRISMA, of_lf, MIXED));
	assert_true(fits(FOREIGN_PRISMA, of_crlf, MIXED));
	assert_true(fits(FOREIGN_PRISMA, of_crlf, "CREATE TABLE a (\n  x INT\n);\n-- end"));
	assert_false(fits(FOREIGN_PRISMA, of_lf, MIXED "."));
	assert_true(fits(FOREIGN_PRISMA,
		"d0d802e8a15e6cf272875ae76ed502e82db67cb240e1f2be9a08a4061ac2c9be", "SELECT 1;\n"));
	/* As old versions wrote it: bytes below 16 have one digit. */
	assert_true(fits(FOREIGN_PRISMA,
		"b4e049784e46eabb8c31975b62152d551bac49c3c2e80932567b485dcd", "SELECT 1;\n"));
}

#define USERS "CREATE TABLE users (\n\tid INT PRIMARY KEY, -- the key\n\tname   VARCHAR(40)\n);\n"

/* Those of version 8 are what Liquibase 4.4.0 has recorded. */
static void liquibase_normalises(void **state)
{
	static const char *const eight = "8:3c364f9c7e26e697aa8b1c38cbb7e991";
	static const char *const nine = "9:27b7f6ba0afb707fec8d673fc46eb1f8";

	(void)state;
	assert_true(fits(FOREIGN_LIQUIBASE, eight, USERS));
	assert_true(fits(FOREIGN_LIQUIBASE, eight,
		"--changeset ann:1\n--comment first one\n" USERS "--rollback DROP TABLE users;\n"));
	assert_true(fits(
		FOREIGN_LIQUIBASE, eight, USERS "/* liquibase rollback\nDROP TABLE users;\n*/\n"));
	assert_true(fits(FOREIGN_LIQUIBASE, "8:55062b29828bd7e3796ce61a80c5306c",
		"INSERT INTO users VALUES (1, 'x  y');\n"));
	assert_true(fits(FOREIGN_LIQUIBASE, nine, USERS));
	assert_true(fits(FOREIGN_LIQUIBASE, nine,
		"CREATE TABLE users(id INT PRIMARY KEY,-- the key\n"
		"name VARCHAR(40));"));
	assert_false(fits(FOREIGN_LIQUIBASE, eight, "DROP TABLE users;"));
	assert_false(fits(FOREIGN_LIQUIBASE, nine, "DROP TABLE users;"));
}

static void old_forms_prove_nothing(void **state)
{
	(void)state;
	assert_false(foreign_checksum_is_known(FOREIGN_FLYWAY, NULL));
	assert_true(foreign_checksum_is_known(FOREIGN_FLYWAY, "0"));
	assert_true(foreign_checksum_is_known(FOREIGN_LIQUIBASE, "9:0"));
	assert_false(foreign_checksum_is_known(FOREIGN_LIQUIBASE, "7:0"));
}

static void a_record_is_what_the_tool_would_write(void **state)
{
	struct lg_arena strings = {0};

	(void)state;
	assert_string_equal(
		foreign_checksum(FOREIGN_FLYWAY, MIXED, strlen(MIXED), &strings), "-1305607429");
	assert_string_equal(foreign_checksum(FOREIGN_DBMATE, "x", 1, &strings), "");
	lg_arena_release(&strings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flyway_knows_no_line_ends),
		cmocka_unit_test(sqlx_takes_the_bytes),
		cmocka_unit_test(prisma_takes_any_line_end),
		cmocka_unit_test(liquibase_normalises),
		cmocka_unit_test(old_forms_prove_nothing),
		cmocka_unit_test(a_record_is_what_the_tool_would_write),
	};

	return cmocka_run_group_tests_name("foreign checksum", tests, NULL, NULL);
}
