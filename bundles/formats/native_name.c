/* SPDX-License-Identifier: MIT */
#include "bundles/formats/native_name.h"

#include <string.h>

#include "base/utf8.h"
#include "bundles/version.h"

#define EXPECTED                                                                                   \
	"expected VERSION_NAME.up.sql, .down.sql, .check.sql, .baseline.sql or .sql, or "          \
	"NAME.repeat.sql, with digits in VERSION and a-z, A-Z, 0-9, _ and - in NAME"

/* The endings, each before those that are an ending of it. */
static const struct ending {
	const char *text;
	enum migration_kind kind;
	enum script_role role;
	bool may_have_sections;
} endings[] = {
	{".up.sql", MIGRATION_VERSIONED, SCRIPT_UP, false},
	{".down.sql", MIGRATION_VERSIONED, SCRIPT_DOWN, false},
	{".check.sql", MIGRATION_VERSIONED, SCRIPT_CHECK, false},
	{".baseline.sql", MIGRATION_BASELINE, SCRIPT_UP, false},
	{".repeat.sql", MIGRATION_REPEATABLE, SCRIPT_UP, false},
	{".sql", MIGRATION_VERSIONED, SCRIPT_UP, true},
};

static bool ends_with(const char *text, const char *ending)
{
	size_t len = strlen(text);
	size_t ending_len = strlen(ending);

	return len >= ending_len && strcmp(text + len - ending_len, ending) == 0;
}

static bool is_sql_in_any_case(const char *name)
{
	static const char *const spellings[] = {
		".sql", ".Sql", ".sQl", ".sqL", ".SQl", ".SqL", ".sQL", ".SQL"};

	for (size_t i = 0; i < LG_COUNT_OF(spellings); i++)
		if (ends_with(name, spellings[i]))
			return true;
	return false;
}

static bool is_backup(const char *name)
{
	size_t len = strlen(name);

	return ends_with(name, "~") || ends_with(name, ".swp") || ends_with(name, ".bak") ||
	       ends_with(name, ".orig") || (len > 1 && name[0] == '#' && name[len - 1] == '#');
}

const char *native_name_skip(const struct folder_name *item)
{
	if (item->name[0] == '.')
		return "hidden";
	if (is_backup(item->name))
		return "a backup of an editor";
	if (is_sql_in_any_case(item->name))
		return NULL;
	return item->is_directory ? "a folder" : "not a .sql file";
}

bool native_name_is_program(const char *name)
{
	static const char *const programs[] = {".js", ".cjs", ".mjs", ".ts", ".mts", ".cts", ".go",
		".py", ".rb", ".php", ".java", ".kt", ".xml", ".yaml", ".yml"};

	for (size_t i = 0; i < LG_COUNT_OF(programs); i++)
		if (ends_with(name, programs[i]))
			return version_span(name + (*name == 'V' || *name == 'v')) > 0;
	return false;
}

bool native_name_is_script(const char *name)
{
	return is_sql_in_any_case(name) || native_name_is_program(name);
}

const char *native_name_show(struct lg_arena *strings, const char *name)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	for (; *name; name++)
		if (*name > 0x20 && *name < 0x7f)
			lg_buf_addc(&text, *name);
		else
			lg_buf_addf(&text, "%%%02X", (unsigned int)(unsigned char)*name);
	return lg_arena_addn(strings, text.text, text.len);
}

static enum lg_status refuse_name(
	const struct native_file *file, const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s': %s", file->file, text);
	(void)lg_hint(err, "%s", EXPECTED);
	return lg_place(err, file->file, 0, 0);
}

/* Takes `stem` apart: VERSION_NAME, or NAME alone. False if it is neither as demanded. */
static bool split_stem(struct native_file *file, const char *stem, struct lg_arena *strings)
{
	size_t span = file->kind == MIGRATION_REPEATABLE ? 0 : version_span(stem);

	file->name = stem;
	file->version = stem;
	if (file->kind != MIGRATION_REPEATABLE) {
		if (span == 0 || stem[span] != '_')
			return false;
		file->version = lg_arena_addn(strings, stem, span);
		file->name = stem + span + 1;
	}
	return bundle_name_is_valid(file->name);
}

static const struct ending *ending_of(const char *name)
{
	for (size_t i = 0; i < LG_COUNT_OF(endings); i++)
		if (ends_with(name, endings[i].text))
			return &endings[i];
	return NULL;
}

enum lg_status native_name_read(
	struct native_file *file, struct lg_arena *strings, struct lg_error *err)
{
	const struct ending *ending = ending_of(file->plain);
	bool is_seed = !file->list->is_root;
	size_t len = strlen(file->plain);

	if (lg_utf8_valid_prefix(file->plain, len) != len) {
		file->file = native_name_show(strings, file->file);
		return refuse_name(file, "the name is not UTF-8", err);
	}
	if (!bundle_file_is_valid(file->file)) {
		file->file = native_name_show(strings, file->file);
		return refuse_name(file, "the name is too long or has control characters", err);
	}
	if (!ending)
		return refuse_name(file, "the ending is not written in lower case", err);
	file->kind = is_seed ? MIGRATION_SEED : ending->kind;
	file->role = ending->role;
	file->may_have_sections = ending->may_have_sections && !is_seed;
	if (is_seed && !ending->may_have_sections)
		return refuse_name(file, "a seed is not named VERSION_NAME.sql", err);
	if (!split_stem(
		    file, lg_arena_addn(strings, file->plain, len - strlen(ending->text)), strings))
		return refuse_name(file, "the name does not fit", err);
	return LG_OK;
}
