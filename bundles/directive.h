/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_DIRECTIVE_H
#define LOCKGATE_BUNDLES_DIRECTIVE_H

/*
 * What a script asks of the one who runs it: `-- lockgate: key=value …` lines in its first
 * comment block (lockgate.1, DIRECTIVES). Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum migration_phase { PHASE_NONE, PHASE_EXPAND, PHASE_CONTRACT };
enum foreign_keys { FOREIGN_KEYS_UNSET, FOREIGN_KEYS_ON, FOREIGN_KEYS_OFF };

enum { DIRECTIVE_UNSET = -1, DIRECTIVE_DEFAULT_RETRIES = 5 };

struct directives {
	bool is_transactional;
	enum migration_phase phase;
	enum foreign_keys foreign_keys;
	int64_t lock_timeout_ms;      /* DIRECTIVE_UNSET: what the run says */
	int64_t statement_timeout_ms; /* DIRECTIVE_UNSET: what the run says */
	uint32_t retries;
	const char *role; /* NULL: none; borrowed from the arena that was given */
};

/*
 * Where the text behind `-- lockgate` begins, of a line comment from `start` to `end` in `text`; 0
 * for any other comment. Directives follow a colon.
 */
size_t directive_behind_mark(const char *text, size_t start, size_t end);

/* All at their defaults. */
struct directives directives_default(void);

/*
 * Reads one line's directives into `out`: `text` is what follows `-- lockgate:`, `len` bytes.
 * Each key at most once over all lines: `out` must come from directives_default(), and *seen
 * from 0. `allow=CODE REASON…` is checked for its form and otherwise left to the linter.
 * Errors: LG_FORMAT (unknown key, bad value, a key twice); the column within the text, from 1,
 * is in `err->column`.
 */
LG_MUST_USE
enum lg_status directives_parse(const char *text, size_t len, struct directives *out,
	uint32_t *seen, struct lg_arena *strings, struct lg_error *err);

/* True if every one that `some` sets is set in `all`, to the same. */
bool directives_are_among(const struct directives *some, const struct directives *all);

/* "expand" or "contract"; "" for none. */
const char *migration_phase_name(enum migration_phase phase);

#endif
