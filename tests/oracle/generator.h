/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_ORACLE_GENERATOR_H
#define LOCKGATE_TESTS_ORACLE_GENERATOR_H

/*
 * Scripts made of statements and gaps thrown together, the same on every machine. A `~` in a
 * statement is a gap between two of its tokens.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct generator {
	uint32_t seed;
	const char *const *statements;
	size_t statement_count;
	const char *const *gaps; /* each of which separates tokens */
	size_t gap_count;
};

/* The linear congruential generator of Numerical Recipes. */
static inline uint32_t generator_random(struct generator *generator, size_t bound)
{
	generator->seed = generator->seed * 1664525U + 1013904223U;
	return (generator->seed >> 8) % (uint32_t)bound;
}

static inline void generator_add_gaps(
	struct generator *generator, struct lg_buf *script, uint32_t least)
{
	for (uint32_t i = least + generator_random(generator, 3); i > 0; i--)
		lg_buf_adds(
			script, generator->gaps[generator_random(generator, generator->gap_count)]);
}

static inline void generator_add_statement(struct generator *generator, struct lg_buf *script)
{
	const char *text =
		generator->statements[generator_random(generator, generator->statement_count)];

	for (; *text; text++) {
		if (*text == '~')
			generator_add_gaps(generator, script, 1);
		else
			lg_buf_addc(script, *text);
	}
}

/* Adds up to `most` statements, the last of them with or without its semicolon. */
static inline void generator_add_script(
	struct generator *generator, struct lg_buf *script, uint32_t most)
{
	for (uint32_t left = generator_random(generator, most + 1); left > 0; left--) {
		generator_add_gaps(generator, script, 0);
		generator_add_statement(generator, script);
		generator_add_gaps(generator, script, 0);
		if (left > 1 || generator_random(generator, 2))
			lg_buf_addc(script, ';');
	}
}

#endif
