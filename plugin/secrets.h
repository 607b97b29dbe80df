/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SECRETS_H
#define LOCKGATE_PLUGIN_SECRETS_H

/* What of the options and of the environment must not be seen by anyone. */

#include "ci/redact.h"
#include "plugin/options.h"

/* Adds them all: the target's password, tokens, keys, and addresses that hold some. */
void secrets_collect(const struct options *options, struct ci_secrets *out);

/* The values of name=value pairs, divided by commas. */
void secrets_collect_headers(const char *pairs, struct ci_secrets *out);

#endif
