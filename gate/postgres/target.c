/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/mem.h"
#include "gate/postgres/apply.h"
#include "gate/postgres/connect.h"
#include "gate/postgres/foreign.h"
#include "gate/postgres/lock.h"
#include "gate/postgres/records.h"
#include "gate/postgres/schema.h"
#include "gate/postgres/scope.h"
#include "gate/postgres/trace.h"
#include "gate/postgres/url.h"

static void close_session(struct target *target)
{
	struct postgres_session *session = postgres_session_of(target);

	if (!target)
		return;
	postgres_disconnect(session);
	if (session->url)
		explicit_bzero(session->url, strlen(session->url));
	free(session->url);
	free(session->project);
	free(session->scope);
	free(session->role);
	free(session->database);
	free(session->server_version);
	free(session->identity);
	postgres_trace_end(session);
	free(session);
}

static void drop_session(struct postgres_session **slot)
{
	close_session((struct target *)*slot);
}

static enum lg_status open_session(
	const struct target_options *options, struct target **out, struct lg_error *err)
{
	LG_CLEANUP(drop_session) struct postgres_session *session = NULL;

	/* This process holds a password from here on: nobody may dump or trace it. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (postgres_url_check(options->url, err) || postgres_check_scope(options->scope, err))
		return err->status;
	session = lg_calloc(1, sizeof(*session));
	session->target.driver = &target_postgres;
	session->options = *options;
	session->url = lg_strdup(options->url);
	session->project = lg_strdup(options->project);
	session->scope = lg_strdup(options->scope);
	session->role = options->role ? lg_strdup(options->role) : NULL;
	session->lock_key = postgres_lock_key(options->project, options->scope);
	if (postgres_connect(session, options->wait_ms, err))
		return err->status;
	*out = &LG_TAKE(session)->target;
	return LG_OK;
}

static const struct target_facts *facts(const struct target *target)
{
	return &((const struct postgres_session *)target)->facts;
}

const struct target_driver target_postgres = {
	.name = "postgres",
	.layout = postgres_layout,
	.accepts = postgres_url_is_ours,
	.open = open_session,
	.facts = facts,
	.probe = postgres_probe,
	.read_history = postgres_read_history,
	.read_down = postgres_read_down,
	.read_foreign = postgres_read_foreign,
	.lock = postgres_lock,
	.holder = postgres_holder,
	.break_lock = postgres_break_lock,
	.init = postgres_init,
	.grant_reader = postgres_grant_reader,
	.begin_batch = postgres_begin_batch,
	.apply = postgres_apply,
	.rehearse = postgres_rehearse,
	.revert = postgres_revert,
	.change = postgres_change,
	.note = postgres_note,
	.finish_batch = postgres_finish_batch,
	.read_schema = postgres_read_schema,
	.read_record = postgres_read_record,
	.record_schema = postgres_record_schema,
	.close = close_session,
};
