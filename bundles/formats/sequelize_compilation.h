/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILATION_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILATION_H

/* A Sequelize folder that is being packed; private to sequelize*.c. */

#include "bundles/folder_reader.h"
#include "bundles/formats/sequelize_run.h"
#include "bundles/javascript.h"

/* One folder that is compiled: the migrations, or the seeders. */
struct scripts {
	struct folder_reader reader;
	struct folder_list list;
	const char *path;   /* absolute; NULL: there is none */
	const char *prefix; /* of its files' names in the bundle */
	enum migration_kind kind;
};

/* One file of them. */
struct script {
	const struct scripts *folder;
	const char *path; /* absolute */
	bool is_empty;    /* adopted-only: its statements are not kept */
	bool is_left_out;
	struct javascript_facts facts;
	struct migration migration;
};

struct compilation {
	struct folder_reader *reader;
	struct compiler compiler;
	struct scripts migrations, seeders;
	struct script *items; /* in the order in which they run */
	size_t count;
	size_t refused;
	struct lg_error refusal; /* the first */
};

/* The up, or the down, script of a migration from what was recorded. Errors: as folder_scan(). */
LG_MUST_USE
enum lg_status compilation_add_up(struct compilation *compilation, struct script *script,
	const struct sequelize_run *run, struct lg_error *err);
LG_MUST_USE
enum lg_status compilation_add_down(struct compilation *compilation, struct script *script,
	const struct sequelize_run *run, struct lg_error *err);

/*
 * Runs every migration up, in order, then every one down, and adds those of `items` to the bundle.
 * Errors: LG_FORMAT with the file and line (a migration that cannot be compiled), as
 * compiler_receive().
 */
LG_MUST_USE
enum lg_status compilation_run(struct compilation *compilation, struct lg_error *err);

#endif
