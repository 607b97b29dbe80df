/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_WORK_H
#define LOCKGATE_GATE_SQLITE_WORK_H

/*
 * A script at work, and its record in the history; private to gate/sqlite/apply.c and
 * gate/sqlite/work*.c. It runs in one transaction, or statement by statement with a journal.
 */

#include "base/clock.h"
#include "gate/sqlite/session.h"

/* One script, what it belongs to, and what to record: apply and revert differ in little else. */
struct sqlite_work {
	struct sqlite_session *session;
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
	const struct statement_tracer *tracer; /* of a rehearsal: nothing is recorded; NULL: none */
	int64_t started_us;
	char started_at[LG_MOMENT_CHARS + 1];
	char applied_at[LG_MOMENT_CHARS + 1];
};

/*
 * Both run the script and record it. Errors: LG_FAILED (the script's), LG_CANCELLED, LG_DATABASE.
 * In a transaction nothing of it is left then; the journal says what is.
 */
LG_MUST_USE
enum lg_status sqlite_work_run_in_transaction(struct sqlite_work *work, struct lg_error *err);
LG_MUST_USE
enum lg_status sqlite_work_run_journaled(struct sqlite_work *work, struct lg_error *err);

/* Runs the script and undoes it, with what it joins; see rehearse() in gate/target.h. */
LG_MUST_USE
enum lg_status sqlite_work_rehearse(struct sqlite_work *work, struct lg_error *err);

/* Runs the script and its check inside a transaction. Errors: LG_FAILED, LG_CANCELLED. */
LG_MUST_USE
enum lg_status sqlite_work_run_script(const struct sqlite_work *work, struct lg_error *err);

/* Runs the statements of the script one by one and tells the tracer. Errors: as above. */
LG_MUST_USE
enum lg_status sqlite_work_trace(const struct sqlite_work *work, struct lg_error *err);

/* Parts of all. */

/* Starts a transaction; LG_FAILED with the script's place while others keep it from writing. */
LG_MUST_USE
enum lg_status sqlite_work_begin(const struct sqlite_work *work, struct lg_error *err);

/* Inside the transaction: nobody may have changed the row since the gate has looked at it. */
LG_MUST_USE
enum lg_status sqlite_work_demand_row(const struct sqlite_work *work, struct lg_error *err);

/* Behind statements: LG_FAILED if they ended the transaction, or gave away a name of lockgate's. */
LG_MUST_USE
enum lg_status sqlite_work_demand_order(const struct sqlite_work *work, struct lg_error *err);

/* Writes the row and its event; the transaction is the caller's. */
LG_MUST_USE enum lg_status sqlite_work_record(struct sqlite_work *work, struct lg_error *err);

#endif
