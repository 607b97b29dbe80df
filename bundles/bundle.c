/* SPDX-License-Identifier: MIT */
#include "bundles/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "bundles/limits.h"
#include "bundles/version.h"

static const char *const engine_names[] = {
	[SQL_POSTGRES] = "postgres",
	[SQL_SQLITE] = "sqlite",
};

void bundle_init(struct bundle *bundle)
{
	*bundle = (struct bundle){.project = "app", .bodies = body_store_new()};
	lg_buf_init(&bundle->manifest, BUNDLE_MAX_MANIFEST_BYTES);
}

void bundle_release(struct bundle *bundle)
{
	free(bundle->migrations);
	waiver_list_release(&bundle->waivers);
	lg_buf_release(&bundle->manifest);
	body_store_free(bundle->bodies);
	lg_arena_release(&bundle->strings);
	*bundle = (struct bundle){0};
}

const char *bundle_engine_name(enum sql_dialect engine)
{
	return engine_names[engine];
}

bool bundle_engine_parse(const char *name, enum sql_dialect *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(engine_names); i++)
		if (strcmp(engine_names[i], name) == 0) {
			*out = (enum sql_dialect)i;
			return true;
		}
	return false;
}

static bool is_name_character(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
	       (character >= 'A' && character <= 'Z') || character == '_' || character == '-';
}

bool bundle_name_is_valid(const char *name)
{
	size_t len = 0;

	while (is_name_character(name[len]))
		len++;
	return len > 0 && len <= BUNDLE_MAX_NAME_CHARS && name[len] == '\0';
}

const char *bundle_name_of(struct lg_arena *strings, const char *text, size_t len)
{
	char name[BUNDLE_MAX_NAME_CHARS];
	size_t count = 0;
	size_t step;

	for (size_t at = 0; at < len && count < sizeof(name); at += step) {
		size_t whole = lg_utf8_character_len(text + at, len - at);

		step = whole > 0 ? whole : 1;
		name[count] = '_';
		if (is_name_character(text[at]))
			name[count] = text[at];
		count++;
	}
	return count > 0 ? lg_arena_addn(strings, name, count) : "unnamed";
}

/* ISO 6429: below 0x20, DEL, and the ones from U+0080 to U+009F, which UTF-8 begins with C2. */
static bool has_control_character(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0))
			return true;
	return false;
}

/* True of the two names that every folder has: "." and "..". */
static bool is_dots(const char *name, size_t len)
{
	return len <= 2 && name[0] == '.' && name[len - 1] == '.';
}

/* A path below a folder: names parted by single slashes, none of them `.` or `..`. */
static bool is_path_below(const char *path)
{
	for (const char *slash; *path; path = slash + 1) {
		size_t len;

		slash = strchrnul(path, '/');
		len = (size_t)(slash - path);
		if (len == 0 || is_dots(path, len))
			return false;
		if (!*slash)
			return true;
	}
	return false;
}

bool bundle_file_is_valid(const char *file)
{
	const size_t len = strlen(file);

	return is_path_below(file) && lg_utf8_valid_prefix(file, len) == len &&
	       (len <= BUNDLE_MAX_NAME_CHARS ||
		       lg_utf8_count(file, len) <= BUNDLE_MAX_NAME_CHARS) &&
	       !has_control_character(file);
}

static int compare_in_bundle(const void *key, const void *item)
{
	return migration_compare(key, item);
}

const struct migration *bundle_find(
	const struct bundle *bundle, enum migration_kind kind, const char *version)
{
	struct migration key = {.kind = kind, .version = version};

	if (bundle->count == 0 || (kind != MIGRATION_REPEATABLE && !version_is_valid(version)))
		return NULL;
	return bsearch(&key, bundle->migrations, bundle->count, sizeof(key), compare_in_bundle);
}

static enum lg_status check_room(
	const struct bundle *bundle, size_t len, bool is_new, struct lg_error *err)
{
	if (len > BUNDLE_MAX_SIGNATURE_BYTES)
		return lg_fail(err, LG_LIMIT, "a signature has %zu bytes, more than %ju", len,
			(uintmax_t)BUNDLE_MAX_SIGNATURE_BYTES);
	if (is_new && bundle->signature_count == BUNDLE_MAX_SIGNATURES)
		return lg_fail(err, LG_LIMIT, "there are %d signatures, and no more may be",
			BUNDLE_MAX_SIGNATURES);
	return LG_OK;
}

enum lg_status bundle_add_signature(
	struct bundle *bundle, const struct bundle_signature *signature, struct lg_error *err)
{
	size_t count = bundle->signature_count;
	size_t at = 0;
	bool is_new;

	while (at < count && strcmp(bundle->signatures[at].name, signature->name) < 0)
		at++;
	is_new = at == count || strcmp(bundle->signatures[at].name, signature->name) != 0;
	if (check_room(bundle, signature->len, is_new, err))
		return err->status;
	if (is_new)
		memmove(&bundle->signatures[at + 1], &bundle->signatures[at],
			(count - at) * sizeof(*signature));
	bundle->signature_count += is_new;
	bundle->signatures[at] = (struct bundle_signature){
		.name = lg_arena_add(&bundle->strings, signature->name),
		.bytes = lg_arena_addn(&bundle->strings, signature->bytes, signature->len),
		.len = signature->len,
	};
	return LG_OK;
}

enum lg_status bundle_view(const struct bundle *bundle, const struct migration_part *part,
	struct body_view *out, struct lg_error *err)
{
	if (body_view_open(out, bundle->bodies, part->offset, part->size, err))
		return lg_wrap(err, "'%s'", part->file);
	return LG_OK;
}
