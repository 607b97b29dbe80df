/* SPDX-License-Identifier: MIT */
#include "gate/sqlite/session.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "bundles/lexer.h"
#include "gate/sqlite/guard.h"
#include "gate/sqlite/sql.h"

enum {
	/* Virtual machine steps between two looks at the clock and the stop flag: about 0.1 ms. */
	PROGRESS_STEPS = 10000,
	BUSY_SLEEP_MS = 20,
};

enum lg_status sqlite_url_path(const char *url, const char **out, struct lg_error *err)
{
	const char *path = url + strlen("sqlite:");

	if (strncmp(path, "//", 2) == 0 && path[2] != '/')
		return lg_hint((lg_fail(err, LG_USAGE, "an SQLite URL names no host"), err),
			"write sqlite:PATH, or sqlite:///ABSOLUTE/PATH");
	if (strncmp(path, "///", 3) == 0)
		path += 2;
	if (!*path)
		return lg_fail(err, LG_USAGE, "the SQLite URL names no file");
	if (strchr(path, '?'))
		return lg_hint((lg_fail(err, LG_USAGE, "an SQLite URL takes no parameters"), err),
			"leave out the question mark and what follows it");
	*out = path;
	return LG_OK;
}

static bool is_stopped(const struct sqlite_session *session)
{
	return !session->is_settling && session->options.stop && *session->options.stop;
}

/* sqlite3_progress_handler(): not 0 interrupts the statement. */
static int watch(void *context)
{
	struct sqlite_session *session = context;

	if (session->deadline_us && lg_clock_monotonic_us() > session->deadline_us)
		session->timed_out = true;
	return session->timed_out || is_stopped(session);
}

/* sqlite3_busy_handler(): not 0 tries again. `tries` of BUSY_SLEEP_MS each were made. */
static int wait_while_busy(void *context, int tries)
{
	struct sqlite_session *session = context;
	int64_t timeout_ms = session->options.lock_timeout_ms;

	if (is_stopped(session))
		return 0;
	if (timeout_ms > 0 && (int64_t)tries * BUSY_SLEEP_MS >= timeout_ms)
		return 0;
	lg_clock_sleep_ms(1 + lg_jitter(2 * BUSY_SLEEP_MS - 1));
	return 1;
}

static bool configure(struct sqlite_session *session)
{
	sqlite3 *db = session->db;

	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_busy_handler(db, wait_while_busy, session);
	sqlite3_progress_handler(db, PROGRESS_STEPS, watch, session);
	sqlite_switch_triggers(session, false);
	return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
	       sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
	       sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) == SQLITE_OK &&
	       sqlite3_set_authorizer(db, sqlite_guard_authorize, session) == SQLITE_OK;
}

enum lg_status sqlite_connect(struct sqlite_session *session, struct lg_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	int status;

	/* SQLite takes a name that begins with a colon or "file:" for something else. */
	LG_FREE_BY_SCOPE char *name =
		strcmp(session->path, ":memory:") == 0 || session->path[0] == '/'
			? lg_strdup(session->path)
			: lg_format("./%s", session->path);

	/* Reading needs a writable file too where a crash left a journal to be rolled back. */
	if (session->may_create || name[0] == ':')
		flags |= SQLITE_OPEN_CREATE;
	else if (access(name, F_OK) != 0 && errno == ENOENT)
		return LG_OK;
	status = sqlite3_open_v2(name, &session->db, flags, NULL);
	if (status != SQLITE_OK || !configure(session)) {
		(void)sqlite_fail(session, "cannot open the database", err);
		sqlite_disconnect(session);
		return lg_wrap(err, "'%s'", session->path);
	}
	return LG_OK;
}

enum lg_status sqlite_create(struct sqlite_session *session, struct lg_error *err)
{
	session->may_create = true;
	return session->db ? LG_OK : sqlite_connect(session, err);
}

enum lg_status sqlite_reconnect(struct sqlite_session *session, struct lg_error *err)
{
	if (!*session->file)
		return LG_OK;
	sqlite_disconnect(session);
	return sqlite_connect(session, err);
}

void sqlite_disconnect(struct sqlite_session *session)
{
	(void)sqlite3_close_v2(session->db);
	session->db = NULL;
}

/* What to do about a failure of SQLite's; `code` is its primary one. */
static enum lg_status hint_failure(int code, struct lg_error *err)
{
	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return lg_hint(err, "another connection is writing to this database; try again, or "
				    "raise --lock-timeout");
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return lg_hint(err, "check that the file and its folder exist and may be written "
				    "by this user");
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return lg_hint(err, "check that --db names the right file, and restore it from a "
				    "backup if it does");
	case SQLITE_FULL:
		return lg_hint(err, "free space where the database lies, then run the command "
				    "again");
	case SQLITE_IOERR:
		return lg_hint(err, "check the disk that the database lies on, then run the "
				    "command again");
	default:
		return err->status;
	}
}

enum lg_status sqlite_fail(struct sqlite_session *session, const char *doing, struct lg_error *err)
{
	int code = sqlite3_extended_errcode(session->db) & 0xff;
	int reason = sqlite3_system_errno(session->db);

	if (is_stopped(session))
		return lg_fail(err, LG_CANCELLED, "%s: stopped by a signal", doing);
	if (session->timed_out)
		return lg_fail(
			err, LG_DATABASE, "%s: it took longer than the statement timeout", doing);
	(void)lg_fail(err, LG_DATABASE, "%s: %s", doing,
		session->refusal ? session->refusal : sqlite3_errmsg(session->db));
	if (code == SQLITE_CANTOPEN && reason)
		(void)lg_fail(err, LG_DATABASE, "%s: %s", doing, strerrordesc_np(reason));
	session->has_lost_disk = code == SQLITE_FULL || code == SQLITE_IOERR;
	return hint_failure(code, err);
}

enum lg_status sqlite_query_begin(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, struct lg_error *err)
{
	*query = (struct sqlite_query){.session = session};
	if (sqlite3_prepare_v2(session->db, sql, -1, &query->statement, NULL) != SQLITE_OK)
		return sqlite_fail(session, "cannot read the history", err);
	return LG_OK;
}

enum lg_status sqlite_query_begin_scoped(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, struct lg_error *err)
{
	if (sqlite_query_begin(query, session, sql, err))
		return err->status;
	sqlite_bind_text(query, session->project);
	sqlite_bind_text(query, session->scope);
	return LG_OK;
}

enum lg_status sqlite_query_begin_on(struct sqlite_query *query, struct sqlite_session *session,
	const char *sql, const char *table, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf whole;
	struct sql_lexer lexer;
	struct sql_token token;
	size_t behind = 0;

	lg_buf_init(&whole, LG_BUF_MAX_BYTES);
	sql_lexer_init(&lexer, SQL_SQLITE, sql, strlen(sql));
	while (sql_lexer_next(&lexer, &token)) {
		if (token.kind != SQL_TOKEN_PARAMETER || token.len != 2 ||
			strncmp(sql + token.offset, "?1", 2) != 0)
			continue;
		lg_buf_add(&whole, sql + behind, token.offset - behind);
		/* https://sqlite.org/lang_keywords.html */
		lg_buf_add_quoted(&whole, table, '"');
		behind = token.offset + token.len;
	}
	lg_buf_adds(&whole, sql + behind);
	if (sqlite_query_begin(query, session, whole.text, err))
		return err->status;
	query->bound = 1;
	return LG_OK;
}

void sqlite_bind_bytes(struct sqlite_query *query, const char *text, size_t len)
{
	query->bound++;
	query->has_failed |= sqlite3_bind_text64(query->statement, query->bound, text, len,
				     SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK;
}

void sqlite_bind_text(struct sqlite_query *query, const char *text)
{
	sqlite_bind_bytes(query, text, text ? strlen(text) : 0);
}

/* Texts that live no longer than the call are copied. */
static void bind_copy(struct sqlite_query *query, const char *text)
{
	query->bound++;
	query->has_failed |= sqlite3_bind_text(query->statement, query->bound, text, -1,
				     SQLITE_TRANSIENT) != SQLITE_OK;
}

void sqlite_bind_digest(struct sqlite_query *query, const struct lg_digest *digest)
{
	char text[LG_DIGEST_CHARS + 1];

	lg_digest_format(digest, text);
	bind_copy(query, text);
}

static int digit_of(char digit)
{
	return digit >= 'a' ? digit - 'a' + 10 : digit - '0';
}

void sqlite_bind_base16(struct sqlite_query *query, const char *digits)
{
	size_t len = strlen(digits) / 2;
	LG_FREE_BY_SCOPE char *bytes = lg_malloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(digit_of(digits[2 * i]) << 4 | digit_of(digits[2 * i + 1]));
	query->bound++;
	query->has_failed |= sqlite3_bind_blob64(query->statement, query->bound, bytes, len,
				     SQLITE_TRANSIENT) != SQLITE_OK;
}

void sqlite_bind_moment(struct sqlite_query *query, int64_t moment_us)
{
	char text[LG_MOMENT_CHARS + 1];

	lg_clock_format(moment_us, text);
	bind_copy(query, text);
}

void sqlite_bind_number(struct sqlite_query *query, int64_t number)
{
	query->bound++;
	query->has_failed |=
		sqlite3_bind_int64(query->statement, query->bound, number) != SQLITE_OK;
}

enum lg_status sqlite_query_step(struct sqlite_query *query, bool *out_row, struct lg_error *err)
{
	int status;

	lg_fault("sqlite statement");
	status = query->has_failed ? SQLITE_ERROR : sqlite3_step(query->statement);
	if (status != SQLITE_ROW && status != SQLITE_DONE)
		return sqlite_fail(query->session, "cannot use the history", err);
	*out_row = status == SQLITE_ROW;
	return LG_OK;
}

void sqlite_query_end(struct sqlite_query *query)
{
	(void)sqlite3_finalize(query->statement);
	query->statement = NULL;
}

const char *sqlite_column(struct sqlite_query *query, int column)
{
	return (const char *)sqlite3_column_text(query->statement, column);
}

int64_t sqlite_column_number(struct sqlite_query *query, int column)
{
	return sqlite3_column_int64(query->statement, column);
}

size_t sqlite_column_bytes(struct sqlite_query *query, int column)
{
	return (size_t)sqlite3_column_bytes(query->statement, column);
}

bool sqlite_column_is_number(struct sqlite_query *query, int column)
{
	return sqlite3_column_type(query->statement, column) == SQLITE_INTEGER;
}

enum lg_status sqlite_query_run(struct sqlite_query *query, struct lg_error *err)
{
	enum lg_status status = LG_OK;
	bool row = true;

	while (row && !status)
		status = sqlite_query_step(query, &row, err);
	sqlite_query_end(query);
	return status;
}

enum lg_status sqlite_query_write(struct sqlite_query *query, struct lg_error *err)
{
	sqlite3 *db = query->session->db;

	if (sqlite_query_run(query, err))
		return err->status;
	if (sqlite3_changes(db) == 1)
		return LG_OK;
	(void)lg_fail(err, LG_DATABASE, "cannot use the history: %d rows were written, not 1",
		sqlite3_changes(db));
	return lg_hint(err, "look for triggers and changes that were made to the tables named "
			    "lockgate_… by hand");
}

void sqlite_switch_triggers(struct sqlite_session *session, bool is_on)
{
	(void)sqlite3_db_config(session->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, is_on ? 1 : 0, NULL);
	(void)sqlite3_db_config(session->db, SQLITE_DBCONFIG_ENABLE_VIEW, is_on ? 1 : 0, NULL);
}

enum lg_status sqlite_run(struct sqlite_session *session, const char *sql, struct lg_error *err)
{
	struct sqlite_query query;

	if (sqlite_query_begin(&query, session, sql, err))
		return err->status;
	return sqlite_query_run(&query, err);
}

void sqlite_roll_back(struct sqlite_session *session)
{
	sqlite_set_deadline(session, 0);
	if (session->db && !sqlite3_get_autocommit(session->db))
		(void)sqlite3_exec(session->db, sqlite_sql_rollback, NULL, NULL, NULL);
}

void sqlite_set_deadline(struct sqlite_session *session, int64_t timeout_ms)
{
	session->timed_out = false;
	session->deadline_us = timeout_ms > 0 ? lg_clock_monotonic_us() + timeout_ms * 1000 : 0;
}
