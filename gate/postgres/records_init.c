/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/utf8.h"
#include "gate/postgres/records.h"
#include "gate/postgres/scope.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/transaction.h"
#include "gate/postgres/trust.h"

enum {
	LAYOUT_KEY = 0, /* the second half of the lock that guards the layout */
	WAIT_MS = 60000,
	SCHEMA_STATEMENTS = 2, /* of the layout: those that make the schema come first */
};

const char *const postgres_layout[] = {postgres_sql_create_schema, postgres_sql_revoke_schema,
	postgres_sql_create_format, postgres_sql_create_migration, postgres_sql_create_batch,
	postgres_sql_create_object, postgres_sql_create_event, postgres_sql_insert_format, NULL};

static enum lg_status take_presence(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	(void)rows;
	(void)err;
	if (statement > POSTGRES_HEAD)
		*(bool *)context = true;
	return LG_OK;
}

/*
 * Starts a transaction that no other of its kind is beside of, whatever its project: IF NOT EXISTS
 * alone lets two collide.
 */
static enum lg_status begin_layout(
	struct postgres_session *session, bool *out_has_schema, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	bool has_schema = false;
	struct postgres_reply reply = {.take = take_presence, .context = &has_schema};

	postgres_string_init(&string);
	postgres_add_begin(session, &string);
	POSTGRES_ADD(&string, postgres_sql_fence, postgres_number(POSTGRES_LOCK_SPACE),
		postgres_number(LAYOUT_KEY));
	POSTGRES_ADD_PLAIN(&string, postgres_sql_find_schema);
	if (postgres_send_fenced(session, &string, POSTGRES_HEAD + 1, WAIT_MS, &reply, err))
		return err->status;
	*out_has_schema = has_schema;
	return LG_OK;
}

/* A schema that is there already may have been made for a user who may not make one. */
static enum lg_status create_tables(
	struct postgres_session *session, bool has_schema, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	const char *const *statement = postgres_layout + (has_schema ? SCHEMA_STATEMENTS : 0);

	postgres_string_init(&string);
	for (; *statement; statement++)
		POSTGRES_ADD_PLAIN(&string, *statement);
	postgres_add_commit(&string);
	if (!postgres_run(session, &string, err))
		return LG_OK;
	postgres_roll_back(session);
	(void)lg_wrap(err, "cannot create the history");
	if (postgres_is_error(err, "42501"))
		return lg_hint(err, "let an owner of the database run 'lockgate init' once, or "
				    "give this user the right to create there");
	/* Nothing of ours is missing there; an event trigger looks for its own things by name. */
	if (postgres_is_error(err, "42883") || postgres_is_error(err, "42P01"))
		return lg_hint(err,
			"an event trigger of this database finds nothing here, where search_path "
			"is pg_catalog: let its function set the path that it needs, or create the "
			"history with 'lockgate init --print | psql -1'");
	return err->status;
}

enum lg_status postgres_init(struct target *target, struct lg_error *err)
{
	struct postgres_session *session = postgres_session_of(target);
	struct history_summary summary;
	bool has_schema = false;

	if (postgres_demand_owner(session, err) || postgres_demand_scope(session, err))
		return err->status;
	if (session->layout_version == HISTORY_LAYOUT_VERSION)
		return LG_OK;
	if (postgres_probe(target, &summary, err))
		return err->status;
	if (summary.layout_version == HISTORY_LAYOUT_VERSION)
		return LG_OK;
	if (begin_layout(session, &has_schema, err) || create_tables(session, has_schema, err))
		return err->status;
	session->layout_version = HISTORY_LAYOUT_VERSION;
	return LG_OK;
}

static enum lg_status grant(
	struct postgres_session *session, const char *role, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;

	postgres_string_init(&string);
	postgres_add_begin(session, &string);
	POSTGRES_ADD(&string, postgres_sql_grant_schema, postgres_name(role));
	POSTGRES_ADD(&string, postgres_sql_grant_tables, postgres_name(role));
	postgres_add_commit(&string);
	return postgres_write(session, &string, true, err);
}

enum lg_status postgres_grant_reader(struct target *target, const char *role, struct lg_error *err)
{
	struct postgres_session *session = postgres_session_of(target);

	if (lg_utf8_valid_prefix(role, strlen(role)) != strlen(role))
		return lg_fail(err, LG_USAGE, "the name of the role is not UTF-8");
	if (!grant(session, role, err))
		return LG_OK;
	if (postgres_is_error(err, "42704"))
		return lg_hint(
			(lg_fail(err, LG_DATABASE, "the server has no role '%s'", role), err),
			"create it first, or give --reader the name of one that is there");
	return lg_wrap(err, "cannot let role '%s' read the history", role);
}
