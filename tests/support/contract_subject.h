/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_CONTRACT_SUBJECT_H
#define LOCKGATE_TESTS_SUPPORT_CONTRACT_SUBJECT_H

/*
 * A kind of database that is held to the contract of gate/target.h, and how a test looks behind
 * its driver.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gate/target.h"

struct contract_subject {
	const char *name;
	const struct target_driver *driver;
	enum sql_dialect dialect;
	bool has_schemas; /* so a scope's tables are in one of its own */

	/* A script of two statements with semicolons in places where they end none. */
	const char *tricky_script;

	/* Makes a place for a database that does not exist yet, or is empty; ended by destroy(). */
	void *(*create)(void);
	void (*destroy)(void *database);

	const char *(*url)(const void *database);

	/* False while nothing has created it; true of a database that its server always has. */
	bool (*exists)(const void *database);
	bool (*has_table)(const void *database, const char *name);

	/* Makes a table as Sequelize has it, with a row for each name; `names` ends with NULL. */
	void (*make_foreign)(void *database, const char *table, const char *const *names);
	size_t (*count_events)(const void *database, const char *what);

	/* What `pid` of the lock's only holder, a session of the calling process, is to be. */
	int64_t (*holder_pid)(const void *database);
};

extern const struct contract_subject subject_fake;
extern const struct contract_subject subject_postgres;
extern const struct contract_subject subject_sqlite;

#endif
