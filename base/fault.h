/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_FAULT_H
#define LOCKGATE_BASE_FAULT_H

/*
 * Places where tests/fault/ does harm: kills the process, ends its session, cuts its line, restarts
 * the server, fills the disk. Only a build with FAULTS=1 has them; in every other one they are
 * nothing, and the binary knows no variable that could call them up.
 *
 * Such a build connects to the socket that LOCKGATE_FAULTS names, sends a line for each place that
 * it passes, and waits for a byte before it goes on. LOCKGATE_FAULT_ALLOCATION is the number of the
 * allocation that fails, from 1.
 */

#include <stdbool.h>

#ifdef LOCKGATE_FAULTS
void lg_fault(const char *point);
bool lg_fault_denies_memory(void);
#else
static inline void lg_fault(const char *point)
{
	(void)point;
}
static inline bool lg_fault_denies_memory(void)
{
	return false;
}
#endif

#endif
