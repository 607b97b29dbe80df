/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FLYWAY_SETTINGS_H
#define LOCKGATE_BUNDLES_FORMATS_FLYWAY_SETTINGS_H

/*
 * What Flyway's own settings say of a folder: `flyway.conf` (Java properties) and `flyway.toml`,
 * in the folder or beside it, and the file `SCRIPT.conf` beside a script. Of the first two only
 * what changes how scripts are read or run counts; connections are lockgate's own business.
 */

#include <stdbool.h>

#include "bundles/folder_reader.h"

#define FLYWAY_SIDECAR ".conf"

struct flyway_settings {
	const char *versioned, *undo, *repeatable, *baseline; /* what names of files begin with */
	const char *separator;
	const char *placeholder; /* what a placeholder begins with */
	bool replaces_placeholders;
	bool is_mixed; /* one script may hold statements of both kinds */
	bool is_transactional;
};

/* As Flyway has them where nobody set any. */
struct flyway_settings flyway_settings_default(void);

/*
 * Reads the settings of the reader's folder; the folder's own count more than those beside it.
 * Errors: LG_IO, LG_LIMIT, LG_FORMAT with file and line (a setting that cannot be carried over).
 */
LG_MUST_USE
enum lg_status flyway_settings_read(
	struct folder_reader *reader, struct flyway_settings *out, struct lg_error *err);

/*
 * Applies the file beside a script, `name` in `list`, to *settings. Errors: as above, and every
 * key that is not known.
 */
LG_MUST_USE
enum lg_status flyway_settings_read_sidecar(struct folder_reader *reader,
	const struct folder_list *list, const char *name, struct flyway_settings *settings,
	struct lg_error *err);

/* True of the names of settings files. */
bool flyway_settings_are(const char *name);

#endif
