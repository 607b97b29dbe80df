/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SIGNALS_H
#define LOCKGATE_PLUGIN_SIGNALS_H

#include <signal.h>

/*
 * SIGINT, SIGTERM and SIGHUP: the first raises the flag that everything which waits or runs looks
 * at, the second ends the process at once. SIGPIPE is ignored: a reader that goes away must not
 * end a migration.
 */
void signals_install(void);

/* The number of the signal that asked to stop, 0 while none has. */
const volatile sig_atomic_t *signals_stop(void);

#endif
