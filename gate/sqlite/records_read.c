/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/records.h"

#include <string.h>

#include "gate/sqlite/sql.h"
#include "gate/stored_row.h"

/* Sets *out_found to whether the history's tables are there: all of them, or none. */
static enum lg_status find_tables(
	struct sqlite_session *session, bool *out_found, struct lg_error *err)
{
	/* In byte order. */
	static const char *const tables[] = {"lockgate_batch", "lockgate_event", "lockgate_format",
		"lockgate_migration", "lockgate_object"};
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	const char *missing = NULL;
	bool row = false;

	*out_found = false;
	if (sqlite_query_begin(&query, session, sqlite_sql_find_layout, err) ||
		sqlite_query_step(&query, &row, err))
		return err->status;
	for (size_t i = 0; i < LG_COUNT_OF(tables); i++) {
		if (!row || strcmp(sqlite_column(&query, 0), tables[i]) != 0) {
			missing = tables[i];
			continue;
		}
		*out_found = true;
		if (sqlite_query_step(&query, &row, err))
			return err->status;
	}
	if (!*out_found || !missing)
		return LG_OK;
	(void)lg_fail(
		err, LG_DATABASE, "the history is damaged: its table '%s' is missing", missing);
	return lg_hint(err, "restore the database from a backup; the other tables named lockgate_… "
			    "are still there");
}

static enum lg_status fail_format(const char *what, struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"the history is damaged: lockgate_format has %s, not one with the layout's version",
		what);
	return lg_hint(err,
		"restore the database from a backup, or put the row %d back if nothing "
		"else was changed by hand",
		HISTORY_LAYOUT_VERSION);
}

static enum lg_status read_format(
	struct sqlite_session *session, uint32_t *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = false;
	int64_t version;

	if (sqlite_query_begin(&query, session, sqlite_sql_read_format, err) ||
		sqlite_query_step(&query, &row, err))
		return err->status;
	if (!row)
		return fail_format("no row", err);
	version = sqlite_column_number(&query, 0);
	if (!sqlite_column_is_number(&query, 0) || version < 1)
		return fail_format("something else in it", err);
	if (sqlite_query_step(&query, &row, err))
		return err->status;
	if (row)
		return fail_format("several rows", err);
	if (version > HISTORY_LAYOUT_VERSION)
		return lg_hint((lg_fail(err, LG_DATABASE,
					"the history has layout %lld, and this lockgate knows none "
					"above %d",
					(long long)version, HISTORY_LAYOUT_VERSION),
				       err),
			"use the newer lockgate that wrote it");
	*out = (uint32_t)version;
	return LG_OK;
}

/* Sets *out to the layout's version, 0 when there is no history or no database yet. */
static enum lg_status read_layout(
	struct sqlite_session *session, uint32_t *out, struct lg_error *err)
{
	bool is_there = false;

	*out = 0;
	/* The file may have come since: whoever held the lock has made it. */
	if (!session->db && sqlite_connect(session, err))
		return err->status;
	if (!session->db)
		return LG_OK;
	if (find_tables(session, &is_there, err))
		return err->status;
	return is_there ? read_format(session, out, err) : LG_OK;
}

/* SQLite gives NULL for NULL; the summary wants "". */
static const char *text_column(struct sqlite_query *query, int column)
{
	const char *text = sqlite_column(query, column);

	return text ? text : "";
}

/* What the fast path hashes must be all that is there: it ends at a NUL. */
static enum lg_status demand_texts(struct sqlite_query *query, struct lg_error *err)
{
	for (int column = 0; column <= 7; column++)
		if (sqlite_column_bytes(query, column) != strlen(text_column(query, column)))
			return lg_fail(err, LG_DATABASE,
				"the history of version '%s' has a text with a NUL in it",
				text_column(query, 1));
	return LG_OK;
}

static enum lg_status summarize(
	struct sqlite_session *session, struct history_summarizer *summarizer, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	if (sqlite_query_begin_scoped(&query, session, sqlite_sql_summarize, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		if (demand_texts(&query, err))
			break;
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

static const char *keep(struct history *history, struct sqlite_query *query, int column)
{
	const char *text = sqlite_column(query, column);

	return text ? lg_arena_add(&history->strings, text) : NULL;
}

static enum lg_status read_row(
	struct sqlite_query *query, struct history *out, struct lg_error *err)
{
	struct stored_row stored = {0};

	for (int column = 0; column < STORED_COLUMNS; column++) {
		stored.texts[column] = sqlite_column(query, column);
		stored.lens[column] = sqlite_column_bytes(query, column);
	}
	return stored_row_read(&stored, out, err);
}

static enum lg_status read_rows(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	if (sqlite_query_begin_scoped(&query, session, sqlite_sql_read_migrations, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		if (!row)
			return LG_OK;
		if (read_row(&query, out, err))
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
		if (sqlite_query_begin_scoped(&batch, session, sqlite_sql_find_batch, err) ||
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

static enum lg_status read_step(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = false;

	if (sqlite_query_begin_scoped(&query, session, sqlite_sql_find_step, err))
		return err->status;
	sqlite_bind_text(&query, HISTORY_IN_STEP);
	if (sqlite_query_step(&query, &row, err))
		return err->status;
	out->in_step = row ? keep(out, &query, 0) : NULL;
	return LG_OK;
}

static enum lg_status read_all(
	struct sqlite_session *session, struct history *out, struct lg_error *err)
{
	if (read_layout(session, &out->layout_version, err))
		return err->status;
	if (out->layout_version && (read_rows(session, out, err) || read_step(session, out, err)))
		return err->status;
	return read_neighbours(session, out, err);
}

enum lg_status sqlite_read_history(struct target *target, struct history *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	enum lg_status status;

	/* The file may have come since: whoever held the lock has made it. */
	if (!session->db && sqlite_connect(session, err))
		return err->status;
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

	if (sqlite_query_begin_scoped(&query, session, sqlite_sql_read_down, err))
		return err->status;
	sqlite_bind_text(&query, migration_kind_name(kind));
	sqlite_bind_text(&query, version);
	if (sqlite_query_step(&query, &row, err))
		return err->status;
	if (!row || !sqlite_column(&query, 0))
		return lg_fail(
			err, LG_FORMAT, "no down script is stored for version '%s'", version);
	lg_buf_add(out, sqlite_column(&query, 0), sqlite_column_bytes(&query, 0));
	return lg_buf_status(out, "the down script", err);
}
