/* SPDX-License-Identifier: MIT */
#include "bundles/folder_open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int folder_open_below(int root, int folder, const char *name, const char *file, int flags)
{
	const int common = O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags;
	struct open_how how = {
		.flags = (unsigned int)common,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = -1;

	/* O_NOFOLLOW looks at the last step alone, so a path of several goes to the kernel whole.
	 */
	if (!strchr(name, '/'))
		fd = openat(folder, name, common | O_NOFOLLOW);
	else
		errno = ELOOP;

	/* A folder wanted, a link found: that is ENOTDIR. */
	if (fd >= 0 || (errno != ELOOP && errno != ENOTDIR))
		return fd;
	return (int)syscall(SYS_openat2, root, file, &how, sizeof(how));
}

enum lg_status folder_refuse_open(const char *file, struct lg_error *err)
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
