/* SPDX-License-Identifier: MIT */
#include "bundles/formats/flyway_settings.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define PREFIX "flyway."

enum { MAX_BYTES = 256 * 1024, MAX_KEY_CHARS = 120 };

static const char *const file_names[] = {"flyway.conf", "flyway.toml"};

enum kind {
	KIND_TEXT,
	KIND_FLAG,
	KIND_SUFFIXES, /* `.sql` alone is read */
	KIND_ENCODING, /* as above, UTF-8 */
	KIND_SHOULD_EXECUTE,
	KIND_REFUSED,
};

static const struct key {
	const char *name;
	enum kind kind;
	size_t offset; /* of the member of struct flyway_settings */
	bool is_in_sidecar;
} keys[] = {
	{"sqlMigrationPrefix", KIND_TEXT, offsetof(struct flyway_settings, versioned), false},
	{"undoSqlMigrationPrefix", KIND_TEXT, offsetof(struct flyway_settings, undo), false},
	{"repeatableSqlMigrationPrefix", KIND_TEXT, offsetof(struct flyway_settings, repeatable),
		false},
	{"baselineMigrationPrefix", KIND_TEXT, offsetof(struct flyway_settings, baseline), false},
	{"sqlMigrationSeparator", KIND_TEXT, offsetof(struct flyway_settings, separator), false},
	{"placeholderPrefix", KIND_TEXT, offsetof(struct flyway_settings, placeholder), false},
	{"placeholderReplacement", KIND_FLAG,
		offsetof(struct flyway_settings, replaces_placeholders), true},
	{"mixed", KIND_FLAG, offsetof(struct flyway_settings, is_mixed), false},
	{"executeInTransaction", KIND_FLAG, offsetof(struct flyway_settings, is_transactional),
		true},
	{"sqlMigrationSuffixes", KIND_SUFFIXES, 0, false},
	{"encoding", KIND_ENCODING, 0, true},
	{"shouldExecute", KIND_SHOULD_EXECUTE, 0, true},
	{"initSql", KIND_REFUSED, 0, false},
	{"callbackLocations", KIND_REFUSED, 0, false},
};

/* A file of settings, read line by line. */
struct reading {
	const char *file;
	struct lg_arena *strings;
	struct flyway_settings *settings;
	char section[MAX_KEY_CHARS]; /* of TOML, with a dot behind it */
	uint32_t line;
	bool is_sidecar;
	struct lg_error *err;
};

/* A piece of the text. */
struct span {
	const char *text;
	size_t len;
};

struct flyway_settings flyway_settings_default(void)
{
	return (struct flyway_settings){
		.versioned = "V",
		.undo = "U",
		.repeatable = "R",
		.baseline = "B",
		.separator = "__",
		.placeholder = "${",
		.replaces_placeholders = true,
		.is_transactional = true,
	};
}

bool flyway_settings_are(const char *name)
{
	for (size_t i = 0; i < LG_COUNT_OF(file_names); i++)
		if (strcmp(file_names[i], name) == 0)
			return true;
	return false;
}

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && strncasecmp(span.text, text, span.len) == 0;
}

static struct span trim(struct span span)
{
	while (span.len > 0 && strchr(" \t\r\f", span.text[0])) {
		span.text++;
		span.len--;
	}
	while (span.len > 0 && strchr(" \t\r\f", span.text[span.len - 1]))
		span.len--;
	return span;
}

/* Quotes around the whole, and the brackets of a list of one, are TOML's. */
static struct span unquote(struct span span)
{
	static const char *const pairs[] = {"[]", "\"\"", "''"};

	for (size_t i = 0; i < LG_COUNT_OF(pairs); i++)
		if (span.len >= 2 && span.text[0] == pairs[i][0] &&
			span.text[span.len - 1] == pairs[i][1])
			span = trim((struct span){span.text + 1, span.len - 2});
	return span;
}

static enum lg_status fail_value(
	const struct reading *reading, const struct key *key, struct span value, const char *hint)
{
	(void)lg_fail(reading->err, LG_FORMAT, "'%s' is '%.*s', which cannot be carried over",
		key->name, value.len < 100 ? (int)value.len : 100, value.text);
	(void)lg_hint(reading->err, "%s", hint);
	return lg_place(reading->err, reading->file, reading->line, 0);
}

static enum lg_status set_flag(
	const struct reading *reading, const struct key *key, struct span value, bool *flag)
{
	if (!span_is(value, "true") && !span_is(value, "false"))
		return fail_value(reading, key, value, "write true or false");
	*flag = span_is(value, "true");
	return LG_OK;
}

static enum lg_status set(const struct reading *reading, const struct key *key, struct span value)
{
	char *member = (char *)reading->settings + key->offset;

	switch (key->kind) {
	case KIND_TEXT:
		if (value.len > 0)
			*(const char **)(void *)member =
				lg_arena_addn(reading->strings, value.text, value.len);
		return LG_OK;
	case KIND_FLAG:
		return set_flag(reading, key, value, (bool *)(void *)member);
	case KIND_SUFFIXES:
		return span_is(value, ".sql") ? LG_OK
					      : fail_value(reading, key, value,
							"name every script with the ending .sql");
	case KIND_ENCODING:
		return span_is(value, "UTF-8") || span_is(value, "UTF8")
			       ? LG_OK
			       : fail_value(reading, key, value, "save every script as UTF-8");
	case KIND_SHOULD_EXECUTE:
		return span_is(value, "true")
			       ? LG_OK
			       : fail_value(reading, key, value,
					 "a script always runs: delete it, or write the condition "
					 "in SQL");
	case KIND_REFUSED:
		break;
	}
	return fail_value(reading, key, value,
		"put what it does into a migration, or into the role's own settings");
}

static const struct key *find_key(struct span name)
{
	for (size_t i = 0; i < LG_COUNT_OF(keys); i++)
		if (span_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

static enum lg_status refuse_key(const struct reading *reading, struct span name)
{
	(void)lg_fail(reading->err, LG_FORMAT, "'%.*s' cannot be carried over",
		name.len < 100 ? (int)name.len : 100, name.text);
	(void)lg_hint(reading->err,
		"executeInTransaction, placeholderReplacement and encoding can; other options are "
		"written into the script as '-- lockgate: key=value'");
	return lg_place(reading->err, reading->file, reading->line, 0);
}

/* `name` is complete: flyway.KEY, or KEY in a file beside a script. */
static enum lg_status take_pair(const struct reading *reading, struct span name, struct span value)
{
	const struct key *key;

	if (name.len > sizeof(PREFIX) - 1 && strncmp(name.text, PREFIX, sizeof(PREFIX) - 1) == 0) {
		name.text += sizeof(PREFIX) - 1;
		name.len -= sizeof(PREFIX) - 1;
	} else if (!reading->is_sidecar) {
		return LG_OK;
	}
	key = find_key(name);
	if (reading->is_sidecar && (!key || !key->is_in_sidecar))
		return refuse_key(reading, name);
	return key ? set(reading, key, value) : LG_OK;
}

/* `[section]` of TOML; what is too long names nothing that counts. */
static void take_section(struct reading *reading, struct span line)
{
	struct span name = trim((struct span){line.text + 1, line.len - 2});

	reading->section[0] = '\0';
	if (name.len + 2 <= sizeof(reading->section)) {
		*(char *)mempcpy(reading->section, name.text, name.len) = '.';
		reading->section[name.len + 1] = '\0';
	}
}

static enum lg_status take_equation(
	const struct reading *reading, struct span line, const char *equals)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf name;
	struct span key = trim((struct span){line.text, (size_t)(equals - line.text)});
	struct span value =
		trim((struct span){equals + 1, line.len - (size_t)(equals - line.text) - 1});

	lg_buf_init(&name, MAX_BYTES);
	lg_buf_adds(&name, reading->section);
	lg_buf_add(&name, key.text, key.len);
	return take_pair(reading, (struct span){name.text, name.len}, unquote(value));
}

static enum lg_status take_line(struct reading *reading, struct span line)
{
	const char *equals = memchr(line.text, '=', line.len);

	if (line.len == 0 || strchr("#!", line.text[0]))
		return LG_OK;
	if (line.text[0] == '[' && line.text[line.len - 1] == ']') {
		take_section(reading, line);
		return LG_OK;
	}
	if (equals)
		return take_equation(reading, line, equals);
	return reading->is_sidecar ? refuse_key(reading, line) : LG_OK;
}

static enum lg_status take_text(struct reading *reading, const struct lg_buf *text)
{
	size_t at = 0;

	if (text->len >= 3 && memcmp(text->text, "\xEF\xBB\xBF", 3) == 0)
		at = 3;
	while (at < text->len) {
		const char *start = text->text + at;
		const char *feed = memchr(start, '\n', text->len - at);
		size_t len = feed ? (size_t)(feed - start) : text->len - at;

		reading->line++;
		if (take_line(reading, trim((struct span){start, len})))
			return reading->err->status;
		at += len + 1;
	}
	return LG_OK;
}

static enum lg_status read_file(struct folder_reader *reader, const char *file,
	struct flyway_settings *out, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *path = lg_format("%s/%s", reader->path, file);
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct reading reading = {
		.file = file,
		.strings = &reader->bundle->strings,
		.settings = out,
		.err = err,
	};

	lg_buf_init(&text, MAX_BYTES);
	if (access(path, F_OK) != 0)
		return LG_OK;
	if (lg_file_read(path, &text, err))
		return lg_place(err, file, 0, 0);
	return take_text(&reading, &text);
}

enum lg_status flyway_settings_read(
	struct folder_reader *reader, struct flyway_settings *out, struct lg_error *err)
{
	static const char *const places[] = {
		"../flyway.conf", "../flyway.toml", "flyway.conf", "flyway.toml"};

	*out = flyway_settings_default();
	for (size_t i = 0; i < LG_COUNT_OF(places); i++)
		if (read_file(reader, places[i], out, err))
			return err->status;
	return LG_OK;
}

enum lg_status flyway_settings_read_sidecar(struct folder_reader *reader,
	const struct folder_list *list, const char *name, struct flyway_settings *settings,
	struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct reading reading = {
		.file = folder_path(reader, list, name),
		.strings = &reader->bundle->strings,
		.settings = settings,
		.is_sidecar = true,
		.err = err,
	};

	lg_buf_init(&text, MAX_BYTES);
	if (folder_read_text(reader, list, name, &text, err))
		return err->status;
	return take_text(&reading, &text);
}
