/* SPDX-License-Identifier: MIT */
#include "plugin/signals.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stop;
/* What another thread may look at. */
static atomic_bool is_stopping;
static atomic_bool is_final;
static _Atomic(const char *) farewell;

static void say_farewell(void)
{
	const char *text = farewell;

	is_final = true;
	if (text)
		(void)!write(STDERR_FILENO, text, strlen(text));
	farewell = NULL;
}

static void end_at_once(int number)
{
	say_farewell();
	_exit(128 + number);
}

/* Cleaning up has taken too long, or somebody else has set an alarm before we were started. */
static void take_alarm(int number)
{
	static const char why[] = "lockgate: cleaning up took too long: given up\n";

	say_farewell();
	if (stop)
		(void)!write(STDERR_FILENO, why, sizeof(why) - 1);
	end_at_once(stop ? stop : number);
}

static void take_signal(int number)
{
	int before = errno;

	if (stop)
		end_at_once(number);
	stop = number;
	is_stopping = true;
	(void)alarm(SIGNALS_GRACE_SECONDS);
	errno = before;
}

static const struct {
	int number;
	void (*handler)(int);
	bool asks_to_stop;
} taken[SIGNALS_TAKEN] = {
	{SIGALRM, take_alarm, false},
	{SIGINT, take_signal, true},
	{SIGTERM, take_signal, true},
	{SIGHUP, take_signal, true},
	{SIGPIPE, SIG_IGN, false},
};

void signals_install(struct signals *out_inherited)
{
	sigset_t ours;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < SIGNALS_TAKEN; i++) {
		/* No SA_RESTART: whoever sleeps or waits shall wake up and look at the flag. */
		struct sigaction action = {.sa_handler = taken[i].handler};

		(void)sigaction(taken[i].number, &action, &out_inherited->actions[i]);
		(void)sigaddset(&ours, taken[i].number);
	}
	(void)sigprocmask(SIG_UNBLOCK, &ours, &out_inherited->mask);
}

const volatile sig_atomic_t *signals_stop(void)
{
	return &stop;
}

bool signals_are_stopping(void)
{
	return is_stopping;
}

void signals_set_farewell(const char *text)
{
	farewell = text;
}

bool signals_are_final(void)
{
	return is_final;
}

int signals_hand_over(const struct signals *inherited)
{
	for (size_t i = 0; i < SIGNALS_TAKEN; i++) {
		struct sigaction action = inherited->actions[i];

		if (taken[i].asks_to_stop && action.sa_handler == SIG_DFL)
			action = (struct sigaction){.sa_handler = end_at_once};
		(void)sigaction(taken[i].number, &action, NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
	return stop;
}
