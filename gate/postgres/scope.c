/* SPDX-License-Identifier: MIT */
#include "gate/postgres/scope.h"

#include <string.h>

#include "gate/postgres/sql.h"

static const char main_scope[] = "main";

enum lg_status postgres_check_scope(const char *scope, struct lg_error *err)
{
	if (strcmp(scope, "lockgate") != 0 && strcmp(scope, "information_schema") != 0 &&
		strncmp(scope, "pg_", 3) != 0)
		return LG_OK;
	(void)lg_fail(err, LG_USAGE, "no migrations may work in schema '%s'", scope);
	return lg_hint(err, "--scope is the name of a tenant, and of the tenant's own schema");
}

bool postgres_is_scoped(const struct postgres_session *session)
{
	return strcmp(session->scope, main_scope) != 0;
}

void postgres_add_scope(
	const struct postgres_session *session, struct postgres_string *string, bool is_local)
{
	if (postgres_is_scoped(session))
		POSTGRES_ADD(string, postgres_sql_enter_scope, postgres_text(session->scope),
			postgres_text(is_local ? "true" : "false"));
}

void postgres_add_schemas(const struct postgres_session *session, struct postgres_string *string)
{
	if (postgres_is_scoped(session))
		POSTGRES_ADD(string, postgres_sql_remember_scope, postgres_text(session->scope));
	else
		POSTGRES_ADD_PLAIN(string, postgres_sql_remember_schemas);
}

enum lg_status postgres_fail_scope(const struct postgres_session *session, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE,
		"the database has no schema '%s', where the migrations of that scope belong",
		session->scope);
	return lg_hint(err, "look at the name, or let lockgate make it: --create-database");
}

static enum lg_status take_presence(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	(void)statement;
	(void)rows;
	(void)err;
	*(bool *)context = true;
	return LG_OK;
}

static enum lg_status create(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;

	postgres_string_init(&string);
	POSTGRES_ADD(&string, postgres_sql_create_scope, postgres_name(session->scope));
	if (!postgres_run(session, &string, err))
		return LG_OK;
	return lg_wrap(err, "cannot make schema '%s'", session->scope);
}

enum lg_status postgres_demand_scope(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	bool is_there = false;
	struct postgres_reply reply = {.take = take_presence, .context = &is_there};

	postgres_string_init(&string);
	if (!postgres_is_scoped(session))
		return LG_OK;
	POSTGRES_ADD(&string, postgres_sql_find_scope, postgres_text(session->scope));
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	if (is_there)
		return LG_OK;
	return session->options.creates_missing ? create(session, err)
						: postgres_fail_scope(session, err);
}
