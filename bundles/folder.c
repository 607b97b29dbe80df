/* SPDX-License-Identifier: MIT */
#include "bundles/folder.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/folder_reader.h"
#include "bundles/formats/atlas.h"
#include "bundles/formats/dbmate.h"
#include "bundles/formats/diesel.h"
#include "bundles/formats/flyway.h"
#include "bundles/formats/golang_migrate.h"
#include "bundles/formats/goose.h"
#include "bundles/formats/liquibase.h"
#include "bundles/formats/native.h"
#include "bundles/formats/native_name.h"
#include "bundles/formats/node_pg_migrate.h"
#include "bundles/formats/prisma.h"
#include "bundles/formats/sequelize.h"
#include "bundles/formats/sqitch.h"
#include "bundles/formats/sqlx.h"
#include "bundles/limits.h"
#include "bundles/manifest.h"
#include "bundles/variant.h"

#define WAIVERS_FILE "waivers.txt"

/* The first one that recognises a folder packs it; the native format recognises every folder. */
static const struct folder_format *const formats[] = {
	&sequelize_format,
	&atlas_format,
	&dbmate_format,
	&diesel_format,
	&flyway_format,
	&golang_migrate_format,
	&goose_format,
	&liquibase_format,
	&node_pg_migrate_format,
	&prisma_format,
	&sqitch_format,
	&sqlx_format,
	&native_format,
};

void folder_result_release(struct folder_result *result)
{
	free(LG_TAKE(result->skips));
	free(LG_TAKE(result->notes));
	result->skip_count = 0;
	result->note_count = 0;
}

/* NULL if there is none of that name. */
static const struct folder_format *find_format(const char *name)
{
	for (size_t i = 0; i < LG_COUNT_OF(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

static const struct folder_format *recognise(
	struct folder_reader *reader, const struct folder_list *list)
{
	size_t i = 0;

	while (!formats[i]->recognises(reader, list))
		i++;
	return formats[i];
}

static enum lg_status check_format(const char *name, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf known;

	lg_buf_init(&known, LG_ERROR_HINT_CHARS);
	if (!name || find_format(name))
		return LG_OK;
	for (size_t i = 0; i < LG_COUNT_OF(formats); i++)
		lg_buf_addf(&known, "%s%s", i > 0 ? ", " : "", formats[i]->name);
	(void)lg_fail(
		err, LG_USAGE, "folder format '%s' is not known (known: %s)", name, known.text);
	return lg_hint(err, "leave --format out to have it recognised");
}

enum lg_status folder_read_waivers(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct bundle *bundle = reader->bundle;
	bool is_there = false;

	for (size_t i = 0; i < list->count; i++)
		is_there = is_there || strcmp(list->items[i].name, WAIVERS_FILE) == 0;
	lg_buf_init(&text, BUNDLE_MAX_WAIVER_FILE_BYTES);
	if (!is_there)
		return LG_OK;
	if (folder_read_text(reader, list, WAIVERS_FILE, &text, err))
		return err->status;
	if (waiver_list_parse(&bundle->waivers, text.text, text.len, &bundle->strings, err))
		return lg_place(err, WAIVERS_FILE, err->line, err->column);
	return LG_OK;
}

static int compare_migrations(const void *a, const void *b)
{
	return migration_compare(a, b);
}

static void sort(struct bundle *bundle)
{
	if (bundle->count > 0)
		qsort(bundle->migrations, bundle->count, sizeof(*bundle->migrations),
			compare_migrations);
	bundle->has_bodies = true;
}

static enum lg_status complete(struct bundle *bundle, struct lg_error *err)
{
	size_t culprit = 0;

	if (migration_check_order(bundle->migrations, bundle->count, &culprit, err)) {
		(void)lg_hint(err, "rename one of them");
		return lg_place(err, bundle->migrations[culprit].up.file, 0, 0);
	}
	return manifest_write(bundle, err);
}

static bool has_scripts(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!list->items[i].is_directory && strstr(list->items[i].name, ".sql"))
			return true;
	return false;
}

/* True if the format finds what is for this engine itself, and no folder was asked for by name. */
static bool finds_folders(
	struct folder_reader *reader, const char *format, const struct folder_list *list)
{
	const struct folder_format *row = format ? find_format(format) : recognise(reader, list);

	assert(row);
	return row->searches_folders && !reader->options->variant;
}

/* The sub-folder that holds this engine's migrations; NULL if they are not parted so. */
static const char *own_folder(const struct folder_reader *reader, const struct folder_list *list)
{
	if (!reader->options->variant && has_scripts(list))
		return NULL;
	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;

		if (list->items[i].is_directory &&
			variant_of_word(name, strlen(name), reader->bundle->engine,
				reader->options->variant) == VARIANT_OURS)
			return name;
	}
	return NULL;
}

static enum lg_status refuse_empty(const char *file, const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "no migration is in the folder, but '%s' %s", file, text);
	(void)lg_hint(err, "name the folder that holds the migrations, or the right --format");
	return lg_place(err, file, 0, 0);
}

/* True if it holds scripts; one that cannot be read shows nothing. */
static bool holds_scripts(struct folder_reader *reader, const char *path)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	struct lg_error ignored = {0};

	if (folder_list_open(&list, reader, path, &ignored))
		return false;
	for (size_t i = 0; i < list.count; i++)
		if (!list.items[i].is_directory && native_name_is_script(list.items[i].name))
			return true;
	return false;
}

/*
 * A folder that is empty is a beginning; one whose scripts were all passed over, or that has them
 * in a folder below, was named by mistake, and would make a green gate.
 */
static enum lg_status check_empty(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];
		const char *file = folder_path(reader, list, item->name);

		if (item->name[0] == '.')
			continue;
		if (!item->is_directory && native_name_is_script(item->name))
			return refuse_empty(file, "is there", err);
		if (item->is_directory &&
			(strcmp(item->name, "migrations") == 0 || holds_scripts(reader, file)))
			return refuse_empty(file, "holds some", err);
	}
	return LG_OK;
}

static enum lg_status pack_list(struct folder_reader *reader, const char *format,
	const struct folder_list *list, struct lg_error *err)
{
	const struct folder_format *row = format ? find_format(format) : recognise(reader, list);

	assert(row);
	if (folder_read_waivers(reader, list, err))
		return err->status;
	if (row->pack(reader, list, err))
		return err->status;
	return reader->bundle->count == 0 ? check_empty(reader, list, err) : LG_OK;
}

static enum lg_status pack_own_folder(
	struct folder_reader *reader, const char *format, const char *name, struct lg_error *err)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};

	if (folder_list_open(&list, reader, name, err))
		return err->status;
	list.is_root = true;
	return pack_list(reader, format, &list, err);
}

static enum lg_status pack_root(
	struct folder_reader *reader, const char *format, struct lg_error *err)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	const char *own;

	if (folder_list_open(&list, reader, NULL, err))
		return err->status;
	own = own_folder(reader, &list);
	if (!own || finds_folders(reader, format, &list))
		return pack_list(reader, format, &list, err);
	if (folder_read_waivers(reader, &list, err))
		return err->status;
	return pack_own_folder(reader, format, own, err);
}

/* Reads the folder into a bundle that has no manifest yet. */
static enum lg_status read_folder(const char *folder, const struct folder_options *options,
	struct folder_reader *reader, struct lg_error *err)
{
	struct bundle *out = reader->bundle;

	reader->options = options;
	reader->selects_variants = true;
	reader->max_total_bytes =
		options->max_total_bytes ? options->max_total_bytes : BUNDLE_MAX_TOTAL_BYTES;
	if (options->project)
		out->project = lg_arena_add(&out->strings, options->project);
	out->engine = options->engine;
	if (!bundle_name_is_valid(out->project))
		return lg_fail(
			err, LG_USAGE, "project '%s' is not a name of [a-zA-Z0-9_-]", out->project);
	if (check_format(options->format, err) || folder_reader_open(reader, folder, err) ||
		pack_root(reader, options->format, err))
		return err->status;
	sort(out);
	return LG_OK;
}

enum lg_status folder_pack(const char *folder, const struct folder_options *options,
	struct bundle *out, struct folder_result *result, struct lg_error *err)
{
	LG_CLEANUP(folder_reader_release)
	struct folder_reader reader = {.fd = -1, .bundle = out, .result = result};

	if (read_folder(folder, options, &reader, err))
		return err->status;
	return complete(out, err);
}

enum lg_status folder_survey(const char *folder, const struct folder_options *options,
	struct bundle *out, struct folder_result *result, struct lg_error *err)
{
	LG_CLEANUP(folder_reader_release)
	struct folder_reader reader = {
		.fd = -1, .bundle = out, .result = result, .may_repeat = true};

	return read_folder(folder, options, &reader, err);
}

/* Creates the folder and those above it that are missing. */
static enum lg_status make_folder(const char *path, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *part = lg_strdup(path);

	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* A failure shows below, at the last one. */
		(void)mkdir(part, 0777);
		*slash = '/';
	}
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		return lg_fail_errno(err, "cannot create folder '%s'", path);
	return LG_OK;
}

enum lg_status folder_new(const char *folder, const char *format, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	const struct folder_format *row;

	bundle_init(&bundle);
	reader.bundle = &bundle;
	if (!bundle_name_is_valid(name))
		return lg_fail(err, LG_USAGE, "'%s' is not a name of [a-zA-Z0-9_-]", name);
	if (check_format(format, err) || make_folder(folder, err) ||
		folder_reader_open(&reader, folder, err) ||
		folder_list_open(&list, &reader, NULL, err))
		return err->status;
	row = format ? find_format(format) : recognise(&reader, &list);
	assert(row);
	return row->create(folder, &list, name, moment_us, out_paths, err);
}

void folder_format_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(formats); i++)
		lg_buf_addf(out, " %s", formats[i]->name);
}
