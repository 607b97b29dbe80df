/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "bundles/rename.h"
#include "bundles/version.h"
#include "plugin/base.h"
#include "plugin/commands.h"

/* The folder whose files are to be renamed: a bundle has none. */
static enum lg_status find_folder(struct run *run, struct lg_error *err)
{
	const char *path = run_source_path(run, 0, SOURCE_OR_DEFAULT);
	struct stat facts;

	if (!run->options.base)
		return lg_hint((lg_fail(err, LG_USAGE, "rebase needs --base SOURCE"), err),
			"SOURCE is the base branch's folder of migrations, or its bundle");
	if (stat(path, &facts) != 0)
		return lg_hint((lg_fail_errno(err, "there is no folder '%s'", path), err),
			"rebase renames the files of a folder of migrations");
	if (!S_ISDIR(facts.st_mode))
		return lg_hint(
			(lg_fail(err, LG_USAGE, "'%s' is not a folder: rebase renames files", path),
				err),
			"rebase the folder, then pack it anew");
	run->source.path = path;
	run->source.is_folder = true;
	return LG_OK;
}

static enum lg_status survey(struct run *run, struct lg_error *err)
{
	struct folder_options options;

	if (run_folder_options(run, &options, err))
		return err->status;
	if (!run->base.is_folder && !run->options.dialect)
		options.engine = run->base.bundle.engine;
	if (folder_survey(
		    run->source.path, &options, &run->source.bundle, &run->source.skipped, err))
		return source_place(&run->source, err);
	return LG_OK;
}

/* What is to be done now: the rest of an interrupted run, else what the base asks for. */
static enum lg_status make_list(
	struct run *run, struct rename_list *out, bool *out_is_left, struct lg_error *err)
{
	LG_CLEANUP(renumber_plan_release) struct renumber_plan plan = {0};

	if (rename_list_resume(out, run->source.path, out_is_left, err))
		return source_place(&run->source, err);
	if (*out_is_left)
		return LG_OK;
	if (survey(run, err) || renumber_plan(&run->source.bundle, &run->base.bundle,
					lg_clock_now_us(), &plan, err))
		return err->status;
	return rename_list_plan(out, &plan, err);
}

static const char *version_of(struct run *run, const char *file)
{
	const char *name = lg_path_base(file);

	return lg_arena_addn(&run->strings, name, version_span(name));
}

static const char *path_of(struct run *run, const char *file)
{
	return source_file(&run->source, file, &run->strings);
}

static void show(struct run *run, const struct rename_list *list, json_t *renames)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct rename_item *item = &list->items[i];
		bool is_seed = lg_path_base(item->from) != item->from;
		enum migration_kind kind = is_seed ? MIGRATION_SEED : MIGRATION_VERSIONED;

		output_line(&run->output, TONE_PLAIN, "%s -> %s", path_of(run, item->from),
			path_of(run, item->to));
		(void)json_array_append_new(renames,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", migration_kind_name(kind),
				"version", version_of(run, item->from), "new_version",
				version_of(run, item->to), "file", path_of(run, item->from),
				"new_file", path_of(run, item->to)));
	}
}

static void show_end(const struct run *run, size_t count)
{
	if (count == 0)
		output_line(&run->output, TONE_GOOD,
			"ok: nothing to rename: all that is new comes after the base");
	else if (run->options.dry_run)
		output_progress(
			&run->output, "%zu file%s would be renamed", count, count == 1 ? "" : "s");
	else
		output_progress(&run->output, "%zu file%s renamed; do not forget to commit", count,
			count == 1 ? "" : "s");
}

static enum lg_status rebase(struct run *run, json_t *renames, struct lg_error *err)
{
	bool is_left = true;

	/* After the rest of an interrupted run comes what the base asks for by now. */
	while (is_left) {
		LG_CLEANUP(rename_list_release) struct rename_list list = {0};

		if (make_list(run, &list, &is_left, err))
			return err->status;
		if (is_left)
			output_progress(
				&run->output, "note: a rebase was interrupted; this is the rest");
		if (!run->options.dry_run && (list.count > 0 || is_left) &&
			rename_all(&list, run->source.path, is_left, err))
			return err->status;
		show(run, &list, renames);
		is_left = is_left && !run->options.dry_run;
	}
	show_end(run, json_array_size(renames));
	return LG_OK;
}

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

enum lg_status cmd_rebase(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(drop_json) json_t *renames = json_array();
	LG_CLEANUP(drop_json) json_t *document = NULL;

	if (run_limit_arguments(run, 1, err) || find_folder(run, err) || base_open(run, err) ||
		rebase(run, renames, err))
		return err->status;
	if (!run->options.json)
		return LG_OK;
	document = json_pack("{s:s, s:s, s:b, s:O}", "source", run->source.path, "base",
		run->base.path, "dry_run", run->options.dry_run, "renames", renames);
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
	return LG_OK;
}
