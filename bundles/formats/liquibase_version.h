/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_VERSION_H
#define LOCKGATE_BUNDLES_FORMATS_LIQUIBASE_VERSION_H

/*
 * Liquibase knows no versions. A changeset's is that of its file, and behind a dot its place in
 * it, from 1. A file's is what the parts of its path begin with, as `v1.2/003-users.sql`
 * is 1.2.003; where not all of a folder's files have one, or two have the same, it is the file's
 * place among them. New files at the end, and new changesets at the end of the last file, move no
 * version. Pure.
 */

#include "base/arena.h"
#include "base/error.h"

struct liquibase_file {
	const char *file;    /* its path */
	const char *listed;  /* the same below the root */
	const char *version; /* set here */
};

/*
 * Sets the version of each; they are sorted by their paths, as Liquibase runs them. Errors:
 * LG_FORMAT (numbers that go down in that order), naming both files.
 */
LG_MUST_USE
enum lg_status liquibase_version_files(
	struct liquibase_file *files, size_t count, struct lg_arena *strings, struct lg_error *err);

/* The number that a part of a path begins with, behind a `v` or none: its offset and length. */
size_t liquibase_version_span(const char *part, size_t *out_offset);

#endif
