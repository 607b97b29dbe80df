/* SPDX-License-Identifier: MIT */
#include "gate/postgres/work.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/foreign.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/route.h"
#include "gate/postgres/scope.h"
#include "gate/postgres/sql.h"

enum { NAME_BYTES = 63 };

void postgres_work_forget_pieces(struct postgres_work *work)
{
	work->fence = SIZE_MAX;
	work->running = SIZE_MAX;
	work->role = SIZE_MAX;
	work->scope = SIZE_MAX;
	work->tail = SIZE_MAX;
	work->record_at = SIZE_MAX;
	work->mark = SIZE_MAX;
	work->commit = SIZE_MAX;
}

void postgres_work_add_begin(struct postgres_work *work)
{
	work->first = work->string->count;
	if (work->joins) {
		POSTGRES_ADD_PLAIN(work->string, postgres_sql_pin_search_path);
		postgres_add_fence(work->session, work->string);
	} else {
		postgres_add_begin(work->session, work->string);
	}
	work->fence = work->string->count - 1;
}

static void add_held_row(struct postgres_work *work)
{
	const struct history_row *row = &work->row;

	POSTGRES_ADD(work->string, postgres_sql_start_revert, postgres_text(work->session->project),
		postgres_text(work->session->scope), postgres_text(migration_kind_name(row->kind)),
		postgres_text(row->version), postgres_text(row->batch_id),
		postgres_number(row->statements_done), postgres_number(row->statements_total),
		postgres_digest(&row->hashes.tokens));
}

void postgres_work_add_running(struct postgres_work *work, uint32_t done)
{
	struct history_row *row = &work->row;

	row->state = HISTORY_RUNNING;
	row->applied_at = NULL;
	row->statements_done = done;
	row->hashes.tokens = script_prefix_tokens(work->script->view, SQL_POSTGRES, done);
	work->running = work->string->count;
	if (work->is_revert)
		add_held_row(work);
	else
		postgres_add_running(work->session, work->string, row, work->stands, work->down_sql,
			work->down_len);
}

int64_t postgres_work_lock_timeout(const struct postgres_work *work)
{
	int64_t own = work->script->directives->lock_timeout_ms;

	return own == DIRECTIVE_UNSET ? work->session->options.lock_timeout_ms : own;
}

/* "lockgate PID@HOST VERSION": whoever waits for the lock reads it. */
static void add_name(struct postgres_work *work, const char *local)
{
	const char *own = PQparameterStatus(work->session->conn, "application_name");
	size_t own_len;
	char name[NAME_BYTES + 1];

	if (!own || !work->session->has_own_name)
		return;
	own_len = strcspn(own, "@");
	own_len += strcspn(own + own_len, " ");
	(void)snprintf(name, sizeof(name), "%.*s %s", (int)own_len, own, work->row.version);
	POSTGRES_ADD(
		work->string, postgres_sql_set_name, postgres_text(name), postgres_text(local));
}

const char *postgres_work_role(const struct postgres_work *work)
{
	const char *own = work->script->directives->role;

	return own ? own : work->session->role;
}

void postgres_work_add_limits(struct postgres_work *work, int64_t lock_timeout_ms, bool is_local)
{
	const struct directives *directives = work->script->directives;
	const struct target_options *options = &work->session->options;
	const char *role = postgres_work_role(work);
	const char *local = is_local ? "true" : "false";

	POSTGRES_ADD(work->string, postgres_sql_set_limits, postgres_number(lock_timeout_ms),
		postgres_number(directives->statement_timeout_ms == DIRECTIVE_UNSET
					? options->statement_timeout_ms
					: directives->statement_timeout_ms),
		postgres_text(local));
	add_name(work, local);
	if (role) {
		work->role = work->string->count;
		POSTGRES_ADD(work->string, postgres_sql_set_role, postgres_text(role),
			postgres_text(local));
	}
	if (is_local)
		POSTGRES_ADD_PLAIN(work->string, postgres_sql_unpin_search_path);
	if (postgres_is_scoped(work->session))
		work->scope = work->string->count;
	postgres_add_scope(work->session, work->string, is_local);
}

static void add_mark(struct postgres_work *work)
{
	const struct history_row *row = &work->row;
	struct postgres_value project = postgres_text(work->session->project);
	struct postgres_value scope = postgres_text(work->session->scope);
	struct postgres_value kind = postgres_text(migration_kind_name(row->kind));
	struct postgres_value version = postgres_text(row->version);
	struct postgres_value batch = postgres_text(row->batch_id);
	struct postgres_value statements = postgres_number(work->script->statements);

	work->mark = work->string->count;
	if (work->is_revert)
		POSTGRES_ADD(work->string, postgres_sql_mark_reverted, project, scope, kind,
			version, batch, statements);
	else
		POSTGRES_ADD(work->string, postgres_sql_mark_applied, project, scope, kind, version,
			batch, postgres_digest(&work->script->hashes->tokens), statements);
}

void postgres_work_add_end(struct postgres_work *work)
{
	struct postgres_string *string = work->string;

	work->tail = string->count;
	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_authorization);
	POSTGRES_ADD_PLAIN(string, postgres_sql_reset_role);
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	if (work->record) {
		work->record_at = string->count;
		postgres_add_record(string, work->record);
	}
	add_mark(work);
	if (!work->leaves_open) {
		work->commit = string->count;
		postgres_add_commit(string);
	}
	/*
	 * What stands outside of BEGIN and COMMIT begins a transaction too, and the BEGIN behind it
	 * could no longer say how that one is to be (PostgreSQL manual, "Multiple Statements in a
	 * Simple Query").
	 */
	if (work->is_followed)
		POSTGRES_ADD_PLAIN(string, postgres_sql_begin);
	postgres_add_reset(work->session, string);
	if (work->is_followed)
		postgres_add_commit(string);
}

void postgres_work_add_statement(struct postgres_work *work, const struct target_script *script,
	const struct script_statement *statement, size_t from)
{
	const struct target_listener *listener = work->session->options.listener;

	if (script == work->script && !work->is_behind && listener && listener->statement)
		listener->statement(listener->context, statement->index, script->statements);
	postgres_string_add_statement(work->string, script, statement, from);
}

void postgres_work_add_check(struct postgres_work *work)
{
	struct script_cursor cursor;
	struct script_statement statement;
	size_t from = 0;

	script_cursor_init(&cursor, work->check->view, SQL_POSTGRES);
	while (script_cursor_next(&cursor, &statement)) {
		postgres_work_add_statement(work, work->check, &statement, from);
		from = statement.offset + statement.len;
	}
}
