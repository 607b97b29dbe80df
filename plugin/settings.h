/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SETTINGS_H
#define LOCKGATE_PLUGIN_SETTINGS_H

/*
 * The settings file, lockgate.ini: `key = value` lines, read by libinih. Keys without a section or
 * in [lockgate] are `source` and those options that the table marks; [policy] holds policies. An
 * unknown section or key, a key twice, a value that may hold a password: each is an error with its
 * line.
 */

#include "base/error.h"

/* Takes one setting; `key` is "source" or an option's name ("policy" for a policy). */
typedef enum lg_status settings_sink(
	void *context, const char *key, const char *value, struct lg_error *err);

/*
 * Reads `path`, or lockgate.ini in the working folder where `path` is NULL and that file exists.
 * Errors: LG_USAGE (place in `err`), and what `sink` gives.
 */
LG_MUST_USE
enum lg_status settings_read(
	const char *path, settings_sink *sink, void *context, struct lg_error *err);

#endif
