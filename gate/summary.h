/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SUMMARY_H
#define LOCKGATE_GATE_SUMMARY_H

/*
 * The fast path: one digest over the history, which the bundle can predict. Pure.
 *
 * A row's line is the eight texts kind, version, name, state, algorithm, content hash, down hash
 * ("" for none), phase ("" for none), each followed by one LF. The digest is the SHA-256 of the
 * SHA-256 digests of the lines, 32 bytes each, in byte order of kind, then version. Seeds have a
 * digest of their own. A server that stores each row's own digest computes it at little cost.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "bundles/bundle.h"
#include "gate/history.h"

struct history_summary {
	uint32_t layout_version; /* 0: there is no history yet */
	uint64_t rows;           /* seeds apart */
	uint64_t seeds;
	uint64_t invalid_indexes; /* perhaps of a build under way: the rows tell */
	struct lg_digest rows_digest;
	struct lg_digest seeds_digest;
};

struct history_summary_row {
	const char *kind, *version, *name, *state, *algorithm, *content, *down, *phase;
};

/* Rows are added in byte order of kind, then version. */
struct history_summarizer {
	struct lg_hasher row, rows, seeds;
	struct lg_buf line;
	struct history_summary summary;
};

void history_summarizer_init(struct history_summarizer *summarizer);
void history_summarizer_add(
	struct history_summarizer *summarizer, const struct history_summary_row *row);

/* The layout version is the current one. The summarizer begins anew. */
struct history_summary history_summarizer_finish(struct history_summarizer *summarizer);
void history_summarizer_release(struct history_summarizer *summarizer);

/*
 * What a history says in which exactly this bundle was applied to an empty database, baselines
 * and all, with or without its seeds.
 */
struct history_summary history_summary_expected(const struct bundle *bundle);

/*
 * True if a database with that summary needs nothing of the bundle and gives no finding; seeds
 * count when asked for. Never true of a history without rows: whether it is managed at all is
 * not in the summary.
 */
bool history_summary_matches(const struct history_summary *actual,
	const struct history_summary *expected, bool with_seeds);

#endif
