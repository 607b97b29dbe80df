/* SPDX-License-Identifier: MIT */
#include "tests/support/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

/* Half past nine on 5 January 2026, UTC. */
static const int64_t moment_us = INT64_C(1767605400) * 1000000;

struct packed packed_new(const struct tree *tree, const char *format, enum sql_dialect engine)
{
	const struct folder_options options = {.format = format, .engine = engine};
	struct packed packed = {0};

	bundle_init(&packed.bundle);
	if (folder_pack(tree->path, &options, &packed.bundle, &packed.result, &packed.err))
		assert_int_not_equal(packed.err.text[0], '\0');
	return packed;
}

void packed_drop(struct packed *packed)
{
	bundle_release(&packed->bundle);
	folder_result_release(&packed->result);
}

void packed_has(const struct packed *packed, const struct migration_part *part, const char *text)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct lg_error err = {0};

	assert_string_equal(packed->err.text, "");
	if (!text) {
		assert_null(part->file);
		return;
	}
	assert_non_null(part->file);
	assert_int_equal(bundle_view(&packed->bundle, part, &view, &err), LG_OK);
	if (view.len != strlen(text) || memcmp(view.text, text, view.len) != 0)
		fail_msg("'%.*s', not '%s'", (int)view.len, view.text, text);
}

void packed_skips(const struct packed *packed, const char *file)
{
	for (size_t i = 0; i < packed->result.skip_count; i++)
		if (strcmp(packed->result.skips[i].file, file) == 0)
			return;
	fail_msg("'%s' is not among the files that were skipped", file);
}

static void is_as_said(const struct refusal *refusal, const char *format, enum sql_dialect engine)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();

	tree_write(&tree, refusal->first, refusal->first_text);
	if (refusal->second)
		tree_write(&tree, refusal->second, refusal->second_text);

	LG_CLEANUP(packed_drop) struct packed p = packed_new(&tree, format, engine);

	if (!strstr(p.err.text, refusal->text))
		fail_msg("'%s': '%s', not '%s'", refusal->first, p.err.text, refusal->text);
	assert_int_equal(p.err.status, LG_FORMAT);
	assert_string_equal(p.err.file, refusal->file);
	assert_int_equal(p.err.line, refusal->line);
	assert_int_not_equal(p.err.hint[0], '\0');
}

void refusals_are_as_said(
	const struct refusal *refusals, size_t count, const char *format, enum sql_dialect engine)
{
	for (size_t i = 0; i < count; i++)
		is_as_said(&refusals[i], format, engine);
}

void format_creates(const struct tree *tree, const char *format, const char *expected)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf paths;
	LG_CLEANUP(lg_buf_release) struct lg_buf wanted;
	struct lg_error err = {0};

	lg_buf_init(&paths, LG_BUF_MAX_BYTES);
	lg_buf_init(&wanted, LG_BUF_MAX_BYTES);
	if (folder_new(tree->path, format, "add_email", moment_us, &paths, &err))
		fail_msg("%s", err.text);
	for (const char *at = expected; *at;) {
		size_t len = strcspn(at, " ");

		lg_buf_addf(&wanted, "%s/%.*s\n", tree->path, (int)len, at);
		at += len + (at[len] == ' ');
	}
	assert_string_equal(paths.text, wanted.text);
}
