/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/guard.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "gate/sqlite/session.h"

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

static int judge_pragma(struct sqlite_session *session, const char *pragma, const char *value)
{
	if (value)
		session->has_changed_settings = true;
	for (size_t i = 0; i < LG_COUNT_OF(allowed_pragmas); i++)
		if (strcasecmp(pragma, allowed_pragmas[i]) == 0)
			return SQLITE_OK;
	return refuse(session, "a migration may not use this pragma");
}

/* Which of an action's two names is a table's, where it is not the first alone. */
static bool has_table_second(int action)
{
	return action == SQLITE_ALTER_TABLE || action == SQLITE_CREATE_INDEX ||
	       action == SQLITE_CREATE_TRIGGER || action == SQLITE_DROP_INDEX ||
	       action == SQLITE_DROP_TRIGGER;
}

int sqlite_guard_authorize(void *context, int action, const char *first, const char *second,
	const char *database, const char *trigger)
{
	struct sqlite_session *session = context;

	(void)database;
	(void)trigger;
	if (!session->is_guarded || session->is_vacuuming)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_TRANSACTION:
		return refuse(session, "lockgate opens and ends the transaction itself");
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return refuse(session, "a migration may not attach other databases");
	case SQLITE_PRAGMA:
		return judge_pragma(session, first, second);
	case SQLITE_FUNCTION:
		if (second && strcasecmp(second, "load_extension") == 0)
			return refuse(session, "a migration may not load code");
		return SQLITE_OK;
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
