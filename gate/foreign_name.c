/* SPDX-License-Identifier: MIT */
#include "gate/foreign_name.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/bundle.h"
#include "bundles/version.h"

static bool ends_with(const char *text, size_t len, const char *ending)
{
	size_t ending_len = strlen(ending);

	return len > ending_len && strncmp(text + len - ending_len, ending, ending_len) == 0;
}

/* The length of `name` without its ending. */
static size_t stem_len(const char *name)
{
	static const char *const endings[] = {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".sql"};
	size_t len = strlen(name);

	for (size_t i = 0; i < LG_COUNT_OF(endings); i++)
		if (ends_with(name, len, endings[i])) {
			len -= strlen(endings[i]);
			break;
		}
	return name[len] && ends_with(name, len, ".up") ? len - strlen(".up") : len;
}

const char *foreign_name_ending(const char *file)
{
	const char *base = lg_path_base(file);

	return base + stem_len(base);
}

static const char *replace(
	const char *text, size_t len, char from, char to, struct lg_arena *strings)
{
	char *copy = lg_arena_alloc(strings, len + 1);

	memcpy(copy, text, len);
	for (size_t i = 0; i < len; i++)
		if (copy[i] == from)
			copy[i] = to;
	return copy;
}

const char *foreign_name_stem(const char *file, struct lg_arena *strings)
{
	const char *base = lg_path_base(file);

	return replace(base, stem_len(base), '-', '_', strings);
}

/* Prisma's files are all called the same; what tells them apart is the folder. */
static const char *folder_of(const struct migration *migration, struct lg_arena *strings)
{
	const char *slash = strrchr(migration->up.file, '/');
	const char *folder;

	if (!slash)
		return foreign_name_stem(migration->up.file, strings);
	folder = lg_arena_addn(strings, migration->up.file, (size_t)(slash - migration->up.file));
	return foreign_name_stem(folder, strings);
}

const char *foreign_version(enum foreign_tool tool, const char *identity, struct lg_arena *strings)
{
	size_t len = strlen(identity);
	char *digits;
	size_t count = 0;

	if (tool == FOREIGN_FLYWAY)
		return replace(identity, len, '_', '.', strings);
	if (tool != FOREIGN_DIESEL)
		return identity;
	digits = lg_arena_alloc(strings, len + 1);
	for (size_t i = 0; i < len; i++)
		if (identity[i] != '-')
			digits[count++] = identity[i];
	return digits;
}

const char *foreign_description(const char *name, struct lg_arena *strings)
{
	return replace(name, strlen(name), '_', ' ', strings);
}

static const char *changeset_key(const struct foreign_entry *entry, struct lg_arena *strings)
{
	const char *whole = lg_arena_addf(
		strings, "%s_%s", entry->detail ? entry->detail : "", entry->identity);

	return bundle_name_of(strings, whole, strlen(whole));
}

const char *foreign_key_of_entry(
	enum foreign_tool tool, const struct foreign_entry *entry, struct lg_arena *strings)
{
	if (entry->is_repeatable)
		return bundle_name_of(strings, entry->identity, strlen(entry->identity));
	switch (foreign_trait(tool)->key) {
	case FOREIGN_BY_FILE:
	case FOREIGN_BY_FOLDER:
		return foreign_name_stem(entry->identity, strings);
	case FOREIGN_BY_CHANGESET:
		return changeset_key(entry, strings);
	case FOREIGN_BY_VERSION:
		return foreign_version(tool, entry->identity, strings);
	}
	return entry->identity;
}

const char *foreign_key_of_migration(
	enum foreign_tool tool, const struct migration *migration, struct lg_arena *strings)
{
	switch (foreign_trait(tool)->key) {
	case FOREIGN_BY_FILE:
		return foreign_name_stem(migration->up.file, strings);
	case FOREIGN_BY_FOLDER:
		return folder_of(migration, strings);
	case FOREIGN_BY_CHANGESET:
		return migration->name;
	case FOREIGN_BY_VERSION:
		return migration->version;
	}
	return migration->version;
}

const char *foreign_version_of(
	enum foreign_tool tool, const struct foreign_entry *entry, struct lg_arena *strings)
{
	const char *key = foreign_key_of_entry(tool, entry, strings);
	size_t span = version_span(key);

	if (foreign_trait(tool)->key == FOREIGN_BY_CHANGESET || span == 0)
		return bundle_name_of(strings, key, strlen(key));
	return lg_arena_addn(strings, key, span);
}
