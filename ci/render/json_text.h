/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_JSON_TEXT_H
#define LOCKGATE_CI_RENDER_JSON_TEXT_H

/* What renderers of JSON have in common; private to them. Pure. */

#include <stddef.h>

/* Adds to the `struct lg_buf` that is `out`, and returns 0: a json_dump_callback_t. */
int ci_json_append(const char *bytes, size_t len, void *out);

#endif
