/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/input.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct slot {
	int fd;
	char path[INPUT_PATH_CHARS + 1];
};

static struct slot slots[INPUT_SLOTS] = {{.fd = -1}, {.fd = -1}};

void input_check_error(enum lg_status status, const struct lg_error *err)
{
	if (status == LG_OK)
		return;
	assert(status == err->status && err->text[0]);
	assert(status == LG_FORMAT || status == LG_LIMIT || status == LG_USAGE || status == LG_IO);
}

static struct slot *open_slot(size_t slot)
{
	struct slot *file = &slots[slot];

	if (file->fd >= 0)
		return file;
	file->fd = memfd_create("input", MFD_CLOEXEC);
	assert(file->fd >= 0);
	(void)snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	return file;
}

int input_file_fd(size_t slot)
{
	const struct slot *file = open_slot(slot);

	assert(ftruncate(file->fd, 0) == 0 && lseek(file->fd, 0, SEEK_SET) == 0);
	return file->fd;
}

const char *input_file(size_t slot, const void *bytes, size_t len)
{
	struct lg_error err = {0};

	assert(lg_fd_write(input_file_fd(slot), bytes, len, &err) == LG_OK);
	return slots[slot].path;
}

char *input_file_read(size_t slot, size_t *out_len)
{
	const struct slot *file = open_slot(slot);
	struct lg_error err = {0};
	struct stat facts;
	char *bytes;

	assert(fstat(file->fd, &facts) == 0 && lseek(file->fd, 0, SEEK_SET) == 0);
	bytes = lg_malloc((size_t)facts.st_size);
	assert(lg_fd_read(file->fd, bytes, (size_t)facts.st_size, out_len, &err) == LG_OK);
	return bytes;
}
