/* SPDX-License-Identifier: MIT */
#include "plugin/signals.h"

#include <unistd.h>

static volatile sig_atomic_t stop;

static void take_signal(int number)
{
	if (stop)
		_exit(128 + number);
	stop = number;
}

void signals_install(void)
{
	struct sigaction action = {.sa_handler = take_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* No SA_RESTART: whoever sleeps or waits shall wake up and look at the flag. */
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

const volatile sig_atomic_t *signals_stop(void)
{
	return &stop;
}
