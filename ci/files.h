/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_FILES_H
#define LOCKGATE_CI_FILES_H

/*
 * Reports that are files: those that somebody named, which are replaced as a whole, and the two of
 * GitHub Actions that are added to ("Workflow commands for GitHub Actions", "Environment files").
 */

#include "base/buf.h"
#include "base/error.h"
#include "ci/report.h"

struct ci_file_form {
	const char *name; /* "junit" */
	void (*render)(const struct ci_report *report, struct lg_buf *out);
};

extern const struct ci_file_form ci_file_forms[];
extern const size_t ci_file_form_count;

/* The form of that name, or NULL; `len` bytes of `name` count. */
const struct ci_file_form *ci_file_form_find(const char *name, size_t len);

/* Errors: LG_IO. */
LG_MUST_USE
enum lg_status ci_file_write(const struct ci_file_form *form, const char *path,
	const struct ci_report *report, struct lg_error *err);

/*
 * Adds to the file of the step's summary, which together with what is there stays below the size
 * above which all of it would be dropped. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status ci_summary_append(
	const char *path, const struct ci_report *report, struct lg_error *err);

/* Adds a line to it, such as that some report was not delivered. Errors: LG_IO. */
LG_MUST_USE
enum lg_status ci_summary_note(const char *path, const char *text, struct lg_error *err);

/* Adds the outputs of the step; `undelivered` reports rest in the outbox. Errors: LG_IO. */
LG_MUST_USE
enum lg_status ci_outputs_append(
	const char *path, const struct ci_report *report, size_t undelivered, struct lg_error *err);

#endif
