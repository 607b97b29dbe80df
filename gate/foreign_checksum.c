/* SPDX-License-Identifier: MIT */
#include "gate/foreign_checksum.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/checksum.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"

static const char bom[] = "\xef\xbb\xbf";

/* A line ends at LF, CR or both, as Java reads lines. */
static int32_t flyway_crc(const char *text, size_t len)
{
	const char *end = text + len;
	uint32_t crc = 0;

	if (len >= strlen(bom) && memcmp(text, bom, strlen(bom)) == 0)
		text += strlen(bom);
	while (text < end) {
		const char *at = text;

		while (at < end && *at != '\n' && *at != '\r')
			at++;
		crc = lg_crc32(crc, text, (size_t)(at - text));
		text = at < end ? at + 1 : end;
	}
	return (int32_t)crc;
}

static void prisma_form(const char *text, size_t len, const char *line_end, struct lg_buf *out)
{
	lg_buf_init(out, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			continue;
		if (text[i] == '\n')
			lg_buf_adds(out, line_end);
		else
			lg_buf_addc(out, text[i]);
	}
}

/* Old versions wrote each byte without its leading zero. */
static bool is_digest(const char *stored, const struct lg_digest *digest)
{
	char whole[LG_DIGEST_CHARS + 1];
	char unpadded[LG_DIGEST_CHARS + 1] = "";
	size_t at = 0;

	lg_digest_format(digest, whole);
	for (size_t i = 0; i < LG_DIGEST_BYTES; i++)
		at += (size_t)snprintf(
			unpadded + at, sizeof(unpadded) - at, "%x", digest->bytes[i]);
	return strcmp(stored, whole) == 0 ||
	       (strlen(stored) != LG_DIGEST_CHARS && strcmp(stored, unpadded) == 0);
}

static bool prisma_fits_whole(const char *stored, const char *text, size_t len)
{
	static const char *const line_ends[] = {"\n", "\r\n"};
	struct lg_digest digest = lg_digest_of(text, len);

	if (is_digest(stored, &digest))
		return true;
	for (size_t i = 0; i < LG_COUNT_OF(line_ends); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf form = {0};

		prisma_form(text, len, line_ends[i], &form);
		digest = lg_digest_of(form.text, form.len);
		if (is_digest(stored, &digest))
			return true;
	}
	return false;
}

/* The bundle has a script without the transaction that stood around it. */
static bool prisma_fits(const char *stored, const char *text, size_t len)
{
	static const char *const openings[] = {"BEGIN;\n", "BEGIN;"};
	static const char *const closings[] = {"COMMIT;\n", "COMMIT;"};

	if (prisma_fits_whole(stored, text, len))
		return true;
	for (size_t i = 0; i < LG_COUNT_OF(openings) * LG_COUNT_OF(closings); i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf whole;

		lg_buf_init(&whole, LG_BUF_MAX_BYTES);
		lg_buf_adds(&whole, openings[i / LG_COUNT_OF(closings)]);
		lg_buf_add(&whole, text, len);
		lg_buf_adds(&whole, closings[i % LG_COUNT_OF(closings)]);
		if (prisma_fits_whole(stored, whole.text, whole.len))
			return true;
	}
	return false;
}

static const char *sqlx_checksum(const char *text, size_t len, struct lg_arena *strings)
{
	char hex[LG_SHA384_CHARS + 1];

	lg_sha384_of(text, len, hex);
	return lg_arena_add(strings, hex);
}

static const char *prisma_checksum(const char *text, size_t len, struct lg_arena *strings)
{
	struct lg_digest digest = lg_digest_of(text, len);
	char hex[LG_DIGEST_CHARS + 1];

	lg_digest_format(&digest, hex);
	return lg_arena_add(strings, hex);
}

const char *foreign_checksum(
	enum foreign_tool tool, const char *text, size_t len, struct lg_arena *strings)
{
	if (tool == FOREIGN_FLYWAY)
		return lg_arena_addf(strings, "%d", flyway_crc(text, len));
	if (tool == FOREIGN_SQLX)
		return sqlx_checksum(text, len, strings);
	if (tool == FOREIGN_PRISMA)
		return prisma_checksum(text, len, strings);
	return "";
}

bool foreign_checksum_fits(enum foreign_tool tool, const char *stored, const char *text, size_t len)
{
	struct lg_arena strings = {0};
	bool fits;

	if (tool == FOREIGN_PRISMA)
		return prisma_fits(stored, text, len);
	if (tool == FOREIGN_LIQUIBASE)
		return foreign_liquibase_fits(stored, text, len);
	fits = strcmp(stored, foreign_checksum(tool, text, len, &strings)) == 0;
	lg_arena_release(&strings);
	return fits;
}

bool foreign_checksum_is_known(enum foreign_tool tool, const char *stored)
{
	char probe[LG_MD5_CHARS + 1];

	if (!stored || !*stored)
		return false;
	if (tool != FOREIGN_LIQUIBASE)
		return true;
	return (strncmp(stored, "8:", 2) == 0 || strncmp(stored, "9:", 2) == 0) &&
	       lg_md5_of("", 0, probe);
}

/* The text of the digest of all files up to this one. */
static enum lg_status add_file(const struct bundle *bundle, const struct migration *migration,
	struct lg_hasher *hasher, struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	const char *name = lg_path_base(migration->up.file);
	struct lg_digest digest;

	if (bundle_view(bundle, &migration->up, &view, err))
		return err->status;
	lg_hasher_add(hasher, name, strlen(name));
	lg_hasher_add(hasher, view.text, view.len);
	digest = lg_hasher_so_far(hasher);
	lg_base64_encode(digest.bytes, sizeof(digest.bytes), out);
	return LG_OK;
}

enum lg_status foreign_atlas_hashes(const struct bundle *bundle, struct lg_arena *strings,
	const char *const **out, struct lg_error *err)
{
	const char **hashes = lg_arena_alloc(strings, bundle->count * sizeof(const char *));
	LG_CLEANUP(lg_hasher_release) struct lg_hasher hasher;
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_hasher_init(&hasher);
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < bundle->count; i++) {
		lg_buf_clear(&text);
		if (add_file(bundle, &bundle->migrations[i], &hasher, &text, err))
			return err->status;
		hashes[i] = lg_arena_add(strings, text.text);
	}
	*out = hashes;
	return LG_OK;
}
