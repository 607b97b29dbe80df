/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/input.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

enum { PATH_CHARS = 63 };

void input_check_error(enum lg_status status, const struct lg_error *err)
{
	if (status == LG_OK)
		return;
	assert(status == err->status && err->text[0]);
	assert(status == LG_FORMAT || status == LG_LIMIT || status == LG_USAGE || status == LG_IO);
}

const char *input_file(const void *bytes, size_t len)
{
	static char path[PATH_CHARS + 1];
	static int fd = -1;
	struct lg_error err = {0};

	if (fd < 0) {
		fd = memfd_create("input", MFD_CLOEXEC);
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	assert(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	assert(lg_fd_write(fd, bytes, len, &err) == LG_OK);
	return path;
}
