/* SPDX-License-Identifier: MIT */
#include "gate/postgres/foreign.h"

#include "gate/postgres/records.h"
#include "gate/postgres/scope.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"

/* The statements of a tool; NULL: there is none. */
static const struct tool_sql {
	const char *read, *lock, *add, *add_dated, *remove;
} tools[FOREIGN_TOOL_COUNT] = {
	[FOREIGN_SEQUELIZE] = {.read = postgres_sql_foreign_read_sequelize,
		.add = postgres_sql_foreign_add_sequelize,
		.add_dated = postgres_sql_foreign_add_sequelize_dated,
		.remove = postgres_sql_foreign_remove_sequelize},
	[FOREIGN_KNEX] = {.read = postgres_sql_foreign_read_knex,
		.lock = postgres_sql_foreign_lock_knex,
		.add = postgres_sql_foreign_add_knex,
		.remove = postgres_sql_foreign_remove_knex},
	[FOREIGN_NODE_PG_MIGRATE] = {.read = postgres_sql_foreign_read_node_pg_migrate,
		.add = postgres_sql_foreign_add_node_pg_migrate,
		.remove = postgres_sql_foreign_remove_node_pg_migrate},
	[FOREIGN_DBMATE] = {.read = postgres_sql_foreign_read_dbmate,
		.add = postgres_sql_foreign_add_dbmate,
		.remove = postgres_sql_foreign_remove_dbmate},
	[FOREIGN_GOLANG_MIGRATE] = {.read = postgres_sql_foreign_read_golang_migrate,
		.add = postgres_sql_foreign_add_golang_migrate,
		.remove = postgres_sql_foreign_remove_golang_migrate},
	[FOREIGN_GOOSE] = {.read = postgres_sql_foreign_read_goose,
		.add = postgres_sql_foreign_add_goose,
		.remove = postgres_sql_foreign_remove_goose},
	[FOREIGN_DIESEL] = {.read = postgres_sql_foreign_read_diesel,
		.add = postgres_sql_foreign_add_diesel,
		.remove = postgres_sql_foreign_remove_diesel},
	[FOREIGN_SQLX] = {.read = postgres_sql_foreign_read_sqlx,
		.add = postgres_sql_foreign_add_sqlx,
		.remove = postgres_sql_foreign_remove_sqlx},
	[FOREIGN_FLYWAY] = {.read = postgres_sql_foreign_read_flyway,
		.add = postgres_sql_foreign_add_flyway,
		.remove = postgres_sql_foreign_remove_flyway},
	[FOREIGN_PRISMA] = {.read = postgres_sql_foreign_read_prisma,
		.add = postgres_sql_foreign_add_prisma,
		.remove = postgres_sql_foreign_remove_prisma},
	[FOREIGN_ATLAS] = {.read = postgres_sql_foreign_read_atlas},
	[FOREIGN_LIQUIBASE] = {.read = postgres_sql_foreign_read_liquibase,
		.lock = postgres_sql_foreign_lock_liquibase},
};

/* One string that reads: which of its statements tells what. */
struct reading {
	struct foreign_history *out;
	size_t tables, rows, lock; /* SIZE_MAX: none does */
};

static void take_tables(struct foreign_history *out, const struct pg_result *rows)
{
	for (int row = 0; row < postgres_row_count(rows); row++) {
		const char *columns = postgres_column(rows, row, 2);
		const char *is_near = postgres_column(rows, row, 3);

		foreign_add_table(
			out, &(struct foreign_table){.schema = postgres_column(rows, row, 0),
				     .name = postgres_column(rows, row, 1),
				     .columns = columns ? columns : "",
				     .is_near = is_near && *is_near == 't'});
	}
}

static enum lg_status take_rows(
	struct foreign_history *out, const struct pg_result *rows, struct lg_error *err)
{
	for (int row = 0; row < postgres_row_count(rows); row++) {
		struct foreign_row stored = {0};

		for (int column = 0; column < FOREIGN_COLUMNS; column++) {
			stored.texts[column] = postgres_column(rows, row, column);
			stored.lens[column] = postgres_column_bytes(rows, row, column);
		}
		if (foreign_add(out, &stored, err))
			return err->status;
	}
	return LG_OK;
}

static enum lg_status take(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct reading *reading = context;
	struct foreign_history *out = reading->out;

	if (statement == reading->tables)
		take_tables(out, rows);
	if (statement == reading->rows)
		return take_rows(out, rows, err);
	if (statement == reading->lock && postgres_row_count(rows) > 0)
		out->lock_holder = lg_arena_add(&out->strings, postgres_column(rows, 0, 0));
	return LG_OK;
}

static enum lg_status send_reading(struct postgres_session *session, struct reading *reading,
	struct postgres_string *string, struct lg_error *err)
{
	struct postgres_reply reply = {.take = take, .context = reading, .is_streamed = true};

	postgres_add_commit(string);
	if (!postgres_execute(session, string, &reply, err))
		return LG_OK;
	postgres_roll_back(session);
	return err->status;
}

static enum lg_status find_tables(struct postgres_session *session, const char *table,
	struct foreign_history *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	LG_CLEANUP(lg_buf_release) struct lg_buf names;
	struct reading reading = {.out = out, .rows = SIZE_MAX, .lock = SIZE_MAX};

	postgres_string_init(&string);
	lg_buf_init(&names, LG_BUF_MAX_BYTES);
	foreign_tool_add_tables(&names);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_begin_read);
	postgres_add_schemas(session, &string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	reading.tables = string.count;
	POSTGRES_ADD(&string, postgres_sql_find_foreign_tables,
		postgres_bytes(names.text, names.len), postgres_text(table));
	return send_reading(session, &reading, &string, err);
}

static enum lg_status read_rows(
	struct postgres_session *session, struct foreign_history *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	const struct tool_sql *sql = &tools[out->tool];
	struct reading reading = {.out = out, .tables = SIZE_MAX, .lock = SIZE_MAX};

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_begin_read);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_see_all_rows);
	reading.rows = string.count;
	POSTGRES_ADD(&string, sql->read, postgres_name(out->table->schema),
		postgres_name(out->table->name));
	if (out->lock && sql->lock) {
		reading.lock = string.count;
		POSTGRES_ADD(&string, sql->lock, postgres_name(out->lock->schema),
			postgres_name(out->lock->name));
	}
	return send_reading(session, &reading, &string, err);
}

enum lg_status postgres_read_foreign(
	struct target *target, const char *table, struct foreign_history *out, struct lg_error *err)
{
	struct postgres_session *session = postgres_session_of(target);

	if (find_tables(session, table, out, err) || foreign_choose(out, table, err))
		return err->status;
	if (!read_rows(session, out, err))
		return LG_OK;
	(void)lg_wrap(err, "cannot read '%s', the history table of %s", out->table->name,
		foreign_trait(out->tool)->name);
	if (postgres_is_error(err, "42703"))
		return lg_hint(err, "it is no table of that tool's: name another one with "
				    "--history-table");
	return err->status;
}

void postgres_add_record(struct postgres_string *string, const struct foreign_record *record)
{
	struct postgres_value values[2 + FOREIGN_RECORD_VALUES] = {
		postgres_name(record->table->schema), postgres_name(record->table->name)};
	const struct tool_sql *sql = &tools[record->tool];
	const char *add = record->is_dated && sql->add_dated ? sql->add_dated : sql->add;

	for (size_t i = 0; i < record->count; i++)
		values[2 + i] = postgres_text(record->values[i]);
	postgres_string_add(
		string, record->is_removal ? sql->remove : add, values, 2 + record->count);
}
