/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gate/postgres/connect.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/work.h"

enum {
	CONNECT_MS = 30000, /* a server that restarts is back by then, or somebody must look */
	ORPHAN_MS = 60000,  /* a backend whose client has gone may go on for a while */
};

struct outcome {
	bool has_row;
	bool is_applied;
	bool is_own; /* of this batch */
	int64_t duration_us;
};

static enum lg_status take_outcome(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct outcome *outcome = context;

	(void)statement;
	(void)err;
	outcome->has_row = true;
	outcome->is_applied = strcmp(postgres_column(rows, 0, 0), "applied") == 0;
	outcome->is_own = *postgres_column(rows, 0, 1) == 't';
	outcome->duration_us = postgres_number_at(rows, 0, 2);
	return LG_OK;
}

static enum lg_status read_outcome(
	struct postgres_work *work, struct outcome *out, struct lg_error *err)
{
	struct postgres_session *session = work->session;
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct postgres_reply reply = {.take = take_outcome, .context = out};

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD(&string, postgres_sql_read_outcome, postgres_text(session->project),
		postgres_text(session->scope), postgres_text(migration_kind_name(work->row.kind)),
		postgres_text(work->row.version), postgres_text(work->row.batch_id));
	return postgres_execute(session, &string, &reply, err);
}

static bool is_recorded(const struct postgres_work *work, const struct outcome *outcome)
{
	if (work->is_revert)
		return !outcome->has_row;
	return outcome->has_row && outcome->is_applied && outcome->is_own;
}

bool postgres_work_was_recorded(struct postgres_work *work)
{
	struct outcome outcome = {0};
	struct lg_error ignored;

	if (read_outcome(work, &outcome, &ignored) || !is_recorded(work, &outcome))
		return false;
	work->duration_us = outcome.duration_us;
	return true;
}

static enum lg_status hint_nothing(const struct postgres_work *work, struct lg_error *err)
{
	return lg_hint(err, "nothing of %s was kept; run the command again", work->row.version);
}

/* Whether it was recorded cannot be found out now; where a signal is why, that is what is told. */
static enum lg_status give_up(
	const struct postgres_work *work, const struct lg_error *why, struct lg_error *err)
{
	if (why->status == LG_CANCELLED)
		*err = *why;
	if (work->is_committed)
		return lg_hint(err, "%s is applied; run the command again for what comes behind it",
			work->row.version);
	return lg_hint(err,
		"whether %s took effect is not known: run the command again once the "
		"database answers, the history tells",
		work->row.version);
}

enum lg_status postgres_work_find_out(struct postgres_work *work, struct lg_error *err)
{
	struct postgres_session *session = work->session;
	bool was_told = err->sqlstate[0] != '\0' && !work->is_committed;
	struct outcome outcome = {0};
	struct lg_error why;
	enum lg_status status = postgres_connect(session, CONNECT_MS, &why);

	/* The server has ended the session itself, before COMMIT: there is nothing to find out. */
	if (was_told && status != LG_CANCELLED)
		return hint_nothing(work, err);
	if (status || postgres_lock(&session->target, ORPHAN_MS, &why) ||
		read_outcome(work, &outcome, &why))
		return give_up(work, &why, err);
	if (!is_recorded(work, &outcome))
		return hint_nothing(work, err);
	work->duration_us = outcome.duration_us;
	return LG_OK;
}
