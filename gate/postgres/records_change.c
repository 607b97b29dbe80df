/* SPDX-License-Identifier: MIT */
#include "gate/postgres/records.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"

enum {
	STRING_BYTES = 1 << 20, /* a longer one costs the server many times its size */
	WAIT_MS = 30000,
	PIECES = 2, /* of a change: the row and its event */
};

/* Changes on their way: one transaction, in as many strings as their size asks for. */
struct changing {
	struct postgres_session *session;
	const char *batch_id;
	const struct target_change *changes;
	struct postgres_string string;
	size_t head;  /* pieces of the string in front of the first change */
	size_t first; /* which change that is */
};

static void add_set(const struct postgres_session *session, struct postgres_string *string,
	const struct history_row *row)
{
	POSTGRES_ADD(string, postgres_sql_set_migration, postgres_text(session->project),
		postgres_text(session->scope), postgres_text(migration_kind_name(row->kind)),
		postgres_text(row->version), postgres_text(history_state_name(row->state)),
		postgres_digest(&row->hashes.raw), postgres_digest(&row->hashes.content),
		postgres_digest(&row->hashes.tokens), postgres_text(row->batch_id),
		postgres_number(row->statements_done), postgres_text(row->applied_at),
		postgres_number(row->statements_total));
}

static void add_forget(const struct postgres_session *session, struct postgres_string *string,
	const struct history_row *row)
{
	POSTGRES_ADD(string, postgres_sql_forget_migration, postgres_text(session->project),
		postgres_text(session->scope), postgres_text(migration_kind_name(row->kind)),
		postgres_text(row->version));
}

static void add_change(struct changing *changing, const struct target_change *change)
{
	struct postgres_string *string = &changing->string;
	const struct history_row *row = change->row;

	switch (change->kind) {
	case TARGET_ROW_ADD:
		postgres_add_row(changing->session, string, postgres_sql_insert_migration, row,
			postgres_bytes(change->down_sql, change->down_len));
		break;
	case TARGET_ROW_SET:
		add_set(changing->session, string, row);
		break;
	case TARGET_ROW_FORGET:
		add_forget(changing->session, string, row);
		break;
	}
	postgres_add_event(string, changing->batch_id, row->version, change->event, change->detail);
}

/* What an error of the piece behind the `done` first ones means. */
static enum lg_status explain(const struct changing *changing, size_t done, struct lg_error *err)
{
	const char *version;

	if (done < changing->head || done + 1 >= changing->string.count ||
		(done - changing->head) % PIECES != 0)
		return err->status;
	version =
		changing->changes[changing->first + (done - changing->head) / PIECES].row->version;
	if (postgres_is_error(err, "23505"))
		return lg_fail(err, LG_DATABASE, "version '%s' is already in the history", version);
	if (postgres_is_error(err, "22012"))
		return lg_fail(err, LG_DATABASE, "version '%s' is not in the history", version);
	return err->status;
}

/* Sends what there is; `next` is the change that comes behind it. */
static enum lg_status send_string(struct changing *changing, size_t next, struct lg_error *err)
{
	struct postgres_session *session = changing->session;
	struct postgres_reply reply = {0};
	enum lg_status status = changing->head
					? postgres_send_fenced(session, &changing->string,
						  changing->head, WAIT_MS, &reply, err)
					: postgres_execute(session, &changing->string, &reply, err);

	if (status)
		status = explain(changing, reply.done, err);
	postgres_string_clear(&changing->string);
	changing->head = 0;
	changing->first = next;
	return status;
}

static enum lg_status send_changes(struct changing *changing, size_t count, struct lg_error *err)
{
	postgres_add_begin(changing->session, &changing->string);
	for (size_t i = 0; i < count; i++) {
		add_change(changing, &changing->changes[i]);
		if (changing->string.text.len > STRING_BYTES && send_string(changing, i + 1, err))
			return err->status;
	}
	postgres_add_commit(&changing->string);
	return send_string(changing, count, err);
}

enum lg_status postgres_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err)
{
	struct changing changing = {
		.session = postgres_session_of(target),
		.batch_id = batch_id,
		.changes = changes,
		.head = POSTGRES_HEAD,
	};
	enum lg_status status;

	if (count == 0)
		return LG_OK;
	postgres_string_init(&changing.string);
	status = send_changes(&changing, count, err);
	if (status)
		postgres_roll_back(changing.session);
	postgres_string_release(&changing.string);
	return status;
}
