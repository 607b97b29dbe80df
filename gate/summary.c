/* SPDX-License-Identifier: MIT */
#include "gate/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gate/baseline.h"

void history_summarizer_init(struct history_summarizer *summarizer)
{
	*summarizer = (struct history_summarizer){0};
	lg_hasher_init(&summarizer->row);
	lg_hasher_init(&summarizer->rows);
	lg_hasher_init(&summarizer->seeds);
	lg_buf_init(&summarizer->line, LG_BUF_MAX_BYTES);
}

void history_summarizer_release(struct history_summarizer *summarizer)
{
	lg_hasher_release(&summarizer->row);
	lg_hasher_release(&summarizer->rows);
	lg_hasher_release(&summarizer->seeds);
	lg_buf_release(&summarizer->line);
}

static bool is_seed(const struct history_summary_row *row)
{
	return strcmp(row->kind, migration_kind_name(MIGRATION_SEED)) == 0;
}

void history_summarizer_add(
	struct history_summarizer *summarizer, const struct history_summary_row *row)
{
	const char *const texts[] = {row->kind, row->version, row->name, row->state, row->algorithm,
		row->content, row->down, row->phase};
	struct lg_buf *line = &summarizer->line;
	struct lg_digest digest;

	lg_buf_clear(line);
	for (size_t i = 0; i < LG_COUNT_OF(texts); i++) {
		/* With its NUL, whose place the line feed takes. */
		lg_buf_add(line, texts[i], strlen(texts[i]) + 1);
		line->text[line->len - 1] = '\n';
	}
	lg_hasher_add(&summarizer->row, line->text, line->len);
	digest = lg_hasher_finish(&summarizer->row);
	if (is_seed(row)) {
		lg_hasher_add(&summarizer->seeds, digest.bytes, LG_DIGEST_BYTES);
		summarizer->summary.seeds++;
	} else {
		lg_hasher_add(&summarizer->rows, digest.bytes, LG_DIGEST_BYTES);
		summarizer->summary.rows++;
	}
}

struct history_summary history_summarizer_finish(struct history_summarizer *summarizer)
{
	struct history_summary summary = summarizer->summary;

	summary.layout_version = HISTORY_LAYOUT_VERSION;
	summary.rows_digest = lg_hasher_finish(&summarizer->rows);
	summary.seeds_digest = lg_hasher_finish(&summarizer->seeds);
	summarizer->summary = (struct history_summary){0};
	return summary;
}

static void add_expected(struct history_summarizer *summarizer, const struct migration *migration)
{
	char content[LG_DIGEST_CHARS + 1];
	char down[LG_DIGEST_CHARS + 1] = "";

	lg_digest_format(&migration->up.hashes.content, content);
	if (migration_has(&migration->down))
		lg_digest_format(&migration->down.hashes.content, down);
	history_summarizer_add(
		summarizer, &(struct history_summary_row){
				    .kind = migration_kind_name(migration->kind),
				    .version = migration->version,
				    .name = migration->name,
				    .state = history_state_name(HISTORY_APPLIED),
				    .algorithm = SCRIPT_ALGORITHM,
				    .content = content,
				    .down = down,
				    .phase = migration_phase_name(migration->up.directives.phase),
			    });
}

static int compare_version_bytes(const void *a, const void *b)
{
	const struct migration *const *left = a;
	const struct migration *const *right = b;

	return strcmp((*left)->version, (*right)->version);
}

/* Timestamps have one length, so their order as versions is nearly always that of bytes. */
static void sort_by_bytes(const struct migration **index, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare_version_bytes(&index[i - 1], &index[i]) > 0) {
			qsort(index, count, sizeof(const struct migration *),
				compare_version_bytes);
			return;
		}
}

/* The migrations of one kind that an empty database gets; the number found is the result. */
static size_t select_kind(const struct bundle *bundle, enum migration_kind kind,
	const struct migration *start, const struct migration **index)
{
	size_t found = 0;

	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *migration = &bundle->migrations[i];

		if (migration->kind == kind && baseline_leaves(start, migration))
			index[found++] = migration;
	}
	return found;
}

struct history_summary history_summary_expected(const struct bundle *bundle)
{
	/* In byte order of their names. */
	static const enum migration_kind kinds[] = {
		MIGRATION_BASELINE, MIGRATION_REPEATABLE, MIGRATION_SEED, MIGRATION_VERSIONED};
	LG_CLEANUP(history_summarizer_release) struct history_summarizer summarizer;
	LG_FREE_BY_SCOPE const struct migration **index =
		lg_calloc(bundle->count, sizeof(const struct migration *));
	const struct migration *start = baseline_of(bundle);

	history_summarizer_init(&summarizer);
	for (size_t k = 0; k < LG_COUNT_OF(kinds); k++) {
		size_t found = select_kind(bundle, kinds[k], start, index);

		sort_by_bytes(index, found);
		for (size_t i = 0; i < found; i++)
			add_expected(&summarizer, index[i]);
	}
	return history_summarizer_finish(&summarizer);
}

bool history_summary_matches(const struct history_summary *actual,
	const struct history_summary *expected, bool with_seeds)
{
	if (actual->layout_version != expected->layout_version || actual->rows + actual->seeds == 0)
		return false;
	if (actual->rows != expected->rows ||
		!lg_digest_equal(&actual->rows_digest, &expected->rows_digest))
		return false;
	return !with_seeds ||
	       (actual->seeds == expected->seeds &&
		       lg_digest_equal(&actual->seeds_digest, &expected->seeds_digest));
}
