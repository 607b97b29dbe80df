/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_TRUSTING_H
#define LOCKGATE_PLUGIN_TRUSTING_H

/*
 * Who must have signed what a command reads: the lists of keys that are asked, and a signature that
 * lies beside the source.
 */

#include "base/arena.h"
#include "bundles/trust.h"

/* The list of the machine: where it exists, whoever runs lockgate there cannot do without it. */
#define TRUSTING_MACHINE_KEYS "/etc/lockgate/allowed_signers"

struct trusting {
	struct trusted_keys given, machine;
	struct trust trust;                /* of both, the machine's last */
	struct bundle_signature signature; /* beside the source; `bytes` NULL: none */
	struct lg_arena strings;
};

struct trusting_options {
	const char *trusted_keys, *signature; /* files; NULL: none */
	bool asks_machine;
	bool may_lack_keys; /* a signature may be there though no list is: it is only packed */
};

void trusting_release(struct trusting *trusting);

/*
 * Reads what is asked for into `out`, which is all zero. Errors: LG_USAGE, LG_IO (the machine's
 * list cannot be read), LG_FORMAT, LG_LIMIT (the signature is none).
 */
LG_MUST_USE
enum lg_status trusting_load(
	struct trusting *out, const struct trusting_options *options, struct lg_error *err);

/* Reads a file with a signature; the texts are kept in `strings`. Errors: as trusting_load(). */
LG_MUST_USE
enum lg_status trusting_read_signature(const char *path, struct lg_arena *strings,
	struct bundle_signature *out, struct lg_error *err);

#endif
