/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "bundles/formats/foreign_create.h"
#include "bundles/formats/sqitch.h"
#include "bundles/limits.h"

static enum lg_status refuse(const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE, "%s", text);
	return lg_hint(err, "%s", hint);
}

/* The line for the plan: sqitch asks for a planner, and nobody else is known here. */
static char *plan_line(const char *name, int64_t moment_us)
{
	char moment[LG_MOMENT_CHARS + 1];

	lg_clock_format(moment_us, moment);
	return lg_format("%s %.19sZ lockgate <lockgate@localhost> # Add %s\n", name, moment, name);
}

static enum lg_status replace_plan(
	const char *path, const struct lg_buf *text, const char *line, struct lg_error *err)
{
	LG_CLEANUP(lg_replacement_release) struct lg_replacement file = {.fd = -1};
	bool is_ended = text->len == 0 || text->text[text->len - 1] == '\n';

	if (lg_replacement_begin(&file, path, err) ||
		lg_fd_write(file.fd, text->text, text->len, err) ||
		lg_fd_write(file.fd, "\n", is_ended ? 0 : 1, err) ||
		lg_fd_write(file.fd, line, strlen(line), err))
		return err->status;
	return lg_replacement_commit(&file, err);
}

static void make_folder(const char *path, const char *folder)
{
	LG_FREE_BY_SCOPE char *full = lg_format("%s/%s", path, folder);

	/* A failure shows when a file is created in it. */
	(void)mkdir(full, 0777);
}

static enum lg_status create_scripts(const char *path, const struct sqitch_conf *conf,
	const char *name, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *deploy = lg_format("%s/%s.%s", conf->deploy, name, conf->extension);
	LG_FREE_BY_SCOPE char *revert = lg_format("%s/%s.%s", conf->revert, name, conf->extension);
	LG_FREE_BY_SCOPE char *verify = lg_format("%s/%s.%s", conf->verify, name, conf->extension);
	LG_FREE_BY_SCOPE char *up = lg_format("-- Deploy %s\n\nBEGIN;\n\n\nCOMMIT;\n", name);
	LG_FREE_BY_SCOPE char *down = lg_format("-- Revert %s\n\nBEGIN;\n\n\nCOMMIT;\n", name);
	LG_FREE_BY_SCOPE char *check = lg_format("-- Verify %s\n\nBEGIN;\n\n\nROLLBACK;\n", name);
	const struct foreign_script scripts[] = {{deploy, up}, {revert, down}, {verify, check}};

	make_folder(path, conf->deploy);
	make_folder(path, conf->revert);
	make_folder(path, conf->verify);
	return foreign_create(path, scripts, LG_COUNT_OF(scripts), out_paths, err);
}

static enum lg_status create(struct folder_reader *reader, const struct folder_list *list,
	const char *name, int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(sqitch_plan_release) struct sqitch_plan plan = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_FREE_BY_SCOPE char *line = plan_line(name, moment_us);
	LG_FREE_BY_SCOPE char *plan_path = NULL;
	struct sqitch_conf conf;

	lg_buf_init(&text, BUNDLE_MAX_MANIFEST_BYTES);
	if (sqitch_conf_read(reader, list, &conf, err))
		return err->status;
	plan_path = lg_format("%s/%s", reader->path, conf.plan);
	if (access(plan_path, F_OK) != 0)
		return refuse("there is no plan, and sqitch keeps its project's name there",
			"begin with 'sqitch init NAME'", err);
	if (sqitch_load_plan(reader, list, &conf, &text, &plan, err))
		return err->status;
	if (sqitch_plan_find(&plan, name))
		return refuse("a change of that name is in the plan already",
			"choose another name, or 'sqitch rework' it", err);
	if (create_scripts(reader->path, &conf, name, out_paths, err) ||
		replace_plan(plan_path, &text, line, err))
		return err->status;
	lg_buf_addf(out_paths, "%s\n", plan_path);
	return LG_OK;
}

enum lg_status sqitch_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err)
{
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(folder_result_release) struct folder_result result = {0};
	LG_CLEANUP(bundle_release) struct bundle bundle;

	bundle_init(&bundle);
	reader.bundle = &bundle;
	reader.result = &result;
	if (folder_reader_open(&reader, path, err))
		return err->status;
	return create(&reader, list, name, moment_us, out_paths, err);
}
