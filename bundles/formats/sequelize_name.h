/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_NAME_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_NAME_H

/*
 * What the names of JavaScript migrations say: `20240131120000-create-users.js` of sequelize-cli,
 * `2024.01.31T12.00.00.create-users.mjs` of Umzug, `003-create-users.cjs` of many a project. Pure.
 */

#include <stdbool.h>

#include "base/arena.h"

struct sequelize_name {
	const char *file;    /* as it is listed */
	const char *version; /* NULL: the name begins with no digits */
	const char *name;    /* [a-zA-Z0-9_-]+ */
};

/* True of a name that ends in .js, .cjs or .mjs and is neither hidden nor a test or a declaration.
 */
bool sequelize_name_is_script(const char *file);

/* True of a name that ends in .ts, .cts or .mts, which Node.js does not run by itself. */
bool sequelize_name_is_typescript(const char *file);

struct sequelize_name sequelize_name_read(const char *file, struct lg_arena *strings);

#endif
