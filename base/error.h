/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_ERROR_H
#define LOCKGATE_BASE_ERROR_H

/*
 * How a function says that it could not do its work.
 *
 * A fallible function returns `enum lg_status`; unless it is LG_OK, it has written one sentence
 * into the caller's `struct lg_error`. The sentence is lower case, has no full stop, puts the
 * subject in single quotes and never holds a password or a whole URL. The place in a file, the
 * SQLSTATE and what to do next are fields, not text.
 *
 * An error is a plain value with fixed room: nothing to free, an ignored one cannot leak.
 */

#include <stdint.h>

#include "base/attrs.h"

enum lg_status {
	LG_OK = 0,
	LG_INTERNAL,  /* a library or the kernel refused what it always grants */
	LG_IO,        /* reading or writing failed; `system_error` says why */
	LG_LIMIT,     /* an input is larger than its ceiling */
	LG_FORMAT,    /* an input is not what its format demands */
	LG_USAGE,     /* what the caller asked for makes no sense */
	LG_DATABASE,  /* the database refused or could not be reached */
	LG_LOCKED,    /* somebody else held the lock until the wait ended */
	LG_FAILED,    /* a migration ran and failed */
	LG_REFUSED,   /* what was asked is not allowed as things stand */
	LG_CANCELLED, /* a signal asked to stop */
};

enum {
	LG_ERROR_TEXT_CHARS = 1536,
	LG_ERROR_HINT_CHARS = 512,
	LG_ERROR_FILE_CHARS = 512,
	LG_ERROR_VERSION_CHARS = 128,
	LG_SQLSTATE_CHARS = 5,
};

struct lg_error {
	enum lg_status status;
	int system_error; /* errno of LG_IO, else 0 */
	uint32_t line;    /* from 1 in `file`; 0 when unknown */
	uint32_t column;  /* from 1, in characters; 0 when unknown */
	char sqlstate[LG_SQLSTATE_CHARS + 1];
	char file[LG_ERROR_FILE_CHARS];
	char version[LG_ERROR_VERSION_CHARS]; /* the migration it is about, or "" */
	char text[LG_ERROR_TEXT_CHARS];
	char hint[LG_ERROR_HINT_CHARS]; /* what to do next, or "" */
};

/*
 * Each of these writes a new error (a text too long is cut at a character) and returns its
 * status, so that detecting a failure is one line: `return lg_fail(err, LG_FORMAT, "…")`.
 */
LG_PRINTF(3, 4)
enum lg_status lg_fail(struct lg_error *err, enum lg_status status, const char *format, ...);

/* LG_IO with the reason of `errno` appended after a colon. */
LG_PRINTF(2, 3) enum lg_status lg_fail_errno(struct lg_error *err, const char *format, ...);

/* These add to the error that `err` holds already and return its status. */

/* Puts "context: " in front of the text. */
LG_PRINTF(2, 3) enum lg_status lg_wrap(struct lg_error *err, const char *format, ...);

/* Names the place; a place that is already known is kept, for it is nearer to the cause. */
enum lg_status lg_place(struct lg_error *err, const char *file, uint32_t line, uint32_t column);

/* Says what to do next, in place of what was said before. */
LG_PRINTF(2, 3) enum lg_status lg_hint(struct lg_error *err, const char *format, ...);

/* Names the migration, unless one is named already. */
enum lg_status lg_about(struct lg_error *err, const char *version);

/* For the few places where a failure changes nothing and nobody is left to be told. */
static inline void lg_ignore(enum lg_status status)
{
	(void)status;
}

#endif
