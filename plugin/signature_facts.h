/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SIGNATURE_FACTS_H
#define LOCKGATE_PLUGIN_SIGNATURE_FACTS_H

/* What a bundle's signature says of itself, for people and for programs. */

#include "bundles/bundle.h"
#include "bundles/signature.h"

struct signature_facts {
	const char *format;                /* NULL: not understood */
	char key[SIGNATURE_KEY_CHARS + 1]; /* "": not understood */
	char name_space[SIGNATURE_NAMESPACE_CHARS + 1];
	enum signature_validity validity; /* by the key that it holds */
	struct lg_error err;              /* why it is not valid, or not understood */
};

void signature_facts_take(const struct bundle *bundle, const struct bundle_signature *signature,
	struct signature_facts *out);

/*
 * The same, and refuses one that is not valid by the key that it holds, for such a one is not
 * added to a bundle. Errors: LG_FORMAT.
 */
LG_MUST_USE
enum lg_status signature_facts_demand(const struct bundle *bundle,
	const struct bundle_signature *signature, struct signature_facts *out,
	struct lg_error *err);

/* One line: "ssh SHA256:…, valid by itself". */
void signature_facts_describe(const struct signature_facts *facts, struct lg_buf *out);

/* {"name", "format", "key", "namespace", "valid", "problem"}: a json_t that the caller owns. */
void *signature_facts_json(const char *name, const struct signature_facts *facts);

#endif
