/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_MINISIGN_H
#define LOCKGATE_BUNDLES_MINISIGN_H

/*
 * Signatures of minisign (its manual, sections "Signature format" and "Public key format"): over
 * the BLAKE2b-512 of the bytes (`ED`), with a second one over the first and the trusted comment.
 * The legacy form without a digest (`Ed`) is refused.
 */

#include "bundles/signature.h"

#define MINISIGN_BEGIN "untrusted comment:"

enum { MINISIGN_KEY_CHARS = 56 };

/* As signature_parse(). */
LG_MUST_USE
enum lg_status minisign_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err);

/* As signature_fits(): both signatures. */
bool minisign_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len);

/* Reads a public key's base64, as the second line of a .pub file has it. False: it is none. */
bool minisign_parse_key(const char *text, size_t len, struct signature_key *out);

#endif
