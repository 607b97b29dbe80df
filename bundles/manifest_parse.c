/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"
#include "bundles/manifest_fields.h"
#include "bundles/manifest_lines.h"
#include "bundles/version.h"

/* The longest line is that of a part: its role, seven keys, and seven directives. */
enum { MAX_FIELDS = 15 };

struct parser {
	struct bundle *bundle;
	struct manifest_field rest; /* the lines not read yet */
	struct manifest_field line; /* the one under way, without its line feed */
	uint32_t line_number;
	struct manifest_field fields[MAX_FIELDS]; /* of the line */
	size_t field_count;
	size_t scripts;  /* read so far */
	uint64_t offset; /* of the next script in the store */
	int last_role;   /* of the migration under way; -1 before its first script */
};

/* Lines */

static bool is_printable(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

/*
 * The length of a beginning whose bytes are all printable, eight at a time: those that are leave
 * the highest bit clear, also when 0x20 is taken away and when 1 is added, and the first that is
 * not sets it.
 */
static size_t printable_prefix(struct manifest_field line)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t len = 0;
	uint64_t word;

	for (; line.len - len >= sizeof(word); len += sizeof(word)) {
		memcpy(&word, line.text + len, sizeof(word));
		if ((word | (word - 0x20 * ones) | (word + ones)) & 0x80 * ones)
			break;
	}
	return len;
}

static enum lg_status check_bytes(struct manifest_field line, struct lg_error *err)
{
	for (size_t i = printable_prefix(line); i < line.len; i++) {
		unsigned char byte = (unsigned char)line.text[i];

		if (byte == '\r')
			return lg_fail(err, LG_FORMAT, "carriage return in the manifest");
		if (!is_printable(byte))
			return lg_fail(err, LG_FORMAT, "byte 0x%02x in the manifest", byte);
	}
	return LG_OK;
}

static enum lg_status split(struct parser *parser, struct lg_error *err)
{
	struct manifest_field rest = parser->line;

	parser->field_count = 0;
	for (;;) {
		const char *blank = memchr(rest.text, ' ', rest.len);
		size_t len = blank ? (size_t)(blank - rest.text) : rest.len;

		if (len == 0)
			return lg_fail(err, LG_FORMAT, "empty line, or a blank too many");
		if (parser->field_count == MAX_FIELDS)
			return lg_fail(err, LG_FORMAT, "more than %d fields", MAX_FIELDS);
		parser->fields[parser->field_count++] = (struct manifest_field){rest.text, len};
		if (!blank)
			return LG_OK;
		rest = (struct manifest_field){blank + 1, rest.len - len - 1};
	}
}

static enum lg_status next_line(struct parser *parser, struct lg_error *err)
{
	const char *feed = memchr(parser->rest.text, '\n', parser->rest.len);

	parser->line_number++;
	if (parser->rest.len == 0)
		return lg_fail(err, LG_FORMAT, "the manifest has no 'end' line");
	if (!feed)
		return lg_fail(err, LG_FORMAT, "the manifest's last line has no line feed");
	parser->line =
		(struct manifest_field){parser->rest.text, (size_t)(feed - parser->rest.text)};
	parser->rest.text += parser->line.len + 1;
	parser->rest.len -= parser->line.len + 1;
	if (check_bytes(parser->line, err))
		return err->status;
	return split(parser, err);
}

/* Scripts */

static enum lg_status read_script(
	struct parser *parser, enum script_role role, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	struct migration_part *part;

	if (parser->last_role >= (int)role || (parser->last_role < 0 && role != SCRIPT_UP))
		return lg_fail(err, LG_FORMAT,
			"a '%s' line stands elsewhere than in the order up, down, check",
			migration_role_name(role));
	if (parser->scripts == BUNDLE_MAX_ENTRIES)
		return lg_fail(err, LG_LIMIT, "more than %d scripts", BUNDLE_MAX_ENTRIES);
	part = migration_part_of(&bundle->migrations[bundle->count - 1], role);
	if (manifest_read_script(
		    parser->fields + 1, parser->field_count - 1, role, &bundle->strings, part, err))
		return err->status;

	part->offset = parser->offset;
	parser->offset += part->size;
	parser->scripts++;
	parser->last_role = (int)role;
	return LG_OK;
}

/* Migrations */

/* Every migration but the last has an up script with three digests. */
static size_t room_for(const struct bundle *bundle)
{
	return bundle->manifest.len / (3 * (size_t)LG_DIGEST_CHARS) + 1;
}

/* What can be said of the last migration only when its lines are all there. */
static enum lg_status finish_migration(const struct parser *parser, struct lg_error *err)
{
	const struct bundle *bundle = parser->bundle;
	size_t culprit;

	if (bundle->count == 0)
		return LG_OK;
	if (parser->last_role < 0)
		return lg_fail(err, LG_FORMAT, "migration '%s' has no up script",
			bundle->migrations[bundle->count - 1].version);
	if (bundle->count < 2)
		return LG_OK;
	return migration_check_order(&bundle->migrations[bundle->count - 2], 2, &culprit, err);
}

static enum lg_status check_names(const struct migration *migration, struct lg_error *err)
{
	if (!bundle_name_is_valid(migration->name))
		return lg_fail(err, LG_FORMAT, "the migration's name is not one");
	if (migration->kind != MIGRATION_REPEATABLE && !version_is_valid(migration->version))
		return lg_fail(err, LG_FORMAT, "the migration's version is not one");
	return LG_OK;
}

static bool read_kind(struct manifest_field field, enum migration_kind *out)
{
	for (int kind = MIGRATION_VERSIONED; kind <= MIGRATION_SEED; kind++)
		if (manifest_field_is(field, migration_kind_name((enum migration_kind)kind))) {
			*out = (enum migration_kind)kind;
			return true;
		}
	return false;
}

static enum lg_status read_migration(struct parser *parser, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	struct migration *migration = &bundle->migrations[bundle->count];
	const struct manifest_field *fields = parser->fields;

	if (finish_migration(parser, err))
		return err->status;
	if (bundle->waivers.count > 0)
		return lg_fail(err, LG_FORMAT, "a migration stands behind the waivers");
	assert(bundle->count < room_for(bundle));
	*migration = (struct migration){0};
	if (parser->field_count < 3 || !read_kind(fields[1], &migration->kind))
		return lg_fail(err, LG_FORMAT, "the migration's kind is not one");
	if (parser->field_count != (migration->kind == MIGRATION_REPEATABLE ? 3 : 4))
		return lg_fail(err, LG_FORMAT, "the line has a wrong number of fields");

	migration->version = lg_arena_addn(&bundle->strings, fields[2].text, fields[2].len);
	migration->name = migration->version;
	if (migration->kind != MIGRATION_REPEATABLE)
		migration->name = lg_arena_addn(&bundle->strings, fields[3].text, fields[3].len);
	if (check_names(migration, err))
		return err->status;

	bundle->count++;
	parser->last_role = -1;
	return LG_OK;
}

/* Waivers */

/* Holds the line against the one that our writer makes of what was read. */
static enum lg_status confirm_waiver(
	struct manifest_field line, const struct waiver *waiver, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf own;

	lg_buf_init(&own, BUNDLE_MAX_MANIFEST_BYTES);
	manifest_line_waiver(&own, waiver);
	if (own.len == line.len + 1 && memcmp(own.text, line.text, own.len) == 0)
		return LG_OK;
	return manifest_refuse_form(err);
}

static enum lg_status read_waiver(struct parser *parser, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	struct waiver_list *list = &bundle->waivers;
	const size_t verb = strlen("waiver ");
	const char *text = "";
	struct waiver waiver = {0};

	if (list->count == 0 && finish_migration(parser, err))
		return err->status;
	if (list->count == BUNDLE_MAX_WAIVERS)
		return lg_fail(err, LG_LIMIT, "more than %d waivers", BUNDLE_MAX_WAIVERS);
	if (parser->field_count < 2)
		return lg_fail(err, LG_FORMAT, "the waiver is empty");
	/* Decoded as a whole, it is a line of waivers.txt, where blanks are free. */
	if (manifest_decode(
		    (struct manifest_field){parser->line.text + verb, parser->line.len - verb},
		    &bundle->strings, &text, err) ||
		waiver_parse(text, strlen(text), &bundle->strings, &waiver, err))
		return lg_wrap(err, "waiver");

	list->items = lg_grow(list->items, list->count, sizeof(waiver));
	list->items[list->count++] = waiver;
	return confirm_waiver(parser->line, &waiver, err);
}

/* The whole */

static enum lg_status read_end(struct parser *parser, struct lg_error *err)
{
	const struct bundle *bundle = parser->bundle;
	uint64_t count = 0;

	if (bundle->waivers.count == 0 && finish_migration(parser, err))
		return err->status;
	if (parser->field_count != 2)
		return lg_fail(err, LG_FORMAT, "the line has a wrong number of fields");
	if (manifest_read_number(parser->fields[1], UINT32_MAX, &count, err))
		return lg_wrap(err, "end");
	if (count != bundle->count)
		return lg_fail(err, LG_FORMAT, "the end counts %ju migrations, not %zu",
			(uintmax_t)count, bundle->count);
	if (parser->rest.len > 0)
		return lg_fail(err, LG_FORMAT, "the manifest goes on behind its end");
	return LG_OK;
}

static enum lg_status read_record(struct parser *parser, struct lg_error *err)
{
	const struct manifest_field verb = parser->fields[0];

	if (manifest_field_is(verb, "migration"))
		return read_migration(parser, err);
	if (manifest_field_is(verb, "waiver"))
		return read_waiver(parser, err);
	if (manifest_field_is(verb, "end"))
		return read_end(parser, err);
	for (int role = SCRIPT_UP; role <= SCRIPT_CHECK; role++) {
		if (!manifest_field_is(verb, migration_role_name((enum script_role)role)))
			continue;
		if (parser->bundle->count == 0 || parser->bundle->waivers.count > 0)
			return lg_fail(err, LG_FORMAT, "a script without a migration");
		return read_script(parser, (enum script_role)role, err);
	}
	return lg_fail(err, LG_FORMAT, "line of an unknown kind");
}

static enum lg_status read_fact(
	struct parser *parser, const char *key, const char **out, struct lg_error *err)
{
	if (next_line(parser, err))
		return err->status;
	if (!manifest_field_is(parser->fields[0], key) || parser->field_count != 2)
		return lg_fail(err, LG_FORMAT, "the line is not '%s' and its value", key);
	*out = lg_arena_addn(
		&parser->bundle->strings, parser->fields[1].text, parser->fields[1].len);
	return LG_OK;
}

static enum lg_status read_head(struct parser *parser, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	const char *value = "";

	if (parser->rest.len >= 3 && memcmp(parser->rest.text, "\xEF\xBB\xBF", 3) == 0)
		return lg_fail(err, LG_FORMAT, "the manifest begins with a byte-order mark");
	if (read_fact(parser, "lockgate-bundle", &value, err))
		return err->status;
	if (strcmp(value, MANIFEST_FORMAT) != 0) {
		(void)lg_fail(err, LG_FORMAT, "bundle format '%.40s' is not known", value);
		return lg_hint(err, "use the lockgate that made it, or a newer one");
	}
	if (read_fact(parser, "project", &bundle->project, err))
		return err->status;
	if (!bundle_name_is_valid(bundle->project))
		return lg_fail(err, LG_FORMAT, "the project's name is not one");
	if (read_fact(parser, "engine", &value, err))
		return err->status;
	if (!bundle_engine_parse(value, &bundle->engine))
		return lg_fail(err, LG_FORMAT, "engine '%.40s' is not known", value);
	if (read_fact(parser, "algorithm", &value, err))
		return err->status;
	if (strcmp(value, SCRIPT_ALGORITHM) != 0)
		return lg_fail(err, LG_FORMAT, "hash algorithm '%.40s' is not known", value);
	return LG_OK;
}

/* Neighbours were compared as they were read; repeatables stand together. */
static enum lg_status check_repeatables(const struct bundle *bundle, struct lg_error *err)
{
	size_t first = 0;
	size_t end;
	size_t culprit;

	while (first < bundle->count && bundle->migrations[first].kind != MIGRATION_REPEATABLE)
		first++;
	end = first;
	while (end < bundle->count && bundle->migrations[end].kind == MIGRATION_REPEATABLE)
		end++;
	if (end - first < 2)
		return LG_OK;
	return migration_check_order(bundle->migrations + first, end - first, &culprit, err);
}

static enum lg_status read_all(struct parser *parser, struct lg_error *err)
{
	bool is_end = false;

	if (read_head(parser, err))
		return err->status;
	while (!is_end) {
		if (next_line(parser, err) || read_record(parser, err))
			return err->status;
		is_end = manifest_field_is(parser->fields[0], "end");
	}
	return check_repeatables(parser->bundle, err);
}

enum lg_status manifest_parse(struct bundle *bundle, struct lg_error *err)
{
	struct parser parser = {
		.bundle = bundle,
		.rest = {bundle->manifest.text, bundle->manifest.len},
		.fields = {{"", 0}},
		.last_role = -1,
	};

	assert(bundle->manifest.text && !bundle->migrations && bundle->waivers.count == 0);
	bundle->migrations = lg_malloc_large(room_for(bundle) * sizeof(*bundle->migrations));
	if (read_all(&parser, err))
		return lg_place(err, "manifest", parser.line_number, 0);
	bundle->id = lg_digest_of(bundle->manifest.text, bundle->manifest.len);
	return LG_OK;
}
