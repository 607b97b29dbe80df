/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/guard.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "gate/sqlite/session.h"
#include "gate/sqlite/sql.h"

/* Pragmas that read, or that set what ends with the connection or belongs to a migration. */
static const char *const allowed_pragmas[] = {"analysis_limit", "application_id", "auto_vacuum",
	"automatic_index", "busy_timeout", "cache_size", "cache_spill", "case_sensitive_like",
	"cell_size_check", "collation_list", "compile_options", "data_version", "database_list",
	"defer_foreign_keys", "encoding", "foreign_key_check", "foreign_key_list", "foreign_keys",
	"freelist_count", "function_list", "ignore_check_constraints", "incremental_vacuum",
	"index_info", "index_list", "index_xinfo", "integrity_check", "journal_mode",
	"journal_size_limit", "legacy_alter_table", "max_page_count", "mmap_size", "optimize",
	"page_count", "page_size", "pragma_list", "quick_check", "recursive_triggers",
	"reverse_unordered_selects", "secure_delete", "synchronous", "table_info", "table_list",
	"table_xinfo", "temp_store", "user_version", "wal_autocheckpoint", "wal_checkpoint"};

static int refuse(struct sqlite_session *session, const char *reason)
{
	session->refusal = reason;
	return SQLITE_DENY;
}

static bool is_ours(const char *name)
{
	return name && strncasecmp(name, "lockgate_", strlen("lockgate_")) == 0;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

/*
 * Without a journal or without syncing, a crash leaves half a transaction. SQLite takes prefixes
 * and odd numbers for some values, so what is let through is listed, not what is refused.
 */
static bool is_safe_value(const char *pragma, const char *value)
{
	static const char *const journals[] = {"wal", "delete", "truncate", "persist"};
	static const char *const levels[] = {"normal", "full", "extra", "1", "2", "3"};

	if (!value)
		return true;
	if (strcasecmp(pragma, "journal_mode") == 0)
		return is_among(journals, LG_COUNT_OF(journals), value);
	if (strcasecmp(pragma, "synchronous") == 0)
		return is_among(levels, LG_COUNT_OF(levels), value);
	return true;
}

static int judge_pragma(struct sqlite_session *session, const char *pragma, const char *value)
{
	if (value)
		session->has_changed_settings = true;
	if (!is_among(allowed_pragmas, LG_COUNT_OF(allowed_pragmas), pragma))
		return refuse(session, "a migration may not use this pragma");
	if (!is_safe_value(pragma, value))
		return refuse(session, "with this value of the pragma a crash could damage the "
				       "database");
	return SQLITE_OK;
}

static int judge_function(struct sqlite_session *session, const char *function)
{
	if (function && strcasecmp(function, "load_extension") == 0)
		return refuse(session, "a migration may not load code");
	return SQLITE_OK;
}

/*
 * VACUUM copies every table, ours too, into a database of no name that it attaches, in a
 * transaction of its own. VACUUM INTO is the same with a name.
 */
static int judge_vacuum(
	struct sqlite_session *session, int action, const char *first, const char *second)
{
	switch (action) {
	case SQLITE_ATTACH:
		if (first && !*first)
			return SQLITE_OK;
		return refuse(session, "a migration may not write other databases");
	case SQLITE_DETACH:
	case SQLITE_PRAGMA:
		return refuse(session, "a migration may not do this while it vacuums");
	case SQLITE_FUNCTION:
		return judge_function(session, second);
	default:
		return SQLITE_OK;
	}
}

/* Which of an action's two names is a table's, where it is not the first alone. */
static bool has_table_second(int action)
{
	switch (action) {
	case SQLITE_ALTER_TABLE:
	case SQLITE_CREATE_INDEX:
	case SQLITE_CREATE_TEMP_INDEX:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TRIGGER:
	case SQLITE_DROP_INDEX:
	case SQLITE_DROP_TEMP_INDEX:
	case SQLITE_DROP_TEMP_TRIGGER:
	case SQLITE_DROP_TRIGGER:
		return true;
	default:
		return false;
	}
}

int sqlite_guard_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *trigger)
{
	struct sqlite_session *session = context;

	(void)database;
	(void)trigger;
	if (!session->is_guarded)
		return SQLITE_OK;
	if (session->is_vacuuming)
		return judge_vacuum(session, action, first, second);
	switch (action) {
	case SQLITE_TRANSACTION:
		return refuse(session, "lockgate opens and ends the transaction itself");
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return refuse(session, "a migration may not attach other databases");
	case SQLITE_PRAGMA:
		return judge_pragma(session, first, second);
	case SQLITE_FUNCTION:
		return judge_function(session, second);
	case SQLITE_ALTER_TABLE:
		session->has_altered_tables = true;
		break;
	case SQLITE_CREATE_TEMP_INDEX:
	case SQLITE_CREATE_TEMP_TABLE:
	case SQLITE_CREATE_TEMP_TRIGGER:
	case SQLITE_CREATE_TEMP_VIEW:
		session->has_changed_settings = true;
		break;
	case SQLITE_ANALYZE:
	case SQLITE_REINDEX:
		/* These go over all tables, ours too, and change no row of them. */
		return SQLITE_OK;
	default:
		break;
	}
	if (is_ours(first) || (has_table_second(action) && is_ours(second)))
		return refuse(session, "tables named lockgate_… are lockgate's own");
	return SQLITE_OK;
}

enum lg_status sqlite_guard_names(struct sqlite_session *session, struct lg_error *err)
{
	LG_CLEANUP(sqlite_query_end) struct sqlite_query query = {0};
	bool row = false;

	if (!session->has_altered_tables)
		return LG_OK;
	if (sqlite_query_begin(&query, session, sqlite_sql_find_stolen_name, err) ||
		sqlite_query_step(&query, &row, err))
		return err->status;
	session->has_altered_tables = row;
	if (!row)
		return LG_OK;
	(void)lg_fail(err, LG_FAILED, "the %s '%s' is or belongs to a table named lockgate_…",
		sqlite_column(&query, 0), sqlite_column(&query, 1));
	return lg_hint(err, "names that begin with lockgate_ are lockgate's own: give it another "
			    "one, or remove it");
}
