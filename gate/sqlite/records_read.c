/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/records.h"

#include <string.h>

#include "bundles/version.h"
#include "gate/sqlite/sql.h"

/* Sets *out to the layout's version, 0 when there is no history or no database yet. */
static enum lg_status read_layout(
	struct sqlite_session *session, uint32_t *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query find = {0};
	LG_CLEANUP(sqlite_query_end) struct sqlite_query read = {0};
	bool row = false;
	int64_t version;

	*out = 0;
	if (!session->db)
		return LG_OK;
	if (sqlite_query_begin(&find, session, sqlite_sql_find_layout, err) ||
		sqlite_query_step(&find, &row, err))
		return err->status;
	if (!row)
		return LG_OK;
	if (sqlite_query_begin(&read, session, sqlite_sql_read_format, err) ||
		sqlite_query_step(&read, &row, err))
		return err->status;
	version = row ? sqlite_column_number(&read, 0) : 0;
	if (version < 0 || version > HISTORY_LAYOUT_VERSION)
		return lg_hint((lg_fail(err, LG_DATABASE,
					"the history has layout %lld, and this lockgate knows none "
					"above %d",
					(long long)version, HISTORY_LAYOUT_VERSION),
				       err),
			"use the newer lockgate that wrote it");
	*out = (uint32_t)version;
	return LG_OK;
}

static enum lg_status begin_for_scope(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, struct lg_error *err)
{
	if (sqlite_query_begin(query, session, sql, err))
		return err->status;
	sqlite_bind_text(query, session->project);
	sqlite_bind_text(query, session->scope);
	return LG_OK;
}

/* SQLite gives NULL for NULL; the summary wants "". */
static const char *text_column(struct sqlite_query *query, int column)
{
	const char *text = sqlite_column(query, column);

	return text ? text : "";
}

static enum lg_status summarize(
	struct sqlite_session *session, struct history_summarizer *summarizer, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	if (begin_for_scope(&query, session, sqlite_sql_summarize, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		history_summarizer_add(summarizer, &(struct history_summary_row){
							   .kind = text_column(&query, 0),
							   .version = text_column(&query, 1),
							   .name = text_column(&query, 2),
							   .state = text_column(&query, 3),
							   .algorithm = text_column(&query, 4),
							   .content = text_column(&query, 5),
							   .down = text_column(&query, 6),
							   .phase = text_column(&query, 7),
						   });
	}
	return err->status;
}

enum lg_status sqlite_probe(
	struct target *target, struct history_summary *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	LG_CLEANUP(history_summarizer_release) struct history_summarizer summarizer;
	uint32_t layout = 0;

	history_summarizer_init(&summarizer);
	if (read_layout(session, &layout, err))
		return err->status;
	if (layout && summarize(session, &summarizer, err))
		return err->status;
	*out = history_summarizer_finish(&summarizer);
	out->layout_version = layout;
	return LG_OK;
}

/* A hash that is no hash: somebody changed the table by hand. */
static enum lg_status read_digest(
	struct sqlite_query *query, int column, struct lg_digest *out, struct lg_error *err)
{
	const char *text = text_column(query, column);

	if (lg_digest_parse(text, strlen(text), out, err)) {
		err->status = LG_DATABASE;
		return lg_wrap(err, "the history of version '%s'", text_column(query, 1));
	}
	return LG_OK;
}

static const char *keep(struct history *history, struct sqlite_query *query, int column)
{
	const char *text = sqlite_column(query, column);

	return text ? lg_arena_add(&history->strings, text) : NULL;
}

static enum migration_phase read_phase(const char *name)
{
	for (enum migration_phase phase = PHASE_EXPAND; phase <= PHASE_CONTRACT; phase++)
		if (strcmp(name, migration_phase_name(phase)) == 0)
			return phase;
	return PHASE_NONE;
}

/*
 * A row under way can be taken up again when its run died or was cancelled, for the journal then
 * tells exactly what is done, or when a human has decided; not when a statement failed, and not
 * when it was being reverted.
 */
static bool is_resumable(struct sqlite_query *query)
{
	const char *action = text_column(query, 18);
	const char *outcome = sqlite_column(query, 19);

	if (strcmp(action, "resolve") == 0)
		return true;
	return strcmp(action, "apply") == 0 && (!outcome || strcmp(outcome, "failed") != 0);
}

/* Versions are compared as numbers, so one that is none must not get any further. */
static bool is_sound(enum migration_kind kind, const char *version)
{
	return kind == MIGRATION_REPEATABLE ? bundle_name_is_valid(version)
					    : version_is_valid(version);
}

static enum lg_status read_row(
	struct history *history, struct sqlite_query *query, struct lg_error *err)
{
	struct history_row *row = history_add(history);

	if (!migration_kind_parse(text_column(query, 0), &row->kind) ||
		!history_state_parse(text_column(query, 4), &row->state))
		return lg_fail(err, LG_DATABASE,
			"the history has a row of kind '%s' and state '%s', which this lockgate "
			"does not know",
			text_column(query, 0), text_column(query, 4));
	if (!is_sound(row->kind, text_column(query, 1)))
		return lg_fail(err, LG_DATABASE,
			"the history has a %s migration of version '%s', "
			"which is none",
			migration_kind_name(row->kind), text_column(query, 1));
	row->version = lg_arena_add(&history->strings, text_column(query, 1));
	row->name = lg_arena_add(&history->strings, text_column(query, 2));
	row->position = (uint64_t)sqlite_column_number(query, 3);
	row->algorithm = lg_arena_add(&history->strings, text_column(query, 5));
	if (read_digest(query, 6, &row->hashes.raw, err) ||
		read_digest(query, 7, &row->hashes.content, err) ||
		read_digest(query, 8, &row->hashes.tokens, err))
		return err->status;
	row->has_down = sqlite_column(query, 9) != NULL;
	if (row->has_down && read_digest(query, 9, &row->down_content, err))
		return err->status;
	row->phase = read_phase(text_column(query, 10));
	row->batch_id = keep(history, query, 11);
	row->started_at = keep(history, query, 12);
	row->applied_at = keep(history, query, 13);
	row->duration_us = sqlite_column_number(query, 14);
	row->statements_done = (uint32_t)sqlite_column_number(query, 15);
	row->statements_total = (uint32_t)sqlite_column_number(query, 16);
	row->adopted_from = keep(history, query, 17);
	row->is_resumable = row->state == HISTORY_RUNNING && is_resumable(query);
	return LG_OK;
}

static enum lg_status read_rows(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	if (begin_for_scope(&query, session, sqlite_sql_read_migrations, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		if (read_row(out, &query, err))
			break;
	}
	return err->status;
}

/* What decides about a database in which this project and scope has no batch yet. */
static enum lg_status read_neighbours(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query batch = {0};
	LG_CLEANUP(sqlite_query_end) struct sqlite_query other = {0};
	LG_CLEANUP(sqlite_query_end) struct sqlite_query table = {0};
	bool row = false;

	if (out->layout_version) {
		if (begin_for_scope(&batch, session, sqlite_sql_find_batch, err) ||
			sqlite_query_step(&batch, &out->has_batches, err))
			return err->status;
		if (sqlite_query_begin(&other, session, sqlite_sql_find_other_project, err))
			return err->status;
		sqlite_bind_text(&other, session->project);
		if (sqlite_query_step(&other, &row, err))
			return err->status;
		if (row)
			out->other_project = keep(out, &other, 0);
	}
	if (out->has_batches)
		return LG_OK;
	if (sqlite_query_begin(&table, session, sqlite_sql_find_unmanaged_table, err) ||
		sqlite_query_step(&table, &row, err))
		return err->status;
	if (row) {
		out->unmanaged_table = keep(out, &table, 0);
		out->foreign_tool = keep(out, &table, 1);
		out->foreign_table = out->foreign_tool ? out->unmanaged_table : NULL;
	}
	return LG_OK;
}

static enum lg_status read_all(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	if (read_layout(session, &out->layout_version, err))
		return err->status;
	if (out->layout_version && read_rows(session, out, err))
		return err->status;
	return read_neighbours(session, out, err);
}

enum lg_status sqlite_read_history(struct target *target, struct history *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status;

	if (!session->db)
		return LG_OK;
	/* Several queries, one state of the database. */
	if (sqlite_run(session, sqlite_sql_begin_read, err))
		return err->status;
	status = read_all(session, out, err);
	sqlite_roll_back(session);
	if (!status)
		history_sort(out);
	return status;
}

enum lg_status sqlite_read_down(struct target *target, enum migration_kind kind,
	const char *version, struct lg_buf *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = false;

	if (begin_for_scope(&query, session, sqlite_sql_read_down, err))
		return err->status;
	sqlite_bind_text(&query, migration_kind_name(kind));
	sqlite_bind_text(&query, version);
	if (sqlite_query_step(&query, &row, err))
		return err->status;
	if (!row || !sqlite_column(&query, 0))
		return lg_fail(
			err, LG_FORMAT, "no down script is stored for version '%s'", version);
	lg_buf_adds(out, sqlite_column(&query, 0));
	return lg_buf_status(out, "the down script", err);
}
