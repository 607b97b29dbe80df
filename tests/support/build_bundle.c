/* SPDX-License-Identifier: MIT */
#include "tests/support/build_bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* One item, cut into its fields; a field that is not there is NULL. */
struct item {
	enum migration_kind kind;
	const char *version, *script, *down, *flags;
};

/* NULL, of an item without script, is the empty one. */
static struct script_hashes hashes_of(const char *word)
{
	const char *script = word ? word : "";
	struct lg_digest content = lg_digest_of(script, strlen(script));

	return (struct script_hashes){
		.raw = content,
		.content = content,
		.tokens = lg_digest_of(script, strcspn(script, "#")),
	};
}

/* Cuts `text` at the first `mark`; what is behind it is the result, NULL if there is none. */
static const char *cut(char *text, char mark)
{
	char *found = strchr(text, mark);

	if (!found)
		return NULL;
	*found = '\0';
	return found + 1;
}

static struct item parse_item(struct lg_arena *strings, const char *word)
{
	size_t len = strlen(word);
	char *text = lg_arena_alloc(strings, len + 1);
	struct item item = {0};

	memcpy(text, word, len + 1);
	item.kind = *text == 'b'   ? MIGRATION_BASELINE
		    : *text == 'r' ? MIGRATION_REPEATABLE
		    : *text == 's' ? MIGRATION_SEED
				   : MIGRATION_VERSIONED;
	item.flags = cut(text, '@');
	item.down = cut(text, '/');
	item.script = cut(text, '=');
	item.version = text + (text[1] == ':' ? 2 : 1);
	return item;
}

static const char *name_of(struct lg_arena *strings, const struct item *item)
{
	const char *as = item->flags ? strstr(item->flags, "as_") : NULL;

	if (as)
		return lg_arena_addn(strings, as + 3, strcspn(as + 3, ","));
	if (item->kind == MIGRATION_REPEATABLE)
		return item->version;
	return lg_arena_addf(strings, "name_%s", item->version);
}

static bool has_flag(const struct item *item, const char *flag)
{
	return item->flags && strstr(item->flags, flag);
}

static enum migration_phase phase_of(const struct item *item)
{
	if (has_flag(item, "contract"))
		return PHASE_CONTRACT;
	return has_flag(item, "expand") ? PHASE_EXPAND : PHASE_NONE;
}

static struct migration_part part_of(const char *file, const char *script)
{
	return (struct migration_part){
		.file = file,
		.first_line = 1,
		.statements = 1,
		.hashes = hashes_of(script),
		.directives = directives_default(),
	};
}

static void add_migration(struct bundle *bundle, const struct item *item)
{
	struct lg_arena *strings = &bundle->strings;
	struct migration *migration;

	bundle->migrations =
		lg_grow(bundle->migrations, bundle->count, sizeof(*bundle->migrations));
	migration = &bundle->migrations[bundle->count++];
	*migration = (struct migration){
		.kind = item->kind,
		.version = item->version,
		.name = name_of(strings, item),
		.up = part_of(lg_arena_addf(strings, "%s.up.sql", item->version), item->script),
	};
	migration->up.directives.is_transactional = !has_flag(item, "off");
	migration->up.directives.phase = phase_of(item);
	if (has_flag(item, "compiled"))
		migration->up.compiled = "";
	if (has_flag(item, "compiled_anew"))
		migration->up.hashes.raw = lg_digest_of("other SQL", strlen("other SQL"));
	if (item->down)
		migration->down =
			part_of(lg_arena_addf(strings, "%s.down.sql", item->version), item->down);
}

void build_bundle(struct bundle *bundle, const char *items)
{
	LG_FREE_BY_SCOPE char *copy = lg_strdup(items);
	char *rest = NULL;

	bundle_init(bundle);
	bundle->project = "shop";
	bundle->engine = SQL_SQLITE;
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct item item = parse_item(&bundle->strings, word);

		add_migration(bundle, &item);
	}
}

void build_waivers(struct bundle *bundle, const char *lines)
{
	struct lg_error err = {0};

	if (waiver_list_parse(&bundle->waivers, lines, strlen(lines), &bundle->strings, &err))
		abort();
}

static struct history_row *add_row(struct history *history)
{
	struct history_row *row = history_add(history);

	row->position = history->count;
	row->state = HISTORY_APPLIED;
	row->algorithm = SCRIPT_ALGORITHM;
	row->statements_done = 1;
	row->statements_total = 1;
	return row;
}

static void set_flags(struct history_row *row, const struct item *item)
{
	const char *run = item->flags ? strstr(item->flags, "run") : NULL;
	const char *position = item->flags ? strstr(item->flags, "pos") : NULL;
	char *rest = NULL;

	row->is_resumable = has_flag(item, "resumable");
	if (position)
		row->position = strtoul(position + 3, NULL, 10);
	if (!run)
		return;
	row->state = HISTORY_RUNNING;
	row->statements_done = (uint32_t)strtoul(run + 3, &rest, 10);
	row->statements_total = (uint32_t)strtoul(rest + 2, NULL, 10);
}

void build_history(struct history *history, const char *items)
{
	LG_FREE_BY_SCOPE char *copy = lg_strdup(items ? items : "");
	char *rest = NULL;

	history_init(history);
	history->has_batches = items != NULL;
	history->layout_version = items ? HISTORY_LAYOUT_VERSION : 0;
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct item item = parse_item(&history->strings, word);
		struct history_row *row = add_row(history);

		row->kind = item.kind;
		row->version = item.version;
		row->name = name_of(&history->strings, &item);
		row->hashes = hashes_of(item.script);
		row->phase = phase_of(&item);
		row->has_down = item.down != NULL;
		if (item.down)
			row->down_content = hashes_of(item.down).content;
		set_flags(row, &item);
	}
	history_sort(history);
}

struct history_row *build_applied(struct history *history, const struct migration *migration)
{
	struct history_row *row = add_row(history);

	row->kind = migration->kind;
	row->version = migration->version;
	row->name = migration->name;
	row->hashes = migration->up.hashes;
	row->has_down = migration_has(&migration->down);
	row->down_content = migration->down.hashes.content;
	row->phase = migration->up.directives.phase;
	return row;
}

void build_content_hash(const char *script, char out[LG_DIGEST_CHARS + 1])
{
	struct lg_digest content = lg_digest_of(script, strlen(script));

	lg_digest_format(&content, out);
}

static int compare_bytes(const void *a, const void *b)
{
	const struct history_row *left = a;
	const struct history_row *right = b;
	int order = strcmp(migration_kind_name(left->kind), migration_kind_name(right->kind));

	return order ? order : strcmp(left->version, right->version);
}

struct history_summary build_summary(struct history *history)
{
	LG_CLEANUP(history_summarizer_release) struct history_summarizer summarizer;

	if (history->count)
		qsort(history->rows, history->count, sizeof(*history->rows), compare_bytes);
	history_summarizer_init(&summarizer);
	for (size_t i = 0; i < history->count; i++) {
		const struct history_row *row = &history->rows[i];
		char content[LG_DIGEST_CHARS + 1];
		char down[LG_DIGEST_CHARS + 1] = "";

		lg_digest_format(&row->hashes.content, content);
		if (row->has_down)
			lg_digest_format(&row->down_content, down);
		history_summarizer_add(
			&summarizer, &(struct history_summary_row){
					     .kind = migration_kind_name(row->kind),
					     .version = row->version,
					     .name = row->name,
					     .state = history_state_name(row->state),
					     .algorithm = row->algorithm,
					     .content = content,
					     .down = down,
					     .phase = migration_phase_name(row->phase),
				     });
	}
	return history_summarizer_finish(&summarizer);
}
