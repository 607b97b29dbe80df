/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FLYWAY_NAME_H
#define LOCKGATE_BUNDLES_FORMATS_FLYWAY_NAME_H

/*
 * What the name of a file says to Flyway: PREFIX, VERSION, two underscores, DESCRIPTION, and an
 * ending; or the event at which it runs, such as `afterMigrate`. Pure.
 */

#include "bundles/formats/flyway_settings.h"
#include "bundles/formats/foreign_file.h"

enum flyway_meaning {
	FLYWAY_NOTHING,
	FLYWAY_SCRIPT,
	FLYWAY_BAD_VERSION,   /* all but the version is right: Flyway gives up there */
	FLYWAY_CODE,          /* a migration that is no SQL */
	FLYWAY_CALLBACK,      /* runs whenever migrations do */
	FLYWAY_IDLE_CALLBACK, /* runs with commands that lockgate has no need of */
};

struct flyway_file {
	struct foreign_file file;
	enum migration_kind kind;
	const char *raw_version; /* as written, `_` between groups included; "" of a repeatable */
	const char *description; /* as written */
};

/*
 * Reads `file.plain` into the other members, kept in `strings`; they are set of FLYWAY_SCRIPT
 * alone.
 */
enum flyway_meaning flyway_name_read(
	struct flyway_file *file, const struct flyway_settings *settings, struct lg_arena *strings);

#endif
