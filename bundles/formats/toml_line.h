/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_TOML_LINE_H
#define LOCKGATE_BUNDLES_FORMATS_TOML_LINE_H

/*
 * The part of TOML (v1.0.0) that migration tools use for a setting or two: comments, empty lines
 * and `key = value` with a value on one line. Anything else is an error. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct toml_lines {
	const char *text; /* borrowed */
	size_t len;
	size_t offset; /* of the next line */
	uint32_t line; /* the last one read, from 1 */
};

/* Borrowed from the text, and not ended by a NUL. A string is without its quotes. */
struct toml_line {
	const char *key, *value;
	size_t key_len, value_len;
};

/* *out_is_there is false when none is left. Errors: LG_FORMAT with the line. */
LG_MUST_USE
enum lg_status toml_line_next(
	struct toml_lines *lines, struct toml_line *out, bool *out_is_there, struct lg_error *err);

bool toml_line_key_is(const struct toml_line *line, const char *key);
bool toml_line_value_is(const struct toml_line *line, const char *value);

#endif
