/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/folder_open.h"
#include "bundles/folder_reader.h"
#include "bundles/limits.h"
#include "bundles/variant.h"

/* Names of one folder, skipped ones included. */
enum { MAX_NAMES = 4 * BUNDLE_MAX_ENTRIES };

static void drop_dir(DIR **slot)
{
	if (*slot)
		(void)closedir(*slot);
}

static int compare_names(const void *a, const void *b)
{
	const struct folder_name *left = a;
	const struct folder_name *right = b;

	return strcmp(left->name, right->name);
}

static bool is_directory(int fd, const struct dirent *item)
{
	struct stat facts;

	if (item->d_type != DT_UNKNOWN && item->d_type != DT_LNK)
		return item->d_type == DT_DIR;
	return fstatat(fd, item->d_name, &facts, 0) == 0 && S_ISDIR(facts.st_mode);
}

static enum lg_status add_names(
	struct folder_list *list, DIR *dir, struct lg_arena *strings, struct lg_error *err)
{
	const struct dirent *item;

	for (errno = 0; (item = readdir(dir)) != NULL; errno = 0) {
		if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		if (list->count == MAX_NAMES)
			return lg_fail(err, LG_LIMIT, "more than %d files", MAX_NAMES);
		list->items = lg_grow(list->items, list->count, sizeof(*list->items));
		list->items[list->count++] = (struct folder_name){
			.name = lg_arena_add(strings, item->d_name),
			.is_directory = is_directory(list->fd, item),
		};
		list->items[list->count - 1].plain = list->items[list->count - 1].name;
	}
	if (errno)
		return lg_fail_errno(err, "cannot read the folder");
	return LG_OK;
}

static struct folder_name *find_name(const struct folder_list *list, const char *name)
{
	struct folder_name key = {.name = name};

	return bsearch(&key, list->items, list->count, sizeof(key), compare_names);
}

/* Why a file is not for this engine; NULL: it may be. Sets its plain name. */
static const char *judge_variant(struct folder_reader *reader, struct folder_name *item)
{
	size_t offset = 0;
	size_t len = 0;
	enum variant variant = variant_of_file(
		item->name, reader->bundle->engine, reader->options->variant, &offset, &len);

	if (variant == VARIANT_OURS)
		item->plain = lg_arena_addf(&reader->bundle->strings, "%.*s%s", (int)offset,
			item->name, item->name + offset + len);
	return variant == VARIANT_OTHER ? "for another engine" : NULL;
}

/* Leaves what is for this engine; a file for all of them yields to one for this one alone. */
static void select_variants(struct folder_reader *reader, struct folder_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct folder_name *item = &list->items[i];
		struct folder_name *common;

		if (item->is_directory)
			continue;
		if (!item->unfit)
			item->unfit = judge_variant(reader, item);
		common = item->plain != item->name ? find_name(list, item->plain) : NULL;
		if (common && !item->unfit)
			common->unfit = "another file stands for it with this engine";
	}
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].unfit)
			folder_skip(reader,
				lg_arena_addf(&reader->bundle->strings, "%s%s", list->prefix,
					list->items[i].name),
				list->items[i].unfit);
		else
			list->items[kept++] = list->items[i];
	list->count = kept;
}

enum lg_status folder_list_open(struct folder_list *list, struct folder_reader *reader,
	const char *name, struct lg_error *err)
{
	LG_CLEANUP(drop_dir) DIR *dir = NULL;
	struct lg_arena *strings = &reader->bundle->strings;
	int fd;

	*list = (struct folder_list){.fd = -1, .prefix = "", .is_root = !name};
	list->fd = name ? folder_open_below(reader->fd, reader->fd, name, name, O_DIRECTORY)
			: fcntl(reader->fd, F_DUPFD_CLOEXEC, 0);
	if (list->fd < 0)
		return folder_refuse_open(name ? name : ".", err);
	if (name)
		list->prefix = lg_arena_addf(strings, "%s/", name);

	/* A description of its own, for a second listing must begin at the beginning. */
	fd = openat(list->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (!dir) {
		(void)lg_fail_errno(err, "cannot read the folder");
		lg_fd_drop(&fd);
		return err->status;
	}
	if (add_names(list, dir, strings, err))
		return err->status;
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare_names);
	if (reader->selects_variants && list->count > 0)
		select_variants(reader, list);
	return LG_OK;
}

void folder_list_release(struct folder_list *list)
{
	lg_fd_drop(&list->fd);
	free(LG_TAKE(list->items));
}
