/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_PACKED_H
#define LOCKGATE_TESTS_SUPPORT_PACKED_H

/* What packing a folder of a test's came to: `LG_CLEANUP(packed_drop) struct packed packed`. */

#include "bundles/folder.h"
#include "tests/support/tree.h"

struct packed {
	struct bundle bundle;
	struct folder_result result;
	struct lg_error err;
};

/* `format` is NULL where it is to be recognised. */
struct packed packed_new(const struct tree *tree, const char *format, enum sql_dialect engine);
void packed_drop(struct packed *packed);

/* Asserts that all went well, and what the bytes of a part are; NULL: there is no such part. */
void packed_has(const struct packed *packed, const struct migration_part *part, const char *text);

/* Asserts that the file was passed over. */
void packed_skips(const struct packed *packed, const char *file);

/* One or two files, and what is said of them. */
struct refusal {
	const char *first, *first_text;
	const char *second, *second_text;
	const char *text; /* a part of the sentence */
	const char *file;
	uint32_t line;
};

void refusals_are_as_said(
	const struct refusal *refusals, size_t count, const char *format, enum sql_dialect engine);

/* Creates the migration `add_email` on 5 January 2026 at 09:30:00; asserts which files, blanks
 * between. */
void format_creates(const struct tree *tree, const char *format, const char *expected);

#endif
