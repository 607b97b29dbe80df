/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_REPORT_CHOICE_H
#define LOCKGATE_PLUGIN_REPORT_CHOICE_H

/*
 * Who is to be told how a run went: the words of --report, and what goes without saying under
 * GitHub Actions.
 */

#include "base/error.h"
#include "ci/files.h"
#include "ci/sink.h"
#include "plugin/options.h"

enum report_way {
	REPORT_SUMMARY,     /* the step's summary of GitHub Actions */
	REPORT_ANNOTATIONS, /* on stderr, where the runner reads along */
	REPORT_FILE,
	REPORT_SINK,
	REPORT_OUTPUTS, /* behind all others, for it counts what is left */
};

enum { REPORT_CHOICES_MAX = 24 };

struct report_choice {
	enum report_way way;
	const struct ci_file_form *form; /* of REPORT_FILE */
	const struct ci_sink *sink;      /* of REPORT_SINK */
	const char *path;                /* of a file */
	bool is_required;                /* its failure is exit code 6 */
};

struct report_choices {
	struct report_choice items[REPORT_CHOICES_MAX]; /* in the order in which they are told */
	size_t count;
};

/*
 * Reads the words; without any, and besides them, GitHub's defaults where `settings` speak of such
 * a run, unless a word is "none". Sinks that the run of a fork cannot reach are left out; *out_left
 * counts them. Errors: LG_USAGE (an unknown word, one twice, a sink that lacks something).
 */
LG_MUST_USE
enum lg_status report_choose(const struct option_list *words, const struct ci_settings *settings,
	struct lg_arena *strings, struct report_choices *out, size_t *out_left,
	struct lg_error *err);

/* The name that people call it by. */
const char *report_choice_name(const struct report_choice *choice);

/* Adds every word that report_choose() takes behind a blank; those of files end in "=". */
void report_choice_add_words(struct lg_buf *out);

#endif
