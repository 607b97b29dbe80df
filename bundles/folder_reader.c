/* SPDX-License-Identifier: MIT */
#include "bundles/folder_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/folder_open.h"
#include "bundles/limits.h"

enum { CHUNK_BYTES = 256 * 1024 };

enum lg_status folder_reader_open(
	struct folder_reader *reader, const char *path, struct lg_error *err)
{
	reader->path = path;
	reader->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (reader->fd < 0)
		return lg_fail_errno(err, "cannot open folder '%s'", path);
	reader->chunk = lg_malloc(CHUNK_BYTES);
	return LG_OK;
}

void folder_reader_release(struct folder_reader *reader)
{
	lg_fd_drop(&reader->fd);
	free(LG_TAKE(reader->chunk));
}

void folder_skip(struct folder_reader *reader, const char *file, const char *reason)
{
	struct folder_result *result = reader->result;

	result->skips = lg_grow(result->skips, result->skip_count, sizeof(*result->skips));
	result->skips[result->skip_count++] = (struct folder_skip){file, reason};
}

void folder_note(
	struct folder_reader *reader, const char *file, uint32_t line, const char *format, ...)
{
	struct folder_result *result = reader->result;
	char text[LG_ERROR_TEXT_CHARS + 1];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	result->notes = lg_grow(result->notes, result->note_count, sizeof(*result->notes));
	result->notes[result->note_count++] = (struct folder_note){
		.file = file,
		.line = line,
		.text = lg_arena_add(&reader->bundle->strings, text),
	};
}

/* Reads up to the size that the file had when it was opened: a system call less for each. */
static enum lg_status add_bytes(
	struct folder_reader *reader, int fd, uint64_t size, struct lg_error *err)
{
	while (size > 0) {
		size_t len = size < CHUNK_BYTES ? (size_t)size : CHUNK_BYTES;
		size_t got = 0;

		if (lg_fd_read(fd, reader->chunk, len, &got, err))
			return err->status;
		if (got < len)
			return lg_fail(err, LG_IO, "the file shrinks while it is read");
		if (body_store_add(reader->bundle->bodies, reader->chunk, len, err))
			return err->status;
		size -= len;
	}
	return LG_OK;
}

static enum lg_status check_size(
	const struct folder_reader *reader, uint64_t size, struct lg_error *err)
{
	if (size > BUNDLE_MAX_BODY_BYTES)
		return lg_fail(err, LG_LIMIT, "the file has %ju bytes, more than %ju",
			(uintmax_t)size, (uintmax_t)BUNDLE_MAX_BODY_BYTES);
	if (size <= reader->max_total_bytes - body_store_size(reader->bundle->bodies))
		return LG_OK;
	(void)lg_fail(err, LG_LIMIT, "the scripts have more than %ju bytes together",
		(uintmax_t)reader->max_total_bytes);
	return lg_hint(err, "raise the limit with --max-size");
}

struct opened {
	int fd;
	const char *file; /* its path below the folder */
	uint64_t size;
};

static void drop_opened(struct opened *opened)
{
	lg_fd_drop(&opened->fd);
}

const char *folder_path(
	struct folder_reader *reader, const struct folder_list *list, const char *name)
{
	if (!*list->prefix)
		return name;
	return lg_arena_addf(&reader->bundle->strings, "%s%s", list->prefix, name);
}

/* Opens a file of the folder. The caller drops *out, also after an error. */
static enum lg_status open_file(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct opened *out, struct lg_error *err)
{
	const char *file = folder_path(reader, list, name);
	struct stat facts;

	out->file = file;
	out->fd = folder_open_below(reader->fd, list->fd, name, file, 0);
	if (out->fd < 0 || fstat(out->fd, &facts) != 0)
		return folder_refuse_open(file, err);
	out->size = (uint64_t)facts.st_size;
	if (S_ISREG(facts.st_mode))
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "'%s' is not a regular file", file);
	return lg_place(err, file, 0, 0);
}

enum lg_status folder_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct migration_part *out, struct lg_error *err)
{
	LG_CLEANUP(drop_opened) struct opened opened = {.fd = -1};
	uint64_t offset = body_store_size(reader->bundle->bodies);

	if (open_file(reader, list, name, &opened, err))
		return err->status;
	if (check_size(reader, opened.size, err) ||
		add_bytes(reader, opened.fd, opened.size, err)) {
		(void)lg_wrap(err, "'%s'", opened.file);
		return lg_place(err, opened.file, 0, 0);
	}
	*out = (struct migration_part){
		.file = opened.file, .first_line = 1, .offset = offset, .size = opened.size};
	return LG_OK;
}

enum lg_status folder_read_text(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(drop_opened) struct opened opened = {.fd = -1};
	size_t got = 0;

	if (open_file(reader, list, name, &opened, err))
		return err->status;
	do {
		if (lg_fd_read(opened.fd, reader->chunk, CHUNK_BYTES, &got, err))
			return lg_place(err, opened.file, 0, 0);
		lg_buf_add(out, reader->chunk, got);
	} while (got == CHUNK_BYTES && !out->is_over);
	if (lg_buf_status(out, "the file", err))
		return lg_place(err, opened.file, 0, 0);
	return LG_OK;
}

enum lg_status folder_peek(struct folder_reader *reader, const struct folder_list *list,
	const char *name, size_t max_bytes, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(drop_opened) struct opened opened = {.fd = -1};
	size_t got = 0;

	assert(max_bytes <= CHUNK_BYTES);
	if (open_file(reader, list, name, &opened, err))
		return err->status;
	if (lg_fd_read(opened.fd, reader->chunk, max_bytes, &got, err))
		return lg_place(err, opened.file, 0, 0);
	lg_buf_add(out, reader->chunk, got);
	return LG_OK;
}

enum lg_status folder_add_text(struct folder_reader *reader, const char *file, uint32_t first_line,
	const struct lg_buf *text, struct migration_part *out, struct lg_error *err)
{
	uint64_t offset = body_store_size(reader->bundle->bodies);

	if (check_size(reader, text->len, err) ||
		body_store_add(reader->bundle->bodies, text->text, text->len, err)) {
		(void)lg_wrap(err, "'%s'", file);
		return lg_place(err, file, first_line, 0);
	}
	*out = (struct migration_part){
		.file = file, .first_line = first_line, .offset = offset, .size = text->len};
	return LG_OK;
}

enum lg_status folder_scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct bundle *bundle = reader->bundle;
	struct script_facts facts;

	if (reader->scripts++ == BUNDLE_MAX_ENTRIES)
		return lg_fail(err, LG_LIMIT, "more than %d scripts", BUNDLE_MAX_ENTRIES);
	if (bundle_view(bundle, part, &view, err))
		return err->status;
	if (script_scan(&view, bundle->engine, role, &bundle->strings, &facts, err))
		return lg_place(err, part->file, err->line ? err->line + part->first_line - 1 : 0,
			err->column);
	part->statements = facts.statements;
	part->hashes = facts.hashes;
	part->directives = facts.directives;
	return LG_OK;
}

void folder_add(struct folder_reader *reader, const struct migration *migration)
{
	struct bundle *bundle = reader->bundle;

	bundle->migrations = lg_grow(bundle->migrations, bundle->count, sizeof(*migration));
	bundle->migrations[bundle->count++] = *migration;
}
