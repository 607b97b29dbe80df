/* SPDX-License-Identifier: MIT */
#include "bundles/ustar.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static la_ssize_t take_first_block(
	struct archive *archive, void *context, const void *bytes, size_t len)
{
	struct ustar_block *block = context;

	(void)archive;
	if (block->bytes[0])
		return -1; /* of what libarchive adds when it is freed */
	assert_int_equal(len, USTAR_BLOCK_BYTES);
	memcpy(block->bytes, bytes, USTAR_BLOCK_BYTES);
	return (la_ssize_t)len;
}

/* What libarchive writes for a header like ours. */
static struct ustar_block header_by_libarchive(const char *name, uint64_t size)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	struct ustar_block block = {{0}};

	assert_int_equal(archive_write_set_format_ustar(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(archive, 0), ARCHIVE_OK);
	assert_int_equal(
		archive_write_open(archive, &block, NULL, take_first_block, NULL), ARCHIVE_OK);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 0, 0);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	(void)archive_write_free(archive);
	archive_entry_free(entry);
	return block;
}

static void ustar_header_is_the_one_of_libarchive(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
	} cases[] = {
		{"manifest", 0},
		{"manifest", 33554432},
		{"signature.sshsig-ci-2", 65536},
		{"000001.up.sql", 1},
		{"050000.check.sql", 268435456},
		{"x", (UINT64_C(1) << 33) - 1},
		{"0123456789012345678901234567890123456789012345678901234567890123456789"
		 "012345678901234567890123456789",
			7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ustar_block own = ustar_header(cases[i].name, cases[i].size);
		struct ustar_block other = header_by_libarchive(cases[i].name, cases[i].size);
		char name[USTAR_NAME_CHARS + 1];

		assert_memory_equal(own.bytes, other.bytes, USTAR_BLOCK_BYTES);
		assert_null(ustar_difference(&own, &other));
		assert_int_equal(ustar_size(&own), cases[i].size);
		ustar_name(&own, name);
		assert_string_equal(name, cases[i].name);
	}
}

static void ustar_difference_sees_every_byte(void **state)
{
	const struct ustar_block own = ustar_header("manifest", 5);

	(void)state;
	for (size_t i = 0; i < USTAR_BLOCK_BYTES; i++) {
		struct ustar_block other = own;

		other.bytes[i] ^= 1;
		assert_non_null(ustar_difference(&own, &other));
	}
}

static void ustar_difference_names_the_type_first(void **state)
{
	const struct ustar_block own = ustar_header("manifest", 5);
	struct ustar_block other = ustar_header("other", 6);

	(void)state;
	assert_string_equal(ustar_difference(&own, &other), "name");
	other.bytes[156] = '2';
	assert_string_equal(ustar_difference(&own, &other), "type");
}

static void ustar_size_of_other_forms_is_nothing(void **state)
{
	struct ustar_block block = ustar_header("manifest", 5);

	(void)state;
	block.bytes[124] = 0x80;
	assert_int_equal(ustar_size(&block), 0);
	block.bytes[124] = '8';
	assert_int_equal(ustar_size(&block), 0);
}

static void ustar_padding_fills_the_last_block(void **state)
{
	(void)state;
	assert_int_equal(ustar_padding(0), 0);
	assert_int_equal(ustar_padding(1), 511);
	assert_int_equal(ustar_padding(511), 1);
	assert_int_equal(ustar_padding(512), 0);
	assert_int_equal(ustar_padding(513), 511);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ustar_header_is_the_one_of_libarchive),
		cmocka_unit_test(ustar_difference_sees_every_byte),
		cmocka_unit_test(ustar_difference_names_the_type_first),
		cmocka_unit_test(ustar_size_of_other_forms_is_nothing),
		cmocka_unit_test(ustar_padding_fills_the_last_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
