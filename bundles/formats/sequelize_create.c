/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "bundles/formats/sequelize.h"
#include "bundles/formats/sequelize_name.h"
#include "bundles/limits.h"
#include "bundles/version.h"
#include "bundles/version_step.h"

enum { SAMPLE_BYTES = 64 * 1024 };

/* How the folder writes its migrations: as its newest one does. */
struct manner {
	const char *ending;
	bool is_module;        /* `export`, not `module.exports` */
	bool takes_context;    /* up({ context }), as Umzug 3 calls it */
	const char *separator; /* between version and name */
	char *version;         /* owned */
};

static void drop_manner(struct manner *manner)
{
	free(manner->version);
}

static bool has_word(const struct lg_buf *text, const char *word)
{
	return memmem(text->text, text->len, word, strlen(word)) != NULL;
}

static bool read_sample(const char *folder, const char *name, struct lg_buf *out)
{
	LG_FREE_BY_SCOPE char *path = lg_format("%s/%s", folder, name);
	struct lg_error ignored = {0};

	return lg_file_read(path, out, &ignored) == LG_OK;
}

/* The nearest package.json above the folder says what a .js file is. */
static bool is_module_package(const char *folder)
{
	LG_FREE_BY_SCOPE char *at = lg_format("%s/", folder);

	for (int levels = 0; levels < 32; levels++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf text;
		LG_FREE_BY_SCOPE char *up = NULL;

		lg_buf_init(&text, SAMPLE_BYTES);
		if (read_sample(at, "package.json", &text))
			return has_word(&text, "\"type\": \"module\"") ||
			       has_word(&text, "\"type\":\"module\"");
		up = lg_format("%s../", at);
		free(at);
		at = LG_TAKE(up);
	}
	return false;
}

static void read_manner(const char *folder, const char *newest, struct manner *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, SAMPLE_BYTES);
	out->ending = ".js";
	out->separator = "-";
	out->is_module = is_module_package(folder);
	if (!newest || !read_sample(folder, newest, &text))
		return;
	out->ending = strrchr(newest, '.');
	out->is_module = has_word(&text, "export ") && !has_word(&text, "module.exports");
	out->takes_context = has_word(&text, "context");
}

/* 2024.01.31T12.00.00.name, as Umzug calls what it creates. */
static bool is_umzug_name(const char *name)
{
	static const char form[] = "0000.00.00T00.00.00.";

	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
			return false;
	return true;
}

/* The digits of a version, without what parts them. */
static char *digits_of(const char *version)
{
	char *digits = lg_calloc(1, strlen(version) + 1);
	size_t count = 0;

	for (; *version; version++)
		if (*version >= '0' && *version <= '9')
			digits[count++] = *version;
	return digits;
}

/* The time after `highest`, in Umzug's form. */
static char *umzug_version(const char *highest, int64_t moment_us)
{
	LG_FREE_BY_SCOPE char *last = digits_of(highest);
	LG_FREE_BY_SCOPE char *next = version_after_at(last, last, moment_us);

	return lg_format("%.4s.%.2s.%.2sT%.2s.%.2s.%.2s", next, next + 4, next + 6, next + 8,
		next + 10, next + 12);
}

static struct manner choose_manner(
	const char *folder, const struct folder_list *list, int64_t moment_us)
{
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct manner manner = {.version = lg_calloc(1, LG_TIMESTAMP_CHARS + 1)};
	const char *newest = NULL;
	const char *highest = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].name;
		struct sequelize_name parts;

		if (list->items[i].is_directory || !sequelize_name_is_script(name))
			continue;
		parts = sequelize_name_read(name, &strings);
		if (!parts.version || (highest && version_compare(parts.version, highest) < 0))
			continue;
		newest = name;
		highest = parts.version;
	}
	read_manner(folder, newest, &manner);
	lg_clock_timestamp(moment_us, manner.version);
	if (!highest)
		return manner;
	free(manner.version);
	if (is_umzug_name(newest)) {
		manner.version = umzug_version(highest, moment_us);
		manner.separator = ".";
	} else {
		manner.version = version_after_at(highest, highest, moment_us);
		manner.separator = newest[strspn(newest, "v0123456789.T")] == '_' ? "_" : "-";
	}
	return manner;
}

static char *write_text(const struct manner *manner)
{
	const char *arguments =
		manner->takes_context ? "{ context: queryInterface }" : "queryInterface, Sequelize";

	if (manner->is_module)
		return lg_format("export async function up(%s) {\n"
				 "  // The change, such as: await queryInterface.addColumn(…);\n"
				 "}\n\n"
				 "export async function down(%s) {\n"
				 "  // What takes it back.\n"
				 "}\n",
			arguments, arguments);
	return lg_format("'use strict';\n\n"
			 "module.exports = {\n"
			 "  async up(%s) {\n"
			 "    // The change, such as: await queryInterface.addColumn(…);\n"
			 "  },\n\n"
			 "  async down(%s) {\n"
			 "    // What takes it back.\n"
			 "  },\n"
			 "};\n",
		arguments, arguments);
}

enum lg_status sequelize_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(drop_manner) struct manner manner = choose_manner(path, list, moment_us);
	LG_FREE_BY_SCOPE char *file =
		lg_format("%s%s%s%s", manner.version, manner.separator, name, manner.ending);
	LG_FREE_BY_SCOPE char *whole = lg_format("%s/%s", path, file);
	LG_FREE_BY_SCOPE char *text = write_text(&manner);

	if (strlen(file) > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(err, LG_USAGE,
			"the name is too long: '%s' has more than %d characters", file,
			BUNDLE_MAX_NAME_CHARS);
	if (lg_file_create(whole, text, err))
		return err->status;
	lg_buf_addf(out_paths, "%s\n", whole);
	return LG_OK;
}
