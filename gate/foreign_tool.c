/* SPDX-License-Identifier: MIT */
#include "gate/foreign_tool.h"

#include <ctype.h>
#include <string.h>

#include "base/nearest.h"

static const struct foreign_trait traits[FOREIGN_TOOL_COUNT] = {
	[FOREIGN_SEQUELIZE] = {.name = "sequelize",
		.table = "SequelizeMeta",
		.key = FOREIGN_BY_FILE,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_KNEX] = {.name = "knex",
		.table = "knex_migrations",
		.lock = "knex_migrations_lock",
		.key = FOREIGN_BY_FILE,
		.can_keep_in_step = true,
		.has_sqlite = true,
		.release = "knex migrate:unlock"},
	[FOREIGN_NODE_PG_MIGRATE] = {.name = "node-pg-migrate",
		.table = "pgmigrations",
		.key = FOREIGN_BY_FILE,
		.can_keep_in_step = true},
	[FOREIGN_DBMATE] = {.name = "dbmate",
		.table = "schema_migrations",
		.key = FOREIGN_BY_VERSION,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_GOLANG_MIGRATE] = {.name = "golang-migrate",
		.table = "schema_migrations",
		.key = FOREIGN_BY_VERSION,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_GOOSE] = {.name = "goose",
		.table = "goose_db_version",
		.key = FOREIGN_BY_VERSION,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_DIESEL] = {.name = "diesel",
		.table = "__diesel_schema_migrations",
		.key = FOREIGN_BY_VERSION,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_SQLX] = {.name = "sqlx",
		.table = "_sqlx_migrations",
		.key = FOREIGN_BY_VERSION,
		.has_checksums = true,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_FLYWAY] = {.name = "flyway",
		.table = "flyway_schema_history",
		.key = FOREIGN_BY_VERSION,
		.has_checksums = true,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_PRISMA] = {.name = "prisma",
		.table = "_prisma_migrations",
		.key = FOREIGN_BY_FOLDER,
		.has_checksums = true,
		.can_keep_in_step = true,
		.has_sqlite = true},
	[FOREIGN_ATLAS] = {.name = "atlas",
		.table = "atlas_schema_revisions",
		.key = FOREIGN_BY_VERSION,
		.has_checksums = true,
		.has_sqlite = true},
	[FOREIGN_LIQUIBASE] = {.name = "liquibase",
		.table = "DATABASECHANGELOG",
		.lock = "DATABASECHANGELOGLOCK",
		.key = FOREIGN_BY_CHANGESET,
		.has_checksums = true,
		.has_sqlite = true,
		.release = "liquibase release-locks"},
};

const struct foreign_trait *foreign_trait(enum foreign_tool tool)
{
	return &traits[tool];
}

bool foreign_tool_parse(const char *name, enum foreign_tool *out)
{
	for (size_t i = 0; i < FOREIGN_TOOL_COUNT; i++)
		if (strcmp(traits[i].name, name) == 0) {
			*out = (enum foreign_tool)i;
			return true;
		}
	return false;
}

void foreign_tool_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < FOREIGN_TOOL_COUNT; i++)
		lg_buf_addf(out, " %s", traits[i].name);
}

enum lg_status foreign_tool_demand(const char *name, enum foreign_tool *out, struct lg_error *err)
{
	struct lg_nearest nearest = lg_nearest_to(name);
	LG_CLEANUP(lg_buf_release) struct lg_buf words;

	lg_buf_init(&words, LG_ERROR_HINT_CHARS);
	if (foreign_tool_parse(name, out))
		return LG_OK;
	foreign_tool_add_words(&words);
	for (size_t i = 0; i < FOREIGN_TOOL_COUNT; i++)
		lg_nearest_offer(&nearest, traits[i].name);
	(void)lg_fail(err, LG_USAGE, "'%s' is no tool whose history can be adopted", name);
	if (lg_nearest_word(&nearest))
		return lg_hint(
			err, "did you mean '%s'? --from takes one of:%s", nearest.word, words.text);
	return lg_hint(err,
		"--from takes one of:%s; from any other tool, adopt --to VERSION takes the "
		"database over",
		words.text);
}

static void add_lower(struct lg_buf *out, const char *name)
{
	for (; *name; name++)
		lg_buf_addc(out, (char)tolower((unsigned char)*name));
	lg_buf_addc(out, '\n');
}

void foreign_tool_add_tables(struct lg_buf *out)
{
	for (size_t i = 0; i < FOREIGN_TOOL_COUNT; i++) {
		add_lower(out, traits[i].table);
		if (traits[i].lock)
			add_lower(out, traits[i].lock);
	}
}
