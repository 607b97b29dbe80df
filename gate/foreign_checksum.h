/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_CHECKSUM_H
#define LOCKGATE_GATE_FOREIGN_CHECKSUM_H

/*
 * The checksums that other tools record, computed again from our scripts. Pure, but that of Atlas
 * reads the bundle.
 *
 *   flyway     CRC-32 over the lines without their ends and without a byte-order mark, as a signed
 *              number
 *   liquibase  "8:" or "9:" and an MD5 over a normalised form of formatted SQL
 *   sqlx       SHA-384 of the bytes
 *   prisma     SHA-256 of the bytes as they are, with LF, or with CRLF
 *   atlas      SHA-256, base64, over name and bytes of every file up to this one
 */

#include <stdbool.h>

#include "bundles/bundle.h"
#include "gate/foreign_match.h"

enum foreign_proof {
	FOREIGN_PROVEN,  /* the script is the one that was applied */
	FOREIGN_CHANGED, /* it is not */
	FOREIGN_UNPROVEN /* the tool has recorded nothing that could tell */
};

/* What the tool would record of the script today; "" of tools without, and of Liquibase, Atlas. */
const char *foreign_checksum(
	enum foreign_tool tool, const char *text, size_t len, struct lg_arena *strings);

/* True if the stored checksum is one that the tool may have recorded of the script. Not of Atlas.
 */
bool foreign_checksum_fits(
	enum foreign_tool tool, const char *stored, const char *text, size_t len);

/* Whether the stored text is of a kind that can be computed again. */
bool foreign_checksum_is_known(enum foreign_tool tool, const char *stored);

/*
 * Atlas: the hash of each migration of the bundle, in its order; owned by `strings`. The bundle
 * must have its bodies. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status foreign_atlas_hashes(const struct bundle *bundle, struct lg_arena *strings,
	const char *const **out, struct lg_error *err);

/* The forms of gate/foreign_liquibase.c. */
bool foreign_liquibase_fits(const char *stored, const char *text, size_t len);

#endif
