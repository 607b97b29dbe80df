/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"

void postgres_add_row(const struct postgres_session *session, struct postgres_string *string,
	const char *sql, const struct history_row *row, struct postgres_value down_sql)
{
	POSTGRES_ADD(string, sql, postgres_text(session->project), postgres_text(session->scope),
		postgres_text(migration_kind_name(row->kind)), postgres_text(row->version),
		postgres_text(row->name), postgres_number((int64_t)row->position),
		postgres_text(history_state_name(row->state)), postgres_text(row->algorithm),
		postgres_digest(&row->hashes.raw), postgres_digest(&row->hashes.content),
		postgres_digest(&row->hashes.tokens),
		row->has_down ? postgres_digest(&row->down_content) : postgres_null(),
		row->phase ? postgres_text(migration_phase_name(row->phase)) : postgres_null(),
		postgres_text(row->batch_id), postgres_text(row->started_at),
		postgres_text(row->applied_at), postgres_number(row->duration_us),
		postgres_number(row->statements_done), postgres_number(row->statements_total),
		postgres_text(row->adopted_from), down_sql);
}

void postgres_add_running(const struct postgres_session *session, struct postgres_string *string,
	const struct history_row *row, bool stands, const char *down_sql, size_t down_len)
{
	struct history_row running = *row;

	running.state = HISTORY_RUNNING;
	running.applied_at = NULL;
	postgres_add_row(session, string,
		stands ? postgres_sql_put_migration : postgres_sql_insert_migration, &running,
		postgres_bytes(down_sql, down_len));
}

void postgres_add_event(struct postgres_string *string, const char *batch_id, const char *version,
	const char *what, const char *detail)
{
	POSTGRES_ADD(string, postgres_sql_insert_event, postgres_text(batch_id),
		postgres_text(version), postgres_text(what), postgres_text(detail));
}

enum lg_status postgres_begin_batch(
	struct target *target, const struct target_batch *batch, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	char started_at[LG_MOMENT_CHARS + 1];

	lg_clock_format(batch->started_at_us, started_at);
	postgres_string_init(&string);
	postgres_add_begin_own(&string);
	POSTGRES_ADD(&string, postgres_sql_insert_batch, postgres_text(batch->id),
		postgres_text(session->project), postgres_text(session->scope),
		postgres_text(batch->action), postgres_text(batch->bundle_id),
		postgres_text(batch->signed_by), postgres_text(batch->policy),
		postgres_text(batch->reason), postgres_text(batch->tool),
		postgres_text(batch->source), postgres_text(batch->run_url),
		postgres_text(batch->actor), postgres_text(batch->host), postgres_text(started_at));
	postgres_add_commit(&string);
	return postgres_write(session, &string, false, err);
}

enum lg_status postgres_finish_batch(
	struct target *target, const char *batch_id, const char *outcome, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);
	char finished_at[LG_MOMENT_CHARS + 1];

	session->is_settling = true;
	lg_clock_format(lg_clock_now_us(), finished_at);
	postgres_string_init(&string);
	postgres_add_begin_own(&string);
	POSTGRES_ADD(&string, postgres_sql_finish_batch, postgres_text(batch_id),
		postgres_text(finished_at), postgres_text(outcome));
	postgres_add_commit(&string);
	return postgres_write(session, &string, false, err);
}

enum lg_status postgres_note(struct target *target, const char *batch_id, const char *version,
	const char *what, const char *detail, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_session *session = postgres_session_of(target);

	postgres_string_init(&string);
	postgres_add_begin_own(&string);
	postgres_add_event(&string, batch_id, version, what, detail);
	postgres_add_commit(&string);
	return postgres_write(session, &string, false, err);
}
