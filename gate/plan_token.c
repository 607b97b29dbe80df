/* SPDX-License-Identifier: MIT */
#include "gate/plan_token.h"

#include <string.h>

#include "base/buf.h"

static void add_text(struct lg_hasher *hasher, const char *text)
{
	lg_hasher_add_sized(hasher, text, strlen(text));
}

/* The digest of no rows counts as none, so creating an empty history changes no plan. */
static void add_rows(struct lg_hasher *hasher, uint64_t rows, const struct lg_digest *digest)
{
	lg_hasher_add_sized(hasher, digest->bytes, rows ? LG_DIGEST_BYTES : 0);
}

void plan_token_make(const struct plan_basis *basis, char out[LG_DIGEST_CHARS + 1])
{
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	LG_CLEANUP(lg_buf_release) struct lg_buf policy;
	const struct history_summary *summary = basis->summary;
	struct lg_digest token;

	lg_buf_init(&policy, LG_BUF_MAX_BYTES);
	policy_format(basis->policy, &policy);

	lg_hasher_init(&hasher);
	add_text(&hasher, "lockgate plan 1");
	lg_hasher_add_sized(&hasher, basis->bundle_id->bytes, LG_DIGEST_BYTES);
	add_rows(&hasher, summary->rows, &summary->rows_digest);
	add_rows(&hasher, summary->seeds, &summary->seeds_digest);
	add_text(&hasher, basis->target_identity);
	add_text(&hasher, policy.text);
	add_text(&hasher, basis->with_seeds ? "with seeds" : "");
	token = lg_hasher_finish(&hasher);
	lg_digest_format(&token, out);
}
