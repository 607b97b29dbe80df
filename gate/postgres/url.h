/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_URL_H
#define LOCKGATE_GATE_POSTGRES_URL_H

/*
 * What may stand behind --db for PostgreSQL: a URI or a key=value string (PostgreSQL manual,
 * "Connection Strings"). No sentence here ever repeats a part of one that could be a password.
 */

#include <stdbool.h>

#include "base/error.h"

bool postgres_url_is_ours(const char *url);

/* Errors: LG_USAGE, with what to write instead; also for parameters that other tools' URLs have. */
LG_MUST_USE enum lg_status postgres_url_check(const char *url, struct lg_error *err);

#endif
