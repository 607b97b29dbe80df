/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SSHSIG_H
#define LOCKGATE_BUNDLES_SSHSIG_H

/*
 * Signatures of OpenSSH: its PROTOCOL.sshsig, version 1, with keys of type ssh-ed25519 and the
 * digests sha512 and sha256, in the form that `ssh-keygen -Y sign` writes and `-Y verify` reads.
 */

#include "bundles/signature.h"
#include "bundles/signing_key.h"

#define SSHSIG_BEGIN "-----BEGIN SSH SIGNATURE-----"

/* As signature_parse(). */
LG_MUST_USE
enum lg_status sshsig_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err);

/* As signature_fits(). */
bool sshsig_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len);

/* Adds a signature for bundles over these bytes, with sha512. Errors: LG_INTERNAL. */
LG_MUST_USE
enum lg_status sshsig_write(const struct signing_key *key, const void *bytes, size_t len,
	struct lg_buf *out, struct lg_error *err);

/* The public key: "ssh-ed25519 AAAA…". */
void sshsig_add_public_key(const uint8_t key[ED25519_KEY_BYTES], struct lg_buf *out);

/* Its SHA-256: "SHA256:…" in base64 without padding. */
void sshsig_add_fingerprint(const uint8_t key[ED25519_KEY_BYTES], struct lg_buf *out);

#endif
