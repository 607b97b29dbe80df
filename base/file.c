/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

void lg_fd_drop(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

enum lg_status lg_file_open(const char *path, int *out, struct lg_error *err)
{
	/* O_NONBLOCK: a pipe under the name must not hold us. */
	LG_CLEANUP(lg_fd_drop) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat facts;

	if (fd < 0 || fstat(fd, &facts) != 0)
		return lg_fail_errno(err, "cannot open '%s'", path);
	if (S_ISDIR(facts.st_mode)) {
		errno = EISDIR;
		return lg_fail_errno(err, "cannot read '%s'", path);
	}
	if (!S_ISREG(facts.st_mode))
		return lg_fail(err, LG_IO, "cannot read '%s': not a regular file", path);
	*out = lg_fd_take(&fd);
	return LG_OK;
}

enum lg_status lg_fd_read(int fd, void *chunk, size_t size, size_t *out, struct lg_error *err)
{
	size_t total = 0;

	while (total < size) {
		ssize_t got = read(fd, (char *)chunk + total, size - total);

		if (got == 0)
			break;
		if (got > 0)
			total += (size_t)got;
		else if (errno != EINTR)
			return lg_fail_errno(err, "cannot read file");
	}
	*out = total;
	return LG_OK;
}

enum lg_status lg_fd_write(int fd, const void *bytes, size_t len, struct lg_error *err)
{
	const char *rest = bytes;

	while (len > 0) {
		ssize_t put = write(fd, rest, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return lg_fail_errno(err, "cannot write file");
		rest += put;
		len -= (size_t)put;
	}
	return LG_OK;
}

enum lg_status lg_file_read(const char *path, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	LG_FREE_BY_SCOPE char *chunk = NULL;
	const size_t chunk_bytes = (size_t)64 * 1024;
	size_t got = 0;

	if (lg_file_open(path, &fd, err))
		return err->status;
	chunk = lg_malloc(chunk_bytes);
	do {
		if (lg_fd_read(fd, chunk, chunk_bytes, &got, err))
			return lg_wrap(err, "'%s'", path);
		lg_buf_add(out, chunk, got);
	} while (got == chunk_bytes && !out->is_over);
	if (lg_buf_status(out, "the file", err))
		return lg_wrap(err, "'%s'", path);
	return LG_OK;
}

/* The folder that holds `path`; owned by the caller, release with free(). */
static char *folder_of(const char *path)
{
	const char *base = lg_path_base(path);

	return base == path ? lg_strdup(".") : lg_strndup(path, (size_t)(base - path));
}

enum lg_status lg_replacement_begin(
	struct lg_replacement *file, const char *path, struct lg_error *err)
{
	char *resolved = realpath(path, NULL);
	struct stat facts;
	mode_t mask;

	*file = (struct lg_replacement){.fd = -1, .path = resolved ? resolved : lg_strdup(path)};
	path = file->path;
	/* Renaming would put a file in the place of a device or a pipe. */
	if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode)) {
		(void)lg_fail(err, LG_IO, "cannot write '%s': not a regular file", path);
		lg_replacement_release(file);
		return err->status;
	}
	file->temporary = lg_format("%s.XXXXXX", path);
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd < 0) {
		(void)lg_fail_errno(err, "cannot create '%s'", path);
		free(LG_TAKE(file->temporary));
		lg_replacement_release(file);
		return err->status;
	}
	mask = umask(0);
	(void)umask(mask);
	if (fchmod(file->fd, 0666 & ~mask) != 0) {
		(void)lg_fail_errno(err, "cannot create '%s'", path);
		lg_replacement_release(file);
		return err->status;
	}
	return LG_OK;
}

enum lg_status lg_replacement_commit(struct lg_replacement *file, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *folder = folder_of(file->path);
	LG_CLEANUP(lg_fd_drop) int folder_fd = -1;

	if (fsync(file->fd) != 0 || rename(file->temporary, file->path) != 0)
		return lg_fail_errno(err, "cannot write '%s'", file->path);
	free(LG_TAKE(file->temporary));

	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0 || fsync(folder_fd) != 0)
		return lg_fail_errno(err, "cannot write folder '%s'", folder);
	return LG_OK;
}

void lg_replacement_release(struct lg_replacement *file)
{
	if (file->temporary)
		(void)unlink(file->temporary);
	lg_fd_drop(&file->fd);
	free(LG_TAKE(file->temporary));
	free(LG_TAKE(file->path));
}

enum lg_status lg_file_create(const char *path, const char *text, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop)
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return lg_fail_errno(err, "cannot create '%s'", path);
	if (lg_fd_write(fd, text, strlen(text), err))
		return lg_wrap(err, "'%s'", path);
	return LG_OK;
}

enum lg_status lg_file_nameless(int *out, struct lg_error *err)
{
	const char *folder = getenv("TMPDIR");
	int fd = -1;

	if (folder && *folder)
		fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	if (fd < 0)
		fd = memfd_create("lockgate", MFD_CLOEXEC);
	if (fd < 0)
		return lg_fail_errno(err, "cannot create a temporary file");
	*out = fd;
	return LG_OK;
}

bool lg_is_directory(const char *path)
{
	struct stat facts;

	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

const char *lg_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
