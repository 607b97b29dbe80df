/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_CONTRACT_FIXTURE_H
#define LOCKGATE_TESTS_SUPPORT_CONTRACT_FIXTURE_H

/*
 * What the cases of tests/contract/ share: a fresh database of the subject under test, and the
 * steps of a run on it. Where a function gives no status, a failure ends the test.
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "bundles/script.h"
#include "gate/history.h"
#include "tests/support/contract_subject.h"

enum { CONTRACT_SUBJECTS = 3 };

/* Every kind of database, for a main() to run its cases on each. */
extern const struct contract_subject *const contract_subjects[CONTRACT_SUBJECTS];

/* Has the cases that follow run on `subject`; its name. */
const char *contract_choose(const struct contract_subject *subject);

#define CONTRACT_CASE(function)                                                                    \
	cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

/* A fresh database, the session that most cases use, and what was heard from it. */
struct fixture {
	const struct contract_subject *subject;
	void *database;
	struct target *target; /* NULL until fixture_ready() */
	struct history history;
	struct lg_error err;
	int64_t duration_us;
	size_t done; /* of the last apply(): how many steps */
	struct target_listener listener;
	volatile sig_atomic_t stop;
	uint32_t waits;
	uint32_t last_statement, last_total, last_sent;
	uint32_t stop_at; /* the statement that raises `stop`; 0: none */
};

/* A script as the bundle would describe it. */
struct prepared {
	struct body_view view;
	struct script_facts facts;
	struct lg_arena strings;
};

/* For a run with the journal: three statements, of which the second may fail. */
#define FIXTURE_JOURNALED(second)                                                                  \
	"-- lockgate: transaction=off\nCREATE TABLE a (id INT);\n" second                          \
	"\nCREATE TABLE c (id INT);\n"

/* *state is the fixture. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* Fails the test with the sentence of the error. */
void fixture_expect_ok(const struct fixture *fixture, enum lg_status status);

/* Sessions of their own, which end with close(); the second one reads only. */
struct target *fixture_open(struct fixture *fixture, const char *project, const char *scope);
struct target *fixture_open_to_read(struct fixture *fixture);

void fixture_take_lock(struct fixture *fixture, struct target *target);
void fixture_begin_batch(
	struct fixture *fixture, struct target *target, const char *id, const char *action);
void fixture_finish_batch(struct fixture *fixture, const char *id, const char *outcome);

/* Opens the session, locks, creates the history and begins batch "B1". */
void fixture_ready(struct fixture *fixture);

/* Ends the session and begins another one with the lock. */
void fixture_reopen(struct fixture *fixture);

/* Release with prepared_release(). */
void fixture_prepare(
	struct fixture *fixture, enum script_role role, const char *sql, struct prepared *out);
void prepared_release(struct prepared *prepared);
struct target_script prepared_script(struct prepared *prepared, const char *file);

/* Hands `count` steps to apply(). */
enum lg_status fixture_run(struct fixture *fixture, struct target_apply *steps, size_t count);

/* Applies what `step` says, with an up script and a check, which may be NULL. */
enum lg_status fixture_apply_step(
	struct fixture *fixture, struct target_apply step, const char *up, const char *check);
enum lg_status fixture_apply(struct fixture *fixture, const char *version, const char *up);

/* Reads the history anew; the only row, or NULL if there is none. */
const struct history_row *fixture_read_only_row(struct fixture *fixture, struct target *target);

bool fixture_has_table(const struct fixture *fixture, const char *name);
size_t fixture_count_events(const struct fixture *fixture, const char *what);

/* Holds that the fast path says what the rows say. */
void fixture_expect_agreement(struct fixture *fixture, struct target *target);

#endif
