/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_TRUSTED_KEYS_H
#define LOCKGATE_BUNDLES_TRUSTED_KEYS_H

/*
 * Whose signatures count: a file as ssh-keygen(1) describes it in section ALLOWED SIGNERS, so that
 * `ssh-keygen -Y verify -f` takes the same one, and minisign's public keys: a .pub file as it is,
 * or lines of ours, `PRINCIPALS [OPTIONS] minisign KEY`.
 *
 * What would make a line mean something else than it says (cert-authority, an unknown option) is
 * an error. Keys of other types cannot sign a bundle, so their lines are passed over, and told.
 */

#include "base/arena.h"
#include "base/error.h"
#include "bundles/signature.h"

enum { TRUSTED_KEYS_MAX_BYTES = 1 << 20 };

struct trusted_key {
	struct signature_key key;
	const char *principals;      /* as they stand there: whom the key belongs to */
	const char *namespaces;      /* NULL: any */
	int64_t after_us, before_us; /* since 1970; INT64_MIN and INT64_MAX where not bounded */
	uint32_t line;
};

struct trusted_skip {
	uint32_t line;
	const char *reason;
};

struct trusted_keys {
	const char *path; /* borrowed */
	struct trusted_key *items;
	size_t count;
	struct trusted_skip *skips;
	size_t skip_count;
	struct lg_arena strings; /* owns every text but the path */
};

void trusted_keys_release(struct trusted_keys *keys);

/*
 * Reads a file into `out`, which is all zero; release it in any case. Errors: LG_IO, LG_LIMIT,
 * LG_USAGE (with the line; also when no key is left).
 */
LG_MUST_USE
enum lg_status trusted_keys_read(const char *path, struct trusted_keys *out, struct lg_error *err);

/* The same of text that was read from `path`. Pure. */
LG_MUST_USE
enum lg_status trusted_keys_parse(const char *path, const char *text, size_t len,
	struct trusted_keys *out, struct lg_error *err);

/* True if the key may sign bundles, by the namespaces of its line. */
bool trusted_key_is_for_bundles(const struct trusted_key *key);

#endif
