/* SPDX-License-Identifier: MIT */
#include "bundles/archive.h"

#include <assert.h>
#include <string.h>

#include "base/fuzzing.h"
#include "base/mem.h"
#include "bundles/entry_reader.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"

#define SIGNATURE_PREFIX "signature."
enum { SIGNATURE_SUFFIX_CHARS = 32 };

struct archive_reader {
	struct bundle *bundle;
	const struct archive_options *options; /* until archive_open() returns */
	struct entry_reader *entries;
	struct lg_hasher hasher;
};

void archive_reader_free(struct archive_reader *reader)
{
	if (!reader)
		return;
	entry_reader_free(reader->entries);
	lg_hasher_release(&reader->hasher);
	free(reader);
}

static void drop_reader(struct archive_reader **slot)
{
	archive_reader_free(*slot);
}

static enum lg_status read_text(
	struct archive_reader *reader, struct lg_buf *out, struct lg_error *err)
{
	const void *bytes;
	size_t len;

	do {
		if (entry_read(reader->entries, out->len, &bytes, &len, err))
			return err->status;
		lg_buf_add(out, bytes, len);
	} while (len > 0);
	return lg_buf_status(out, "the entry", err);
}

/* Manifest and signatures */

static enum lg_status read_manifest(struct archive_reader *reader, struct lg_error *err)
{
	struct ustar_block block;
	uint64_t size;

	if (entry_peek(reader->entries, &block, err))
		return lg_wrap(err, "entry 1, 'manifest'");
	size = ustar_size(&block);
	if (size > BUNDLE_MAX_MANIFEST_BYTES)
		return lg_fail(err, LG_LIMIT, "the manifest has %ju bytes, more than %ju",
			(uintmax_t)size, (uintmax_t)BUNDLE_MAX_MANIFEST_BYTES);
	if (entry_open(reader->entries, "manifest", size, err) ||
		read_text(reader, &reader->bundle->manifest, err))
		return lg_wrap(err, "entry 1, 'manifest'");
	return LG_OK;
}

static enum lg_status check_signature(
	const struct bundle *bundle, const char *name, uint64_t size, struct lg_error *err)
{
	const char *suffix = name + strlen(SIGNATURE_PREFIX);
	const size_t count = bundle->signature_count;
	size_t chars = strspn(suffix, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (chars == 0 || chars > SIGNATURE_SUFFIX_CHARS || suffix[chars])
		return lg_fail(err, LG_FORMAT,
			"a signature's name is not '" SIGNATURE_PREFIX "' and 1 to %d of a-z0-9-",
			SIGNATURE_SUFFIX_CHARS);
	if (count == BUNDLE_MAX_SIGNATURES)
		return lg_fail(err, LG_LIMIT, "more than %d signatures", BUNDLE_MAX_SIGNATURES);
	if (count > 0 && strcmp(bundle->signatures[count - 1].name, name) >= 0)
		return lg_fail(err, LG_FORMAT, "signatures are twice or not in order");
	if (size > BUNDLE_MAX_SIGNATURE_BYTES)
		return lg_fail(err, LG_LIMIT, "a signature has %ju bytes, more than %ju",
			(uintmax_t)size, (uintmax_t)BUNDLE_MAX_SIGNATURE_BYTES);
	return LG_OK;
}

static enum lg_status read_signature(
	struct archive_reader *reader, const char *name, uint64_t size, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf bytes;
	struct bundle *bundle = reader->bundle;

	lg_buf_init(&bytes, BUNDLE_MAX_SIGNATURE_BYTES);
	if (check_signature(bundle, name, size, err) ||
		entry_open(reader->entries, name, size, err) || read_text(reader, &bytes, err))
		return err->status;
	return bundle_add_signature(
		bundle, &(struct bundle_signature){name, bytes.text, bytes.len}, err);
}

static enum lg_status read_signatures(struct archive_reader *reader, struct lg_error *err)
{
	for (;;) {
		struct ustar_block block;
		char name[USTAR_NAME_CHARS + 1];

		if (entry_peek(reader->entries, &block, err))
			return err->status;
		ustar_name(&block, name);
		if (strncmp(name, SIGNATURE_PREFIX, strlen(SIGNATURE_PREFIX)) != 0)
			return LG_OK;
		if (read_signature(reader, name, ustar_size(&block), err))
			return lg_wrap(
				err, "entry %zu, a signature", entry_reader_count(reader->entries));
	}
}

static enum lg_status check_total(const struct archive_reader *reader, struct lg_error *err)
{
	const struct bundle *bundle = reader->bundle;
	const uint64_t given = reader->options->max_total_bytes;
	const uint64_t max = given ? given : BUNDLE_MAX_TOTAL_BYTES;
	uint64_t total = 0;

	for (size_t i = 0; i < bundle->count; i++)
		total += bundle->migrations[i].up.size + bundle->migrations[i].down.size +
			 bundle->migrations[i].check.size;
	if (total <= max)
		return LG_OK;
	(void)lg_fail(err, LG_LIMIT, "the scripts have %ju bytes together, more than %ju",
		(uintmax_t)total, (uintmax_t)max);
	return lg_hint(err, "raise the limit with --max-size if the bundle is yours");
}

/* Nothing of a manifest is looked at before it is known whose it is. */
static enum lg_status judge(struct archive_reader *reader, struct lg_error *err)
{
	const struct archive_options *options = reader->options;

	if (options->signature && bundle_add_signature(reader->bundle, options->signature, err))
		return err->status;
	return options->trust ? trust_judge(options->trust, reader->bundle, err) : LG_OK;
}

static enum lg_status read_front(
	struct archive_reader *reader, const char *path, struct lg_error *err)
{
	if (entry_reader_open(path, &reader->entries, err) || read_manifest(reader, err) ||
		read_signatures(reader, err) || judge(reader, err) ||
		manifest_parse(reader->bundle, err))
		return err->status;
	return check_total(reader, err);
}

enum lg_status archive_open(const char *path, const struct archive_options *options,
	struct bundle *out, struct archive_reader **out_reader, struct lg_error *err)
{
	LG_CLEANUP(drop_reader) struct archive_reader *reader = lg_calloc(1, sizeof(*reader));

	reader->bundle = out;
	reader->options = options;
	lg_hasher_init(&reader->hasher);
	if (read_front(reader, path, err))
		return lg_wrap(err, "bundle '%s'", path);
	reader->options = NULL;
	*out_reader = LG_TAKE(reader);
	return LG_OK;
}

/* Bodies */

static bool is_as_said(const struct lg_digest *is, const struct lg_digest *said)
{
	return lg_digest_equal(is, said) || lg_fuzzing_takes_any_digest();
}

static enum lg_status store_body(
	struct archive_reader *reader, const struct migration_part *part, struct lg_error *err)
{
	struct body_store *store = reader->bundle->bodies;
	struct lg_digest raw;
	const void *bytes;
	uint64_t at = 0;
	size_t len;

	assert(body_store_size(store) == part->offset);
	do {
		if (entry_read(reader->entries, at, &bytes, &len, err) ||
			body_store_add(store, bytes, len, err))
			return err->status;
		lg_hasher_add(&reader->hasher, bytes, len);
		at += len;
	} while (len > 0);
	raw = lg_hasher_finish(&reader->hasher);
	if (!is_as_said(&raw, &part->hashes.raw))
		return lg_fail(
			err, LG_FORMAT, "its bytes are not those of the manifest's 'raw' hash");
	return LG_OK;
}

static enum lg_status compare_facts(
	const struct script_facts *facts, const struct migration_part *part, struct lg_error *err)
{
	/* The file that a compiled script's content and tokens are of is not in the bundle. */
	if (!part->compiled && !is_as_said(&facts->hashes.content, &part->hashes.content))
		return lg_fail(
			err, LG_FORMAT, "its text is not that of the manifest's 'content' hash");
	if (!part->compiled && !is_as_said(&facts->hashes.tokens, &part->hashes.tokens))
		return lg_fail(
			err, LG_FORMAT, "its tokens are not those of the manifest's 'tokens' hash");
	/* Not the other way round: a file says some in front of its sections, or in its tool's
	 * words. */
	if (!part->compiled && !directives_are_among(&facts->directives, &part->directives))
		return lg_fail(err, LG_FORMAT,
			"its directives are not those of the manifest, which would hold");
	if (facts->statements != part->statements)
		return lg_fail(err, LG_FORMAT, "it has %ju statements, not %ju as in the manifest",
			(uintmax_t)facts->statements, (uintmax_t)part->statements);
	return LG_OK;
}

static enum lg_status scan_body(
	struct archive_reader *reader, const struct manifest_entry *entry, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct bundle *bundle = reader->bundle;
	struct script_facts facts;

	if (bundle_view(bundle, entry->part, &view, err))
		return err->status;
	if (script_scan(&view, bundle->engine, entry->role, &bundle->strings, &facts, err))
		return lg_place(err, entry->part->file,
			err->line ? err->line + entry->part->first_line - 1 : 0, err->column);
	return compare_facts(&facts, entry->part, err);
}

static enum lg_status read_body(
	struct archive_reader *reader, const struct manifest_entry *entry, struct lg_error *err)
{
	if (entry_open(reader->entries, entry->name, entry->part->size, err) == LG_OK &&
		store_body(reader, entry->part, err) == LG_OK &&
		scan_body(reader, entry, err) == LG_OK)
		return LG_OK;
	(void)lg_about(err, entry->migration->version);
	return lg_wrap(err, "entry %zu, '%s' (%s)", entry_reader_count(reader->entries),
		entry->name, entry->part->file);
}

enum lg_status archive_read_bodies(struct archive_reader *reader, struct lg_error *err)
{
	struct manifest_cursor cursor = {.bundle = reader->bundle};
	struct manifest_entry entry;

	assert(!reader->bundle->has_bodies);
	while (manifest_next(&cursor, &entry))
		if (read_body(reader, &entry, err))
			return lg_wrap(err, "bundle");
	if (entry_read_end(reader->entries, err))
		return lg_wrap(err, "bundle");
	reader->bundle->has_bodies = true;
	return LG_OK;
}
