/* SPDX-License-Identifier: MIT */
#include "gate/postgres/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "gate/postgres/sql.h"

/* A relation that is older than the rehearsal. */
struct relation {
	int64_t oid;
	const char *name;
	int64_t file;
	bool is_table;  /* also a materialised view */
	uint32_t modes; /* a bit for each that the rehearsal has taken */
};

struct postgres_trace {
	struct relation *relations; /* by number */
	size_t count;
	struct trace_lock *locks; /* found by the last look */
	size_t lock_count;
	const char **rewritten;
	size_t rewritten_count;
	struct lg_arena strings;
};

/* PostgreSQL manual, "Table-Level Locks": as pg_locks spells them. */
static const char *const modes[] = {"AccessShareLock", "RowShareLock", "RowExclusiveLock",
	"ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock",
	"AccessExclusiveLock"};

static enum lg_status take_relation(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct postgres_trace *trace = context;

	(void)statement;
	(void)err;
	for (int i = 0; i < postgres_row_count(rows); i++) {
		trace->relations =
			lg_grow(trace->relations, trace->count, sizeof(*trace->relations));
		trace->relations[trace->count++] = (struct relation){
			.oid = postgres_number_at(rows, i, 0),
			.name = lg_arena_add(&trace->strings, postgres_column(rows, i, 1)),
			.file = postgres_number_at(rows, i, 2),
			.is_table = strcmp(postgres_column(rows, i, 3), "t") == 0,
		};
	}
	return LG_OK;
}

static int compare(const void *key, const void *item)
{
	const int64_t *oid = key;
	const struct relation *relation = item;

	return (*oid > relation->oid) - (*oid < relation->oid);
}

static struct relation *find(const struct postgres_trace *trace, int64_t oid)
{
	if (trace->count == 0)
		return NULL;
	return bsearch(&oid, trace->relations, trace->count, sizeof(*trace->relations), compare);
}

/* The bit of a mode; 0 of one that is not known. */
static uint32_t bit_of(const char *mode)
{
	for (size_t i = 0; i < LG_COUNT_OF(modes); i++)
		if (strcmp(modes[i], mode) == 0)
			return UINT32_C(1) << i;
	return 0;
}

static const char *mode_of(uint32_t bit)
{
	size_t i = 0;

	while (bit > UINT32_C(1) << i)
		i++;
	return modes[i];
}

static void add_lock(struct postgres_trace *trace, struct relation *relation, uint32_t bit)
{
	if (relation->modes & bit || !bit)
		return;
	relation->modes |= bit;
	trace->locks = lg_grow(trace->locks, trace->lock_count, sizeof(*trace->locks));
	trace->locks[trace->lock_count++] = (struct trace_lock){mode_of(bit), relation->name};
}

/* A relation that was dropped has neither name nor file any more. */
static void add_file(struct postgres_trace *trace, struct relation *relation, int64_t file)
{
	bool is_new = file && file != relation->file;

	if (!is_new)
		return;
	relation->file = file;
	if (!relation->is_table)
		return;
	trace->rewritten =
		lg_grow(trace->rewritten, trace->rewritten_count, sizeof(*trace->rewritten));
	trace->rewritten[trace->rewritten_count++] = relation->name;
}

static enum lg_status take_lock(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct postgres_trace *trace = context;

	(void)statement;
	(void)err;
	for (int i = 0; i < postgres_row_count(rows); i++) {
		struct relation *relation = find(trace, postgres_number_at(rows, i, 0));
		const char *name = postgres_column(rows, i, 2);

		if (!relation)
			continue;
		if (name && strcmp(name, relation->name) != 0)
			relation->name = lg_arena_add(&trace->strings, name);
		add_lock(trace, relation, bit_of(postgres_column(rows, i, 1)));
		add_file(trace, relation, postgres_number_at(rows, i, 3));
	}
	return LG_OK;
}

static enum lg_status ask(struct postgres_session *session, const char *sql,
	struct postgres_reply *reply, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;

	postgres_string_init(&string);
	POSTGRES_ADD_PLAIN(&string, sql);
	return postgres_execute(session, &string, reply, err);
}

enum lg_status postgres_trace_begin(struct postgres_session *session, struct lg_error *err)
{
	struct postgres_reply reply = {.take = take_relation};
	struct statement_trace ignored = {0};

	postgres_trace_end(session);
	session->trace = lg_calloc(1, sizeof(*session->trace));
	reply.context = session->trace;
	if (ask(session, postgres_sql_list_relations, &reply, err))
		return err->status;
	return postgres_trace_look(session, &ignored, err);
}

enum lg_status postgres_trace_look(
	struct postgres_session *session, struct statement_trace *out, struct lg_error *err)
{
	struct postgres_trace *trace = session->trace;
	struct postgres_reply reply = {.take = take_lock, .context = trace};

	free(LG_TAKE(trace->locks));
	free(LG_TAKE(trace->rewritten));
	trace->lock_count = trace->rewritten_count = 0;
	if (ask(session, postgres_sql_trace_locks, &reply, err))
		return err->status;
	out->locks = trace->locks;
	out->lock_count = trace->lock_count;
	out->rewritten = trace->rewritten;
	out->rewritten_count = trace->rewritten_count;
	return LG_OK;
}

void postgres_trace_end(struct postgres_session *session)
{
	struct postgres_trace *trace = session->trace;

	if (!trace)
		return;
	free(trace->relations);
	free(trace->locks);
	free(trace->rewritten);
	lg_arena_release(&trace->strings);
	free(LG_TAKE(session->trace));
}
