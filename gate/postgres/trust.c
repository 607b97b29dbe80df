/* SPDX-License-Identifier: MIT */
#include "gate/postgres/trust.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/mem.h"
#include "gate/postgres/sql.h"

static bool is_superuser(const struct postgres_session *session)
{
	const char *answer = PQparameterStatus(session->conn, "is_superuser");

	return answer && strcmp(answer, "on") == 0;
}

void postgres_add_reading(
	const struct postgres_session *session, bool has_history, struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(string, postgres_sql_read_only);
	POSTGRES_ADD_PLAIN(string, postgres_sql_see_all_rows);
	if (!has_history || !session->conn || !is_superuser(session))
		return;
	POSTGRES_ADD_PLAIN(string, postgres_sql_hold_tables);
	POSTGRES_ADD_PLAIN(string, postgres_sql_demand_tables);
}

enum lg_status postgres_fail_tables(struct lg_error *err)
{
	(void)lg_fail(err, LG_DATABASE,
		"schema 'lockgate' holds something else than the history's plain tables, which would "
		"run code with the rights of a superuser");
	return lg_hint(err,
		"look at what is there and who owns it (\\d lockgate.* in psql), and at "
		"how it got there");
}

static enum lg_status take_owner(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	char **owner = context;

	(void)statement;
	(void)err;
	*owner = lg_strdup(postgres_column(rows, 0, 0));
	return LG_OK;
}

enum lg_status postgres_demand_owner(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	LG_FREE_BY_SCOPE char *owner = NULL;
	struct postgres_reply reply = {.take = take_owner, .context = &owner};

	postgres_string_init(&string);
	if (session->has_trust || !session->conn || !is_superuser(session))
		return LG_OK;
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_find_foreign_owner);
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	if (owner) {
		(void)lg_fail(err, LG_DATABASE,
			"schema 'lockgate' belongs to role '%s', and this user is a superuser: "
			"triggers of that role would run with a superuser's rights",
			owner);
		return lg_hint(err,
			"name role '%s' in --db, or, if you trust what is there, give the schema and "
			"its tables to a superuser with ALTER ... OWNER TO",
			owner);
	}
	session->has_trust = true;
	return LG_OK;
}
