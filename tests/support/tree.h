/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_TREE_H
#define LOCKGATE_TESTS_SUPPORT_TREE_H

/* A folder for one test, gone when the scope ends: `LG_CLEANUP(tree_drop) struct tree tree`. */

#include <stddef.h>

struct tree {
	char path[64];
};

struct tree tree_new(void);
void tree_drop(struct tree *tree);

/* The path of `name` in the tree; valid until the fourth call after this one. */
const char *tree_path(const struct tree *tree, const char *name);

/* Writes a file, replacing it; `name` may be in sub-folders that are made when missing. */
void tree_write(const struct tree *tree, const char *name, const char *text);
void tree_write_bytes(const struct tree *tree, const char *name, const void *bytes, size_t len);

/* The whole file; owned by the caller, release with free(). */
char *tree_read(const char *path, size_t *out_len);

#endif
