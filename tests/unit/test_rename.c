/* SPDX-License-Identifier: MIT */
#include "bundles/rename.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/tree.h"

static const struct rename_item items[] = {
	{"1_a.up.sql", "3_a.up.sql"}, {"seeds/2_b.sql", "seeds/4_b.sql"}};

/* The items are not the list's to release. */
static struct rename_list list_of_items(void)
{
	struct rename_list list = {.items = lg_calloc(LG_COUNT_OF(items), sizeof(*list.items)),
		.count = LG_COUNT_OF(items)};

	memcpy(list.items, items, sizeof(items));
	return list;
}

static bool holds(const struct tree *tree, const char *name, const char *text)
{
	LG_FREE_BY_SCOPE char *found = NULL;
	size_t len = 0;

	if (access(tree_path(tree, name), F_OK) != 0)
		return false;
	found = tree_read(tree_path(tree, name), &len);
	return len == strlen(text) && memcmp(found, text, len) == 0;
}

static void rename_all_renames_all(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(rename_list_release) struct rename_list list = list_of_items();
	struct lg_error err = {0};

	(void)state;
	tree_write(&tree, "m/1_a.up.sql", "a");
	tree_write(&tree, "m/seeds/2_b.sql", "b");
	assert_int_equal(rename_all(&list, tree_path(&tree, "m"), false, &err), LG_OK);
	assert_true(holds(&tree, "m/3_a.up.sql", "a"));
	assert_true(holds(&tree, "m/seeds/4_b.sql", "b"));
	assert_int_not_equal(access(tree_path(&tree, "m/1_a.up.sql"), F_OK), 0);
	assert_int_not_equal(access(tree_path(&tree, "m/" RENAME_JOURNAL), F_OK), 0);
}

static void rename_all_replaces_nothing(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(rename_list_release) struct rename_list list = list_of_items();
	struct lg_error err = {0};

	(void)state;
	tree_write(&tree, "m/1_a.up.sql", "a");
	tree_write(&tree, "m/seeds/2_b.sql", "b");
	tree_write(&tree, "m/seeds/4_b.sql", "taken");
	assert_int_equal(rename_all(&list, tree_path(&tree, "m"), false, &err), LG_REFUSED);
	assert_non_null(strstr(err.text, "'seeds/4_b.sql'"));
	assert_true(holds(&tree, "m/1_a.up.sql", "a"));
	assert_true(holds(&tree, "m/seeds/2_b.sql", "b"));
	assert_true(holds(&tree, "m/seeds/4_b.sql", "taken"));
	assert_int_not_equal(access(tree_path(&tree, "m/" RENAME_JOURNAL), F_OK), 0);

	/* Nor where it was taken after it had been looked at. */
	assert_int_equal(rename_all(&list, tree_path(&tree, "m"), true, &err), LG_IO);
	assert_true(holds(&tree, "m/3_a.up.sql", "a"));
	assert_true(holds(&tree, "m/seeds/2_b.sql", "b"));
	assert_true(holds(&tree, "m/seeds/4_b.sql", "taken"));
}

static void rename_all_leaves_linked_seeds_alone(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(rename_list_release) struct rename_list list = list_of_items();
	struct lg_error err = {0};

	(void)state;
	tree_write(&tree, "m/1_a.up.sql", "a");
	tree_write(&tree, "m/more/2_b.sql", "b");
	assert_int_equal(symlink("more", tree_path(&tree, "m/seeds")), 0);
	assert_int_equal(rename_all(&list, tree_path(&tree, "m"), false, &err), LG_REFUSED);
	assert_true(holds(&tree, "m/1_a.up.sql", "a"));
	assert_true(holds(&tree, "m/more/2_b.sql", "b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rename_all_renames_all),
		cmocka_unit_test(rename_all_replaces_nothing),
		cmocka_unit_test(rename_all_leaves_linked_seeds_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
