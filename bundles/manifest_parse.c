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
	size_t scripts;    /* read so far */
	uint64_t offset;   /* of the next script in the store */
	int last_role;     /* of the migration under way; -1 before its first script */
	struct lg_buf own; /* the line as our writer would have written it */
};

static void drop_parser(struct parser *parser)
{
	lg_buf_release(&parser->own);
}

/* Lines */

static bool is_printable(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

static enum lg_status check_bytes(struct manifest_field line, struct lg_error *err)
{
	size_t printable = 0;

	/* All bytes first, without leaving the loop: manifests are long and almost never bad. */
	for (size_t i = 0; i < line.len; i++)
		printable += is_printable((unsigned char)line.text[i]);
	if (printable == line.len)
		return LG_OK;
	for (size_t i = 0; i < line.len; i++) {
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

/* Holds the line against the one that our writer makes of what was read, which is in `own`. */
static enum lg_status confirm(struct parser *parser, struct lg_error *err)
{
	const struct lg_buf *own = &parser->own;

	if (lg_buf_status(own, "the line", err))
		return err->status;
	if (own->len == parser->line.len + 1 && memcmp(own->text, parser->line.text, own->len) == 0)
		return LG_OK;
	return lg_fail(err, LG_FORMAT, "the line is not in its one right form");
}

/* Scripts */

static enum lg_status read_script(
	struct parser *parser, enum script_role role, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	struct migration_part part;

	if (parser->last_role >= (int)role || (parser->last_role < 0 && role != SCRIPT_UP))
		return lg_fail(err, LG_FORMAT,
			"a '%s' line stands elsewhere than in the order up, down, check",
			migration_role_name(role));
	if (parser->scripts == BUNDLE_MAX_ENTRIES)
		return lg_fail(err, LG_LIMIT, "more than %d scripts", BUNDLE_MAX_ENTRIES);
	if (manifest_read_script(parser->fields + 1, parser->field_count - 1, role,
		    &bundle->strings, &part, err))
		return err->status;

	part.offset = parser->offset;
	parser->offset += part.size;
	parser->scripts++;
	parser->last_role = (int)role;
	*migration_part_of(&bundle->migrations[bundle->count - 1], role) = part;
	manifest_line_part(&parser->own, role, &part);
	return LG_OK;
}

/* Migrations */

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

static enum lg_status read_migration(struct parser *parser, struct lg_error *err)
{
	struct bundle *bundle = parser->bundle;
	struct migration migration = {0};
	const struct manifest_field *fields = parser->fields;

	if (finish_migration(parser, err))
		return err->status;
	if (bundle->waivers.count > 0)
		return lg_fail(err, LG_FORMAT, "a migration stands behind the waivers");
	if (parser->field_count < 3 || !migration_kind_parse(lg_arena_addn(&bundle->strings,
								     fields[1].text, fields[1].len),
					       &migration.kind))
		return lg_fail(err, LG_FORMAT, "the migration's kind is not one");
	if (parser->field_count != (migration.kind == MIGRATION_REPEATABLE ? 3 : 4))
		return lg_fail(err, LG_FORMAT, "the line has a wrong number of fields");

	migration.version = lg_arena_addn(&bundle->strings, fields[2].text, fields[2].len);
	migration.name = migration.version;
	if (migration.kind != MIGRATION_REPEATABLE)
		migration.name = lg_arena_addn(&bundle->strings, fields[3].text, fields[3].len);
	if (check_names(&migration, err))
		return err->status;

	bundle->migrations = lg_grow(bundle->migrations, bundle->count, sizeof(migration));
	bundle->migrations[bundle->count++] = migration;
	parser->last_role = -1;
	manifest_line_migration(&parser->own, &migration);
	return LG_OK;
}

/* Waivers */

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
	/* Decoded as a whole, it is a line of waivers.txt; confirm() sees blanks out of place. */
	if (manifest_decode(
		    (struct manifest_field){parser->line.text + verb, parser->line.len - verb},
		    &bundle->strings, &text, err) ||
		waiver_parse(text, strlen(text), &bundle->strings, &waiver, err))
		return lg_wrap(err, "waiver");

	list->items = lg_grow(list->items, list->count, sizeof(waiver));
	list->items[list->count++] = waiver;
	manifest_line_waiver(&parser->own, &waiver);
	return LG_OK;
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
	manifest_line_end(&parser->own, count);
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

static enum lg_status read_all(struct parser *parser, struct lg_error *err)
{
	bool is_end = false;
	size_t culprit;

	if (read_head(parser, err))
		return err->status;
	while (!is_end) {
		lg_buf_clear(&parser->own);
		if (next_line(parser, err) || read_record(parser, err) || confirm(parser, err))
			return err->status;
		is_end = manifest_field_is(parser->fields[0], "end");
	}
	return migration_check_order(
		parser->bundle->migrations, parser->bundle->count, &culprit, err);
}

enum lg_status manifest_parse(struct bundle *bundle, struct lg_error *err)
{
	LG_CLEANUP(drop_parser)
	struct parser parser = {
		.bundle = bundle,
		.rest = {bundle->manifest.text, bundle->manifest.len},
		.last_role = -1,
	};

	assert(bundle->count == 0 && bundle->waivers.count == 0);
	lg_buf_init(&parser.own, BUNDLE_MAX_MANIFEST_BYTES);
	if (read_all(&parser, err))
		return lg_place(err, "manifest", parser.line_number, 0);
	bundle->id = lg_digest_of(bundle->manifest.text, bundle->manifest.len);
	return LG_OK;
}
