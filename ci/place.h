/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_PLACE_H
#define LOCKGATE_CI_PLACE_H

/*
 * Where a thing is, as CI services want it: relative to the workspace, which is the checkout.
 * Pure: paths are compared as texts.
 */

#include "ci/report.h"

struct ci_place {
	char *path;            /* owned; without "./" and "//"; NULL: nowhere */
	uint32_t line, column; /* 0: none */
	bool is_source;        /* the bundle or folder, for something inside of it */
};

/*
 * `file` relative to the workspace where it is below it, else as it is. A file inside of a bundle
 * is no path that anybody else has, so the place is the bundle then, without a line; so it is of
 * what is about the whole, where `file` is NULL.
 */
struct ci_place ci_place_of(
	const struct ci_report *report, const char *file, uint32_t line, uint32_t column);

void ci_place_release(struct ci_place *place);

#endif
