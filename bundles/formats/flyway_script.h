/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FLYWAY_SCRIPT_H
#define LOCKGATE_BUNDLES_FORMATS_FLYWAY_SCRIPT_H

/* What Flyway reads in a script: placeholders, and statements that no transaction allows. */

#include "bundles/formats/flyway_settings.h"

/*
 * Carries that over to `part`, which was scanned: it runs without a transaction where Flyway
 * would run it so. Errors: LG_IO, LG_FORMAT with file and line (a placeholder; a mixture of
 * statements that Flyway refuses), LG_LIMIT.
 */
LG_MUST_USE
enum lg_status flyway_script_settle(struct folder_reader *reader,
	const struct flyway_settings *settings, enum script_role role, struct migration_part *part,
	struct lg_error *err);

#endif
