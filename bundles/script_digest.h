/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SCRIPT_DIGEST_H
#define LOCKGATE_BUNDLES_SCRIPT_DIGEST_H

/*
 * Feeds the parts of a script to a digest: FORMAT.md, "Hashes". What is small is gathered first,
 * for a token has four bytes on average and a call of libcrypto costs more than hashing them.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "bundles/body.h"
#include "bundles/lexer.h"

enum { SCRIPT_DIGEST_GATHERED_BYTES = 4096 };

struct script_digest {
	struct lg_hasher hasher;
	size_t gathered;
	uint8_t bytes[SCRIPT_DIGEST_GATHERED_BYTES];
};

void script_digest_init(struct script_digest *digest);
void script_digest_release(struct script_digest *digest);

/*
 * Adds the range of the view with CRLF as LF; a CR at its end is added as it is. Of a long range,
 * the pages are given back.
 */
void script_digest_add(
	struct script_digest *digest, struct body_view *view, size_t offset, size_t len);

/* Adds a token: the length of what script_digest_add() makes of it, and that. */
void script_digest_add_token(
	struct script_digest *digest, struct body_view *view, const struct sql_token *token);

/* The digest of all that was added; it begins anew. */
struct lg_digest script_digest_finish(struct script_digest *digest);

#endif
