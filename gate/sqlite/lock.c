/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "gate/sqlite/sidecar.h"

enum {
	FIRST_PAUSE_MS = 20,
	LONGEST_PAUSE_MS = 500,
	END_GRACE_MS = 8000, /* a holder that was asked to end cleans up within 7 s */
};

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

void sqlite_lock_tell(struct sqlite_session *session, const char *migration)
{
	struct target_holder self = {0};

	if (session->lock_fd < 0)
		return;
	sqlite_sidecar_read(session->lock_fd, &self);
	sqlite_sidecar_write(session->lock_fd, self.since, migration);
}

/* One try; *out_is_held says whether somebody else holds it. */
static enum lg_status try_once(struct sqlite_session *session, const char *path,
	struct target_holder *out, bool *out_is_held, struct lg_error *err)
{
	char since[LG_MOMENT_CHARS + 1];
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	int reason;

	if (sqlite_sidecar_make(session, path, &fd, err))
		return err->status;
	reason = try_lock(fd);
	errno = reason;
	if (reason && reason != EAGAIN && reason != EACCES)
		return lg_fail_errno(err, "cannot lock '%s'", path);
	*out_is_held = reason != 0 || !sqlite_sidecar_is_named(fd, path);
	if (*out_is_held) {
		sqlite_sidecar_read(fd, out);
		return LG_OK;
	}
	session->lock_fd = lg_fd_take(&fd);
	lg_clock_format(lg_clock_now_us(), since);
	sqlite_sidecar_write(session->lock_fd, since, "");
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
	LG_FREE_BY_SCOPE char *path = sqlite_sidecar_path(session);
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
	LG_FREE_BY_SCOPE char *path = sqlite_sidecar_path(session);
	LG_CLEANUP(lg_fd_drop) int fd = -1;

	*out = (struct target_holder){0};
	if (!*session->file)
		return LG_OK;
	if (sqlite_sidecar_open(path, &fd, err))
		return err->status;
	if (fd < 0)
		return LG_OK;
	/* A lock of our own is seen too: this is another open file description. */
	out->is_held = is_locked(fd);
	if (out->is_held)
		sqlite_sidecar_read(fd, out);
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
	LG_FREE_BY_SCOPE char *path = sqlite_sidecar_path(session);
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	char host[sizeof(out->host)] = "";
	struct stat facts;

	if (sqlite_holder(target, out, err))
		return err->status;
	if (!out->is_held)
		return LG_OK;
	if (sqlite_sidecar_open(path, &fd, err))
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
