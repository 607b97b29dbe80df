/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

enum { IDENTITY_BYTES = 1024 };

char *sqlite_sidecar_path(const struct sqlite_session *session)
{
	return lg_format("%s-lockgate", session->file);
}

static const char *kind_name(mode_t mode)
{
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISFIFO(mode))
		return "a pipe";
	return "a device or socket";
}

static enum lg_status fail_kind(const char *path, mode_t mode, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE, "'%s' is %s, not the lock's file", path, kind_name(mode));
	return lg_hint(err, "remove it: lockgate makes the file that it needs");
}

/* What stands under the name and is no regular file is not even opened: that alone may do harm. */
static enum lg_status demand_regular(const char *path, struct lg_error *err)
{
	struct stat named;

	if (lstat(path, &named) != 0 || S_ISREG(named.st_mode))
		return LG_OK;
	return fail_kind(path, named.st_mode, err);
}

static enum lg_status fail_open(const char *path, int flags, struct lg_error *err)
{
	int reason = errno;
	bool is_there = access(path, F_OK) == 0;

	errno = reason;
	(void)lg_fail_errno(err, "cannot %s the lock '%s'",
		(flags & O_ACCMODE) == O_RDONLY ? "look at" : "take", path);
	if (is_there)
		return lg_hint(err, "the lock's file needs the permissions of the database's");
	return lg_hint(
		err, "the folder of the database must be there, and writable for the lock's file");
}

/* Opens the sidecar; *out stays -1 where there is none and `flags` have no O_CREAT. */
static enum lg_status open_file(const char *path, int flags, int *out, struct lg_error *err)
{
	struct stat facts;
	LG_CLEANUP(lg_fd_drop) int fd = -1;

	if (demand_regular(path, err))
		return err->status;
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
	if (fd < 0 && errno == ENOENT && !(flags & O_CREAT))
		return LG_OK;
	if (fd < 0)
		return fail_open(path, flags, err);
	if (fstat(fd, &facts) != 0)
		return lg_fail_errno(err, "cannot look at the lock '%s'", path);
	if (!S_ISREG(facts.st_mode))
		return fail_kind(path, facts.st_mode, err);
	*out = lg_fd_take(&fd);
	return LG_OK;
}

enum lg_status sqlite_sidecar_open(const char *path, int *out, struct lg_error *err)
{
	return open_file(path, O_RDONLY, out, err);
}

/*
 * Whoever may write the database may take its lock: a new file gets the database's group and
 * permissions, as SQLite gives them to its journal.
 */
static void share_like_database(const struct sqlite_session *session, int fd)
{
	struct stat database;

	if (stat(session->file, &database) != 0)
		return;
	(void)!fchown(fd, (uid_t)-1, database.st_gid);
	(void)fchmod(fd, database.st_mode & 0666);
}

enum lg_status sqlite_sidecar_make(
	const struct sqlite_session *session, const char *path, int *out, struct lg_error *err)
{
	int fd;

	if (open_file(path, O_RDWR, out, err))
		return err->status;
	if (*out >= 0)
		return LG_OK;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return open_file(path, O_RDWR | O_CREAT, out, err);
	share_like_database(session, fd);
	*out = fd;
	return LG_OK;
}

bool sqlite_sidecar_is_named(int fd, const char *path)
{
	struct stat open_one;
	struct stat named;

	return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 &&
	       open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

/* The value of `key` among the lines of `text`, copied into `out` without control characters. */
static void read_fact(const char *text, const char *key, char *out, size_t size)
{
	size_t key_len = strlen(key);
	size_t len = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, key_len) != 0 || line[key_len] != ' ')
			continue;
		for (line += key_len + 1; *line && *line != '\n' && len + 1 < size; line++)
			if ((unsigned char)*line >= ' ' && *line != 0x7f)
				out[len++] = *line;
		break;
	}
	out[len] = '\0';
}

void sqlite_sidecar_read(int fd, struct target_holder *out)
{
	char text[IDENTITY_BYTES + 1];
	char pid[24];
	ssize_t len = pread(fd, text, IDENTITY_BYTES, 0);

	text[len > 0 ? len : 0] = '\0';
	read_fact(text, "pid", pid, sizeof(pid));
	out->pid = strtoll(pid, NULL, 10);
	read_fact(text, "user", out->user, sizeof(out->user));
	read_fact(text, "host", out->host, sizeof(out->host));
	read_fact(text, "application", out->application, sizeof(out->application));
	read_fact(text, "since", out->since, sizeof(out->since));
	read_fact(text, "migration", out->migration, sizeof(out->migration));
}

/* One write, so that a reader sees the old lines or the new ones. */
void sqlite_sidecar_write(int fd, const char *since, const char *migration)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[sizeof(((struct target_holder *)0)->host)] = "";
	char text[IDENTITY_BYTES];
	int len;

	(void)gethostname(host, sizeof(host) - 1);
	len = snprintf(text, sizeof(text),
		"pid %ld\nuser %s\nhost %s\napplication lockgate\nsince %s\nmigration %s\n",
		(long)getpid(), user ? user->pw_name : "", host, since, migration);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	/* The lock is what counts; without these lines it is only harder to see whose it is. */
	if (pwrite(fd, text, (size_t)len, 0) == len)
		(void)!ftruncate(fd, len);
}
