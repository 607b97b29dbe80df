/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FOLDER_H
#define LOCKGATE_BUNDLES_FOLDER_H

/*
 * Packing a folder of migrations: finds the folder's format, reads every file once, and leaves a
 * complete bundle, manifest and all.
 *
 * A format is one row of a table in folder.c and one file in bundles/formats/. What it cannot
 * carry over faithfully is an error with file and line, never a guess.
 */

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/bundle.h"

/* A file that was passed over and why, for `-v`. */
struct folder_skip {
	const char *file;
	const char *reason;
};

/* What whoever packs the folder should know, though it packs. */
struct folder_note {
	const char *file; /* NULL: the folder */
	uint32_t line;    /* 0: none */
	const char *text;
};

struct folder_options {
	const char *format;  /* NULL: recognise it */
	const char *variant; /* which files among those for several engines; NULL: by `engine` */
	const char *project;
	enum sql_dialect engine;
	uint64_t max_total_bytes; /* 0: BUNDLE_MAX_TOTAL_BYTES */
	const char
		*scratch_url; /* the server that PostgreSQL migrations are compiled on; or NULL */
	bool runs_no_code;    /* of a folder whose migrations are programs: it is refused then */
	const volatile sig_atomic_t *stop; /* not 0: fail with LG_CANCELLED soon; may be NULL */
};

struct folder_result {
	struct folder_skip *skips; /* release with folder_result_release(); texts: the bundle's */
	size_t skip_count;
	struct folder_note *notes; /* likewise */
	size_t note_count;
};

void folder_result_release(struct folder_result *result);

/*
 * Packs the folder into `out`, which comes from bundle_init(). Errors: LG_FORMAT and LG_LIMIT
 * (the folder is not acceptable: place in `err`, `err->file` being the path below `folder`),
 * LG_IO, LG_USAGE (no such format, or one that needs an option), LG_CANCELLED. *result is filled
 * as far as it went.
 */
LG_MUST_USE
enum lg_status folder_pack(const char *folder, const struct folder_options *options,
	struct bundle *out, struct folder_result *result, struct lg_error *err);

/*
 * The same for a folder in which two branches may have met: what has one version and several names
 * is several migrations, in any order among each other, and there is no manifest and no id.
 */
LG_MUST_USE
enum lg_status folder_survey(const char *folder, const struct folder_options *options,
	struct bundle *out, struct folder_result *result, struct lg_error *err);

/*
 * Creates the files of an empty migration in the format of the folder (created if it is missing)
 * and adds their paths, one a line, to `out_paths`. `moment_us` gives the version.
 * Errors: LG_IO, LG_USAGE (the name has other characters than [a-zA-Z0-9_-]).
 */
LG_MUST_USE
enum lg_status folder_new(const char *folder, const char *format, const char *name,
	int64_t moment_us, struct lg_buf *out_paths, struct lg_error *err);

/* Adds the name of each format behind a blank. */
void folder_format_add_words(struct lg_buf *out);

#endif
