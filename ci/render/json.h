/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_JSON_H
#define LOCKGATE_CI_RENDER_JSON_H

/* The report as one JSON document (RFC 8259), by ci/report.schema.json. */

#include "ci/report.h"

/* Owned by the caller, release with free(); ends in a line end. Text that is no UTF-8 is mended. */
char *render_json(const struct ci_report *report);

#endif
