/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_FILE_H
#define LOCKGATE_BASE_FILE_H

/*
 * Files, read with a bound and written whole.
 *
 * Descriptors are opened with O_CLOEXEC. Calls that a signal cut short are tried again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* For LG_CLEANUP: closes *fd unless it is negative. */
void lg_fd_drop(int *fd);

/* Hands a descriptor on: its number, and -1 is left behind. */
static inline int lg_fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/*
 * Opens a regular file, or one that a link leads to. The descriptor is owned by the caller,
 * release with close(2). Errors: LG_IO (also when it is no regular file).
 */
LG_MUST_USE enum lg_status lg_file_open(const char *path, int *out, struct lg_error *err);

/* Reads up to `size` bytes; fewer only at the end of the file. Errors: LG_IO. */
LG_MUST_USE
enum lg_status lg_fd_read(int fd, void *chunk, size_t size, size_t *out, struct lg_error *err);

LG_MUST_USE
enum lg_status lg_fd_write(int fd, const void *bytes, size_t len, struct lg_error *err);

/*
 * Adds the file's bytes to `out`, whose ceiling bounds them. Errors: LG_IO, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status lg_file_read(const char *path, struct lg_buf *out, struct lg_error *err);

/*
 * A file that replaces `path` as a whole or not at all: begin, write to `fd`, then commit
 * (fsync, rename(2), fsync of the folder). Release without commit leaves `path` as it was.
 * The new file has mode 0666 less the umask. Where `path` is a link, the file that it leads to is
 * replaced. Errors: LG_IO (also where something stands there that is no regular file).
 */
struct lg_replacement {
	int fd;
	char *path;
	char *temporary;
};

LG_MUST_USE
enum lg_status lg_replacement_begin(
	struct lg_replacement *file, const char *path, struct lg_error *err);
LG_MUST_USE
enum lg_status lg_replacement_commit(struct lg_replacement *file, struct lg_error *err);
void lg_replacement_release(struct lg_replacement *file);

/* Creates `path`, which must not exist, with `text`. Errors: LG_IO. */
LG_MUST_USE
enum lg_status lg_file_create(const char *path, const char *text, struct lg_error *err);

/*
 * An open file without a name in $TMPDIR, else /tmp, else in memory where neither can be
 * written. Owned by the caller, release with close(2). Errors: LG_IO.
 */
LG_MUST_USE enum lg_status lg_file_nameless(int *out, struct lg_error *err);

bool lg_is_directory(const char *path);

/* The part of `path` behind the last slash; borrowed. */
const char *lg_path_base(const char *path);

#endif
