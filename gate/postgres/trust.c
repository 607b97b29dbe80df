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

void postgres_add_reading(const struct postgres_session *session, struct postgres_string *string)
{
	POSTGRES_ADD_PLAIN(string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(string, postgres_sql_read_only);
	POSTGRES_ADD_PLAIN(string, postgres_sql_see_all_rows);
	if (session->conn && is_superuser(session))
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

/* The code that was found; texts are owned, NULL: there is none. */
struct foreign_code {
	char *what, *table, *owner;
};

static void drop_code(struct foreign_code *code)
{
	free(code->what);
	free(code->table);
	free(code->owner);
}

static enum lg_status take_code(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct foreign_code *code = context;

	(void)statement;
	(void)err;
	code->what = lg_strdup(postgres_column(rows, 0, 0));
	code->table = lg_strdup(postgres_column(rows, 0, 1));
	code->owner = lg_strdup(postgres_column(rows, 0, 2));
	return LG_OK;
}

enum lg_status postgres_demand_sound(struct postgres_session *session, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	LG_CLEANUP(drop_code) struct foreign_code code = {0};
	struct postgres_reply reply = {.take = take_code, .context = &code};

	postgres_string_init(&string);
	if (session->is_sound || !session->conn || !is_superuser(session))
		return LG_OK;
	POSTGRES_ADD_PLAIN(&string, postgres_sql_pin_search_path);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_find_foreign_code);
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	if (code.what) {
		(void)lg_fail(err, LG_DATABASE,
			"table 'lockgate.%s' of role '%s' has a %s, which is not lockgate's and would "
			"run with the rights of a superuser",
			code.table, code.owner, code.what);
		return lg_hint(err, "find out what it does and how it got there, and take it away");
	}
	session->is_sound = true;
	return LG_OK;
}
