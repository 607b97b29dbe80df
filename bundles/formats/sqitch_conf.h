/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SQITCH_CONF_H
#define LOCKGATE_BUNDLES_FORMATS_SQITCH_CONF_H

/* Where sqitch.conf says that plan and scripts are; paths are relative to the folder. */

#include "bundles/folder_reader.h"

#define SQITCH_CONF "sqitch.conf"

struct sqitch_conf {
	const char *plan;                              /* the plan's path */
	const char *deploy, *revert, *verify;          /* folders */
	const char *reworked_deploy, *reworked_revert; /* of changes that were reworked later */
	const char *extension;
};

/*
 * Reads the file of the folder, where there is one; all that is not set in it is as sqitch has it.
 * What is said for the bundle's engine counts more than what is said for all. Texts are kept in
 * the bundle. Errors: LG_IO, LG_LIMIT, LG_FORMAT with the line (a path that leads out of the
 * folder).
 */
LG_MUST_USE
enum lg_status sqitch_conf_read(struct folder_reader *reader, const struct folder_list *list,
	struct sqitch_conf *out, struct lg_error *err);

#endif
