/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/foreign.h"

#include <string.h>

#include "gate/sqlite/sql.h"

/* The statements of a tool; NULL: there is none, or no such tool on SQLite. */
static const struct tool_sql {
	const char *read, *lock, *add, *add_dated, *remove;
} tools[FOREIGN_TOOL_COUNT] = {
	[FOREIGN_SEQUELIZE] = {.read = sqlite_sql_foreign_read_sequelize,
		.add = sqlite_sql_foreign_add_sequelize,
		.add_dated = sqlite_sql_foreign_add_sequelize_dated,
		.remove = sqlite_sql_foreign_remove_sequelize},
	[FOREIGN_KNEX] = {.read = sqlite_sql_foreign_read_knex,
		.lock = sqlite_sql_foreign_lock_knex,
		.add = sqlite_sql_foreign_add_knex,
		.remove = sqlite_sql_foreign_remove_knex},
	[FOREIGN_DBMATE] = {.read = sqlite_sql_foreign_read_dbmate,
		.add = sqlite_sql_foreign_add_dbmate,
		.remove = sqlite_sql_foreign_remove_dbmate},
	[FOREIGN_GOLANG_MIGRATE] = {.read = sqlite_sql_foreign_read_golang_migrate,
		.add = sqlite_sql_foreign_add_golang_migrate,
		.remove = sqlite_sql_foreign_remove_golang_migrate},
	[FOREIGN_GOOSE] = {.read = sqlite_sql_foreign_read_goose,
		.add = sqlite_sql_foreign_add_goose,
		.remove = sqlite_sql_foreign_remove_goose},
	[FOREIGN_DIESEL] = {.read = sqlite_sql_foreign_read_diesel,
		.add = sqlite_sql_foreign_add_diesel,
		.remove = sqlite_sql_foreign_remove_diesel},
	[FOREIGN_SQLX] = {.read = sqlite_sql_foreign_read_sqlx,
		.add = sqlite_sql_foreign_add_sqlx,
		.remove = sqlite_sql_foreign_remove_sqlx},
	[FOREIGN_FLYWAY] = {.read = sqlite_sql_foreign_read_flyway,
		.add = sqlite_sql_foreign_add_flyway,
		.remove = sqlite_sql_foreign_remove_flyway},
	[FOREIGN_PRISMA] = {.read = sqlite_sql_foreign_read_prisma,
		.add = sqlite_sql_foreign_add_prisma,
		.remove = sqlite_sql_foreign_remove_prisma},
	[FOREIGN_ATLAS] = {.read = sqlite_sql_foreign_read_atlas},
	[FOREIGN_LIQUIBASE] = {.read = sqlite_sql_foreign_read_liquibase,
		.lock = sqlite_sql_foreign_lock_liquibase},
};

static enum lg_status find_tables(struct sqlite_session *session, const char *table,
	struct foreign_history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf names;
	bool row = true;

	lg_buf_init(&names, LG_BUF_MAX_BYTES);
	foreign_tool_add_tables(&names);
	if (sqlite_query_begin(&query, session, sqlite_sql_find_foreign_tables, err))
		return err->status;
	sqlite_bind_bytes(&query, names.text, names.len);
	sqlite_bind_text(&query, table);
	while (!sqlite_query_step(&query, &row, err)) {
		const char *columns = row ? sqlite_column(&query, 2) : NULL;

		if (!row)
			return LG_OK;
		foreign_add_table(out, &(struct foreign_table){.schema = sqlite_column(&query, 0),
					       .name = sqlite_column(&query, 1),
					       .columns = columns ? columns : "",
					       .is_near = true});
	}
	return err->status;
}

static enum lg_status read_rows(
	struct sqlite_session *session, struct foreign_history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = true;

	if (sqlite_query_begin_on(&query, session, tools[out->tool].read, out->table->name, err))
		return err->status;
	while (!sqlite_query_step(&query, &row, err)) {
		struct foreign_row stored = {0};

		if (!row)
			return LG_OK;
		for (int column = 0; column < FOREIGN_COLUMNS; column++) {
			stored.texts[column] = sqlite_column(&query, column);
			stored.lens[column] = sqlite_column_bytes(&query, column);
		}
		if (foreign_add(out, &stored, err))
			break;
	}
	return err->status;
}

static enum lg_status read_lock(
	struct sqlite_session *session, struct foreign_history *out, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = false;

	if (!out->lock || !tools[out->tool].lock)
		return LG_OK;
	if (sqlite_query_begin_on(&query, session, tools[out->tool].lock, out->lock->name, err) ||
		sqlite_query_step(&query, &row, err))
		return err->status;
	if (row)
		out->lock_holder = lg_arena_add(&out->strings, sqlite_column(&query, 0));
	return LG_OK;
}

static enum lg_status read_all(struct sqlite_session *session, const char *table,
	struct foreign_history *out, struct lg_error *err)
{
	if (find_tables(session, table, out, err) || foreign_choose(out, table, err))
		return err->status;
	if (!read_rows(session, out, err) && !read_lock(session, out, err))
		return LG_OK;
	(void)lg_wrap(err, "'%s', the history table of %s", out->table->name,
		foreign_trait(out->tool)->name);
	if (!err->hint[0])
		return lg_hint(err, "if it is no table of that tool's, name another one with "
				    "--history-table");
	return err->status;
}

enum lg_status sqlite_read_foreign(
	struct target *target, const char *table, struct foreign_history *out, struct lg_error *err)
{
	struct sqlite_session *session = sqlite_session_of(target);
	const struct foreign_trait *trait = foreign_trait(out->tool);
	enum lg_status status;

	if (!trait->has_sqlite)
		return lg_fail(err, LG_USAGE, "%s does not migrate SQLite databases", trait->name);
	if (!session->db && sqlite_connect(session, err))
		return err->status;
	if (!session->db)
		return foreign_choose(out, table, err);
	/* Several queries, one state of the database. */
	if (sqlite_run(session, sqlite_sql_begin_read, err))
		return err->status;
	status = read_all(session, table, out, err);
	sqlite_roll_back(session);
	return status;
}

static enum lg_status write_record(
	struct sqlite_session *session, const struct foreign_record *record, struct lg_error *err)
{
	const struct tool_sql *sql = &tools[record->tool];
	const char *add = record->is_dated && sql->add_dated ? sql->add_dated : sql->add;
	struct sqlite_query query;

	if (sqlite_query_begin_on(&query, session, record->is_removal ? sql->remove : add,
		    record->table->name, err))
		return err->status;
	for (size_t i = 0; i < record->count; i++)
		if (i == record->bytes_at)
			sqlite_bind_base16(&query, record->values[i]);
		else
			sqlite_bind_text(&query, record->values[i]);
	return sqlite_query_run(&query, err);
}

enum lg_status sqlite_write_record(struct sqlite_session *session,
	const struct foreign_record *record, const char *version, bool is_transactional,
	struct lg_error *err)
{
	if (!record || !write_record(session, record, err))
		return LG_OK;
	if (err->status != LG_DATABASE || session->has_lost_disk)
		return err->status;
	(void)lg_wrap(err, "'%s', the history table of %s, cannot be kept in step",
		record->table->name, foreign_trait(record->tool)->name);
	err->status = LG_FAILED;
	return foreign_record_hint(record, version, is_transactional, err);
}
