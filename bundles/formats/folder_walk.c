/* SPDX-License-Identifier: MIT */
#include "bundles/formats/folder_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/native_name.h"
#include "bundles/variant.h"

enum { MAX_DEPTH = 16, MAX_FOLDERS = 10000, PEEK_FOLDERS = 16 };

static uint32_t depth_of(const char *path)
{
	uint32_t depth = 1;

	for (; (path = strchr(path, '/')); path++)
		depth++;
	return depth;
}

static bool is_folder(const struct folder_name *item)
{
	return item->is_directory && item->name[0] != '.';
}

/* Folders wait for their turn, for what nests can be deep. */
static enum lg_status add_folder(struct folder_walk *walk, const struct folder_list *list,
	const struct folder_name *item, struct lg_error *err)
{
	struct folder_reader *reader = walk->reader;
	const char *file = folder_path(reader, list, item->name);
	const char *wanted = reader->options ? reader->options->variant : NULL;

	if (variant_of_word(item->name, strlen(item->name), reader->bundle->engine, wanted) ==
		VARIANT_OTHER) {
		folder_skip(reader, file, "for another engine");
		return LG_OK;
	}
	if (depth_of(file) > MAX_DEPTH || walk->folder_count == MAX_FOLDERS) {
		(void)lg_fail(err, LG_LIMIT, "'%s' is a folder too many: at most %d, %d deep", file,
			MAX_FOLDERS, MAX_DEPTH);
		return lg_hint(err, "look for a link to a folder above it");
	}
	walk->folders = lg_grow(walk->folders, walk->folder_count, sizeof(*walk->folders));
	walk->folders[walk->folder_count++] = file;
	return LG_OK;
}

static enum lg_status walk_list(
	struct folder_walk *walk, const struct folder_list *list, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];

		if (is_folder(item) ? add_folder(walk, list, item, err)
				    : walk->take(walk, list, item, err))
			return err->status;
	}
	return LG_OK;
}

static enum lg_status walk_below(struct folder_walk *walk, const char *folder, struct lg_error *err)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};

	if (folder_list_open(&list, walk->reader, folder, err))
		return err->status;
	return walk_list(walk, &list, err);
}

static enum lg_status walk_all(struct folder_walk *walk, struct lg_error *err)
{
	if (walk_list(walk, walk->root, err))
		return err->status;
	for (size_t i = 0; i < walk->folder_count; i++)
		if (walk_below(walk, walk->folders[i], err))
			return err->status;
	return LG_OK;
}

enum lg_status folder_walk_run(struct folder_walk *walk, struct lg_error *err)
{
	enum lg_status status = walk_all(walk, err);

	free(LG_TAKE(walk->folders));
	walk->folder_count = 0;
	return status;
}

const char *folder_walk_listed(const struct folder_walk *walk, const char *file)
{
	return file + strlen(walk->root->prefix);
}

/* Folders that are looked at in turn. */
struct queue {
	const char *folders[PEEK_FOLDERS];
	size_t count;
};

static void add_folders(
	struct queue *queue, struct folder_reader *reader, const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!native_name_skip(&list->items[i]))
			return;
	for (size_t i = 0; i < list->count && queue->count < PEEK_FOLDERS; i++)
		if (is_folder(&list->items[i]))
			queue->folders[queue->count++] =
				folder_path(reader, list, list->items[i].name);
}

static bool folder_shows(struct queue *queue, struct folder_reader *reader, const char *folder,
	bool (*shows)(struct folder_reader *reader, const struct folder_list *list))
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	struct lg_error ignored = {0};
	bool selects = reader->selects_variants;
	enum lg_status status;

	/* What is passed over here is listed again when it is packed. */
	reader->selects_variants = false;
	status = folder_list_open(&list, reader, folder, &ignored);
	reader->selects_variants = selects;
	if (status)
		return false;
	add_folders(queue, reader, &list);
	return shows(reader, &list);
}

bool folder_walk_shows(struct folder_reader *reader, const struct folder_list *root,
	bool (*shows)(struct folder_reader *reader, const struct folder_list *list))
{
	struct queue queue = {.count = 0};

	if (shows(reader, root))
		return true;
	add_folders(&queue, reader, root);
	for (size_t i = 0; i < queue.count; i++)
		if (folder_shows(&queue, reader, queue.folders[i], shows))
			return true;
	return false;
}
