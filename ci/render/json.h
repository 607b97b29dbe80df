/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_RENDER_JSON_H
#define LOCKGATE_CI_RENDER_JSON_H

/* The report as one JSON document (RFC 8259), by ci/report.schema.json. */

#include "base/buf.h"
#include "ci/report.h"

/* Ends in a line end. Text that is no UTF-8 is mended. */
void render_json(const struct ci_report *report, struct lg_buf *out);

#endif
