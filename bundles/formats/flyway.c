/* SPDX-License-Identifier: MIT */
#include "bundles/formats/flyway.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/flyway_script.h"
#include "bundles/formats/flyway_walk.h"
#include "bundles/formats/native_name.h"
#include "bundles/formats/own_transaction.h"
#include "bundles/formats/script_pairs.h"

static enum lg_status pack_single(
	struct flyway_walk *walk, const struct flyway_file *file, struct lg_error *err)
{
	struct migration migration = {
		.kind = file->kind, .version = file->file.version, .name = file->file.name};

	if (folder_read(
		    walk->walk.reader, walk->walk.root, file->file.listed, &migration.up, err) ||
		own_transaction_scan(walk->walk.reader, SCRIPT_UP, &migration.up, err))
		return lg_about(err, migration.version);
	folder_add(walk->walk.reader, &migration);
	return LG_OK;
}

static enum lg_status pack_files(struct flyway_walk *walk, struct lg_error *err)
{
	LG_CLEANUP(script_pairs_release)
	struct script_pairs pairs = {.list = walk->walk.root, .drops_transactions = true};

	for (size_t i = 0; i < walk->file_count; i++) {
		const struct flyway_file *file = &walk->files[i];

		if (file->kind == MIGRATION_VERSIONED)
			script_pairs_add(&pairs, &file->file);
		else if (pack_single(walk, file, err))
			return err->status;
	}
	return script_pairs_pack(&pairs, walk->walk.reader, err);
}

/* Repeatables: Flyway has them in the order of their descriptions, where a blank stands for `_`. */

static int compare_descriptions(const void *a, const void *b)
{
	const char *left = (*(const struct flyway_file *const *)a)->description;
	const char *right = (*(const struct flyway_file *const *)b)->description;

	for (; *left && *right; left++, right++) {
		int x = *left == '_' ? ' ' : (unsigned char)*left;
		int y = *right == '_' ? ' ' : (unsigned char)*right;

		if (x != y)
			return x - y;
	}
	return (unsigned char)*left - (unsigned char)*right;
}

static enum lg_status refuse_order(
	const struct foreign_file *before, const struct foreign_file *file, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "Flyway runs '%s' before '%s', and lockgate after it",
		before->file, file->file);
	(void)lg_hint(err,
		"lockgate goes by the bytes of names, in which '_' comes behind digits and "
		"capitals: rename one of them");
	return lg_place(err, file->file, 0, 0);
}

static enum lg_status check_repeatables(
	const struct flyway_file **sorted, size_t count, struct lg_error *err)
{
	if (count > 0)
		qsort(sorted, count, sizeof(struct flyway_file *), compare_descriptions);
	for (size_t i = 1; i < count; i++)
		if (strcmp(sorted[i - 1]->file.name, sorted[i]->file.name) > 0)
			return refuse_order(&sorted[i - 1]->file, &sorted[i]->file, err);
	return LG_OK;
}

static enum lg_status check_order(const struct flyway_walk *walk, struct lg_error *err)
{
	LG_FREE_BY_SCOPE const struct flyway_file **repeatables =
		lg_calloc(walk->file_count, sizeof(struct flyway_file *));
	size_t count = 0;

	for (size_t i = 0; i < walk->file_count; i++)
		if (walk->files[i].kind == MIGRATION_REPEATABLE)
			repeatables[count++] = &walk->files[i];
	return check_repeatables(repeatables, count, err);
}

/* Settings of one script */

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sidecar_of(const struct flyway_walk *walk, const char *file)
{
	LG_FREE_BY_SCOPE char *path = lg_format("%s" FLYWAY_SIDECAR, file);
	const char *key = path;
	const char **found;

	if (walk->sidecar_count == 0)
		return NULL;
	found = bsearch(&key, walk->sidecars, walk->sidecar_count, sizeof(key), compare_paths);
	return found ? *found : NULL;
}

static enum lg_status settle(const struct flyway_walk *walk, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	struct flyway_settings settings = walk->settings;
	const char *sidecar = sidecar_of(walk, part->file);

	if (sidecar && flyway_settings_read_sidecar(walk->walk.reader, walk->walk.root,
			       folder_walk_listed(&walk->walk, sidecar), &settings, err))
		return err->status;
	return flyway_script_settle(walk->walk.reader, &settings, role, part, err);
}

static enum lg_status settle_all(const struct flyway_walk *walk, struct lg_error *err)
{
	struct bundle *bundle = walk->walk.reader->bundle;

	if (walk->sidecar_count > 0)
		qsort(walk->sidecars, walk->sidecar_count, sizeof(*walk->sidecars), compare_paths);
	for (size_t i = 0; i < bundle->count; i++) {
		struct migration *migration = &bundle->migrations[i];

		if (settle(walk, SCRIPT_UP, &migration->up, err) ||
			(migration_has(&migration->down) &&
				settle(walk, SCRIPT_DOWN, &migration->down, err)))
			return lg_about(err, migration->version);
	}
	return LG_OK;
}

static enum lg_status flyway_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(flyway_walk_release)
	struct flyway_walk walk = {.walk = {.reader = reader, .root = list}};

	if (flyway_settings_read(reader, &walk.settings, err) || flyway_walk_fill(&walk, err) ||
		check_order(&walk, err) || pack_files(&walk, err))
		return err->status;
	return settle_all(&walk, err);
}

/* True if the name is one of Flyway's, with the prefixes that it has where nobody set any. */
static bool shows(struct folder_reader *reader, const struct folder_name *item)
{
	const struct flyway_settings settings = flyway_settings_default();
	struct flyway_file file = {.file.plain = item->plain};

	return !item->is_directory && !native_name_skip(item) &&
	       strstr(item->plain, settings.separator) &&
	       flyway_name_read(&file, &settings, &reader->bundle->strings) == FLYWAY_SCRIPT;
}

static bool list_shows(struct folder_reader *reader, const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (shows(reader, &list->items[i]))
			return true;
	return false;
}

static bool flyway_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return folder_walk_shows(reader, list, list_shows);
}

const struct folder_format flyway_format = {
	.name = "flyway",
	.searches_folders = true,
	.recognises = flyway_recognises,
	.pack = flyway_pack,
	.create = flyway_create,
};
