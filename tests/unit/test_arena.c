/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/mem.h"

static void arena_keeps_texts_where_they_are(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};
	const char *texts[5000];

	(void)state;
	for (int i = 0; i < 5000; i++)
		texts[i] = lg_arena_addf(&arena, "text %d", i);
	for (int i = 0; i < 5000; i++) {
		LG_FREE_BY_SCOPE char *expected = lg_format("text %d", i);

		assert_string_equal(texts[i], expected);
	}
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 16384, 16385, 1000000};
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(sizes); i++) {
		unsigned char *memory = lg_arena_alloc(&arena, sizes[i]);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++) {
			assert_int_equal(memory[k], 0);
			memory[k] = 0xff;
		}
	}
}

static void arena_copies_parts_of_texts(void **state)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena arena = {0};

	(void)state;
	assert_string_equal(lg_arena_addn(&arena, "abcdef", 3), "abc");
	assert_string_equal(lg_arena_addn(&arena, NULL, 0), "");
	assert_string_equal(lg_arena_add(&arena, ""), "");
}

static void arena_is_empty_after_its_release(void **state)
{
	struct lg_arena arena = {0};

	(void)state;
	lg_arena_release(&arena);
	(void)lg_arena_add(&arena, "x");
	lg_arena_release(&arena);
	assert_null(arena.newest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_keeps_texts_where_they_are),
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_copies_parts_of_texts),
		cmocka_unit_test(arena_is_empty_after_its_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
