/* SPDX-License-Identifier: MIT */
#include "bundles/rename.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/rename_journal.h"
#include "bundles/version.h"

#define SEEDS "seeds/"

void rename_list_release(struct rename_list *list)
{
	free(LG_TAKE(list->items));
	list->count = 0;
	lg_arena_release(&list->strings);
}

/* Other tools put the version elsewhere, such as into the name of a folder. */
static enum lg_status check_part(const struct migration_part *part, struct lg_error *err)
{
	const char *name = lg_path_base(part->file);
	size_t folder_len = (size_t)(name - part->file);
	bool is_known = folder_len == 0 ||
			(folder_len == strlen(SEEDS) && memcmp(part->file, SEEDS, folder_len) == 0);

	if (is_known && version_span(name) > 0)
		return LG_OK;
	(void)lg_fail(err, LG_REFUSED,
		"'%s' needs a later version, which is not at the beginning of a file's name",
		part->file);
	return lg_hint(err, "rename it by hand, or with the tool that made the folder");
}

static enum lg_status add_part(struct rename_list *list, const struct migration_part *part,
	const char *version, struct lg_error *err)
{
	const char *name = part->file ? lg_path_base(part->file) : NULL;
	const char *to;

	if (!name)
		return LG_OK;
	if (check_part(part, err))
		return err->status;
	to = lg_arena_addf(&list->strings, "%.*s%s%s", (int)(name - part->file), part->file,
		version, name + version_span(name));
	if (!bundle_file_is_valid(to))
		return lg_fail(err, LG_LIMIT,
			"'%s' would be called '%s', which has more than %d characters", part->file,
			to, BUNDLE_MAX_NAME_CHARS);
	rename_list_add(list, part->file, to);
	return LG_OK;
}

enum lg_status rename_list_plan(
	struct rename_list *list, const struct renumber_plan *plan, struct lg_error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct migration *migration = plan->steps[i].migration;
		const char *version = plan->steps[i].version;
		bool is_sectioned = migration_has(&migration->down) &&
				    strcmp(migration->down.file, migration->up.file) == 0;

		if (add_part(list, &migration->up, version, err) ||
			(!is_sectioned && add_part(list, &migration->down, version, err)) ||
			add_part(list, &migration->check, version, err))
			return err->status;
	}
	return LG_OK;
}

/* The folder and its seeds/, which are not opened by name a second time. */
struct folders {
	int root;
	int seeds; /* -1: there are none */
};

static void drop_folders(struct folders *folders)
{
	lg_fd_drop(&folders->root);
	lg_fd_drop(&folders->seeds);
}

static enum lg_status open_folders(struct folders *folders, const char *path, struct lg_error *err)
{
	folders->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folders->root < 0)
		return lg_fail_errno(err, "cannot open folder '%s'", path);
	folders->seeds =
		openat(folders->root, "seeds", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return LG_OK;
}

/* The folder that holds the file; -1 for a seed where there is no seeds/ of our own. */
static int folder_of(const struct folders *folders, const char *file)
{
	return lg_path_base(file) == file ? folders->root : folders->seeds;
}

static bool is_there(const struct folders *folders, const char *file)
{
	struct stat facts;

	return fstatat(folder_of(folders, file), lg_path_base(file), &facts, AT_SYMLINK_NOFOLLOW) ==
	       0;
}

/* True if both names are of one file: it has its new name, and has not yet lost the old one. */
static bool is_one_file(const struct folders *folders, const struct rename_item *item)
{
	const int fd = folder_of(folders, item->from);
	struct stat was;
	struct stat is;

	return fstatat(fd, lg_path_base(item->from), &was, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(fd, lg_path_base(item->to), &is, AT_SYMLINK_NOFOLLOW) == 0 &&
	       was.st_dev == is.st_dev && was.st_ino == is.st_ino;
}

enum lg_status rename_list_resume(
	struct rename_list *list, const char *folder, bool *out_is_left, struct lg_error *err)
{
	LG_CLEANUP(drop_folders) struct folders folders = {-1, -1};
	LG_CLEANUP(rename_list_release) struct rename_list all = {0};

	if (open_folders(&folders, folder, err) ||
		rename_journal_read(folders.root, &all, out_is_left, err))
		return err->status;
	for (size_t i = 0; i < all.count; i++) {
		const struct rename_item *item = &all.items[i];
		bool has_old = is_there(&folders, item->from);

		if (has_old == is_there(&folders, item->to) && !is_one_file(&folders, item)) {
			(void)lg_fail(err, LG_REFUSED,
				"the rebase that was interrupted cannot go on: %s of '%s' and '%s' "
				"is there",
				has_old ? "each" : "none", item->from, item->to);
			return lg_hint(err,
				"bring the files that '%s/%s' names in order by hand, then delete "
				"it",
				folder, RENAME_JOURNAL);
		}
		if (has_old)
			rename_list_add(list, lg_arena_add(&list->strings, item->from),
				lg_arena_add(&list->strings, item->to));
	}
	return LG_OK;
}

static enum lg_status check_names(
	const struct rename_list *list, const struct folders *folders, struct lg_error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct rename_item *item = &list->items[i];

		if (folder_of(folders, item->from) < 0)
			return lg_fail(err, LG_REFUSED,
				"'%s' is not renamed, for 'seeds' is a link", item->from);
		if (is_there(folders, item->to)) {
			(void)lg_fail(err, LG_REFUSED, "'%s' cannot be called '%s': that is there",
				item->from, item->to);
			return lg_hint(err, "nothing was renamed; move '%s' away", item->to);
		}
	}
	return LG_OK;
}

static enum lg_status rename_one(
	const struct folders *folders, const struct rename_item *item, struct lg_error *err)
{
	const int fd = folder_of(folders, item->from);
	const char *from = lg_path_base(item->from);
	const char *to = lg_path_base(item->to);

	if (renameat2(fd, from, fd, to, RENAME_NOREPLACE) == 0)
		return LG_OK;
	/* File systems that cannot do so in one step, such as NFS, link without replacing. */
	if (((errno == EINVAL && linkat(fd, from, fd, to, 0) == 0) ||
		    (errno == EEXIST && is_one_file(folders, item))) &&
		unlinkat(fd, from, 0) == 0)
		return LG_OK;
	(void)lg_fail_errno(err, "cannot rename '%s' to '%s'", item->from, item->to);
	return lg_hint(err, "'lockgate rebase' goes on where it stopped; '%s' knows the rest",
		RENAME_JOURNAL);
}

/* What is only in memory of the kernel is lost when the machine stops. */
static enum lg_status keep(const struct folders *folders, struct lg_error *err)
{
	if (fsync(folders->root) != 0 || (folders->seeds >= 0 && fsync(folders->seeds) != 0))
		return lg_fail_errno(err, "cannot write the folder to its disk");
	return LG_OK;
}

enum lg_status rename_all(
	const struct rename_list *list, const char *folder, bool is_resumed, struct lg_error *err)
{
	LG_CLEANUP(drop_folders) struct folders folders = {-1, -1};

	if (open_folders(&folders, folder, err))
		return err->status;
	if (!is_resumed &&
		(check_names(list, &folders, err) || rename_journal_write(folders.root, list, err)))
		return err->status;
	for (size_t i = 0; i < list->count; i++)
		if (rename_one(&folders, &list->items[i], err))
			return err->status;
	if (keep(&folders, err))
		return err->status;
	return rename_journal_remove(folders.root, err);
}
