/* SPDX-License-Identifier: MIT */
#include "bundles/folder_reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"

enum { CHUNK_BYTES = 256 * 1024 };

/* Names of one folder, skipped ones included. */
enum { MAX_NAMES = 4 * BUNDLE_MAX_ENTRIES };

static void drop_dir(DIR **slot)
{
	if (*slot)
		(void)closedir(*slot);
}

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

/*
 * Opens a name of a folder. A link is opened a second time, and then the kernel holds every step
 * of its way below `root`: a path that leaves it is EXDEV.
 */
static int open_below(int root, int folder, const char *name, const char *file, int flags)
{
	const int common = O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags;
	struct open_how how = {
		.flags = (unsigned int)common,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = openat(folder, name, common | O_NOFOLLOW);

	/* A folder wanted, a link found: that is ENOTDIR. */
	if (fd >= 0 || (errno != ELOOP && errno != ENOTDIR))
		return fd;
	return (int)syscall(SYS_openat2, root, file, &how, sizeof(how));
}

static enum lg_status refuse_open(const char *file, struct lg_error *err)
{
	const int reason = errno;

	if (reason == EXDEV)
		(void)lg_fail(err, LG_FORMAT, "'%s' is a link that leaves the folder", file);
	else if (reason == ENOSYS || reason == EPERM)
		(void)lg_fail(err, LG_FORMAT,
			"'%s' is a link, and this kernel cannot follow it safely", file);
	else
		(void)lg_fail_errno(err, "cannot open '%s'", file);
	return lg_place(err, file, 0, 0);
}

static int compare_names(const void *a, const void *b)
{
	const struct folder_name *left = a;
	const struct folder_name *right = b;

	return strcmp(left->name, right->name);
}

static bool is_directory(int fd, const struct dirent *item)
{
	struct stat facts;

	if (item->d_type != DT_UNKNOWN && item->d_type != DT_LNK)
		return item->d_type == DT_DIR;
	return fstatat(fd, item->d_name, &facts, 0) == 0 && S_ISDIR(facts.st_mode);
}

static enum lg_status add_names(
	struct folder_list *list, DIR *dir, struct lg_arena *strings, struct lg_error *err)
{
	const struct dirent *item;

	for (errno = 0; (item = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		if (list->count == MAX_NAMES)
			return lg_fail(err, LG_LIMIT, "more than %d files", MAX_NAMES);
		list->items = lg_grow(list->items, list->count, sizeof(*list->items));
		list->items[list->count++] = (struct folder_name){
			.name = lg_arena_add(strings, item->d_name),
			.is_directory = is_directory(list->fd, item),
		};
	}
	if (errno)
		return lg_fail_errno(err, "cannot read the folder");
	return LG_OK;
}

enum lg_status folder_list_open(struct folder_list *list, struct folder_reader *reader,
	const char *name, struct lg_error *err)
{
	LG_CLEANUP(drop_dir) DIR *dir = NULL;
	struct lg_arena *strings = &reader->bundle->strings;
	int fd;

	*list = (struct folder_list){.fd = -1, .prefix = ""};
	list->fd = name ? open_below(reader->fd, reader->fd, name, name, O_DIRECTORY)
			: fcntl(reader->fd, F_DUPFD_CLOEXEC, 0);
	if (list->fd < 0)
		return refuse_open(name ? name : ".", err);
	if (name)
		list->prefix = lg_arena_addf(strings, "%s/", name);

	/* A description of its own, for a second listing must begin at the beginning. */
	fd = openat(list->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (!dir) {
		(void)lg_fail_errno(err, "cannot read the folder");
		lg_fd_drop(&fd);
		return err->status;
	}
	if (add_names(list, dir, strings, err))
		return err->status;
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare_names);
	return LG_OK;
}

void folder_list_release(struct folder_list *list)
{
	lg_fd_drop(&list->fd);
	free(LG_TAKE(list->items));
}

void folder_skip(struct folder_reader *reader, const char *file, const char *reason)
{
	struct folder_result *result = reader->result;

	result->skips = lg_grow(result->skips, result->skip_count, sizeof(*result->skips));
	result->skips[result->skip_count++] = (struct folder_skip){file, reason};
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

/* Opens a file of the folder. The caller drops *out, also after an error. */
static enum lg_status open_file(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct opened *out, struct lg_error *err)
{
	const char *file = name;
	struct stat facts;

	if (*list->prefix)
		file = lg_arena_addf(&reader->bundle->strings, "%s%s", list->prefix, name);
	out->file = file;
	out->fd = open_below(reader->fd, list->fd, name, file, 0);
	if (out->fd < 0 || fstat(out->fd, &facts) != 0)
		return refuse_open(file, err);
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
