/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SQITCH_H
#define LOCKGATE_BUNDLES_FORMATS_SQITCH_H

/* Projects of sqitch: a plan, and a deploy and a revert script for each change in it. */

#include "bundles/formats/format.h"
#include "bundles/formats/sqitch_conf.h"
#include "bundles/formats/sqitch_plan.h"

/*
 * Reads the plan that `conf` names, whose text is added to `text`. Release *out with
 * sqitch_plan_release(), also after an error. Errors: as sqitch_plan_read(), with the file;
 * LG_IO, LG_LIMIT.
 */
LG_MUST_USE
enum lg_status sqitch_load_plan(struct folder_reader *reader, const struct folder_list *list,
	const struct sqitch_conf *conf, struct lg_buf *text, struct sqitch_plan *out,
	struct lg_error *err);

enum lg_status sqitch_create(const char *path, const struct folder_list *list, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

extern const struct folder_format sqitch_format;

#endif
