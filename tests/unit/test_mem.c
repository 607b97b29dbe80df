/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

/* Has the address sanitizer answer as malloc() does; nobody asks where there is none. */
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl*,readability-identifier-naming): its hook
const char *__asan_default_options(void);
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl*,readability-identifier-naming): its hook
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void mem_copies_texts(void **state)
{
	LG_FREE_BY_SCOPE char *whole = lg_strdup("text");
	LG_FREE_BY_SCOPE char *part = lg_strndup("text", 2);
	LG_FREE_BY_SCOPE char *made = lg_format("%s-%d", "a", 7);

	(void)state;
	assert_string_equal(whole, "text");
	assert_string_equal(part, "te");
	assert_string_equal(made, "a-7");
}

static void mem_allows_nothing(void **state)
{
	LG_FREE_BY_SCOPE char *a = lg_malloc(0);
	LG_FREE_BY_SCOPE char *b = lg_calloc(0, 8);
	LG_FREE_BY_SCOPE char *c = lg_realloc(lg_malloc(1), 0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
}

static void grow_makes_room_for_one_more(void **state)
{
	LG_FREE_BY_SCOPE size_t *array = NULL;

	(void)state;
	for (size_t count = 0; count < 1000; count++) {
		array = lg_grow(array, count, sizeof(*array));
		array[count] = count;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(array[i], i);
}

static void take_leaves_null(void **state)
{
	char *text = lg_strdup("x");
	char *taken = LG_TAKE(text);

	(void)state;
	assert_null(text);
	assert_string_equal(taken, "x");
	free(taken);
}

static void ask_for_too_much(void)
{
	free(lg_calloc(SIZE_MAX / 2, 4));
}

static void grow_too_much(void)
{
	free(lg_grow(NULL, (size_t)1 << 60, 64));
}

/* Runs `action` in a child and gives back how it exited and what it wrote to stderr. */
static int run_in_child(void (*action)(void), char *out, size_t size)
{
	int ends[2];
	int status = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		action();
		_exit(0);
	}
	(void)close(ends[1]);
	got = read(ends[0], out, size - 1);
	out[got > 0 ? got : 0] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void mem_ends_the_process_when_there_is_none(void **state)
{
	static void (*const actions[])(void) = {ask_for_too_much, grow_too_much};
	char words[512];

	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(actions); i++) {
		assert_int_equal(run_in_child(actions[i], words, sizeof(words)), 3);
		assert_non_null(strstr(words, "lockgate: out of memory\n"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mem_copies_texts),
		cmocka_unit_test(mem_allows_nothing),
		cmocka_unit_test(grow_makes_room_for_one_more),
		cmocka_unit_test(take_leaves_null),
		cmocka_unit_test(mem_ends_the_process_when_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
