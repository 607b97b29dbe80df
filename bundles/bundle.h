/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_BUNDLE_H
#define LOCKGATE_BUNDLES_BUNDLE_H

/*
 * All migrations of a project, in order, with their bytes: what a folder is packed into and what
 * a bundle file is read into, so that both take the same path from here on.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "bundles/body.h"
#include "bundles/lexer.h"
#include "bundles/migration.h"
#include "bundles/waiver.h"

struct bundle_signature {
	const char *name; /* of the entry, "signature.…" */
	const char *bytes;
	size_t len;
};

/* Why no signature counts: trust.h. */
enum signature_fault {
	SIGNATURE_FAULT_NONE,
	SIGNATURE_FAULT_UNSIGNED,
	SIGNATURE_FAULT_UNTRUSTED,
};

struct bundle {
	const char *project;
	enum sql_dialect engine;
	struct migration *migrations; /* sorted by migration_compare(), no two equal */
	size_t count;
	struct waiver_list waivers; /* sorted as waivers_sort() leaves them */
	struct lg_buf manifest;     /* the exact bytes */
	struct lg_digest id;        /* SHA-256 of the manifest */
	struct bundle_signature signatures[16];
	size_t signature_count;
	const char *signed_by; /* by keys that were demanded; NULL: none were, or see the fault */
	enum signature_fault signature_fault;
	struct body_store *bodies;
	bool has_bodies;         /* every script is in `bodies` and was verified */
	struct lg_arena strings; /* owns every text above */
};

void bundle_init(struct bundle *bundle);
void bundle_release(struct bundle *bundle);

/* "postgres" or "sqlite". */
const char *bundle_engine_name(enum sql_dialect engine);
bool bundle_engine_parse(const char *name, enum sql_dialect *out);

/* True if `name` may be a project, scope or migration name: [a-zA-Z0-9_-]+, bounded. */
bool bundle_name_is_valid(const char *name);

/*
 * A text as such a name: every character but those becomes `_`, and what is too long is cut;
 * `unnamed` where there is none. Kept in `strings`.
 */
const char *bundle_name_of(struct lg_arena *strings, const char *text, size_t len);

/*
 * True if `file` may be the name of a file in a folder of migrations: UTF-8 without control
 * characters, bounded, a path below it.
 */
bool bundle_file_is_valid(const char *file);

/*
 * The migration of that kind and version, or NULL. Repeatables are found by name; for the other
 * kinds equal versions may be written differently.
 */
const struct migration *bundle_find(
	const struct bundle *bundle, enum migration_kind kind, const char *version);

/*
 * Adds a signature, in place of one of the same name; they stay in order. The bytes are copied.
 * Errors: LG_LIMIT.
 */
LG_MUST_USE
enum lg_status bundle_add_signature(
	struct bundle *bundle, const struct bundle_signature *signature, struct lg_error *err);

/*
 * Opens a script for reading; release with body_view_close(). The part must be one of the
 * bundle's, and the bundle have its bodies. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status bundle_view(const struct bundle *bundle, const struct migration_part *part,
	struct body_view *out, struct lg_error *err);

#endif
