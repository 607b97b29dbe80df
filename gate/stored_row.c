/* SPDX-License-Identifier: MIT */
#include "gate/stored_row.h"

#include <string.h>

#include "bundles/bundle.h"
#include "bundles/limits.h"
#include "bundles/script.h"
#include "bundles/version.h"

static const char *const column_names[STORED_COLUMNS] = {
	[STORED_KIND] = "kind",
	[STORED_VERSION] = "version",
	[STORED_NAME] = "name",
	[STORED_POSITION] = "position",
	[STORED_STATE] = "state",
	[STORED_ALGORITHM] = "algorithm",
	[STORED_RAW] = "raw_sha256",
	[STORED_CONTENT] = "content_sha256",
	[STORED_TOKENS] = "tokens_sha256",
	[STORED_DOWN] = "down_sha256",
	[STORED_PHASE] = "phase",
	[STORED_BATCH] = "batch_id",
	[STORED_STARTED] = "started_at",
	[STORED_APPLIED] = "applied_at",
	[STORED_DURATION] = "duration_us",
	[STORED_DONE] = "statements_done",
	[STORED_TOTAL] = "statements_total",
	[STORED_ADOPTED] = "adopted_from",
	[STORED_ACTION] = "batch's action",
	[STORED_OUTCOME] = "batch's outcome",
};

static const char *text_of(const struct stored_row *stored, enum stored_column column)
{
	return stored->texts[column] ? stored->texts[column] : "";
}

static enum lg_status hint_damage(struct lg_error *err)
{
	return lg_hint(err, "the row was changed by hand, or by a newer lockgate: put it right, or "
			    "restore the database from a backup");
}

static enum lg_status fail_column(
	const struct stored_row *stored, enum stored_column column, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE, "the history of version '%s' has an unknown %s: '%s'",
		text_of(stored, STORED_VERSION), column_names[column], text_of(stored, column));
	return hint_damage(err);
}

/* A NUL would hide what follows it. */
static enum lg_status demand_texts(const struct stored_row *stored, struct lg_error *err)
{
	for (enum stored_column column = 0; column < STORED_COLUMNS; column++)
		if (stored->lens[column] != strlen(text_of(stored, column)))
			return hint_damage(
				(lg_fail(err, LG_DATABASE,
					 "the history of version '%s' has a NUL in its %s",
					 text_of(stored, STORED_VERSION), column_names[column]),
					err));
	return LG_OK;
}

static enum lg_status read_digest(const struct stored_row *stored, enum stored_column column,
	struct lg_digest *out, struct lg_error *err)
{
	struct lg_error ignored;

	if (lg_digest_parse(text_of(stored, column), stored->lens[column], out, &ignored))
		return fail_column(stored, column, err);
	return LG_OK;
}

/* Digits and nothing else. */
static enum lg_status read_number(const struct stored_row *stored, enum stored_column column,
	int64_t highest, int64_t *out, struct lg_error *err)
{
	const char *text = text_of(stored, column);
	int64_t number = 0;

	for (const char *at = text; *at; at++) {
		int digit = *at - '0';

		if (digit < 0 || digit > 9 || number > (highest - digit) / 10)
			return fail_column(stored, column, err);
		number = number * 10 + digit;
	}
	if (!*text)
		return fail_column(stored, column, err);
	*out = number;
	return LG_OK;
}

static enum lg_status read_phase(
	const struct stored_row *stored, enum migration_phase *out, struct lg_error *err)
{
	const char *name = stored->texts[STORED_PHASE];

	*out = PHASE_NONE;
	if (!name)
		return LG_OK;
	for (enum migration_phase phase = PHASE_EXPAND; phase <= PHASE_CONTRACT; phase++)
		if (strcmp(name, migration_phase_name(phase)) == 0) {
			*out = phase;
			return LG_OK;
		}
	return fail_column(stored, STORED_PHASE, err);
}

/*
 * A row under way can be taken up again, by the command that has begun it, when its run died or was
 * cancelled and the journal tells exactly what is done, or when a human has decided; not when a
 * statement failed.
 */
static bool is_resumable(const struct stored_row *stored)
{
	const char *action = text_of(stored, STORED_ACTION);

	if (strcmp(action, "resolve") == 0)
		return true;
	return (strcmp(action, "apply") == 0 || strcmp(action, "revert") == 0) &&
	       !stored->has_doubt && strcmp(text_of(stored, STORED_OUTCOME), "failed") != 0;
}

/* Versions are compared as numbers, so one that is none must not get any further. */
static bool is_sound(enum migration_kind kind, const char *version)
{
	return kind == MIGRATION_REPEATABLE ? bundle_name_is_valid(version)
					    : version_is_valid(version);
}

/* What the row is about. */
static enum lg_status read_identity(
	const struct stored_row *stored, struct history_row *row, struct lg_error *err)
{
	if (!migration_kind_parse(text_of(stored, STORED_KIND), &row->kind))
		return fail_column(stored, STORED_KIND, err);
	if (!is_sound(row->kind, text_of(stored, STORED_VERSION)))
		return fail_column(stored, STORED_VERSION, err);
	return LG_OK;
}

/* What was recorded of its script. */
static enum lg_status read_script(
	const struct stored_row *stored, struct history_row *row, struct lg_error *err)
{
	if (strcmp(text_of(stored, STORED_ALGORITHM), SCRIPT_ALGORITHM) != 0)
		return fail_column(stored, STORED_ALGORITHM, err);
	row->has_down = stored->texts[STORED_DOWN] != NULL;
	if (row->has_down && read_digest(stored, STORED_DOWN, &row->down_content, err))
		return err->status;
	if (read_digest(stored, STORED_RAW, &row->hashes.raw, err) ||
		read_digest(stored, STORED_CONTENT, &row->hashes.content, err) ||
		read_digest(stored, STORED_TOKENS, &row->hashes.tokens, err))
		return err->status;
	return read_phase(stored, &row->phase, err);
}

/* How far it has come. */
static enum lg_status read_progress(
	const struct stored_row *stored, struct history_row *row, struct lg_error *err)
{
	int64_t position = 0;
	int64_t done = 0;
	int64_t total = 0;

	if (!history_state_parse(text_of(stored, STORED_STATE), &row->state))
		return fail_column(stored, STORED_STATE, err);
	if (read_number(stored, STORED_POSITION, INT64_MAX / 2, &position, err) ||
		read_number(stored, STORED_TOTAL, BUNDLE_MAX_STATEMENTS, &total, err) ||
		read_number(stored, STORED_DONE, BUNDLE_MAX_STATEMENTS, &done, err))
		return err->status;
	if (position == 0)
		return fail_column(stored, STORED_POSITION, err);
	if (stored->texts[STORED_DURATION] &&
		read_number(stored, STORED_DURATION, INT64_MAX, &row->duration_us, err))
		return err->status;
	row->position = (uint64_t)position;
	row->statements_done = (uint32_t)done;
	row->statements_total = (uint32_t)total;
	row->is_resumable = row->state == HISTORY_RUNNING && is_resumable(stored);
	row->is_reverting = row->state == HISTORY_RUNNING && stored->texts[STORED_APPLIED] != NULL;
	return LG_OK;
}

static const char *keep(
	struct history *history, const struct stored_row *stored, enum stored_column column)
{
	const char *text = stored->texts[column];

	return text ? lg_arena_addn(&history->strings, text, stored->lens[column]) : NULL;
}

enum lg_status stored_row_read(
	const struct stored_row *stored, struct history *history, struct lg_error *err)
{
	struct history_row *row = history_add(history);

	if (demand_texts(stored, err) || read_identity(stored, row, err) ||
		read_script(stored, row, err) || read_progress(stored, row, err))
		return err->status;
	row->version = keep(history, stored, STORED_VERSION);
	row->name = keep(history, stored, STORED_NAME);
	row->algorithm = keep(history, stored, STORED_ALGORITHM);
	row->batch_id = keep(history, stored, STORED_BATCH);
	row->started_at = keep(history, stored, STORED_STARTED);
	row->applied_at = keep(history, stored, STORED_APPLIED);
	row->adopted_from = keep(history, stored, STORED_ADOPTED);
	return LG_OK;
}
