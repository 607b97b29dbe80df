/* SPDX-License-Identifier: MIT */
#include "bundles/body.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/mem.h"
#include "bundles/limits.h"

static void drop_store(struct body_store **slot)
{
	body_store_free(*slot);
}

/* Bytes that tell where in the store they are. */
static void fill(unsigned char *bytes, size_t len, uint64_t offset)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)((offset + i) * 31 >> 3);
}

static void add_up_to(struct body_store *store, uint64_t size)
{
	enum { CHUNK = 100000 };
	LG_FREE_BY_SCOPE unsigned char *chunk = lg_malloc(CHUNK);
	struct lg_error err = {0};

	while (body_store_size(store) < size) {
		uint64_t at = body_store_size(store);
		size_t len = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		fill(chunk, len, at);
		assert_int_equal(body_store_add(store, chunk, len, &err), LG_OK);
	}
}

static void check_range(const struct body_store *store, uint64_t offset, size_t size, bool is_file)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	LG_FREE_BY_SCOPE unsigned char *expected = lg_malloc(size);
	struct lg_error err = {0};

	fill(expected, size, offset);
	assert_int_equal(body_view_open(&view, store, offset, size, &err), LG_OK);
	assert_int_equal(view.len, size);
	assert_memory_equal(view.text, expected, size);
	assert_int_equal(view.mapping != NULL, is_file);
	body_view_forget(&view, size / 2);
	body_view_forget(&view, size / 4);
	assert_memory_equal(view.text, expected, size);
}

static void body_stays_in_memory_up_to_its_limit(void **state)
{
	LG_CLEANUP(drop_store) struct body_store *store = body_store_new();

	(void)state;
	add_up_to(store, BUNDLE_MEMORY_BYTES);

	assert_int_equal(body_store_size(store), BUNDLE_MEMORY_BYTES);
	check_range(store, 12345, 100001, false);
}

static void body_moves_into_a_file_above_it(void **state)
{
	LG_CLEANUP(drop_store) struct body_store *store = body_store_new();

	(void)state;
	add_up_to(store, BUNDLE_MEMORY_BYTES + 1);

	check_range(store, 0, 1, true);
	check_range(store, 12345, 100001, true);
	check_range(store, 0, BUNDLE_MEMORY_BYTES + 1, true);
	check_range(store, BUNDLE_MEMORY_BYTES, 1, true);
	add_up_to(store, BUNDLE_MEMORY_BYTES + 300000);
	check_range(store, BUNDLE_MEMORY_BYTES - 5, 300005, true);
}

static void body_view_of_nothing_has_a_text(void **state)
{
	LG_CLEANUP(drop_store) struct body_store *store = body_store_new();
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(body_store_add(store, "", 0, &err), LG_OK);
	assert_int_equal(body_view_open(&view, store, 0, 0, &err), LG_OK);

	assert_non_null(view.text);
	assert_int_equal(view.len, 0);
}

static void body_view_of_text_ignores_forget(void **state)
{
	struct body_view view = body_view_of_text("abc", 3);

	(void)state;
	body_view_forget(&view, 3);

	assert_string_equal(view.text, "abc");
	body_view_close(&view);
	assert_int_equal(view.len, 0);
}

static void body_reports_a_full_disk(void **state)
{
	LG_CLEANUP(drop_store) struct body_store *store = body_store_new();
	LG_FREE_BY_SCOPE void *bytes = lg_calloc(1, BUNDLE_MEMORY_BYTES);
	struct rlimit before;
	struct rlimit small;
	struct lg_error err = {0};

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
	assert_int_equal(body_store_add(store, bytes, BUNDLE_MEMORY_BYTES, &err), LG_OK);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);

	assert_int_equal(body_store_add(store, "x", 1, &err), LG_IO);
	assert_int_equal(err.system_error, EFBIG);

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
}

static void body_reports_what_cannot_be_mapped(void **state)
{
	LG_CLEANUP(drop_store) struct body_store *store = body_store_new();
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct rlimit before;
	struct rlimit small;
	struct lg_error err = {0};

	(void)state;
	add_up_to(store, BUNDLE_MEMORY_BYTES + 1);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	small = (struct rlimit){.rlim_cur = 1 << 20, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_AS, &small), 0);

	assert_int_equal(body_view_open(&view, store, 0, BUNDLE_MEMORY_BYTES, &err), LG_IO);

	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(err.system_error, ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_stays_in_memory_up_to_its_limit),
		cmocka_unit_test(body_moves_into_a_file_above_it),
		cmocka_unit_test(body_view_of_nothing_has_a_text),
		cmocka_unit_test(body_view_of_text_ignores_forget),
		cmocka_unit_test(body_reports_a_full_disk),
		cmocka_unit_test(body_reports_what_cannot_be_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
