/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SIGNALS_H
#define LOCKGATE_PLUGIN_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP: the first raises the flag that everything which waits or runs looks
 * at, and starts a clock that ends the process when that takes too long; the second ends it at
 * once. SIGPIPE is ignored: a reader that goes away must not end a migration.
 *
 * PID 1 of a container has no default actions, so the handlers come before all else.
 */

enum { SIGNALS_TAKEN = 5, SIGNALS_GRACE_SECONDS = 7 };

/* What the process had inherited. */
struct signals {
	struct sigaction actions[SIGNALS_TAKEN];
	sigset_t mask;
};

/* Also lets those signals through, whoever has blocked them. */
void signals_install(struct signals *out_inherited);

/* The number of the signal that asked to stop, 0 while none has. */
const volatile sig_atomic_t *signals_stop(void);

/* True once one has; for any thread. */
bool signals_are_stopping(void);

/*
 * What goes to stderr before the process is ended at once, such as what erases a line that is not
 * to stay; NULL: nothing. The text stays where it is.
 */
void signals_set_farewell(const char *text);

/* True once that has been written: nothing may be drawn any more. */
bool signals_are_final(void);

/*
 * Prepares exec(3), which makes default actions of handlers: puts back what was inherited, while
 * each signal that asks to stop still ends the process. Returns the one that came before, else 0.
 */
int signals_hand_over(const struct signals *inherited);

#endif
