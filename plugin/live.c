/* SPDX-License-Identifier: MIT */
#include "plugin/live.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/columns.h"
#include "plugin/signals.h"

enum { PATIENCE_US = LIVE_PATIENCE_MS * 1000, REDRAW_US = LIVE_REDRAW_MS * 1000 };
enum { USUAL_WIDTH = 80, LEAST_WIDTH = 12, LEAST_TEXT = 8, ELAPSED_BYTES = 32 };

static const char erase[] = "\r\033[K"; /* ECMA-48, 8.3.41: EL */

bool live_is_possible(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

void live_init(struct live *live)
{
	pthread_condattr_t attributes;

	*live = (struct live){0};
	(void)pthread_mutex_init(&live->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&live->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

static void format_elapsed(int64_t elapsed_us, char out[ELAPSED_BYTES])
{
	long long tenths = (long long)(elapsed_us > 0 ? elapsed_us : 0) / 100000;
	long long seconds = tenths / 10;

	if (seconds < 60)
		(void)snprintf(out, ELAPSED_BYTES, " %lld.%lld s", seconds, tenths % 10);
	else if (seconds < 3600)
		(void)snprintf(
			out, ELAPSED_BYTES, " %lld min %02lld s", seconds / 60, seconds % 60);
	else
		(void)snprintf(out, ELAPSED_BYTES, " %lld h %02lld min", seconds / 3600,
			seconds / 60 % 60);
}

/* The last column stays free: a terminal may wrap once it is filled. */
size_t live_compose(const char *text, const char *detail, int64_t elapsed_us, unsigned int width,
	char out[LIVE_LINE_BYTES])
{
	char behind[LIVE_DETAIL_BYTES + ELAPSED_BYTES];
	char elapsed[ELAPSED_BYTES];
	size_t len = strlen(text);
	size_t taken;
	size_t kept;

	format_elapsed(elapsed_us, elapsed);
	(void)snprintf(behind, sizeof(behind), "%s%s", detail, elapsed);
	if (lg_columns(behind, strlen(behind)) + LEAST_TEXT > width)
		(void)snprintf(behind, sizeof(behind), "%s", elapsed);
	taken = lg_columns(behind, strlen(behind)) + 1;
	if (width < LEAST_WIDTH || width <= taken)
		return 0;
	kept = lg_columns_prefix(text, len, width - taken);
	if (kept < len)
		kept = lg_columns_prefix(text, len, width - taken - 1);
	(void)snprintf(
		out, LIVE_LINE_BYTES, "%.*s%s%s", (int)kept, text, kept < len ? "…" : "", behind);
	return strlen(out);
}

static unsigned int width_of_terminal(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return USUAL_WIDTH;
	return size.ws_col;
}

/* In the background the terminal is somebody else's. */
static bool is_in_foreground(void)
{
	pid_t owner = tcgetpgrp(STDERR_FILENO);

	return owner < 0 || owner == getpgrp();
}

/* A terminal that takes nothing is no reason to do anything else. */
static void put(const char *bytes, size_t len)
{
	(void)!write(STDERR_FILENO, bytes, len);
}

static void erase_line(struct live *live)
{
	if (!live->is_drawn)
		return;
	put(erase, sizeof(erase) - 1);
	signals_set_farewell(NULL);
	live->is_drawn = false;
}

static void draw(struct live *live, int64_t elapsed_us)
{
	const char *asked = signals_are_stopping() ? "stopping: " : "";
	char text[LIVE_TEXT_BYTES + sizeof("stopping: ")];
	char line[LIVE_LINE_BYTES];
	char bytes[LIVE_LINE_BYTES + sizeof(erase)];
	size_t len;

	if (!is_in_foreground() || signals_are_final())
		return;
	(void)snprintf(text, sizeof(text), "%s%s", asked, live->text);
	len = live_compose(text, live->detail, elapsed_us, width_of_terminal(), line);
	if (!len) {
		erase_line(live);
		return;
	}
	live->is_drawn = true;
	signals_set_farewell(erase);
	put(bytes, (size_t)snprintf(bytes, sizeof(bytes), "\r%s%s", line, erase + 1));
	if (signals_are_final())
		put(erase, sizeof(erase) - 1);
}

/* Returns how long nothing is to be drawn, in microseconds; -1: until something changes. */
static int64_t draw_what_is_due(struct live *live)
{
	int64_t elapsed_us = lg_clock_monotonic_us() - live->since_us;

	if (!live->text[0])
		return -1;
	/* What stands there already must not be what is over. */
	if (elapsed_us < PATIENCE_US && !live->is_drawn)
		return PATIENCE_US - elapsed_us;
	draw(live, elapsed_us);
	return REDRAW_US;
}

static void wait_for_change(struct live *live, int64_t wait_us)
{
	int64_t at_us = lg_clock_monotonic_us() + wait_us;
	struct timespec at = {.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000};

	if (wait_us < 0)
		(void)pthread_cond_wait(&live->changed, &live->lock);
	else
		(void)pthread_cond_timedwait(&live->changed, &live->lock, &at);
}

static void *redraw(void *context)
{
	struct live *live = context;

	(void)pthread_mutex_lock(&live->lock);
	while (!live->is_ending)
		wait_for_change(live, draw_what_is_due(live));
	(void)pthread_mutex_unlock(&live->lock);
	return NULL;
}

/* A thread inherits the mask of whoever makes it. Without one, nothing is drawn. */
static void start(struct live *live)
{
	sigset_t all;
	sigset_t before;

	live->is_ending = false;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	live->has_thread = pthread_create(&live->thread, NULL, redraw, live) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void live_show(struct live *live, int64_t topic, const char *text, const char *detail)
{
	if (!live->has_thread)
		start(live);
	(void)pthread_mutex_lock(&live->lock);
	/* A thread that waits for its next turn is left alone: thousands of changes are one. */
	if (!live->text[0])
		(void)pthread_cond_signal(&live->changed);
	if (topic != live->topic || !live->text[0])
		live->since_us = lg_clock_monotonic_us();
	live->topic = topic;
	(void)snprintf(live->text, sizeof(live->text), "%s", text);
	(void)snprintf(live->detail, sizeof(live->detail), "%s", detail);
	(void)pthread_mutex_unlock(&live->lock);
}

void live_clear(struct live *live)
{
	if (!live || !live->has_thread)
		return;
	(void)pthread_mutex_lock(&live->lock);
	live->text[0] = '\0';
	erase_line(live);
	(void)pthread_mutex_unlock(&live->lock);
}

void live_pause(struct live *live)
{
	if (!live || !live->has_thread)
		return;
	(void)pthread_mutex_lock(&live->lock);
	erase_line(live);
}

void live_resume(struct live *live)
{
	if (!live || !live->has_thread)
		return;
	(void)draw_what_is_due(live);
	(void)pthread_mutex_unlock(&live->lock);
}

void live_stop(struct live *live)
{
	if (!live || !live->has_thread)
		return;
	live_clear(live);
	(void)pthread_mutex_lock(&live->lock);
	live->is_ending = true;
	(void)pthread_cond_signal(&live->changed);
	(void)pthread_mutex_unlock(&live->lock);
	(void)pthread_join(live->thread, NULL);
	live->has_thread = false;
}
