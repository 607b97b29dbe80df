/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_LAUNCH_H
#define LOCKGATE_PLUGIN_LAUNCH_H

/*
 * Becoming another program, as `lockgate run` does: it finds everything that this process had
 * inherited as if lockgate had not been there, but for the variables LOCKGATE_*.
 */

#include <sys/resource.h>

#include "plugin/signals.h"

/* What this process changes about itself at start, as it was before. */
struct inheritance {
	struct signals signals;
	struct rlimit core_files;
};

/* The first thing that main() does: takes the signals, and forbids core files. */
void launch_prepare(struct inheritance *out);

/* How starting a program fails, as shells and env(1) say it. */
enum { LAUNCH_NOT_EXECUTABLE = 126, LAUNCH_NOT_FOUND = 127 };

/*
 * Becomes `command`, which ends with NULL; the program finds `outcome` in LOCKGATE_OUTCOME. Does
 * not return, but with the exit code for a program that cannot be started, or for a signal that
 * has asked to stop meanwhile. Nothing that is owned may be open any more.
 */
int launch(const struct inheritance *inherited, char *const *command, const char *outcome);

#endif
