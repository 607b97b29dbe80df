/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_RUN_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_RUN_H

/*
 * One direction of one JavaScript migration, run against the scratch database: the SQL that it
 * sent, and what speaks against keeping that.
 */

#include <stdbool.h>

#include "base/arena.h"
#include "bundles/formats/compiler.h"
#include "bundles/lexer.h"

enum sequelize_outcome {
	SEQUELIZE_DONE,
	SEQUELIZE_MISSING, /* the file has no such function */
	SEQUELIZE_FAILED,
};

/* What the statements of a migration depended on, mildest first. */
enum sequelize_obstacle {
	OBSTACLE_NONE,
	OBSTACLE_DATA,      /* it read rows of a table */
	OBSTACLE_FILE,      /* it read a file */
	OBSTACLE_SWALLOWED, /* a statement failed, and it went on */
	OBSTACLE_ROLLED_BACK,
	OBSTACLE_RECORDABLE = OBSTACLE_ROLLED_BACK, /* up to here, `recorded` lets it pass */
	OBSTACLE_WRITING,
	OBSTACLE_NETWORK,
	OBSTACLE_PROCESS,
};

struct sequelize_run {
	enum sequelize_outcome outcome;
	uint32_t line;    /* of the failure */
	const char *text; /* why it failed */

	enum sequelize_obstacle obstacle; /* the gravest */
	uint32_t obstacle_line;
	const char *obstacle_what; /* the table, the function */

	uint32_t unawaited_line; /* 0: it waited for all that it sent */
	bool drops_table;
	bool needs_no_transaction;
	struct lg_buf script; /* the statements that change something, each below its place */
};

void sequelize_run_init(struct sequelize_run *run);
void sequelize_run_release(struct sequelize_run *run);

/* What to run. */
struct sequelize_step {
	const char *command; /* "up" or "down" */
	const char *kind;    /* a word of migration_kind_name() */
	const char *path;    /* absolute */
	const char *file;    /* how the script calls it */
	enum sql_dialect dialect;
};

/*
 * Runs it; a migration that fails is an outcome. Texts are kept in `strings`.
 * Errors: as compiler_receive().
 */
LG_MUST_USE
enum lg_status sequelize_run(struct compiler *compiler, const struct sequelize_step *step,
	struct lg_arena *strings, struct sequelize_run *out, struct lg_error *err);

/* "it reads rows of 'users'": the clause about an obstacle, kept in `strings`. */
const char *sequelize_obstacle_text(const struct sequelize_run *run, struct lg_arena *strings);

#endif
