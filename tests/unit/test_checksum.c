/* SPDX-License-Identifier: MIT */
#include "base/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 1321, A.5. */
static void md5_agrees_with_the_standard(void **state)
{
	char text[LG_MD5_CHARS + 1];

	(void)state;
	assert_true(lg_md5_of("", 0, text));
	assert_string_equal(text, "d41d8cd98f00b204e9800998ecf8427e");
	assert_true(lg_md5_of("message digest", strlen("message digest"), text));
	assert_string_equal(text, "f96b697d7cb7938d525a2f31aaf161d0");
}

/* FIPS 180-4's own example. */
static void sha384_agrees_with_the_standard(void **state)
{
	char text[LG_SHA384_CHARS + 1];

	(void)state;
	lg_sha384_of("abc", 3, text);
	assert_string_equal(text, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
				  "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}

/* The check value of every catalogue of CRCs, whole and in two parts. */
static void crc32_agrees_with_the_standard(void **state)
{
	(void)state;
	assert_int_equal(lg_crc32(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(lg_crc32(lg_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
	assert_int_equal(lg_crc32(0, "", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(md5_agrees_with_the_standard),
		cmocka_unit_test(sha384_agrees_with_the_standard),
		cmocka_unit_test(crc32_agrees_with_the_standard),
	};

	return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
