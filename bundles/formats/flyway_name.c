/* SPDX-License-Identifier: MIT */
#include "bundles/formats/flyway_name.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "bundles/version.h"

/* Endings of migrations in other languages, and of scripts of the shell. */
static const char *const code_endings[] = {".java", ".class", ".kt", ".groovy", ".scala", ".ps1",
	".bat", ".cmd", ".sh", ".bash", ".py"};

static const char *const idle_events[] = {"beforeClean", "afterClean", "afterCleanError",
	"beforeInfo", "afterInfo", "afterInfoError", "beforeBaseline", "afterBaseline",
	"afterBaselineError", "beforeRepair", "afterRepair", "afterRepairError"};

static const char *const events[] = {"beforeMigrate", "beforeEachMigrate",
	"beforeEachMigrateStatement", "afterEachMigrateStatement", "afterEachMigrateStatementError",
	"afterEachMigrate", "afterEachMigrateError", "beforeRepeatables", "afterMigrate",
	"afterMigrateApplied", "afterVersioned", "afterMigrateError", "beforeUndo",
	"beforeEachUndo", "beforeEachUndoStatement", "afterEachUndoStatement",
	"afterEachUndoStatementError", "afterEachUndo", "afterEachUndoError", "afterUndo",
	"afterUndoError", "beforeValidate", "afterValidate", "afterValidateError", "createSchema",
	"beforeCreateSchema", "beforeConnect", "afterConnect"};

/* A name without its ending. */
struct stem {
	const char *text;
	size_t len;
};

static bool ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name);
	size_t ending_len = strlen(ending);

	return len > ending_len && strcasecmp(name + len - ending_len, ending) == 0;
}

/* True if the stem is the word, or the word, the separator and a description. */
static bool is_event(
	const struct stem *stem, const char *word, const struct flyway_settings *settings)
{
	size_t len = strlen(word);

	if (stem->len < len || memcmp(stem->text, word, len) != 0)
		return false;
	return stem->len == len ||
	       strncmp(stem->text + len, settings->separator, strlen(settings->separator)) == 0;
}

static bool is_among(const struct stem *stem, const char *const *words, size_t count,
	const struct flyway_settings *settings)
{
	for (size_t i = 0; i < count; i++)
		if (is_event(stem, words[i], settings))
			return true;
	return false;
}

/* Of prefixes that both fit the longer one counts. */
static const char *prefix_of(
	const struct stem *stem, const struct flyway_settings *settings, struct flyway_file *file)
{
	const struct {
		const char *text;
		enum migration_kind kind;
		enum script_role role;
	} prefixes[] = {
		{settings->versioned, MIGRATION_VERSIONED, SCRIPT_UP},
		{settings->undo, MIGRATION_VERSIONED, SCRIPT_DOWN},
		{settings->baseline, MIGRATION_BASELINE, SCRIPT_UP},
		{settings->repeatable, MIGRATION_REPEATABLE, SCRIPT_UP},
	};
	const char *found = NULL;

	for (size_t i = 0; i < LG_COUNT_OF(prefixes); i++) {
		size_t len = strlen(prefixes[i].text);

		if (stem->len < len || memcmp(stem->text, prefixes[i].text, len) != 0 ||
			(found && len <= strlen(found)))
			continue;
		found = prefixes[i].text;
		file->kind = prefixes[i].kind;
		file->file.role = prefixes[i].role;
	}
	return found;
}

/* Underscores part the groups of a version as dots do. */
static const char *dotted(struct lg_arena *strings, const char *raw)
{
	LG_FREE_BY_SCOPE char *text = lg_strdup(raw);

	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = '.';
	return lg_arena_add(strings, text);
}

static enum flyway_meaning read_stem(struct flyway_file *file, const struct stem *stem,
	const struct flyway_settings *settings, struct lg_arena *strings)
{
	const char *prefix = prefix_of(stem, settings, file);
	size_t separator = strlen(settings->separator);
	const char *start;
	const char *end = stem->text + stem->len;
	const char *found;

	if (!prefix)
		return FLYWAY_NOTHING;
	start = stem->text + strlen(prefix);
	found = memmem(start, (size_t)(end - start), settings->separator, separator);
	file->raw_version = lg_arena_addn(strings, start, (size_t)((found ? found : end) - start));
	file->description =
		found ? lg_arena_addn(strings, found + separator, (size_t)(end - found) - separator)
		      : "";
	file->file.name = bundle_name_of(strings, file->description, strlen(file->description));
	file->file.version = file->file.name;
	if (file->kind == MIGRATION_REPEATABLE)
		return *file->raw_version ? FLYWAY_NOTHING : FLYWAY_SCRIPT;
	file->file.version = dotted(strings, file->raw_version);
	if (version_is_valid(file->file.version))
		return FLYWAY_SCRIPT;
	return *file->raw_version ? FLYWAY_BAD_VERSION : FLYWAY_NOTHING;
}

enum flyway_meaning flyway_name_read(
	struct flyway_file *file, const struct flyway_settings *settings, struct lg_arena *strings)
{
	const char *name = file->file.plain;
	struct stem stem = {name, strlen(name)};

	for (size_t i = 0; i < LG_COUNT_OF(code_endings); i++)
		if (ends_with(name, code_endings[i])) {
			stem.len -= strlen(code_endings[i]);
			return read_stem(file, &stem, settings, strings) == FLYWAY_SCRIPT
				       ? FLYWAY_CODE
				       : FLYWAY_NOTHING;
		}
	if (!ends_with(name, ".sql"))
		return FLYWAY_NOTHING;
	stem.len -= strlen(".sql");
	if (is_among(&stem, events, LG_COUNT_OF(events), settings))
		return FLYWAY_CALLBACK;
	if (is_among(&stem, idle_events, LG_COUNT_OF(idle_events), settings))
		return FLYWAY_IDLE_CALLBACK;
	return read_stem(file, &stem, settings, strings);
}
