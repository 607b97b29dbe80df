/* SPDX-License-Identifier: MIT */
#include "ci/outbox_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ci/delivery.h"

enum { NAMES_MAX = 10 * OUTBOX_FILES_MAX };

void outbox_names_release(struct outbox_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	free(names->sizes);
	*names = (struct outbox_names){0};
}

/* "lgr-….sink.json"; anything else is none of ours. */
static bool is_message_name(const char *name)
{
	size_t len = strlen(name);

	return strncmp(name, "lgr-", 4) == 0 && len > strlen("lgr-.json") &&
	       strcmp(name + len - strlen(".json"), ".json") == 0;
}

static void drop_listing(struct dirent ***slot)
{
	free(*slot);
}

static int choose(const struct dirent *entry)
{
	return is_message_name(entry->d_name);
}

enum lg_status outbox_names_read(int folder, struct outbox_names *out, struct lg_error *err)
{
	LG_CLEANUP(drop_listing) struct dirent **entries = NULL;
	int count = scandirat(folder, ".", &entries, choose, alphasort);

	if (count < 0)
		return lg_fail_errno(err, "cannot read the outbox");
	out->items = lg_calloc((size_t)count, sizeof(*out->items));
	out->sizes = lg_calloc((size_t)count, sizeof(*out->sizes));
	for (int i = 0; i < count; i++) {
		struct stat found;

		if (out->count < NAMES_MAX &&
			fstatat(folder, entries[i]->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(found.st_mode)) {
			out->sizes[out->count] = (uint64_t)found.st_size;
			out->bytes += (uint64_t)found.st_size;
			out->items[out->count++] = lg_strdup(entries[i]->d_name);
		}
		free(entries[i]);
	}
	return LG_OK;
}

/* False if somebody else has it. */
static bool lock(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

static enum lg_status fill(int fd, const char *text, struct lg_error *err)
{
	if (lg_fd_write(fd, text, strlen(text), err))
		return err->status;
	if (fsync(fd))
		return lg_fail_errno(err, "cannot write a message");
	return LG_OK;
}

/*
 * The new file is locked before it has the name, so there is no moment in which the message is
 * anybody's.
 */
enum lg_status outbox_write(int folder, struct ci_delivery *delivery, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *temporary = lg_format(".%s.%ld", delivery->name, (long)getpid());
	LG_FREE_BY_SCOPE char *text = delivery_format(delivery);
	LG_CLEANUP(lg_fd_drop) int fd = -1;

	(void)unlinkat(folder, temporary, 0);
	fd = openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return lg_fail_errno(err, "cannot write a message");
	if (!lock(fd) || fill(fd, text, err) ||
		renameat(folder, temporary, folder, delivery->name)) {
		if (!err->status)
			(void)lg_fail_errno(err, "cannot write a message");
		(void)unlinkat(folder, temporary, 0);
		return err->status;
	}
	(void)fsync(folder);
	lg_fd_drop(&delivery->claim);
	delivery->claim = lg_fd_take(&fd);
	return LG_OK;
}

static enum lg_status read_message(
	int fd, const char *name, struct ci_delivery *out, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *text = lg_malloc(OUTBOX_FILE_BYTES);
	size_t len = 0;

	if (lg_fd_read(fd, text, OUTBOX_FILE_BYTES, &len, err))
		return err->status;
	if (len == OUTBOX_FILE_BYTES)
		return lg_fail(err, LG_LIMIT, "message '%s' is too long", name);
	return delivery_parse(text, len, out, err);
}

/* What a process has left that died while it wrote: nobody has it locked. */
static int choose_leftover(const struct dirent *entry)
{
	return strncmp(entry->d_name, ".lgr-", 5) == 0;
}

void outbox_tidy(int folder)
{
	LG_CLEANUP(drop_listing) struct dirent **entries = NULL;
	int count = scandirat(folder, ".", &entries, choose_leftover, NULL);

	for (int i = 0; i < count; i++) {
		LG_CLEANUP(lg_fd_drop)
		int fd = openat(folder, entries[i]->d_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0 && lock(fd))
			(void)unlinkat(folder, entries[i]->d_name, 0);
		free(entries[i]);
	}
}

/* A file that was replaced or removed since it was opened is not the message any more. */
static bool is_current(int folder, const char *name, int fd)
{
	struct stat here;
	struct stat there;

	return fstat(fd, &here) == 0 && fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

enum lg_status outbox_claim(
	int folder, const char *name, struct ci_delivery *out, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop)
	int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_mine = fd >= 0 && lock(fd) && is_current(folder, name, fd);

	/* What may only be read can be shown, though not sent. */
	if (fd < 0)
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return lg_fail_errno(err, "cannot read message '%s'", name);
	if (read_message(fd, name, out, err))
		return err->status;
	out->name = lg_format("%s.%s.json", out->message.id, out->sink->name);
	if (strcmp(out->name, name) != 0)
		return lg_fail(err, LG_FORMAT, "message '%s' has another's name", name);
	if (!is_mine)
		return lg_fail(err, LG_LOCKED, "message '%s' is being sent", name);
	out->claim = lg_fd_take(&fd);
	return LG_OK;
}
