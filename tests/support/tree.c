/* SPDX-License-Identifier: MIT */
#include "tests/support/tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attrs.h"
#include "base/mem.h"

struct tree tree_new(void)
{
	struct tree tree = {.path = "/tmp/lockgate-test-XXXXXX"};

	assert_non_null(mkdtemp(tree.path));
	return tree;
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	(void)facts;
	(void)kind;
	(void)place;
	return remove(path);
}

void tree_drop(struct tree *tree)
{
	(void)nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *tree_path(const struct tree *tree, const char *name)
{
	enum { PATHS = 4, PATH_CHARS = 512 };
	static char paths[PATHS][PATH_CHARS];
	static size_t next;
	char *path = paths[next++ % PATHS];

	(void)snprintf(path, PATH_CHARS, "%s/%s", tree->path, name);
	return path;
}

void tree_write_bytes(const struct tree *tree, const char *name, const void *bytes, size_t len)
{
	LG_FREE_BY_SCOPE char *path = lg_strdup(tree_path(tree, name));
	FILE *file;

	for (char *slash = strchr(path + strlen(tree->path) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

void tree_write(const struct tree *tree, const char *name, const char *text)
{
	tree_write_bytes(tree, name, text, strlen(text));
}

char *tree_read(const char *path, size_t *out_len)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	long len;

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	len = ftell(file);
	assert_true(len >= 0);
	rewind(file);
	text = lg_calloc((size_t)len + 1, 1);
	assert_int_equal(fread(text, 1, (size_t)len, file), len);
	assert_int_equal(fclose(file), 0);
	if (out_len)
		*out_len = (size_t)len;
	return text;
}
