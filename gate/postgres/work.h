/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_WORK_H
#define LOCKGATE_GATE_POSTGRES_WORK_H

/*
 * A script at work, and its record in the history; private to apply.c, work*.c and lost.c. It runs
 * in one transaction, which is one string, or statement by statement with a journal.
 */

#include "gate/postgres/session.h"

/* One script, what it belongs to, and what to record: apply and revert differ in little else. */
struct postgres_work {
	struct postgres_session *session;
	const struct target_script *script;
	const struct target_script *check; /* NULL: none */
	struct history_row row;            /* as it is to be recorded */
	const char *down_sql;
	size_t down_len;
	const struct foreign_record *record; /* of another tool, to write along; NULL: none */
	bool is_revert;
	bool stands;      /* the row must be there already, else it must not */
	bool joins;       /* the transaction that the step before has left open */
	bool leaves_open; /* for the step behind */
	bool is_behind;   /* another is before it in the same string */
	bool is_followed; /* and another behind it */

	struct postgres_string *string; /* the one under way; borrowed */

	/* Where in it the work begins, and where lockgate's own statements are; SIZE_MAX: not. */
	size_t first, fence, running, role, scope, tail, record_at, mark, commit;

	bool is_begun;          /* something of it was answered */
	bool is_committed;      /* COMMIT of the record was answered */
	bool is_record_refused; /* the other tool's table did not take the record */
	bool is_half_done;      /* a statement may have committed a part of its work */
	uint32_t ahead; /* the statement that has taken effect, which the journal does not say; 0 */
	int64_t duration_us; /* as recorded */
	int64_t rows;        /* that the last statement which was sent has counted; -1: none */
	struct postgres_place found_at; /* the query of the check that gave a row */
	char found[512];                /* that row, for people; "": there is none */
};

/*
 * Both run the script and record it. Errors: LG_FAILED (the script's), LG_CANCELLED, LG_LOCKED,
 * LG_DATABASE. In a transaction nothing of it is left then; the journal says what is.
 */
LG_MUST_USE
enum lg_status postgres_work_run_in_transaction(struct postgres_work *work, struct lg_error *err);
LG_MUST_USE
enum lg_status postgres_work_run_journaled(struct postgres_work *work, struct lg_error *err);

/*
 * The same of several works with one string, each in a transaction of its own; they are short, and
 * have no checks. *out_done is how many are recorded, in order, also after an error, which is of
 * the one behind them; after a failure that passed it may be less than all.
 */
LG_MUST_USE
enum lg_status postgres_work_run_together(
	struct postgres_work *works, size_t count, size_t *out_done, struct lg_error *err);

/* Parts of both: what goes into the string under way. */

/* Nothing of the work is in the string any more. */
void postgres_work_forget_pieces(struct postgres_work *work);

/* Whose rights the script has; NULL: the user's own. */
const char *postgres_work_role(const struct postgres_work *work);

/* Begins a fenced transaction, or goes on in the one that is open. */
void postgres_work_add_begin(struct postgres_work *work);

/* Takes hold of the row; `done` statements have taken effect. */
void postgres_work_add_running(struct postgres_work *work, uint32_t done);

/* What the script's statements may take and who they are, for the transaction or the session. */
void postgres_work_add_limits(struct postgres_work *work, int64_t lock_timeout_ms, bool is_local);

/* The milliseconds that a statement of the script may wait for a lock. */
int64_t postgres_work_lock_timeout(const struct postgres_work *work);

/* The record that the script has done its work, COMMIT, and a session that is new again. */
void postgres_work_add_end(struct postgres_work *work);

/* One statement of the script or its check, and the listener is told. */
void postgres_work_add_statement(struct postgres_work *work, const struct target_script *script,
	const struct script_statement *statement, size_t from);

/* Every query of the check. */
void postgres_work_add_check(struct postgres_work *work);

/* Sends what is under way and the check behind it, and adds what undoes the check. */
LG_MUST_USE
enum lg_status postgres_work_send_check(struct postgres_work *work, struct lg_error *err);

/*
 * Sends the string under way, and makes it empty again. What fails of lockgate's own statements is
 * explained by what it means there. Errors: as above; LG_FAILED too if the check found a row.
 */
LG_MUST_USE
enum lg_status postgres_work_send(struct postgres_work *work, struct lg_error *err);

/* The same with all the works that share the string; *out_at is the one that answered last. */
LG_MUST_USE
enum lg_status postgres_work_send_all(
	struct postgres_work *works, size_t count, size_t *out_at, struct lg_error *err);

/* What an error of the piece behind the `done` first ones means for the work. */
LG_MUST_USE
enum lg_status postgres_work_explain(struct postgres_work *work, size_t done, struct lg_error *err);

/* Tells the row that the check has found. */
LG_MUST_USE
enum lg_status postgres_work_fail_check(const struct postgres_work *work, struct lg_error *err);

/* Ends what a failure has left open, and makes the session new. The stop flag does not count. */
LG_MUST_USE
enum lg_status postgres_work_clean(struct postgres_work *work, struct lg_error *err);

/*
 * The connection was lost, which `err` tells. Connects again and, if need be, waits until no
 * backend can still be at it and reads the row, which is the truth. LG_OK if the work was recorded;
 * else what `err` told, with what is left behind.
 */
LG_MUST_USE
enum lg_status postgres_work_find_out(struct postgres_work *work, struct lg_error *err);

/* Behind that: true if this one, which went along in the same string, was recorded as well. */
LG_MUST_USE bool postgres_work_was_recorded(struct postgres_work *work);

#endif
