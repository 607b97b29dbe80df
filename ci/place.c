/* SPDX-License-Identifier: MIT */
#include "ci/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Removes the last part of the path, and tells whether there was one to remove. */
static bool climb(struct lg_buf *path)
{
	const char *slash = strrchr(path->text, '/');

	if (!path->len || strcmp(slash ? slash + 1 : path->text, "..") == 0)
		return false;
	lg_buf_cut(path, slash ? (size_t)(slash - path->text) : 0);
	return true;
}

/* Adds the parts of `text` to `path`, which has no slash at its end. */
static void add_parts(const char *text, bool is_absolute, struct lg_buf *path)
{
	while (*(text += strspn(text, "/"))) {
		size_t len = strcspn(text, "/");
		bool is_here = len == 1 && *text == '.';
		bool is_up = len == 2 && memcmp(text, "..", 2) == 0;

		if (!is_here && !(is_up && (climb(path) || is_absolute))) {
			if (path->len || is_absolute)
				lg_buf_addc(path, '/');
			lg_buf_add(path, text, len);
		}
		text += len;
	}
}

/* The rest of `path` below `folder`; NULL where it is not below. */
static const char *below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (strncmp(path, folder, len) != 0 || path[len] != '/' || !path[len + 1])
		return NULL;
	return path + len + 1;
}

static char *in_workspace(const struct ci_report *report, const char *file)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf path;
	const char *workspace = report->run ? report->run->workspace : NULL;
	bool is_absolute = *file == '/';
	const char *rest;

	lg_buf_init(&path, LG_BUF_MAX_BYTES);
	if (!is_absolute && report->folder && workspace) {
		add_parts(report->folder, true, &path);
		is_absolute = true;
	}
	add_parts(file, is_absolute, &path);
	rest = workspace ? below(path.text, workspace) : NULL;
	if (rest)
		return lg_strdup(rest);
	if (*file == '/')
		return lg_buf_take(&path);
	lg_buf_clear(&path);
	add_parts(file, false, &path);
	return lg_buf_take(&path);
}

/* A folder's files are named with the folder in front, those of a bundle as it names them. */
static bool is_in_bundle(const struct ci_report *report, const char *file)
{
	const char *source = report->bundle ? report->bundle->source : NULL;
	size_t len = source ? strlen(source) : 0;

	while (len > 1 && source[len - 1] == '/')
		len--;
	return source && !(strncmp(file, source, len) == 0 && file[len] == '/');
}

struct ci_place ci_place_of(
	const struct ci_report *report, const char *file, uint32_t line, uint32_t column)
{
	const char *source = report->bundle ? report->bundle->source : NULL;

	if (file && !is_in_bundle(report, file))
		return (struct ci_place){
			.path = in_workspace(report, file), .line = line, .column = column};
	return (struct ci_place){
		.path = source ? in_workspace(report, source) : NULL, .is_source = true};
}

void ci_place_release(struct ci_place *place)
{
	free(place->path);
	*place = (struct ci_place){0};
}
