/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_GOOSE_ANNOTATION_H
#define LOCKGATE_BUNDLES_FORMATS_GOOSE_ANNOTATION_H

/*
 * What goose reads in a file: comment lines that begin with `+goose`, in any letter case: Up,
 * Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON, ENVSUB OFF.
 */

#include "bundles/formats/section.h"

struct goose_script {
	struct sections sections; /* the head holds comments alone: goose drops the rest of it */
	bool is_transactional;
};

/* True if the text has an annotation. */
bool goose_annotation_is_there(enum sql_dialect dialect, const char *text, size_t len);

/*
 * Reads the annotations of a file. Errors: LG_FORMAT with the line (what goose refuses, and
 * ENVSUB ON, which asks for the environment of whoever runs it).
 */
LG_MUST_USE
enum lg_status goose_script_read(struct body_view *view, enum sql_dialect dialect,
	struct goose_script *out, struct lg_error *err);

#endif
