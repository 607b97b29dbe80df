/* SPDX-License-Identifier: MIT */
#include "bundles/formats/script_pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bundles/formats/own_transaction.h"
#include "bundles/version.h"

void script_pairs_release(struct script_pairs *pairs)
{
	free(LG_TAKE(pairs->items));
	pairs->count = 0;
}

void script_pairs_add(struct script_pairs *pairs, const struct foreign_file *file)
{
	pairs->items = lg_grow(pairs->items, pairs->count, sizeof(*file));
	pairs->items[pairs->count++] = *file;
}

static int compare_files(const void *a, const void *b)
{
	const struct foreign_file *left = a;
	const struct foreign_file *right = b;
	int order = version_compare(left->version, right->version);

	if (order == 0)
		order = (int)left->role - (int)right->role;
	return order ? order : strcmp(left->file, right->file);
}

/* As above, but what has one version and several names is several migrations. */
static int compare_named_files(const void *a, const void *b)
{
	const struct foreign_file *left = a;
	const struct foreign_file *right = b;
	int order = version_compare(left->version, right->version);

	if (order == 0)
		order = strcmp(left->name, right->name);
	return order ? order : compare_files(a, b);
}

static bool are_one(const struct folder_reader *reader, const struct foreign_file *up,
	const struct foreign_file *file)
{
	return version_compare(up->version, file->version) == 0 &&
	       (!reader->may_repeat || strcmp(up->name, file->name) == 0);
}

static enum lg_status refuse_group(
	const struct foreign_file *files, size_t count, struct lg_error *err)
{
	const struct foreign_file *culprit = &files[0];

	if (files[0].role != SCRIPT_UP) {
		(void)lg_fail(err, LG_FORMAT, "'%s' has no up script beside it", culprit->file);
		(void)lg_hint(err, "a migration that does nothing has an empty up script");
		return lg_place(err, culprit->file, 0, 0);
	}
	for (size_t i = 1; i < count; i++)
		if (files[i].role == files[i - 1].role) {
			culprit = &files[i];
			break;
		}
	(void)lg_fail(err, LG_FORMAT, "version '%s' is in '%s' and in '%s'", culprit->version,
		(culprit - 1)->file, culprit->file);
	(void)lg_hint(err, "give one of them another version");
	return lg_place(err, culprit->file, 0, 0);
}

static enum lg_status add_part(struct folder_reader *reader, const struct script_pairs *pairs,
	const struct foreign_file *file, struct migration *migration, struct lg_error *err)
{
	struct migration_part *part = migration_part_of(migration, file->role);

	if (folder_read(reader, pairs->list, file->listed, part, err))
		return err->status;
	if (pairs->drops_transactions ? own_transaction_scan(reader, file->role, part, err)
				      : folder_scan(reader, file->role, part, err))
		return err->status;
	return pairs->finish ? pairs->finish(reader, file->role, part, err) : LG_OK;
}

static enum lg_status pack_group(struct folder_reader *reader, const struct script_pairs *pairs,
	const struct foreign_file *files, size_t count, struct lg_error *err)
{
	struct migration migration = {.version = files[0].version, .name = files[0].name};
	bool is_whole = files[0].role == SCRIPT_UP &&
			(count == 1 || (count == 2 && files[1].role == SCRIPT_DOWN));

	if (!is_whole) {
		(void)refuse_group(files, count, err);
		return lg_about(err, migration.version);
	}
	for (size_t i = 0; i < count; i++)
		if (add_part(reader, pairs, &files[i], &migration, err))
			return lg_about(err, migration.version);
	folder_add(reader, &migration);
	return LG_OK;
}

enum lg_status script_pairs_pack(
	struct script_pairs *pairs, struct folder_reader *reader, struct lg_error *err)
{
	size_t start = 0;

	if (pairs->count > 0)
		qsort(pairs->items, pairs->count, sizeof(*pairs->items),
			reader->may_repeat ? compare_named_files : compare_files);
	while (start < pairs->count) {
		const struct foreign_file *first = &pairs->items[start];
		size_t count = 1;

		while (start + count < pairs->count && are_one(reader, first, first + count))
			count++;
		if (pack_group(reader, pairs, first, count, err))
			return err->status;
		start += count;
	}
	return LG_OK;
}
