/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_FAKE_SESSION_H
#define LOCKGATE_TESTS_SUPPORT_FAKE_SESSION_H

/* A session on a fake database; private to the fake driver. */

#include "base/clock.h"
#include "tests/support/fake_target.h"

struct fake_session {
	struct target target;
	struct target_options options;
	struct fake_database *database;
	struct target_facts facts;
	char *project, *scope, *identity;
	char since[LG_MOMENT_CHARS + 1];
	char under_way[256];      /* the version that is being applied */
	struct fake_state before; /* of the transaction that several steps share */
};

static inline struct fake_session *fake_session_of(struct target *target)
{
	return (struct fake_session *)target;
}

/* Every operation begins with this, and every statement. */
LG_MUST_USE enum lg_status fake_enter(struct fake_session *session, struct lg_error *err);

/* Likewise, of one that writes: it needs the lock and the history. */
LG_MUST_USE enum lg_status fake_enter_writing(struct fake_session *session, struct lg_error *err);

/* Appends an event. */
void fake_session_note(struct fake_session *session, const char *batch_id, const char *version,
	const char *what, const char *detail);

void fake_state_release(struct fake_state *state);

/* As target.h has them. */
enum lg_status fake_apply(struct target *target, struct target_apply *steps, size_t count,
	size_t *out_done, struct lg_error *err);
enum lg_status fake_rehearse(struct target *target, const struct target_apply *step,
	const struct statement_tracer *tracer, struct lg_error *err);
enum lg_status fake_revert(struct target *target, const struct target_revert *step,
	int64_t *out_duration_us, struct lg_error *err);
enum lg_status fake_read_foreign(struct target *target, const char *table,
	struct foreign_history *out, struct lg_error *err);
enum lg_status fake_read_schema(struct target *target, struct schema *out, struct lg_error *err);
enum lg_status fake_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err);
enum lg_status fake_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err);
enum lg_status fake_change(struct target *target, const char *batch_id,
	const struct target_change *changes, size_t count, struct lg_error *err);

#endif
