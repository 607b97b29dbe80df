/* SPDX-License-Identifier: MIT */
#include "bundles/formats/flyway_walk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

void flyway_walk_release(struct flyway_walk *walk)
{
	free(LG_TAKE(walk->files));
	free(LG_TAKE(walk->sidecars));
	walk->file_count = 0;
	walk->sidecar_count = 0;
}

static enum lg_status refuse(
	const char *file, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' %s", file, text);
	(void)lg_hint(err, "%s", hint);
	return lg_place(err, file, 0, 0);
}

static void add_file(struct flyway_walk *walk, struct flyway_file file)
{
	/* The list that names it is released before it is read. */
	file.file.listed = folder_walk_listed(&walk->walk, file.file.file);
	walk->files = lg_grow(walk->files, walk->file_count, sizeof(file));
	walk->files[walk->file_count++] = file;
}

static enum lg_status take_file(
	struct flyway_walk *walk, struct flyway_file file, struct lg_error *err)
{
	const char *path = file.file.file;

	switch (flyway_name_read(&file, &walk->settings, &walk->walk.reader->bundle->strings)) {
	case FLYWAY_SCRIPT:
		add_file(walk, file);
		return LG_OK;
	case FLYWAY_BAD_VERSION:
		if (file.kind == MIGRATION_VERSIONED && file.file.role == SCRIPT_UP)
			return refuse(path, "has no version of digits",
				"Flyway refuses it too: name it V1__description.sql, with two "
				"underscores",
				err);
		break;
	case FLYWAY_CALLBACK:
		return refuse(path, "is a callback, which runs with every migration",
			"put what it does into a migration, or into a repeatable one (R__…)", err);
	case FLYWAY_IDLE_CALLBACK:
		folder_skip(
			walk->walk.reader, path, "a callback of a command that is Flyway's own");
		return LG_OK;
	case FLYWAY_CODE:
	case FLYWAY_NOTHING:
		break;
	}
	folder_skip(walk->walk.reader, path, "not named as a migration");
	return LG_OK;
}

static bool is_sidecar(const struct folder_name *item)
{
	static const char ending[] = ".sql" FLYWAY_SIDECAR;
	size_t len = strlen(item->name);

	return !item->is_directory && item->name[0] != '.' && len >= sizeof(ending) &&
	       strcasecmp(item->name + len - sizeof(ending) + 1, ending) == 0;
}

static void add_sidecar(struct flyway_walk *walk, const char *file)
{
	walk->sidecars = lg_grow(walk->sidecars, walk->sidecar_count, sizeof(*walk->sidecars));
	walk->sidecars[walk->sidecar_count++] = file;
}

static bool is_code(const struct flyway_walk *walk, const struct folder_name *item)
{
	struct flyway_file file = {.file.plain = item->plain};

	return !item->is_directory && item->name[0] != '.' &&
	       flyway_name_read(&file, &walk->settings, &walk->walk.reader->bundle->strings) ==
		       FLYWAY_CODE;
}

static enum lg_status walk_item(struct folder_walk *generic, const struct folder_list *list,
	const struct folder_name *item, struct lg_error *err)
{
	/* Its first member. */
	struct flyway_walk *walk = (struct flyway_walk *)generic;
	struct folder_reader *reader = generic->reader;
	struct flyway_file file = {0};
	bool is_script = false;

	if (is_sidecar(item)) {
		add_sidecar(walk, folder_path(reader, list, item->name));
		return LG_OK;
	}
	if (is_code(walk, item))
		return refuse(folder_path(reader, list, item->name),
			"is a migration that is no SQL",
			"write what it does as SQL, or keep running this folder with Flyway", err);
	if (list->is_root && flyway_settings_are(item->name))
		return LG_OK;
	if (foreign_file_open(reader, list, item, &file.file, &is_script, err))
		return err->status;
	return is_script ? take_file(walk, file, err) : LG_OK;
}

enum lg_status flyway_walk_fill(struct flyway_walk *walk, struct lg_error *err)
{
	walk->walk.take = walk_item;
	return folder_walk_run(&walk->walk, err);
}
