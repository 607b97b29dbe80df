/* SPDX-License-Identifier: MIT */
#include "bundles/formats/liquibase_version.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/version.h"

size_t liquibase_version_span(const char *part, size_t *out_offset)
{
	*out_offset = *part == 'v' || *part == 'V';
	return version_span(part + *out_offset);
}

static size_t count_groups(const char *version)
{
	size_t groups = 1;

	for (; (version = strchr(version, '.')); version++)
		groups++;
	return groups;
}

/* NULL if the file's own name has no number. */
static const char *number_of(const char *path, struct lg_arena *strings)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	size_t offset = 0;
	size_t span = 0;

	lg_buf_init(&text, BUNDLE_MAX_NAME_CHARS);
	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		span = liquibase_version_span(part, &offset);
		if (span > 0)
			lg_buf_addf(
				&text, "%s%.*s", text.len > 0 ? "." : "", (int)span, part + offset);
	}
	return span > 0 && !text.is_over ? lg_arena_addn(strings, text.text, text.len) : NULL;
}

static void number_by_place(struct liquibase_file *files, size_t count, struct lg_arena *strings)
{
	for (size_t i = 0; i < count; i++)
		files[i].version = lg_arena_addf(strings, "%zu", i + 1);
}

static bool are_numbered(const struct liquibase_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!files[i].version ||
			count_groups(files[i].version) != count_groups(files[0].version))
			return false;
	return true;
}

static enum lg_status refuse_order(const struct liquibase_file *before,
	const struct liquibase_file *file, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' comes before '%s' by name, but after it by its number",
		before->file, file->file);
	(void)lg_hint(err, "give their names numbers of the same width");
	return lg_place(err, file->file, 0, 0);
}

enum lg_status liquibase_version_files(
	struct liquibase_file *files, size_t count, struct lg_arena *strings, struct lg_error *err)
{
	for (size_t i = 0; i < count; i++)
		files[i].version = number_of(files[i].listed, strings);
	if (!are_numbered(files, count)) {
		number_by_place(files, count, strings);
		return LG_OK;
	}
	for (size_t i = 1; i < count; i++) {
		int order = version_compare(files[i - 1].version, files[i].version);

		if (order > 0)
			return refuse_order(&files[i - 1], &files[i], err);
		if (order == 0) {
			number_by_place(files, count, strings);
			return LG_OK;
		}
	}
	return LG_OK;
}
