/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "gate/sqlite/apply.h"
#include "gate/sqlite/foreign.h"
#include "gate/sqlite/lock.h"
#include "gate/sqlite/records.h"
#include "gate/sqlite/schema.h"
#include "gate/sqlite/session.h"

static bool accepts(const char *url)
{
	return strncmp(url, "sqlite:", strlen("sqlite:")) == 0;
}

static enum lg_status fail_role(const char *role, struct lg_error *err)
{
	(void)lg_fail(err, LG_USAGE, "SQLite has no role '%s', and no other", role);
	return lg_hint(err, "the rights of the file decide who may read and write it");
}

static void close_session(struct target *target)
{
	struct sqlite_session *session = sqlite_session_of(target);

	if (!target)
		return;
	sqlite_disconnect(session);
	lg_fd_drop(&session->lock_fd);
	free(session->project);
	free(session->scope);
	free(session->path);
	free(session->file);
	free(session->identity);
	free(session);
}

static void drop_session(struct sqlite_session **slot)
{
	close_session((struct target *)*slot);
}

/*
 * The name that equal files have in common, also before the file exists: its folder with links
 * resolved. Owned by the caller, release with free().
 */
static char *canonical_name(const char *path)
{
	LG_FREE_BY_SCOPE char *folder = NULL;
	LG_FREE_BY_SCOPE char *resolved = NULL;
	const char *base = lg_path_base(path);
	char *whole = realpath(path, NULL);

	if (whole)
		return whole;
	folder = base == path ? lg_strdup(".") : lg_strndup(path, (size_t)(base - path));
	resolved = realpath(folder, NULL);
	return resolved ? lg_format("%s/%s", resolved, base) : lg_strdup(path);
}

static void learn_facts(struct sqlite_session *session)
{
	bool is_in_memory = strcmp(session->path, ":memory:") == 0;

	session->file = is_in_memory ? lg_strdup("") : canonical_name(session->path);
	session->identity = lg_format("sqlite:%s", session->file);
	session->facts = (struct target_facts){
		.engine = SQL_SQLITE,
		.database = lg_path_base(session->path),
		.server_version = sqlite3_libversion(),
		.is_absent = !session->db,
		.identity = session->identity,
	};
}

static enum lg_status open_session(
	const struct target_options *options, struct target **out, struct lg_error *err)
{
	LG_CLEANUP(drop_session) struct sqlite_session *session = NULL;
	const char *path = NULL;

	if (sqlite_url_path(options->url, &path, err))
		return err->status;
	if (options->role)
		return fail_role(options->role, err);
	session = lg_calloc(1, sizeof(*session));
	session->target.driver = &target_sqlite;
	session->options = *options;
	session->lock_fd = -1;
	session->project = lg_strdup(options->project);
	session->scope = lg_strdup(options->scope);
	session->path = lg_strdup(path);
	if (sqlite_connect(session, err))
		return err->status;
	learn_facts(session);
	*out = &LG_TAKE(session)->target;
	return LG_OK;
}

static const struct target_facts *facts(const struct target *target)
{
	return &((const struct sqlite_session *)target)->facts;
}

static enum lg_status grant_reader(struct target *target, const char *role, struct lg_error *err)
{
	(void)target;
	return fail_role(role, err);
}

const struct target_driver target_sqlite = {
	.name = "sqlite",
	.layout = sqlite_layout,
	.accepts = accepts,
	.open = open_session,
	.facts = facts,
	.probe = sqlite_probe,
	.read_history = sqlite_read_history,
	.read_down = sqlite_read_down,
	.read_foreign = sqlite_read_foreign,
	.lock = sqlite_lock,
	.holder = sqlite_holder,
	.break_lock = sqlite_break_lock,
	.init = sqlite_init,
	.grant_reader = grant_reader,
	.begin_batch = sqlite_begin_batch,
	.apply = sqlite_apply,
	.rehearse = sqlite_rehearse,
	.revert = sqlite_revert,
	.change = sqlite_change,
	.note = sqlite_note,
	.finish_batch = sqlite_finish_batch,
	.read_schema = sqlite_read_schema,
	.read_record = sqlite_read_record,
	.record_schema = sqlite_record_schema,
	.close = close_session,
};
