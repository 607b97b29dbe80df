/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_FOREIGN_TOOL_H
#define LOCKGATE_GATE_FOREIGN_TOOL_H

/* The other migration tools whose history tables lockgate reads. Pure. */

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

enum foreign_tool {
	FOREIGN_SEQUELIZE, /* sequelize-cli, and Umzug with its SequelizeStorage */
	FOREIGN_KNEX,
	FOREIGN_NODE_PG_MIGRATE,
	FOREIGN_DBMATE,
	FOREIGN_GOLANG_MIGRATE,
	FOREIGN_GOOSE,
	FOREIGN_DIESEL,
	FOREIGN_SQLX,
	FOREIGN_FLYWAY,
	FOREIGN_PRISMA,
	FOREIGN_ATLAS,
	FOREIGN_LIQUIBASE,
	FOREIGN_TOOL_COUNT,
};

/* What a tool knows a migration by. */
enum foreign_key {
	FOREIGN_BY_FILE,      /* the name of its file, with or without the ending */
	FOREIGN_BY_FOLDER,    /* the name of the folder that it is in */
	FOREIGN_BY_VERSION,   /* its version */
	FOREIGN_BY_CHANGESET, /* id, author and the file */
};

struct foreign_trait {
	const char *name;  /* as `--from` and `adopted_from` have it */
	const char *table; /* its history table, unless it was renamed */
	const char *lock;  /* its lock table; NULL: it has none */
	enum foreign_key key;
	bool has_checksums;
	bool can_keep_in_step; /* lockgate can write its table as it does itself */
	bool has_sqlite;       /* it works on SQLite too */
	const char *release;   /* how a lock that nobody holds any more is given back */
};

const struct foreign_trait *foreign_trait(enum foreign_tool tool);

/* False if `name` is no tool's. */
bool foreign_tool_parse(const char *name, enum foreign_tool *out);

/* Likewise. Errors: LG_USAGE, naming the nearest one. */
LG_MUST_USE
enum lg_status foreign_tool_demand(const char *name, enum foreign_tool *out, struct lg_error *err);

/* Adds every name, each behind a blank. */
void foreign_tool_add_words(struct lg_buf *out);

/* Adds the names of all history and lock tables in lower case, each with a line end. */
void foreign_tool_add_tables(struct lg_buf *out);

#endif
