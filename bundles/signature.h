/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SIGNATURE_H
#define LOCKGATE_BUNDLES_SIGNATURE_H

/*
 * A signature over the bytes of a manifest, in one of two forms that other programs make too:
 * SSHSIG (OpenSSH, PROTOCOL.sshsig) and minisign. Normative: FORMAT.md, section "Signatures". Pure.
 *
 * What a signature says of itself proves nothing: whom to believe is what trust.h decides.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "bundles/ed25519.h"

#define SIGNATURE_NAMESPACE "lockgate-bundle@v1"

enum signature_format { SIGNATURE_SSH, SIGNATURE_MINISIGN };

enum {
	SIGNATURE_NUMBER_BYTES = 8,
	SIGNATURE_NAMESPACE_CHARS = 128,
	SIGNATURE_NAME_CHARS = 42, /* of an entry */
	SIGNATURE_KEY_CHARS = 50,  /* how people call a key */
};

struct signature_key {
	enum signature_format format;
	uint8_t bytes[ED25519_KEY_BYTES];
	uint8_t number[SIGNATURE_NUMBER_BYTES]; /* of minisign's key, as its files have it */
};

struct signature {
	/* Of minisign's only the number is known: the signature does not hold its key. */
	struct signature_key key;
	char name_space[SIGNATURE_NAMESPACE_CHARS + 1]; /* of SSHSIG; minisign has none: "" */
	enum long_digest digest;
	uint8_t bytes[ED25519_SIGNATURE_BYTES];
	uint8_t global[ED25519_SIGNATURE_BYTES]; /* of minisign: over `bytes` and its comment */
	const char *comment; /* minisign's trusted one, borrowed from the text */
	size_t comment_len;
};

/* "ssh" or "minisign". */
const char *signature_format_name(enum signature_format format);

/*
 * Reads a signature; what it borrows is `text`. Strict: one signature and nothing else, but line
 * ends may be CR LF, and the last may be missing. Errors: LG_FORMAT, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status signature_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err);

/*
 * True if `key` has signed these bytes so, for bundles (with the namespace that those have). The
 * key's number must be the signature's.
 */
bool signature_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len);

/* True if the signature says to be of this key. */
bool signature_is_of(const struct signature *signature, const struct signature_key *key);

enum signature_validity {
	SIGNATURE_VALID,
	SIGNATURE_INVALID,
	SIGNATURE_UNKNOWN, /* it does not hold its key, so it cannot tell: minisign's */
};

/* Whether it fits these bytes by the key that it holds, which shows damage and nothing else. */
enum signature_validity signature_validity(
	const struct signature *signature, const void *bytes, size_t len);

/*
 * Refuses a signature that is not for bundles, or does not fit these bytes by the key that it
 * holds. Errors: LG_FORMAT.
 */
LG_MUST_USE
enum lg_status signature_check(
	const struct signature *signature, const void *bytes, size_t len, struct lg_error *err);

/* "SHA256:…" as ssh-keygen -l prints it, or "minisign " and the number as minisign prints it. */
void signature_key_format(const struct signature_key *key, char out[SIGNATURE_KEY_CHARS + 1]);

/* The entry's name that lockgate gives it: one for each key, so that signing twice is once. */
void signature_name(const struct signature *signature, char out[SIGNATURE_NAME_CHARS + 1]);

#endif
