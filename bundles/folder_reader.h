/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FOLDER_READER_H
#define LOCKGATE_BUNDLES_FOLDER_READER_H

/*
 * What the formats of folders share: listing names, reading files into the bundle's store, and
 * scanning scripts. Names are borrowed from the bundle's arena; files are named by their path
 * below the folder.
 *
 * Symbolic links are followed where they lead to a regular file inside the folder, and are an
 * error where they leave it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/folder.h"

struct folder_reader {
	const char *path;
	int fd;
	struct bundle *bundle;
	struct folder_result *result;
	uint64_t max_total_bytes;
	const struct folder_options *options; /* NULL: nothing is packed */
	bool selects_variants;                /* lists leave out what is for another engine */
	bool may_repeat;                      /* a version may stand there under several names */
	size_t scripts;                       /* parts scanned so far */
	char *chunk;
};

/* Errors: LG_IO. Release with folder_reader_release(), also after an error. */
LG_MUST_USE
enum lg_status folder_reader_open(
	struct folder_reader *reader, const char *path, struct lg_error *err);
void folder_reader_release(struct folder_reader *reader);

struct folder_name {
	const char *name;
	const char *plain; /* the same without the part that names an engine (bundles/variant.h) */
	const char *unfit; /* private to folder_list.c */
	bool is_directory;
};

/* The names in one folder, in byte order. */
struct folder_list {
	int fd;
	bool is_root;       /* where the migrations are; also true of the engine's own sub-folder */
	const char *prefix; /* "", or the path of the sub-folder and a slash */
	struct folder_name *items;
	size_t count;
};

/*
 * Lists the folder, or its sub-folder `name`, a path below it, when that is not NULL; `.` and `..`
 * are left out. Release with folder_list_release(). Errors: LG_IO, LG_LIMIT, LG_FORMAT (a link that
 * leaves).
 */
LG_MUST_USE
enum lg_status folder_list_open(struct folder_list *list, struct folder_reader *reader,
	const char *name, struct lg_error *err);
void folder_list_release(struct folder_list *list);

/* Remembers that `file` is passed over; `reason` must outlive the bundle. */
void folder_skip(struct folder_reader *reader, const char *file, const char *reason);

/* Remembers what should be known; `file` must outlive the bundle, and may be NULL. */
LG_PRINTF(4, 5)
void folder_note(
	struct folder_reader *reader, const char *file, uint32_t line, const char *format, ...);

/*
 * Adds the file's bytes to the store and sets file, line, offset and size of *out. Errors: LG_IO,
 * LG_LIMIT, LG_FORMAT (no regular file, a link that leaves the folder).
 */
LG_MUST_USE
enum lg_status folder_read(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct migration_part *out, struct lg_error *err);

/* Adds the file's bytes to `out`, whose ceiling bounds them. Errors: as folder_read(). */
LG_MUST_USE
enum lg_status folder_read_text(struct folder_reader *reader, const struct folder_list *list,
	const char *name, struct lg_buf *out, struct lg_error *err);

/*
 * Adds at most the first `max_bytes` of the file to `out`: enough to see what it is.
 * Errors: as folder_read().
 */
LG_MUST_USE
enum lg_status folder_peek(struct folder_reader *reader, const struct folder_list *list,
	const char *name, size_t max_bytes, struct lg_buf *out, struct lg_error *err);

/*
 * Adds a text that stands in no file as it is, such as a down script between comment signs, and
 * sets file, line, offset and size of *out. Errors: LG_IO, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status folder_add_text(struct folder_reader *reader, const char *file, uint32_t first_line,
	const struct lg_buf *text, struct migration_part *out, struct lg_error *err);

/* The path of a name of the list, below the folder; kept in the bundle. */
const char *folder_path(
	struct folder_reader *reader, const struct folder_list *list, const char *name);

/*
 * Scans the bytes of a part that has its file, line, offset and size, and sets the rest.
 * Errors: as script_scan(), with file and line; LG_LIMIT (too many scripts); LG_IO.
 */
LG_MUST_USE
enum lg_status folder_scan(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err);

/* Adds the waivers of the list's waivers.txt, where there is one. Errors: LG_FORMAT, LG_LIMIT,
 * LG_IO. */
LG_MUST_USE
enum lg_status folder_read_waivers(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err);

/* Adds a migration that is complete. */
void folder_add(struct folder_reader *reader, const struct migration *migration);

#endif
