/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqlx.h"

#include <string.h>

#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/no_transaction.h"
#include "bundles/formats/script_pairs.h"

/* Versions are signed and of 64 bits there. */
#define HIGHEST "9223372036854775807"

static const char no_transaction[] = "-- no-transaction";

static bool begins_so(enum sql_dialect dialect, const char *text, size_t len)
{
	(void)dialect;
	return len >= sizeof(no_transaction) - 1 &&
	       memcmp(text, no_transaction, sizeof(no_transaction) - 1) == 0;
}

/* The length of the marker's line; 0 if the part has none. */
static enum lg_status measure_marker(struct folder_reader *reader,
	const struct migration_part *part, size_t *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	const char *feed;

	*out = 0;
	if (bundle_view(reader->bundle, part, &view, err))
		return err->status;
	if (!begins_so(reader->bundle->engine, view.text, view.len))
		return LG_OK;
	feed = memchr(view.text, '\n', view.len);
	*out = feed ? (size_t)(feed - view.text) + 1 : view.len;
	return LG_OK;
}

static enum lg_status follow_marker(struct folder_reader *reader, enum script_role role,
	struct migration_part *part, struct lg_error *err)
{
	size_t marker = 0;

	if (measure_marker(reader, part, &marker, err))
		return err->status;
	if (marker == 0)
		return LG_OK;
	/* The directive takes the line of the marker, so that lines keep their numbers. */
	if (role == SCRIPT_DOWN && part->directives.is_transactional) {
		part->offset += marker;
		part->size -= marker;
		part->first_line++;
	}
	return no_transaction_set(reader, role, part, err);
}

static enum lg_status refuse_version(const struct foreign_file *file, struct lg_error *err)
{
	(void)lg_fail(
		err, LG_FORMAT, "'%s': what stands before the first '_' is no number", file->file);
	(void)lg_hint(err, "expected VERSION_DESCRIPTION.sql, .up.sql or .down.sql");
	return lg_place(err, file->file, 0, 0);
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_name *item,
	struct script_pairs *pairs, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;
	size_t up = foreign_stem(item->plain, ".up.sql");
	size_t down = foreign_stem(item->plain, ".down.sql");
	size_t simple = foreign_stem(item->plain, ".sql");

	if (foreign_file_open(reader, pairs->list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!simple || !strchr(item->plain, '_')) {
		folder_skip(reader, file.file, "not named VERSION_DESCRIPTION.sql");
		return LG_OK;
	}
	file.role = down ? SCRIPT_DOWN : SCRIPT_UP;
	if (!foreign_file_split(&file, item->plain,
		    up     ? up
		    : down ? down
			   : simple,
		    '_', &reader->bundle->strings))
		return refuse_version(&file, err);
	if (foreign_file_bound(&file, "0", HIGHEST, err))
		return err->status;
	script_pairs_add(pairs, &file);
	return LG_OK;
}

static enum lg_status sqlx_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(script_pairs_release)
	struct script_pairs pairs = {.list = list, .finish = follow_marker};

	for (size_t i = 0; i < list->count; i++)
		if (collect(reader, &list->items[i], &pairs, err))
			return err->status;
	return script_pairs_pack(&pairs, reader, err);
}

static bool sqlx_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	return foreign_folder_shows(reader, list, begins_so);
}

static bool has_pairs(const struct folder_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (foreign_stem(list->items[i].name, ".up.sql"))
			return true;
	return false;
}

static enum lg_status sqlx_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *simple = lg_format("%s_%s.sql", version, name);
	LG_FREE_BY_SCOPE char *up = lg_format("%s_%s.up.sql", version, name);
	LG_FREE_BY_SCOPE char *down = lg_format("%s_%s.down.sql", version, name);
	const struct foreign_script one[] = {{simple, "-- What the change is, and why.\n"}};
	const struct foreign_script two[] = {
		{up, "-- What the change is, and why.\n"},
		{down, "-- What takes the change back.\n"},
	};

	return has_pairs(list) ? foreign_create(path, two, LG_COUNT_OF(two), out_paths, err)
			       : foreign_create(path, one, LG_COUNT_OF(one), out_paths, err);
}

const struct folder_format sqlx_format = {
	.name = "sqlx",
	.recognises = sqlx_recognises,
	.pack = sqlx_pack,
	.create = sqlx_create,
};
