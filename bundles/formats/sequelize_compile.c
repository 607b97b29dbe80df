/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "bundles/formats/sequelize_compilation.h"

static bool has_waiver(
	const struct compilation *compilation, enum waiver_kind kind, const struct script *script)
{
	/* A waiver names a version, and a seed may have that of a migration. */
	if (script->migration.kind == MIGRATION_SEED)
		return false;
	return waiver_list_find(&compilation->reader->bundle->waivers, kind,
		       script->migration.version) != NULL;
}

static enum lg_status run_script(struct compilation *compilation, const struct script *script,
	const char *command, struct sequelize_run *out, struct lg_error *err)
{
	const struct sequelize_step step = {
		.command = command,
		.kind = migration_kind_name(script->migration.kind),
		.path = script->path,
		.file = script->migration.up.file,
		.dialect = compilation->reader->bundle->engine,
	};

	if (sequelize_run(&compilation->compiler, &step, &compilation->reader->bundle->strings, out,
		    err)) {
		(void)lg_place(err, script->migration.up.file, 0, 0);
		return lg_about(err, script->migration.version);
	}
	return LG_OK;
}

static enum lg_status fail_migration(
	const struct script *script, const struct sequelize_run *run, struct lg_error *err)
{
	const char *file = script->migration.up.file;

	if (run->outcome == SEQUELIZE_MISSING)
		(void)lg_fail(err, LG_FORMAT, "'%s' exports no function up", file);
	else
		(void)lg_fail(
			err, LG_FORMAT, "'%s' fails on the scratch database: %s", file, run->text);
	(void)lg_hint(err,
		"mend it: all migrations run there, from the first on; one that was applied "
		"everywhere and cannot run any more is passed over with this line in "
		"waivers.txt: adopted-only %s REASON",
		script->migration.version);
	(void)lg_place(err, file, run->line, 0);
	return lg_about(err, script->migration.version);
}

/* Remembers a migration that must not be compiled; the others are looked at all the same. */
static void refuse(struct compilation *compilation, const struct script *script,
	const struct sequelize_run *run)
{
	struct lg_arena *strings = &compilation->reader->bundle->strings;
	const char *file = script->migration.up.file;
	const char *text = sequelize_obstacle_text(run, strings);
	struct lg_error *err = &compilation->refusal;
	bool may_be_recorded = run->obstacle <= OBSTACLE_RECORDABLE;

	folder_note(compilation->reader, file, run->obstacle_line, "%s", text);
	if (compilation->refused++ > 0)
		return;
	(void)lg_fail(err, LG_FORMAT, "'%s' cannot be compiled: %s", file, text);
	(void)lg_hint(err,
		"write it as SQL that needs no such thing, or decide with a line in waivers.txt: "
		"%s%s%sadopted-only %s REASON (it was applied everywhere and never runs again)",
		may_be_recorded ? "recorded " : "",
		may_be_recorded ? script->migration.version : "",
		may_be_recorded ? " REASON (what it sent to the empty database is right), or " : "",
		script->migration.version);
	(void)lg_place(err, file, run->obstacle_line, 0);
	(void)lg_about(err, script->migration.version);
}

static bool is_in_the_way(const struct compilation *compilation, const struct script *script,
	const struct sequelize_run *run)
{
	if (run->obstacle == OBSTACLE_NONE)
		return false;
	return run->obstacle > OBSTACLE_RECORDABLE ||
	       !has_waiver(compilation, WAIVER_RECORDED, script);
}

static void note_unawaited(const struct compilation *compilation, const struct script *script,
	const struct sequelize_run *run)
{
	if (run->unawaited_line > 0)
		folder_note(compilation->reader, script->migration.up.file, run->unawaited_line,
			"it does not await this statement; it is kept, in the order in which it "
			"was sent");
}

static bool is_unfit(const struct compilation *compilation, const struct script *script,
	const struct sequelize_run *run)
{
	return run->outcome != SEQUELIZE_DONE || is_in_the_way(compilation, script, run);
}

/* Seeds are run on request alone: one that cannot be compiled must not keep migrations back. */
static void leave_out(
	struct compilation *compilation, struct script *script, const struct sequelize_run *run)
{
	bool has_failed = run->outcome != SEQUELIZE_DONE && run->obstacle == OBSTACLE_NONE;

	script->is_left_out = true;
	folder_note(compilation->reader, script->migration.up.file,
		has_failed ? run->line : run->obstacle_line, "this seed is left out: %s",
		has_failed ? run->text
			   : sequelize_obstacle_text(run, &compilation->reader->bundle->strings));
}

static enum lg_status compile_up(
	struct compilation *compilation, struct script *script, struct lg_error *err)
{
	LG_CLEANUP(sequelize_run_release) struct sequelize_run run;

	sequelize_run_init(&run);
	script->is_empty = has_waiver(compilation, WAIVER_ADOPTED_ONLY, script);
	if (run_script(compilation, script, "up", &run, err))
		return err->status;
	if (script->is_empty) {
		lg_buf_clear(&run.script);
		run.needs_no_transaction = false;
		return compilation_add_up(compilation, script, &run, err);
	}
	if (script->migration.kind == MIGRATION_SEED && is_unfit(compilation, script, &run)) {
		leave_out(compilation, script, &run);
		return LG_OK;
	}
	if (is_in_the_way(compilation, script, &run)) {
		refuse(compilation, script, &run);
		return LG_OK;
	}
	if (run.outcome != SEQUELIZE_DONE)
		return compilation->refused > 0 ? LG_OK : fail_migration(script, &run, err);
	note_unawaited(compilation, script, &run);
	return compilation_add_up(compilation, script, &run, err);
}

/* A down that cannot be compiled leaves a migration that cannot be reverted. */
static enum lg_status compile_down(
	struct compilation *compilation, struct script *script, struct lg_error *err)
{
	LG_CLEANUP(sequelize_run_release) struct sequelize_run run;
	const char *file = script->migration.up.file;

	sequelize_run_init(&run);
	if (run_script(compilation, script, "down", &run, err))
		return err->status;
	if (run.outcome == SEQUELIZE_MISSING || script->is_empty)
		return LG_OK;
	if (is_in_the_way(compilation, script, &run)) {
		folder_note(compilation->reader, file, run.obstacle_line,
			"its down is left out: %s",
			sequelize_obstacle_text(&run, &compilation->reader->bundle->strings));
		return LG_OK;
	}
	if (run.outcome == SEQUELIZE_FAILED) {
		folder_note(compilation->reader, file, run.line,
			"its down is left out, for it fails on the scratch database: %s", run.text);
		return LG_OK;
	}
	note_unawaited(compilation, script, &run);
	return compilation_add_down(compilation, script, &run, err);
}

static enum lg_status end_refused(struct compilation *compilation, struct lg_error *err)
{
	*err = compilation->refusal;
	if (compilation->refused == 1)
		compilation->reader->result->note_count--; /* the error says the same */
	else
		(void)lg_wrap(
			err, "%zu migrations cannot be compiled, the first", compilation->refused);
	return err->status;
}

enum lg_status compilation_run(struct compilation *compilation, struct lg_error *err)
{
	for (size_t i = 0; i < compilation->count; i++)
		if (compile_up(compilation, &compilation->items[i], err))
			return err->status;
	if (compilation->refused > 0)
		return end_refused(compilation, err);
	for (size_t i = compilation->count; i-- > 0;)
		if (compilation->items[i].migration.kind == MIGRATION_VERSIONED &&
			compile_down(compilation, &compilation->items[i], err))
			return err->status;
	for (size_t i = 0; i < compilation->count; i++)
		if (!compilation->items[i].is_left_out)
			folder_add(compilation->reader, &compilation->items[i].migration);
	return LG_OK;
}
