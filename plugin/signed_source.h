/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_SIGNED_SOURCE_H
#define LOCKGATE_PLUGIN_SIGNED_SOURCE_H

/* What a run demands of the signatures of its source, by its options and by the machine. */

#include "plugin/run.h"

/*
 * Reads the lists of keys and the signature beside the source, and tells with -v which lines were
 * passed over. Errors: those of trusting_load().
 */
LG_MUST_USE
enum lg_status signed_source_load(struct run *run, enum source_choice choice, struct lg_error *err);

/* How the source at `path` is to be opened, behind signed_source_load(). Borrowed from the run. */
struct archive_options signed_source_options(
	const struct run *run, const char *path, enum source_choice choice);

/* Where the source was refused for its signatures, with this error, the report has a finding. */
void signed_source_report(struct run *run, const struct lg_error *err);

#endif
