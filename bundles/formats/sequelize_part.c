/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "bundles/compiled.h"
#include "bundles/formats/sequelize_compilation.h"
#include "bundles/limits.h"

/*
 * A connection of Sequelize has foreign keys enforced; without them a deletion would leave rows
 * behind. A script that drops a table, as SQLite's way to change one does, would with them delete
 * the rows that refer to it, so there lockgate's own default holds.
 */
static bool enforces_foreign_keys(const struct compilation *compilation,
	const struct sequelize_run *run, const struct directives *directives)
{
	return compilation->reader->bundle->engine == SQL_SQLITE && !run->drops_table &&
	       directives->foreign_keys == FOREIGN_KEYS_UNSET && directives->is_transactional;
}

/* Those of the file, and what the statements ask for; `scanned` are those of the script's text. */
static struct directives choose_directives(const struct compilation *compilation,
	const struct script *script, const struct sequelize_run *run,
	const struct directives *scanned)
{
	struct directives directives = script->facts.directives;

	if (directives.foreign_keys == FOREIGN_KEYS_UNSET)
		directives.foreign_keys = scanned->foreign_keys;
	if (run->needs_no_transaction)
		directives.is_transactional = false;
	if (enforces_foreign_keys(compilation, run, &directives))
		directives.foreign_keys = FOREIGN_KEYS_ON;
	return directives;
}

static enum lg_status add_script(struct compilation *compilation, struct script *script,
	enum script_role role, const struct lg_buf *text, struct lg_error *err)
{
	struct migration_part *part = migration_part_of(&script->migration, role);
	const char *file = script->migration.up.file;

	if (folder_add_text(compilation->reader, file, 1, text, part, err))
		return err->status;
	if (folder_scan(compilation->reader, role, part, err)) {
		err->line = compiled_line(text->text, text->len, file, err->line);
		err->column = 0;
		return lg_about(err, script->migration.version);
	}
	return LG_OK;
}

enum lg_status compilation_add_up(struct compilation *compilation, struct script *script,
	const struct sequelize_run *run, struct lg_error *err)
{
	struct migration_part *part = &script->migration.up;
	const char *environment = getenv("NODE_ENV");

	if (add_script(compilation, script, SCRIPT_UP, &run->script, err))
		return err->status;
	part->directives = choose_directives(compilation, script, run, &part->directives);
	part->hashes.content = script->facts.hashes.content;
	part->hashes.tokens = script->facts.hashes.tokens;
	part->compiled =
		lg_arena_add(&compilation->reader->bundle->strings, environment ? environment : "");
	return LG_OK;
}

/* What a down script asks for stands in its text: the history keeps nothing else of it. */
static void add_directives(struct lg_buf *out, const struct directives *directives)
{
	if (!directives->is_transactional)
		lg_buf_adds(out, " transaction=off");
	if (directives->foreign_keys != FOREIGN_KEYS_UNSET)
		lg_buf_addf(out, " foreign_keys=%s",
			directives->foreign_keys == FOREIGN_KEYS_ON ? "on" : "off");
	if (directives->lock_timeout_ms != DIRECTIVE_UNSET)
		lg_buf_addf(out, " lock_timeout=%jdms", (intmax_t)directives->lock_timeout_ms);
	if (directives->statement_timeout_ms != DIRECTIVE_UNSET)
		lg_buf_addf(out, " statement_timeout=%jdms",
			(intmax_t)directives->statement_timeout_ms);
	if (directives->retries != DIRECTIVE_DEFAULT_RETRIES)
		lg_buf_addf(out, " retries=%u", directives->retries);
	if (directives->role)
		lg_buf_addf(out, " role=%s", directives->role);
}

enum lg_status compilation_add_down(struct compilation *compilation, struct script *script,
	const struct sequelize_run *run, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf words;
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct directives directives;

	lg_buf_init(&words, LG_BUF_MAX_BYTES);
	lg_buf_init(&text, BUNDLE_MAX_BODY_BYTES);
	if (add_script(compilation, script, SCRIPT_DOWN, &run->script, err))
		return err->status;
	directives =
		choose_directives(compilation, script, run, &script->migration.down.directives);
	add_directives(&words, &directives);
	if (words.len == 0)
		return LG_OK;
	lg_buf_addf(&text, "-- lockgate:%s\n", words.text);
	lg_buf_add(&text, run->script.text, run->script.len);
	if (lg_buf_status(&text, "the down script", err))
		return lg_place(err, script->migration.up.file, 0, 0);
	compilation->reader->scripts--; /* it was counted when it was scanned before */
	return add_script(compilation, script, SCRIPT_DOWN, &text, err);
}
