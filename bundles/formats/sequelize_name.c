/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sequelize_name.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "bundles/bundle.h"
#include "bundles/limits.h"

static bool ends_with(const char *text, const char *ending)
{
	size_t len = strlen(text);
	size_t ending_len = strlen(ending);

	return len > ending_len && strcmp(text + len - ending_len, ending) == 0;
}

bool sequelize_name_is_script(const char *file)
{
	return file[0] != '.' &&
	       (ends_with(file, ".js") || ends_with(file, ".cjs") || ends_with(file, ".mjs")) &&
	       !ends_with(file, ".test.js") && !ends_with(file, ".spec.js");
}

bool sequelize_name_is_typescript(const char *file)
{
	return file[0] != '.' && !ends_with(file, ".d.ts") &&
	       (ends_with(file, ".ts") || ends_with(file, ".cts") || ends_with(file, ".mts"));
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* 20240131-120000: a date, and its time behind a dash; together they are one number. */
static bool is_date_and_time(const char *start)
{
	return digits_at(start) == 8 && start[8] == '-' && digits_at(start + 9) == 6;
}

/*
 * True if another group of digits follows what was read so far: behind a dot or Umzug's T always,
 * behind a dash where it stands alone and no time came before it: 2024-01-31-name, 04-00100-name,
 * but `20240131-2-factors` is named "2-factors".
 */
static bool goes_on(const char *start, const char *at)
{
	size_t digits = digits_at(at + (*at != '\0'));

	if (*at == '.' || *at == 'T')
		return digits > 0;
	return *at == '-' && digits_at(start) < 8 && digits > 0 && strchr("-_.", at[1 + digits]);
}

static const char *read_version(const char *start, const char **out_rest, struct lg_arena *strings)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf version;
	const char *at = start;

	lg_buf_init(&version, BUNDLE_MAX_NAME_CHARS);
	lg_buf_add(&version, at, digits_at(at));
	at += digits_at(at);
	if (is_date_and_time(start)) {
		lg_buf_add(&version, at + 1, 6);
		at += 7;
	}
	for (; goes_on(start, at); at += 1 + digits_at(at + 1)) {
		lg_buf_addc(&version, '.');
		lg_buf_add(&version, at + 1, digits_at(at + 1));
	}
	*out_rest = at;
	return version.len > 0 ? lg_arena_addn(strings, version.text, version.len) : NULL;
}

static const char *read_name(const char *rest, struct lg_arena *strings)
{
	const char *end = strrchr(rest, '.');

	rest += strspn(rest, "-_. ");
	return rest < end ? bundle_name_of(strings, rest, (size_t)(end - rest)) : "migration";
}

struct sequelize_name sequelize_name_read(const char *file, struct lg_arena *strings)
{
	struct sequelize_name name = {.file = file};
	const char *start = file + (*file == 'v' && is_digit(file[1]) ? 1 : 0);
	const char *rest = start;

	name.version = read_version(start, &rest, strings);
	name.name = read_name(rest, strings);
	return name;
}
