/* SPDX-License-Identifier: MIT */
#include "gate/foreign_record.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "bundles/version.h"
#include "gate/foreign_checksum.h"
#include "gate/foreign_name.h"

/* How the tool itself would have named the file: one of ours takes the ending of its others. */
static const char *file_name(const struct foreign_history *foreign,
	const struct migration *migration, struct lg_arena *strings)
{
	const char *base = lg_path_base(migration->up.file);
	const char *ending = foreign_name_ending(base);
	size_t span = version_span(base);
	const char *newest = foreign->count ? foreign->entries[foreign->count - 1].identity : "";

	if (foreign->tool == FOREIGN_NODE_PG_MIGRATE)
		return lg_arena_addn(strings, base, (size_t)(ending - base));
	if (strcmp(ending, ".up.sql") != 0 && strcmp(ending, ".sql") != 0)
		return base;
	if (!*foreign_name_ending(newest))
		return base;
	/* "20230101000000_add_users.up.sql" is "20230101000000-add_users.js" to sequelize-cli. */
	if (base[span] == '_' && newest[version_span(newest)] == '-')
		return lg_arena_addf(strings, "%.*s-%.*s%s", (int)span, base,
			(int)(ending - base - (ptrdiff_t)span - 1), base + span + 1,
			foreign_name_ending(newest));
	return lg_arena_addf(
		strings, "%.*s%s", (int)(ending - base), base, foreign_name_ending(newest));
}

static const char *folder_name(const struct migration *migration, struct lg_arena *strings)
{
	const char *file = migration->up.file;
	const char *slash = strrchr(file, '/');

	if (slash)
		return lg_path_base(lg_arena_addn(strings, file, (size_t)(slash - file)));
	return lg_arena_addn(strings, file, (size_t)(foreign_name_ending(file) - file));
}

/* One more than the highest; every migration of a run is in it. */
static const char *next_batch(const struct foreign_history *foreign, struct lg_arena *strings)
{
	long highest = 0;

	for (size_t i = 0; i < foreign->count; i++) {
		const char *batch = foreign->entries[i].detail;
		long number = batch ? strtol(batch, NULL, 10) : 0;

		highest = number > highest ? number : highest;
	}
	return lg_arena_addf(strings, "%ld", highest + 1);
}

static void add(struct foreign_record *out, const char *value)
{
	out->values[out->count++] = value;
}

static struct foreign_record begin(const struct foreign_history *foreign)
{
	return (struct foreign_record){
		.tool = foreign->tool,
		.table = foreign->table,
		.is_dated = foreign_table_has(foreign->table, "createdAt") &&
			    foreign_table_has(foreign->table, "updatedAt"),
		.bytes_at = FOREIGN_RECORD_VALUES,
	};
}

bool foreign_record_add(const struct foreign_history *foreign, const struct migration *migration,
	const char *text, size_t len, struct lg_arena *strings, struct foreign_record *out)
{
	enum foreign_tool tool = foreign->tool;
	bool is_repeatable = migration->kind == MIGRATION_REPEATABLE;

	if (migration->kind == MIGRATION_SEED || (is_repeatable && tool != FOREIGN_FLYWAY))
		return false;
	*out = begin(foreign);
	switch (foreign_trait(tool)->key) {
	case FOREIGN_BY_FILE:
		add(out, file_name(foreign, migration, strings));
		break;
	case FOREIGN_BY_FOLDER:
		add(out, folder_name(migration, strings));
		break;
	case FOREIGN_BY_VERSION:
	case FOREIGN_BY_CHANGESET:
		add(out, is_repeatable ? NULL : foreign_version(tool, migration->version, strings));
		break;
	}
	if (tool == FOREIGN_KNEX)
		add(out, next_batch(foreign, strings));
	if (foreign_trait(tool)->has_checksums)
		add(out, foreign_checksum(tool, text, len, strings));
	if (tool == FOREIGN_SQLX)
		out->bytes_at = 1;
	if (tool == FOREIGN_SQLX || tool == FOREIGN_FLYWAY)
		add(out, foreign_description(migration->name, strings));
	if (tool == FOREIGN_FLYWAY)
		add(out, migration->up.file);
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Letters and digits alone: however a name was made fit, they stay. The T between date and time
 * goes, as it does where such a name becomes a version.
 */
static const char *bare(const char *text, struct lg_arena *strings)
{
	char *copy = lg_arena_alloc(strings, strlen(text) + 1);
	size_t len = 0;

	for (size_t i = 0; text[i]; i++) {
		bool is_between =
			text[i] == 'T' && i > 0 && is_digit(text[i - 1]) && is_digit(text[i + 1]);
		bool is_letter =
			(text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z');

		if ((is_letter && !is_between) || is_digit(text[i]))
			copy[len++] = text[i];
	}
	return copy;
}

/* 3: it has that version; 2: that version and name; 1: a file name that begins with it; 0: not it.
 */
static int fit(const struct foreign_history *foreign, const struct foreign_entry *entry,
	const char *version, const char *name, struct lg_arena *strings)
{
	const char *theirs = foreign_version(foreign->tool, entry->identity, strings);
	const char *number = bare(version, strings);
	const char *stem;

	if (entry->is_repeatable)
		return 0;
	if (foreign_trait(foreign->tool)->key == FOREIGN_BY_VERSION)
		return version_is_valid(theirs) && version_compare(theirs, version) == 0 ? 3 : 0;
	stem = bare(foreign_name_stem(entry->identity, strings), strings);
	if (strncmp(stem, number, strlen(number)) != 0)
		return 0;
	if (strcmp(stem + strlen(number), bare(name, strings)) == 0)
		return 2;
	return !is_digit(stem[strlen(number)]);
}

static const struct foreign_entry *find(const struct foreign_history *foreign, const char *version,
	const char *name, struct lg_arena *strings)
{
	const struct foreign_entry *found = NULL;
	int highest = 0;

	for (size_t i = foreign->count; i > 0; i--) {
		int value = fit(foreign, &foreign->entries[i - 1], version, name, strings);

		if (value <= highest)
			continue;
		highest = value;
		found = &foreign->entries[i - 1];
	}
	return found;
}

bool foreign_record_remove(const struct foreign_history *foreign, const char *version,
	const char *name, const char *former, struct lg_arena *strings, struct foreign_record *out)
{
	const struct foreign_entry *entry = find(foreign, version, name, strings);

	*out = begin(foreign);
	if (foreign->tool == FOREIGN_GOLANG_MIGRATE && former) {
		add(out, former);
		return true;
	}
	out->is_removal = true;
	if (foreign->tool == FOREIGN_GOLANG_MIGRATE)
		add(out, version);
	else if (entry)
		add(out, entry->identity);
	return out->count > 0;
}

enum lg_status foreign_record_hint(const struct foreign_record *record, const char *version,
	bool is_transactional, struct lg_error *err)
{
	const char *table = record->table->name;

	if (!is_transactional)
		return lg_hint(err,
			"all statements of %s have taken effect; put right what '%s' has about it, "
			"then 'lockgate resolve %s --retry' and run the command again",
			version, table, version);
	return lg_hint(err,
		"nothing of %s was kept; put right what '%s' has about it, or let %s go: lockgate "
		"adopt --undo, then adopt again without --keep-in-step",
		version, table, foreign_trait(record->tool)->name);
}
