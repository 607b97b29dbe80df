/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

enum {
	FIRST_PAUSE_MS = 20,
	LONGEST_PAUSE_MS = 500,
	IDENTITY_BYTES = 1024,
	END_GRACE_MS = 8000, /* a holder that was asked to end cleans up within 7 s */
};

/* Owned by the caller, release with free(). */
static char *sidecar_path(const struct sqlite_session *session)
{
	return lg_format("%s-lockgate", session->file);
}

/* 0, or the errno of fcntl(2). */
static int try_lock(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &whole) == 0 ? 0 : errno;
}

static bool is_locked(int fd)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
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

static void read_identity(int fd, struct target_holder *out)
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
static void write_identity(
	const struct sqlite_session *session, const char *since, const char *migration)
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
	if (pwrite(session->lock_fd, text, (size_t)len, 0) == len)
		(void)!ftruncate(session->lock_fd, len);
}

void sqlite_lock_tell(struct sqlite_session *session, const char *migration)
{
	struct target_holder self = {0};

	if (session->lock_fd < 0)
		return;
	read_identity(session->lock_fd, &self);
	write_identity(session, self.since, migration);
}

/* True if `fd` is still the file under the name: one that was removed locks nobody out. */
static bool is_same_file(int fd, const char *path)
{
	struct stat open_one;
	struct stat named;

	return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 &&
	       open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
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
static enum lg_status open_sidecar(const char *path, int flags, int *out, struct lg_error *err)
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

/* Opens the sidecar for locking, and makes it where there is none. */
static enum lg_status make_sidecar(
	const struct sqlite_session *session, const char *path, int *out, struct lg_error *err)
{
	int fd;

	if (open_sidecar(path, O_RDWR, out, err))
		return err->status;
	if (*out >= 0)
		return LG_OK;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return open_sidecar(path, O_RDWR | O_CREAT, out, err);
	share_like_database(session, fd);
	*out = fd;
	return LG_OK;
}

/* One try; *out_is_held says whether somebody else holds it. */
static enum lg_status try_once(struct sqlite_session *session, const char *path,
	struct target_holder *out, bool *out_is_held, struct lg_error *err)
{
	char since[LG_MOMENT_CHARS + 1];
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	int reason;

	if (make_sidecar(session, path, &fd, err))
		return err->status;
	reason = try_lock(fd);
	errno = reason;
	if (reason && reason != EAGAIN && reason != EACCES)
		return lg_fail_errno(err, "cannot lock '%s'", path);
	*out_is_held = reason != 0 || !is_same_file(fd, path);
	if (*out_is_held) {
		read_identity(fd, out);
		return LG_OK;
	}
	session->lock_fd = lg_fd_take(&fd);
	lg_clock_format(lg_clock_now_us(), since);
	write_identity(session, since, "");
	return LG_OK;
}

static enum lg_status fail_locked(const struct target_holder *holder, struct lg_error *err)
{
	(void)lg_fail(err, LG_LOCKED,
		"the lock is held by process %lld of %s on host %s since %s%s%s",
		(long long)holder->pid, *holder->user ? holder->user : "an unknown user",
		*holder->host ? holder->host : "?", *holder->since ? holder->since : "?",
		*holder->migration ? ", applying " : "", holder->migration);
	return lg_hint(err, "wait longer with --lock-wait, look with 'lockgate lock', or end that "
			    "run with 'lockgate lock --break --reason TEXT'");
}

static void tell_waiting(const struct sqlite_session *session, const struct target_holder *holder,
	struct target_holder *told)
{
	const struct target_listener *listener = session->options.listener;
	bool is_news = holder->pid != told->pid || strcmp(holder->migration, told->migration) != 0;

	if (listener && listener->waiting && is_news)
		listener->waiting(listener->context, holder);
	*told = *holder;
}

enum lg_status sqlite_lock(struct target *target, int64_t wait_ms, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	LG_FREE_BY_SCOPE char *path = sidecar_path(session);
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;
	uint32_t pause_ms = FIRST_PAUSE_MS;
	struct target_holder told = {.pid = -1};

	if (session->lock_fd >= 0 || !*session->file)
		return LG_OK;
	for (;;) {
		struct target_holder holder = {.is_held = true};
		bool is_held = false;

		if (try_once(session, path, &holder, &is_held, err))
			return err->status;
		if (!is_held)
			return LG_OK;
		if (lg_clock_monotonic_us() >= deadline_us)
			return fail_locked(&holder, err);
		tell_waiting(session, &holder, &told);
		lg_clock_sleep_ms(pause_ms / 2 + lg_jitter(pause_ms));
		if (session->options.stop && *session->options.stop)
			return lg_fail(err, LG_CANCELLED, "stopped while waiting for the lock");
		pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
	}
}

enum lg_status sqlite_holder(struct target *target, struct target_holder *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	LG_FREE_BY_SCOPE char *path = sidecar_path(session);
	LG_CLEANUP(lg_fd_drop) int fd = -1;

	*out = (struct target_holder){0};
	if (!*session->file)
		return LG_OK;
	if (open_sidecar(path, O_RDONLY, &fd, err))
		return err->status;
	if (fd < 0)
		return LG_OK;
	/* A lock of our own is seen too: this is another open file description. */
	out->is_held = is_locked(fd);
	if (out->is_held)
		read_identity(fd, out);
	return LG_OK;
}

/* True if process `pid` has the file `facts` open: only such a one can be the holder. */
static bool has_open(int64_t pid, const struct stat *facts)
{
	LG_FREE_BY_SCOPE char *folder = lg_format("/proc/%lld/fd", (long long)pid);
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	bool found = false;

	while (entries && !found && (entry = readdir(entries))) {
		struct stat other;

		found = fstatat(dirfd(entries), entry->d_name, &other, 0) == 0 &&
			other.st_dev == facts->st_dev && other.st_ino == facts->st_ino;
	}
	if (entries)
		(void)closedir(entries);
	return found;
}

/* Waits until nobody holds the lock; false when `wait_ms` went by. */
static bool wait_until_free(int fd, int64_t wait_ms)
{
	int64_t deadline_us = lg_clock_monotonic_us() + wait_ms * 1000;

	while (is_locked(fd)) {
		if (lg_clock_monotonic_us() >= deadline_us)
			return false;
		lg_clock_sleep_ms(FIRST_PAUSE_MS);
	}
	return true;
}

enum lg_status sqlite_break_lock(
	struct target *target, int64_t wait_ms, struct target_holder *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	LG_FREE_BY_SCOPE char *path = sidecar_path(session);
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	char host[sizeof(out->host)] = "";
	struct stat facts;

	if (sqlite_holder(target, out, err))
		return err->status;
	if (!out->is_held)
		return LG_OK;
	if (open_sidecar(path, O_RDONLY, &fd, err))
		return err->status;
	if (fd < 0 || fstat(fd, &facts) != 0)
		return lg_fail_errno(err, "cannot look at the lock '%s'", path);
	(void)gethostname(host, sizeof(host) - 1);
	if (out->pid <= 1 || strcmp(host, out->host) != 0 || !has_open(out->pid, &facts))
		return lg_hint((fail_locked(out, err), err),
			"that process cannot be reached from here: end it on its own host");

	if (kill((pid_t)out->pid, SIGTERM) != 0 && errno != ESRCH)
		return lg_fail_errno(err, "cannot end process %lld", (long long)out->pid);
	if (wait_until_free(fd, wait_ms < END_GRACE_MS ? wait_ms : END_GRACE_MS))
		return LG_OK;
	/* It may have ended and its number gone to another process meanwhile. */
	if (has_open(out->pid, &facts) && kill((pid_t)out->pid, SIGKILL) == 0 &&
		wait_until_free(fd, END_GRACE_MS))
		return LG_OK;
	return fail_locked(out, err);
}
