/* SPDX-License-Identifier: MIT */
#include "bundles/formats/golang_migrate.h"

#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/lone_statement.h"
#include "bundles/formats/native_name.h"
#include "bundles/formats/script_pairs.h"

/* Versions are unsigned and of 64 bits there. */
#define HIGHEST "18446744073709551615"

/* False if the tool passes such a name over. */
static bool read_name(struct foreign_file *file, struct lg_arena *strings)
{
	size_t up = foreign_stem(file->plain, ".up.sql");
	size_t down = foreign_stem(file->plain, ".down.sql");

	file->role = up ? SCRIPT_UP : SCRIPT_DOWN;
	return (up || down) && foreign_file_split(file, file->plain, up ? up : down, '_', strings);
}

static enum lg_status collect(struct folder_reader *reader, const struct folder_name *item,
	struct script_pairs *pairs, struct lg_error *err)
{
	struct foreign_file file;
	bool is_script = false;

	if (foreign_file_open(reader, pairs->list, item, &file, &is_script, err))
		return err->status;
	if (!is_script)
		return LG_OK;
	if (!read_name(&file, &reader->bundle->strings)) {
		folder_skip(reader, file.file, "not named VERSION_TITLE.up.sql or .down.sql");
		return LG_OK;
	}
	if (foreign_file_bound(&file, "0", HIGHEST, err))
		return err->status;
	script_pairs_add(pairs, &file);
	return LG_OK;
}

static enum lg_status golang_migrate_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(script_pairs_release)
	struct script_pairs pairs = {
		.list = list, .drops_transactions = true, .finish = lone_statement_free};

	for (size_t i = 0; i < list->count; i++)
		if (collect(reader, &list->items[i], &pairs, err))
			return err->status;
	return script_pairs_pack(&pairs, reader, err);
}

/* True if the native format would refuse the name. */
static bool is_odd(const struct folder_name *item)
{
	const char *title = item->plain + strspn(item->plain, "0123456789") + 1;
	size_t up = foreign_stem(item->plain, ".up.sql");
	size_t end = up ? up : foreign_stem(item->plain, ".down.sql");
	LG_FREE_BY_SCOPE char *name = lg_strndup(title, end - (size_t)(title - item->plain));

	return !bundle_name_is_valid(name);
}

/* Other folders of such names are as well read as lockgate's own. */
static bool golang_migrate_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	bool has_odd = false;

	for (size_t i = 0; i < list->count; i++) {
		const struct folder_name *item = &list->items[i];
		struct foreign_file file = {.plain = item->plain};

		if (native_name_skip(item) || item->is_directory)
			continue;
		if (!read_name(&file, &reader->bundle->strings))
			return false;
		has_odd = has_odd || is_odd(item);
	}
	return has_odd;
}

static enum lg_status golang_migrate_create(const char *path, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *version = foreign_next_version(list, moment_us);
	LG_FREE_BY_SCOPE char *up = lg_format("%s_%s.up.sql", version, name);
	LG_FREE_BY_SCOPE char *down = lg_format("%s_%s.down.sql", version, name);
	const struct foreign_script scripts[] = {{up, ""}, {down, ""}};

	return foreign_create(path, scripts, LG_COUNT_OF(scripts), out_paths, err);
}

const struct folder_format golang_migrate_format = {
	.name = "golang-migrate",
	.recognises = golang_migrate_recognises,
	.pack = golang_migrate_pack,
	.create = golang_migrate_create,
};
