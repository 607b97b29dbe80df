/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqitch_conf.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "bundles/formats/foreign_file.h"

enum { MAX_BYTES = 256 * 1024 };

enum setting {
	SETTING_TOP,
	SETTING_PLAN,
	SETTING_DEPLOY,
	SETTING_REVERT,
	SETTING_VERIFY,
	SETTING_REWORKED,
	SETTING_REWORKED_DEPLOY,
	SETTING_REWORKED_REVERT,
	SETTING_EXTENSION,
	SETTING_COUNT,
};

static const char *const keys[SETTING_COUNT] = {
	[SETTING_TOP] = "top_dir",
	[SETTING_PLAN] = "plan_file",
	[SETTING_DEPLOY] = "deploy_dir",
	[SETTING_REVERT] = "revert_dir",
	[SETTING_VERIFY] = "verify_dir",
	[SETTING_REWORKED] = "reworked_dir",
	[SETTING_REWORKED_DEPLOY] = "reworked_deploy_dir",
	[SETTING_REWORKED_REVERT] = "reworked_revert_dir",
	[SETTING_EXTENSION] = "extension",
};

enum section { SECTION_OTHER, SECTION_CORE, SECTION_ENGINE, SECTION_COUNT };

/* The file, read line by line. */
struct reading {
	struct folder_reader *reader;
	const char *file;
	uint32_t line;
	enum section section;
	const char *values[SECTION_COUNT][SETTING_COUNT];
};

/* A piece of the text. */
struct span {
	const char *text;
	size_t len;
};

static struct span trim(struct span span)
{
	while (span.len > 0 && strchr(" \t\r", span.text[0])) {
		span.text++;
		span.len--;
	}
	while (span.len > 0 && strchr(" \t\r", span.text[span.len - 1]))
		span.len--;
	return span;
}

/* Up to a comment, without quotes. */
static struct span value_of(struct span span)
{
	span = trim(span);
	if (span.len > 0 && *span.text == '"') {
		const char *end = memchr(span.text + 1, '"', span.len - 1);

		if (end)
			return (struct span){span.text + 1, (size_t)(end - span.text) - 1};
	}
	for (size_t i = 0; i < span.len; i++)
		if (strchr("#;", span.text[i]))
			span.len = i;
	return trim(span);
}

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && strncasecmp(span.text, text, span.len) == 0;
}

static enum section section_of(const struct reading *reading, struct span line)
{
	bool is_postgres = reading->reader->bundle->engine == SQL_POSTGRES;

	if (span_is(line, "[core]"))
		return SECTION_CORE;
	return span_is(line, is_postgres ? "[engine \"pg\"]" : "[engine \"sqlite\"]")
		       ? SECTION_ENGINE
		       : SECTION_OTHER;
}

static void take_line(struct reading *reading, struct span line)
{
	const char *equals = memchr(line.text, '=', line.len);
	struct span key;
	struct span value;

	if (line.len > 0 && *line.text == '[')
		reading->section = section_of(reading, line);
	if (line.len == 0 || strchr("#;[", *line.text) || !equals)
		return;
	key = trim((struct span){line.text, (size_t)(equals - line.text)});
	value = value_of((struct span){equals + 1, line.len - (size_t)(equals - line.text) - 1});
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (span_is(key, keys[i]) && value.len > 0)
			reading->values[reading->section][i] = lg_arena_addn(
				&reading->reader->bundle->strings, value.text, value.len);
}

static void take_text(struct reading *reading, const char *text, size_t len)
{
	while (len > 0) {
		const char *feed = memchr(text, '\n', len);
		size_t line = feed ? (size_t)(feed - text) : len;

		take_line(reading, trim((struct span){text, line}));
		line += feed != NULL;
		text += line;
		len -= line;
	}
}

static const char *get(const struct reading *reading, enum setting setting)
{
	const char *own = reading->values[SECTION_ENGINE][setting];

	return own ? own : reading->values[SECTION_CORE][setting];
}

/* `path` without what leads nowhere: `./` in front, slashes at the end; "" of the folder itself. */
static const char *plain(struct reading *reading, const char *path)
{
	size_t len;

	while (strncmp(path, "./", 2) == 0)
		path += 2;
	len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	return strcmp(path, ".") == 0 ? ""
				      : lg_arena_addn(&reading->reader->bundle->strings, path, len);
}

static const char *join(struct reading *reading, const char *folder, const char *name)
{
	return *folder ? lg_arena_addf(&reading->reader->bundle->strings, "%s/%s", folder, name)
		       : name;
}

/* A folder that was set stands by itself; the others are in `above`. */
static const char *folder_of(
	struct reading *reading, enum setting setting, const char *above, const char *name)
{
	const char *path = get(reading, setting);

	return path ? plain(reading, path) : join(reading, above, name);
}

static enum lg_status check_paths(
	const struct reading *reading, const struct sqitch_conf *conf, struct lg_error *err)
{
	const char *const paths[] = {conf->plan, conf->deploy, conf->revert, conf->verify,
		conf->reworked_deploy, conf->reworked_revert};

	for (size_t i = 0; i < LG_COUNT_OF(paths); i++)
		if (*paths[i] && !bundle_file_is_valid(paths[i])) {
			(void)lg_fail(err, LG_FORMAT, "'%s' leads out of the folder", paths[i]);
			(void)lg_hint(err, "give lockgate the folder that holds plan and scripts");
			return lg_place(err, reading->file, 0, 0);
		}
	return LG_OK;
}

static enum lg_status read_values(
	struct reading *reading, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, MAX_BYTES);
	if (!foreign_folder_has(list, SQITCH_CONF, false))
		return LG_OK;
	if (folder_read_text(reading->reader, list, SQITCH_CONF, &text, err))
		return err->status;
	take_text(reading, text.text, text.len);
	return LG_OK;
}

enum lg_status sqitch_conf_read(struct folder_reader *reader, const struct folder_list *list,
	struct sqitch_conf *out, struct lg_error *err)
{
	struct reading reading = {.reader = reader, .file = folder_path(reader, list, SQITCH_CONF)};
	const char *top;
	const char *reworked;

	if (read_values(&reading, list, err))
		return err->status;
	top = plain(&reading, get(&reading, SETTING_TOP) ? get(&reading, SETTING_TOP) : "");
	reworked = get(&reading, SETTING_REWORKED)
			   ? plain(&reading, get(&reading, SETTING_REWORKED))
			   : top;
	*out = (struct sqitch_conf){
		.plan = folder_of(&reading, SETTING_PLAN, top, "sqitch.plan"),
		.deploy = folder_of(&reading, SETTING_DEPLOY, top, "deploy"),
		.revert = folder_of(&reading, SETTING_REVERT, top, "revert"),
		.verify = folder_of(&reading, SETTING_VERIFY, top, "verify"),
		.extension =
			get(&reading, SETTING_EXTENSION) ? get(&reading, SETTING_EXTENSION) : "sql",
	};
	out->reworked_deploy =
		get(&reading, SETTING_REWORKED)
			? folder_of(&reading, SETTING_REWORKED_DEPLOY, reworked, "deploy")
			: folder_of(&reading, SETTING_REWORKED_DEPLOY, "", out->deploy);
	out->reworked_revert =
		get(&reading, SETTING_REWORKED)
			? folder_of(&reading, SETTING_REWORKED_REVERT, reworked, "revert")
			: folder_of(&reading, SETTING_REWORKED_REVERT, "", out->revert);
	return check_paths(&reading, out, err);
}
