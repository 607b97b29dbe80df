/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_TRACE_H
#define LOCKGATE_GATE_TRACE_H

/* What one statement of a rehearsal did to the database, and who hears it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_NO_ROWS = -1 }; /* of a statement that counts none */

/* A lock as the database calls it; texts are foreign. */
struct trace_lock {
	const char *mode;     /* "AccessExclusiveLock" */
	const char *relation; /* with its schema, quoted where it must be */
};

struct statement_trace {
	uint32_t index;        /* from 1 */
	uint32_t line, column; /* of the script's file; no column: 0 */
	int64_t duration_us;   /* as it was seen from here: the way to the database is part of it */
	int64_t rows;          /* inserted, changed, deleted or given; TRACE_NO_ROWS */

	/*
	 * The locks that it was the first of the rehearsal to take, and the tables whose files it
	 * has written anew. What the rehearsal has made itself counts for neither, for nobody else
	 * can wait for it. Always empty where the engine does not tell.
	 */
	const struct trace_lock *locks;
	size_t lock_count;
	const char *const *rewritten;
	size_t rewritten_count;
	bool is_truncation; /* it is TRUNCATE, so the new files are empty */
};

/* Called after each statement of a script that has ended well; texts are borrowed for the call. */
struct statement_tracer {
	void (*took)(void *context, const struct statement_trace *trace);
	void *context;
};

#endif
