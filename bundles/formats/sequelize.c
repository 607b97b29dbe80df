/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sequelize.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/sequelize_compilation.h"
#include "bundles/formats/sequelize_name.h"
#include "bundles/limits.h"
#include "bundles/version.h"

#define RC_FILE ".sequelizerc"

enum {
	MAX_SCRIPT_FILE_BYTES = 4 << 20,
	PEEK_BYTES = 16 * 1024,
	PEEK_FILES = 3,
};

static void scripts_init(struct scripts *scripts, const struct folder_reader *reader,
	enum migration_kind kind, const char *prefix)
{
	*scripts = (struct scripts){
		.reader = {.fd = -1,
			.bundle = reader->bundle,
			.result = reader->result,
			.options = reader->options},
		.list = {.fd = -1},
		.prefix = prefix,
		.kind = kind,
	};
}

static void compilation_release(struct compilation *compilation)
{
	compiler_stop(&compilation->compiler);
	folder_list_release(&compilation->migrations.list);
	folder_list_release(&compilation->seeders.list);
	folder_reader_release(&compilation->migrations.reader);
	folder_reader_release(&compilation->seeders.reader);
	free(compilation->items);
}

/* Recognition */

static bool mentions(struct folder_reader *reader, const struct folder_list *list, const char *name)
{
	static const char *const words[] = {"queryInterface", "Sequelize", "sequelize", "context"};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct lg_error ignored = {0};

	lg_buf_init(&text, PEEK_BYTES);
	if (folder_peek(reader, list, name, PEEK_BYTES, &text, &ignored))
		return false;
	for (size_t i = 0; i < LG_COUNT_OF(words); i++)
		if (memmem(text.text, text.len, words[i], strlen(words[i])))
			return true;
	return false;
}

static bool sequelize_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	bool is_found = false;

	for (size_t i = 0, seen = 0; i < list->count && seen < PEEK_FILES; i++) {
		const char *name = list->items[i].name;

		if (strcmp(name, RC_FILE) == 0)
			return true;
		if (strstr(name, ".sql"))
			return false;
		if (list->items[i].is_directory || !sequelize_name_is_script(name))
			continue;
		is_found = is_found || mentions(reader, list, name);
		seen++;
	}
	return is_found;
}

/* Opening */

static const char *below(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	return strncmp(folder, path, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

/* How the bundle calls what is in the folder `path`: by its way from the source, if it is there. */
static const char *prefix_of(
	struct folder_reader *reader, const char *source, const char *path, const char *otherwise)
{
	const char *way = below(source, path);

	if (strcmp(source, path) == 0)
		return "";
	return way ? lg_arena_addf(&reader->bundle->strings, "%s/", way) : otherwise;
}

static enum lg_status open_scripts(struct scripts *scripts, struct lg_error *err)
{
	if (folder_reader_open(&scripts->reader, scripts->path, err))
		return err->status;
	return folder_list_open(&scripts->list, &scripts->reader, NULL, err);
}

/* Takes what the compiler says to `open`, up to its end. */
static enum lg_status take_opening(
	struct compilation *compilation, const char *source, struct lg_error *err)
{
	struct folder_reader *reader = compilation->reader;
	struct lg_arena *strings = &reader->bundle->strings;
	struct compiler_message message;

	do {
		const char *word;

		if (compiler_receive(&compilation->compiler, &message, err))
			return err->status;
		word = message.fields[0];
		if (strcmp(word, "folder") == 0) {
			compilation->migrations.path = lg_arena_add(strings, message.fields[1]);
			compilation->migrations.prefix =
				prefix_of(reader, source, compilation->migrations.path, "");
		} else if (strcmp(word, "seeders") == 0) {
			compilation->seeders.path = lg_arena_add(strings, message.fields[1]);
			compilation->seeders.prefix =
				prefix_of(reader, source, compilation->seeders.path, "seeds/");
		}
	} while (strcmp(message.fields[0], "end") != 0);
	if (strcmp(message.fields[1], "ok") == 0)
		return LG_OK;
	(void)lg_fail(err, LG_IO, "the folder cannot be compiled: %s", message.fields[3]);
	if (reader->bundle->engine == SQL_SQLITE)
		return lg_hint(err, "it is compiled with the project's own packages, sequelize and "
				    "sqlite3 among them: install them beside its package.json");
	return lg_hint(err,
		"it is compiled with the project's own packages, sequelize and pg among "
		"them, in a new database of the server that --scratch-db names, a copy "
		"of the database there; nobody else may be connected to that one");
}

static enum lg_status open_project(
	struct compilation *compilation, const struct folder_list *list, struct lg_error *err)
{
	struct folder_reader *reader = compilation->reader;
	bool is_postgres = reader->bundle->engine == SQL_POSTGRES;
	const char *url = reader->options->scratch_url;
	char source[PATH_MAX];
	LG_FREE_BY_SCOPE char *folder = lg_format("%s/%s", reader->path, list->prefix);
	const char *fields[] = {
		"open", source, bundle_engine_name(reader->bundle->engine), is_postgres ? url : ""};

	if (reader->options->runs_no_code) {
		(void)lg_fail(err, LG_FORMAT,
			"a Sequelize folder is compiled by running it, and nothing that is not signed may "
			"run here");
		return lg_hint(err, "pack it with 'lockgate bundle' where it may run, and sign the "
				    "bundle");
	}
	if (is_postgres && !url) {
		(void)lg_fail(err, LG_USAGE,
			"a Sequelize folder is compiled on a PostgreSQL server, and none is named");
		return lg_hint(err, "say --scratch-db URL or set LOCKGATE_SCRATCH_DB: a server of "
				    "the same version, such as a service of the CI job; for SQLite "
				    "say --dialect sqlite");
	}
	if (!realpath(folder, source))
		return lg_fail_errno(err, "cannot open folder '%s'", folder);
	if (compiler_start(&compilation->compiler, err) ||
		compiler_send(&compilation->compiler, fields, LG_COUNT_OF(fields), err) ||
		take_opening(compilation, source, err))
		return err->status;
	if (!compilation->migrations.path)
		return lg_fail(err, LG_FORMAT, "the compiler names no folder");
	if (open_scripts(&compilation->migrations, err) ||
		(strcmp(source, compilation->migrations.path) != 0 &&
			folder_read_waivers(&compilation->migrations.reader,
				&compilation->migrations.list, err)) ||
		(compilation->seeders.path && open_scripts(&compilation->seeders, err)))
		return err->status;
	return LG_OK;
}

/* Files */

static enum lg_status refuse_file(
	const char *file, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' %s", file, text);
	(void)lg_hint(err, "%s", hint);
	return lg_place(err, file, 0, 0);
}

static enum lg_status refuse_order(
	const struct migration *before, const struct migration *after, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT,
		"'%s' runs before '%s', because names are ordered as text, but its version %s is "
		"the higher one",
		before->up.file, after->up.file, before->version);
	(void)lg_hint(err, "give their numbers equally many digits");
	return lg_place(err, after->up.file, 0, 0);
}

/* Files of one version run in the order of their names: the second is VERSION.1, and so on. */
static enum lg_status choose_version(struct compilation *compilation, const struct scripts *folder,
	struct migration *migration, size_t *same, struct lg_error *err)
{
	const struct script *before =
		compilation->count > 0 ? &compilation->items[compilation->count - 1] : NULL;
	const char *base = migration->version;

	if (!before || before->folder != folder) {
		*same = 0;
		return LG_OK;
	}
	if (*same > 0 || version_compare(before->migration.version, base) == 0) {
		LG_FREE_BY_SCOPE char *first = lg_strndup(before->migration.version,
			*same > 0 ? (size_t)(strrchr(before->migration.version, '.') -
					     before->migration.version)
				  : strlen(before->migration.version));

		if (version_compare(first, base) == 0) {
			migration->version = lg_arena_addf(
				&compilation->reader->bundle->strings, "%s.%zu", base, ++*same);
			return LG_OK;
		}
	}
	*same = 0;
	if (version_compare(before->migration.version, base) < 0)
		return LG_OK;
	return refuse_order(&before->migration, migration, err);
}

static enum lg_status read_javascript(struct compilation *compilation, struct scripts *folder,
	const char *name, struct script *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	const char *file = out->migration.up.file;

	lg_buf_init(&text, MAX_SCRIPT_FILE_BYTES);
	if (folder_read_text(&folder->reader, &folder->list, name, &text, err) ||
		javascript_read(text.text, text.len, &compilation->reader->bundle->strings,
			&out->facts, err))
		return lg_place(err, file, err->line, 0);
	return LG_OK;
}

static enum lg_status collect_file(struct compilation *compilation, struct scripts *folder,
	const char *name, size_t *same, struct lg_error *err)
{
	struct lg_arena *strings = &compilation->reader->bundle->strings;
	struct sequelize_name parts = sequelize_name_read(name, strings);
	struct script script = {.folder = folder};

	script.migration = (struct migration){
		.kind = folder->kind,
		.version = parts.version,
		.name = parts.name,
		.up.file = lg_arena_addf(strings, "%s%s", folder->prefix, name),
	};
	script.path = lg_arena_addf(strings, "%s/%s", folder->path, name);
	if (!parts.version)
		return refuse_file(script.migration.up.file, "does not begin with a number",
			"a migration is called VERSION-NAME.js; move other files elsewhere", err);
	if (!bundle_file_is_valid(script.migration.up.file) || !bundle_name_is_valid(parts.name) ||
		!version_is_valid(parts.version))
		return refuse_file(script.migration.up.file, "has too long a name, or an odd one",
			"VERSION-NAME.js has at most 200 characters and no control character", err);
	if (choose_version(compilation, folder, &script.migration, same, err) ||
		read_javascript(compilation, folder, name, &script, err))
		return err->status;
	compilation->items =
		lg_grow(compilation->items, compilation->count, sizeof(*compilation->items));
	compilation->items[compilation->count++] = script;
	return LG_OK;
}

static bool has_compiled_twin(const struct folder_list *list, const char *name)
{
	size_t stem = (size_t)(strrchr(name, '.') - name);

	for (size_t i = 0; i < list->count; i++)
		if (sequelize_name_is_script(list->items[i].name) &&
			strncmp(list->items[i].name, name, stem + 1) == 0 &&
			!strchr(list->items[i].name + stem + 1, '.'))
			return true;
	return false;
}

static enum lg_status collect(
	struct compilation *compilation, struct scripts *folder, struct lg_error *err)
{
	struct lg_arena *strings = &compilation->reader->bundle->strings;
	size_t same = 0;

	for (size_t i = 0; i < folder->list.count; i++) {
		const char *name = folder->list.items[i].name;
		const char *file = lg_arena_addf(strings, "%s%s", folder->prefix, name);

		if (folder->list.items[i].is_directory || strcmp(name, "waivers.txt") == 0)
			continue;
		if (sequelize_name_is_typescript(name) && !has_compiled_twin(&folder->list, name))
			return refuse_file(file, "is TypeScript",
				"name the folder that the build leaves with JavaScript in it", err);
		if (!sequelize_name_is_script(name))
			folder_skip(compilation->reader, file, "not a JavaScript file");
		else if (collect_file(compilation, folder, name, &same, err))
			return err->status;
	}
	return LG_OK;
}

static enum lg_status sequelize_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(compilation_release) struct compilation compilation = {.reader = reader};

	compiler_init(&compilation.compiler, reader->options->stop);
	scripts_init(&compilation.migrations, reader, MIGRATION_VERSIONED, "");
	scripts_init(&compilation.seeders, reader, MIGRATION_SEED, "seeds/");
	if (open_project(&compilation, list, err) ||
		collect(&compilation, &compilation.migrations, err) ||
		(compilation.seeders.path && collect(&compilation, &compilation.seeders, err)))
		return err->status;
	return compilation_run(&compilation, err);
}

const struct folder_format sequelize_format = {
	.name = "sequelize",
	.recognises = sequelize_recognises,
	.pack = sequelize_pack,
	.create = sequelize_create,
};
