/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SIGNER_OPTIONS_H
#define LOCKGATE_BUNDLES_SIGNER_OPTIONS_H

/*
 * The options of a line of trusted keys: namespaces, valid-after and valid-before, as ssh-keygen(1)
 * has them in section ALLOWED SIGNERS. Private to trusted_keys.c. Pure, but that a moment without
 * a Z is one of the machine's time zone.
 */

#include "base/arena.h"
#include "bundles/trusted_keys.h"

/*
 * Reads `name[="value"],…` up to a blank outside of quotes, and moves *at behind it. A word that is
 * no list of options is LG_USAGE, as are unknown ones.
 */
LG_MUST_USE
enum lg_status signer_options_take(const char **at, const char *end, struct lg_arena *strings,
	struct trusted_key *out, struct lg_error *err);

/*
 * True if the list of patterns has `text`: parts with commas between, `*` and `?` in them, and one
 * that begins with `!` forbids (ssh_config(5), PATTERNS).
 */
bool signer_patterns_have(const char *patterns, const char *text);

#endif
