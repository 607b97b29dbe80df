/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sqitch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "bundles/formats/folder_walk.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/sqitch_script.h"
#include "bundles/limits.h"

struct project {
	struct folder_walk walk; /* over the folders of scripts, to find those that nobody names */
	struct folder_reader *reader;
	const struct folder_list *root;
	struct sqitch_conf conf;
	struct sqitch_plan plan;
	const char **used; /* paths of scripts that were read */
	size_t used_count;
};

static void drop_project(struct project *project)
{
	sqitch_plan_release(&project->plan);
	free(LG_TAKE(project->used));
}

static bool is_there(const struct project *project, const char *path)
{
	return faccessat(project->root->fd, path, F_OK, 0) == 0;
}

/* Paths */

static const char *script_path(
	const struct project *project, const char *folder, const char *name, const char *tag)
{
	return lg_arena_addf(&project->reader->bundle->strings, "%s%s%s%s%s.%s", folder,
		*folder ? "/" : "", name, tag ? "@" : "", tag ? tag : "", project->conf.extension);
}

/*
 * A change that is reworked later has its scripts under the name of a tag from between, the newest
 * one whose script is there.
 */
static const char *reworked_path(
	const struct project *project, const char *folder, const struct sqitch_change *change)
{
	const struct sqitch_plan *plan = &project->plan;
	const char *newest = NULL;
	size_t index = (size_t)(change - plan->changes);

	for (size_t i = plan->tag_count; i > 0; i--) {
		const struct sqitch_tag *tag = &plan->tags[i - 1];
		const char *path;

		if (tag->change >= change->next)
			continue;
		if (tag->change < index)
			break;
		path = script_path(project, folder, change->name, tag->name);
		if (is_there(project, path))
			return path;
		newest = newest ? newest : path;
	}
	/* A plan with such a change and no tag is refused when it is read. */
	assert(newest);
	return newest;
}

static const char *path_of(
	const struct project *project, const struct sqitch_change *change, enum script_role role)
{
	const struct sqitch_conf *conf = &project->conf;
	bool is_up = role == SCRIPT_UP;

	if (change->next < project->plan.change_count)
		return reworked_path(
			project, is_up ? conf->reworked_deploy : conf->reworked_revert, change);
	return script_path(project, is_up ? conf->deploy : conf->revert, change->name, NULL);
}

/* Scripts */

static enum lg_status refuse(const struct project *project, const struct sqitch_change *change,
	const char *path, const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' %s", path, text);
	(void)lg_hint(err, "write the script, or delete the change from the plan");
	return lg_place(err, folder_path(project->reader, project->root, project->conf.plan),
		change->line, 0);
}

static enum lg_status read_script(struct project *project, const struct sqitch_change *change,
	enum script_role role, struct migration *migration, struct lg_error *err)
{
	const char *path = path_of(project, change, role);

	if (!bundle_file_is_valid(path))
		return refuse(project, change, path, "is no name that a bundle can hold", err);
	if (!is_there(project, path))
		return role == SCRIPT_UP
			       ? refuse(project, change, path, "is planned, but not there", err)
			       : LG_OK;
	if (sqitch_script_read(project->reader, project->root, path, role,
		    migration_part_of(migration, role), err))
		return err->status;
	project->used = lg_grow(project->used, project->used_count, sizeof(*project->used));
	project->used[project->used_count++] = migration_part_of(migration, role)->file;
	return LG_OK;
}

static enum lg_status pack_change(
	struct project *project, const struct sqitch_change *change, struct lg_error *err)
{
	struct migration migration = {
		.version = change->version,
		.name = bundle_name_of(
			&project->reader->bundle->strings, change->name, strlen(change->name)),
	};

	if (read_script(project, change, SCRIPT_UP, &migration, err) ||
		read_script(project, change, SCRIPT_DOWN, &migration, err))
		return lg_about(err, migration.version);
	folder_add(project->reader, &migration);
	return LG_OK;
}

/* What is passed over */

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum lg_status take_unplanned(struct folder_walk *walk, const struct folder_list *list,
	const struct folder_name *item, struct lg_error *err)
{
	/* Its first member. */
	struct project *project = (struct project *)walk;
	const char *path = folder_path(walk->reader, list, item->name);
	struct foreign_file file;
	bool is_script = false;

	if (project->used_count > 0 && bsearch(&path, project->used, project->used_count,
					       sizeof(*project->used), compare_paths))
		return LG_OK;
	if (foreign_file_open(walk->reader, list, item, &file, &is_script, err))
		return err->status;
	if (is_script)
		folder_skip(walk->reader, file.file, "not in the plan");
	return LG_OK;
}

static enum lg_status skip_unplanned(
	struct project *project, const char *folder, struct lg_error *err)
{
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};

	if (!*folder || !is_there(project, folder))
		return LG_OK;
	if (folder_list_open(&list, project->reader,
		    folder_path(project->reader, project->root, folder), err))
		return err->status;
	project->walk = (struct folder_walk){
		.reader = project->reader, .root = &list, .take = take_unplanned};
	return folder_walk_run(&project->walk, err);
}

static enum lg_status skip_rest(struct project *project, struct lg_error *err)
{
	const struct sqitch_conf *conf = &project->conf;

	if (project->used_count > 0)
		qsort(project->used, project->used_count, sizeof(*project->used), compare_paths);
	if (is_there(project, conf->verify))
		folder_skip(project->reader, conf->verify,
			"scripts of sqitch verify: a check here is a query that returns no row");
	if (skip_unplanned(project, conf->deploy, err) ||
		skip_unplanned(project, conf->revert, err))
		return err->status;
	return LG_OK;
}

enum lg_status sqitch_load_plan(struct folder_reader *reader, const struct folder_list *list,
	const struct sqitch_conf *conf, struct lg_buf *text, struct sqitch_plan *out,
	struct lg_error *err)
{
	if (folder_read_text(reader, list, conf->plan, text, err))
		return err->status;
	if (sqitch_plan_read(out, text->text, text->len, &reader->bundle->strings, err))
		return lg_place(err, folder_path(reader, list, conf->plan), err->line, 0);
	return LG_OK;
}

/* The plan's project is the bundle's, unless whoever packs it says otherwise. */
static void set_project(struct folder_reader *reader, const struct sqitch_plan *plan)
{
	if (plan->project && *plan->project && !reader->options->project)
		reader->bundle->project = bundle_name_of(
			&reader->bundle->strings, plan->project, strlen(plan->project));
}

static enum lg_status sqitch_pack(
	struct folder_reader *reader, const struct folder_list *list, struct lg_error *err)
{
	LG_CLEANUP(drop_project) struct project project = {.reader = reader, .root = list};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, BUNDLE_MAX_MANIFEST_BYTES);
	if (sqitch_conf_read(reader, list, &project.conf, err) ||
		sqitch_load_plan(reader, list, &project.conf, &text, &project.plan, err))
		return err->status;
	set_project(reader, &project.plan);
	for (size_t i = 0; i < project.plan.change_count; i++)
		if (pack_change(&project, &project.plan.changes[i], err))
			return err->status;
	return skip_rest(&project, err);
}

static bool sqitch_recognises(struct folder_reader *reader, const struct folder_list *list)
{
	(void)reader;
	return foreign_folder_has(list, "sqitch.plan", false) ||
	       foreign_folder_has(list, SQITCH_CONF, false);
}

const struct folder_format sqitch_format = {
	.name = "sqitch",
	.recognises = sqitch_recognises,
	.pack = sqitch_pack,
	.create = sqitch_create,
};
