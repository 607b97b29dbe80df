/* SPDX-License-Identifier: MIT */
#include "bundles/formats/native.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "bundles/formats/native_sections.h"
#include "bundles/limits.h"
#include "bundles/version.h"

#define SEEDS "seeds"
#define EXPECTED                                                                                   \
	"expected VERSION_NAME.up.sql, .down.sql, .check.sql, .baseline.sql or .sql, or "          \
	"NAME.repeat.sql, with digits in VERSION and a-z, A-Z, 0-9, _ and - in NAME"

/* What the name of a file says. */
struct native_file {
	enum migration_kind kind;
	enum script_role role;
	bool may_have_sections; /* VERSION_NAME.sql */
	const char *version, *name;
	const char *listed; /* its name in its list */
	const char *file;   /* its path below the folder */
	const struct folder_list *list;
};

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

struct native_files {
	struct native_file *items;
	size_t count;
};

static void drop_files(struct native_files *files)
{
	free(files->items);
}

/* Names */

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

/* Why a name is passed over; NULL when it is not. */
static const char *reason_to_skip(const struct folder_name *item)
{
	if (item->name[0] == '.')
		return "hidden";
	if (is_backup(item->name))
		return "a backup of an editor";
	if (is_sql_in_any_case(item->name))
		return NULL;
	return item->is_directory ? "a folder" : "not a .sql file";
}

/* A name that can be shown: bytes that are not plain ASCII become %XX. */
static const char *printable(struct lg_arena *strings, const char *name)
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

static enum lg_status read_name(
	struct native_file *file, struct lg_arena *strings, struct lg_error *err)
{
	const struct ending *ending = ending_of(file->listed);
	bool is_seed = *file->list->prefix != '\0';
	size_t len = strlen(file->listed);

	if (lg_utf8_valid_prefix(file->listed, len) != len) {
		file->file = printable(strings, file->file);
		return refuse_name(file, "the name is not UTF-8", err);
	}
	if (!bundle_file_is_valid(file->file)) {
		file->file = printable(strings, file->file);
		return refuse_name(file, "the name is too long or has control characters", err);
	}
	if (!ending)
		return refuse_name(file, "the ending is not written in lower case", err);
	file->kind = is_seed ? MIGRATION_SEED : ending->kind;
	file->role = ending->role;
	file->may_have_sections = ending->may_have_sections && !is_seed;
	if (is_seed && !ending->may_have_sections)
		return refuse_name(file, "a seed is not named VERSION_NAME.sql", err);
	if (!split_stem(file, lg_arena_addn(strings, file->listed, len - strlen(ending->text)),
		    strings))
		return refuse_name(file, "the name does not fit", err);
	return LG_OK;
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_list *list,
	struct native_files *files, struct lg_error *err)
{
	struct lg_arena *strings = &reader->bundle->strings;

	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];
		struct native_file file = {.listed = item->name, .list = list};
		const char *reason = reason_to_skip(item);
		bool is_known = !*list->prefix &&
				(strcmp(item->name, "waivers.txt") == 0 ||
					(strcmp(item->name, SEEDS) == 0 && item->is_directory));

		if (is_known)
			continue;
		file.file = *list->prefix ? lg_arena_addf(strings, "%s%s", list->prefix, item->name)
					  : item->name;
		if (reason) {
			folder_skip(reader, printable(strings, file.file), reason);
			continue;
		}
		if (read_name(&file, strings, err))
			return err->status;
		files->items = lg_grow(files->items, files->count, sizeof(file));
		files->items[files->count++] = file;
	}
	return LG_OK;
}

/* Groups: the files of one migration stand side by side once they are sorted. */

static int compare_migrations(const struct native_file *a, const struct native_file *b)
{
	const struct migration left = {.kind = a->kind, .version = a->version};
	const struct migration right = {.kind = b->kind, .version = b->version};

	return migration_compare(&left, &right);
}

static int compare_files(const void *a, const void *b)
{
	const struct native_file *left = a;
	const struct native_file *right = b;
	int order = compare_migrations(left, right);

	if (order == 0)
		order = (int)left->role - (int)right->role;
	return order ? order : strcmp(left->file, right->file);
}

static enum lg_status refuse_pair(
	const struct native_file *first, const struct native_file *second, struct lg_error *err)
{
	bool is_same_name = strcmp(first->name, second->name) == 0;

	if (first->role == second->role && is_same_name &&
		first->may_have_sections != second->may_have_sections)
		(void)lg_fail(err, LG_FORMAT, "'%s' stands beside '%s', and both are the up script",
			first->file, second->file);
	else if (first->role == second->role)
		(void)lg_fail(err, LG_FORMAT, "version '%s' is in '%s' and in '%s'",
			second->version, first->file, second->file);
	else
		(void)lg_fail(err, LG_FORMAT, "'%s' and '%s' have one version but two names",
			first->file, second->file);
	return lg_place(err, second->file, 0, 0);
}

static enum lg_status check_group(
	const struct native_file *files, size_t count, struct lg_error *err)
{
	if (files[0].role != SCRIPT_UP) {
		(void)lg_fail(err, LG_FORMAT, "'%s' has no up script beside it", files[0].file);
		return lg_place(err, files[0].file, 0, 0);
	}
	for (size_t i = 1; i < count; i++)
		if (files[i].role == files[i - 1].role ||
			strcmp(files[i].name, files[0].name) != 0 ||
			strcmp(files[i].version, files[0].version) != 0)
			return refuse_pair(&files[i - 1], &files[i], err);
	return LG_OK;
}

/* Scripts */

static enum lg_status refuse_twice(
	const struct migration_part *part, const char *what, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' stands before and behind '-- migrate:up'", what);
	return lg_place(err, part->file, part->first_line, 0);
}

/* Adds what the text before the up marker asks for. */
static enum lg_status merge_directives(
	struct migration_part *up, const struct directives *head, struct lg_error *err)
{
	struct directives *own = &up->directives;

	if (head->phase != PHASE_NONE && own->phase != PHASE_NONE)
		return refuse_twice(up, "phase", err);
	if (head->lock_timeout_ms != DIRECTIVE_UNSET && own->lock_timeout_ms != DIRECTIVE_UNSET)
		return refuse_twice(up, "lock_timeout", err);
	if (head->statement_timeout_ms != DIRECTIVE_UNSET &&
		own->statement_timeout_ms != DIRECTIVE_UNSET)
		return refuse_twice(up, "statement_timeout", err);
	if (head->foreign_keys != FOREIGN_KEYS_UNSET && own->foreign_keys != FOREIGN_KEYS_UNSET)
		return refuse_twice(up, "foreign_keys", err);
	if (head->role && own->role)
		return refuse_twice(up, "role", err);

	own->is_transactional = own->is_transactional && head->is_transactional;
	if (head->phase != PHASE_NONE)
		own->phase = head->phase;
	if (head->lock_timeout_ms != DIRECTIVE_UNSET)
		own->lock_timeout_ms = head->lock_timeout_ms;
	if (head->statement_timeout_ms != DIRECTIVE_UNSET)
		own->statement_timeout_ms = head->statement_timeout_ms;
	if (head->foreign_keys != FOREIGN_KEYS_UNSET)
		own->foreign_keys = head->foreign_keys;
	if (own->retries == DIRECTIVE_DEFAULT_RETRIES)
		own->retries = head->retries;
	if (head->role)
		own->role = head->role;
	return LG_OK;
}

static struct migration_part part_of(
	const struct migration_part *whole, const struct native_section *section)
{
	struct migration_part part = *whole;

	part.offset += section->offset;
	part.size = section->len;
	part.first_line = section->first_line;
	return part;
}

static enum lg_status scan_sections(struct folder_reader *reader,
	const struct native_sections *sections, struct migration *migration, struct lg_error *err)
{
	struct migration_part whole = migration->up;
	struct migration_part head = part_of(&whole, &sections->head);

	reader->scripts--; /* the head is no script of its own */
	if (folder_scan(reader, SCRIPT_UP, &head, err))
		return err->status;
	if (head.statements > 0) {
		(void)lg_fail(err, LG_FORMAT, "a statement stands before '-- migrate:up'");
		return lg_place(err, head.file, 1, 0);
	}
	migration->up = part_of(&whole, &sections->up);
	if (folder_scan(reader, SCRIPT_UP, &migration->up, err) ||
		merge_directives(&migration->up, &head.directives, err))
		return err->status;
	if (!sections->down.is_there)
		return LG_OK;
	migration->down = part_of(&whole, &sections->down);
	return folder_scan(reader, SCRIPT_DOWN, &migration->down, err);
}

/* A file that may have sections is read into `up`, and scanned as what it shows to be. */
static enum lg_status scan_plain(
	struct folder_reader *reader, struct migration *migration, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct native_sections sections;

	if (bundle_view(reader->bundle, &migration->up, &view, err))
		return err->status;
	if (native_sections_find(&view, reader->bundle->engine, &sections, err))
		return lg_place(err, migration->up.file, err->line, err->column);
	if (sections.up.is_there)
		return scan_sections(reader, &sections, migration, err);
	return folder_scan(reader, SCRIPT_UP, &migration->up, err);
}

static enum lg_status read_part(struct folder_reader *reader, const struct native_file *file,
	struct migration *migration, struct lg_error *err)
{
	struct migration_part *part = migration_part_of(migration, file->role);

	if (migration_has(part)) {
		(void)lg_fail(err, LG_FORMAT, "'%s' stands beside '%s', which has a down section",
			file->file, part->file);
		return lg_place(err, file->file, 0, 0);
	}
	if (folder_read(reader, file->list, file->listed, part, err))
		return err->status;
	if (file->may_have_sections)
		return scan_plain(reader, migration, err);
	return folder_scan(reader, file->role, part, err);
}

static enum lg_status pack_group(struct folder_reader *reader, const struct native_file *files,
	size_t count, struct lg_error *err)
{
	struct migration migration = {
		.kind = files[0].kind,
		.version = files[0].version,
		.name = files[0].name,
	};

	if (check_group(files, count, err))
		return lg_about(err, migration.version);
	for (size_t i = 0; i < count; i++)
		if (read_part(reader, &files[i], &migration, err))
			return lg_about(err, migration.version);
	folder_add(reader, &migration);
	return LG_OK;
}

static enum lg_status pack_files(
	struct folder_reader *reader, struct native_files *files, struct lg_error *err)
{
	size_t start = 0;

	if (files->count > 0)
		qsort(files->items, files->count, sizeof(*files->items), compare_files);
	while (start < files->count) {
		const struct native_file *first = &files->items[start];
		size_t count = 1;

		while (start + count < files->count &&
			compare_migrations(first, first + count) == 0)
			count++;
		if (pack_group(reader, first, count, err))
			return err->status;
		start += count;
	}
	return LG_OK;
}

static bool has_seeds(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, SEEDS) == 0)
			return list->items[i].is_directory;
	return false;
}

static enum lg_status native_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(drop_files) struct native_files files = {0};
	LG_CLEANUP(folder_list_release) struct folder_list seeds = {.fd = -1};

	if (collect(reader, list, &files, err))
		return err->status;
	if (has_seeds(list) && (folder_list_open(&seeds, reader, SEEDS, err) ||
				       collect(reader, &seeds, &files, err)))
		return err->status;
	return pack_files(reader, &files, err);
}

static bool native_recognises(const struct folder_list *list)
{
	(void)list;
	return true;
}

const struct folder_format native_format = {
	.name = "native",
	.recognises = native_recognises,
	.pack = native_pack,
	.create = native_create,
};
