/* SPDX-License-Identifier: MIT */
#include "bundles/rename_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/version.h"

#define FIRST_LINE "lockgate rebase 1\n"
#define LAST_LINE "end\n"

/* Two names and what divides them, for every file that a folder may have. */
enum { JOURNAL_BYTES = BUNDLE_MAX_ENTRIES * (8 * BUNDLE_MAX_NAME_CHARS + 2) };

void rename_list_add(struct rename_list *list, const char *from, const char *to)
{
	list->items = lg_grow(list->items, list->count, sizeof(*list->items));
	list->items[list->count++] = (struct rename_item){from, to};
}

static enum lg_status write_to(
	int folder, int fd, const struct rename_list *list, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, JOURNAL_BYTES);
	lg_buf_adds(&text, FIRST_LINE);
	for (size_t i = 0; i < list->count; i++)
		lg_buf_addf(&text, "%s\t%s\n", list->items[i].from, list->items[i].to);
	lg_buf_adds(&text, LAST_LINE);
	if (lg_buf_status(&text, "the list of files", err) ||
		lg_fd_write(fd, text.text, text.len, err))
		return err->status;
	if (fsync(fd) != 0 || fsync(folder) != 0)
		return lg_fail_errno(err, "cannot write '%s'", RENAME_JOURNAL);
	return LG_OK;
}

enum lg_status rename_journal_write(int fd, const struct rename_list *list, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop)
	int file = openat(
		fd, RENAME_JOURNAL, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

	if (file < 0)
		return lg_hint((lg_fail_errno(err, "cannot create '%s'", RENAME_JOURNAL), err),
			"nothing was renamed");
	if (write_to(fd, file, list, err)) {
		(void)unlinkat(fd, RENAME_JOURNAL, 0);
		return lg_hint(err, "nothing was renamed");
	}
	return LG_OK;
}

enum lg_status rename_journal_remove(int fd, struct lg_error *err)
{
	if (unlinkat(fd, RENAME_JOURNAL, 0) != 0 && errno != ENOENT)
		return lg_fail_errno(err, "cannot remove '%s'", RENAME_JOURNAL);
	return LG_OK;
}

/* Reads the file, which is no larger than `out` allows; false in *out_is_there without one. */
static enum lg_status read_text(
	int fd, struct lg_buf *out, bool *out_is_there, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop)
	int file = openat(fd, RENAME_JOURNAL, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat facts;
	char chunk[4096];
	size_t got = 0;

	*out_is_there = file >= 0;
	if (file < 0 && errno == ENOENT)
		return LG_OK;
	if (file < 0 || fstat(file, &facts) != 0)
		return lg_fail_errno(err, "cannot open '%s'", RENAME_JOURNAL);
	if (!S_ISREG(facts.st_mode))
		return lg_fail(err, LG_FORMAT, "'%s' is not a regular file", RENAME_JOURNAL);
	do {
		if (lg_fd_read(file, chunk, sizeof(chunk), &got, err))
			return lg_wrap(err, "'%s'", RENAME_JOURNAL);
		lg_buf_add(out, chunk, got);
	} while (got == sizeof(chunk) && !out->is_over);
	return lg_buf_status(out, "'" RENAME_JOURNAL "'", err);
}

/* True if both are the name of one file of a migration, but for its version. */
static bool are_versions_of_one(const char *from, const char *to)
{
	const char *name_from = lg_path_base(from);
	const char *name_to = lg_path_base(to);
	size_t span_from = version_span(name_from);
	size_t span_to = version_span(name_to);

	return bundle_file_is_valid(from) && bundle_file_is_valid(to) && span_from > 0 &&
	       span_to > 0 && strcmp(name_from + span_from, name_to + span_to) == 0 &&
	       name_from[span_from] == '_' && name_from - from == name_to - to;
}

static enum lg_status read_line(struct rename_list *list, const char *line, size_t len,
	uint32_t number, struct lg_error *err)
{
	const char *tab = memchr(line, '\t', len);
	const char *from;
	const char *to;

	if (tab && !memchr(line, '\0', len)) {
		from = lg_arena_addn(&list->strings, line, (size_t)(tab - line));
		to = lg_arena_addn(&list->strings, tab + 1, (size_t)(line + len - tab - 1));
		if (are_versions_of_one(from, to)) {
			rename_list_add(list, from, to);
			return LG_OK;
		}
	}
	(void)lg_fail(err, LG_FORMAT, "this is no line of a rebase that was interrupted");
	(void)lg_hint(err, "delete the file if no files are left half renamed");
	return lg_place(err, RENAME_JOURNAL, number, 1);
}

static enum lg_status read_lines(
	struct rename_list *list, const struct lg_buf *text, struct lg_error *err)
{
	const char *line = text->text + strlen(FIRST_LINE);
	const char *end = text->text + text->len - strlen(LAST_LINE);
	uint32_t number = 2;

	for (; line < end; number++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		if (read_line(list, line, (size_t)((stop ? stop : end) - line), number, err))
			return err->status;
		line = stop ? stop + 1 : end;
	}
	return LG_OK;
}

static bool is_complete(const struct lg_buf *text)
{
	const size_t last = strlen("\n" LAST_LINE);

	return text->len >= strlen(FIRST_LINE LAST_LINE) &&
	       memcmp(text->text + text->len - last, "\n" LAST_LINE, last) == 0;
}

enum lg_status rename_journal_read(
	int fd, struct rename_list *list, bool *out_is_there, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	const size_t first = strlen(FIRST_LINE);

	lg_buf_init(&text, JOURNAL_BYTES);
	if (read_text(fd, &text, out_is_there, err) || !*out_is_there)
		return err->status;
	if (memcmp(text.text, FIRST_LINE, text.len < first ? text.len : first) != 0)
		return read_line(list, "", 0, 1, err);
	if (is_complete(&text))
		return read_lines(list, &text, err);
	*out_is_there = false;
	return rename_journal_remove(fd, err);
}
