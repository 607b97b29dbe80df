/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_OUTPUT_H
#define LOCKGATE_PLUGIN_OUTPUT_H

/*
 * What people read: the result on stdout, progress and errors on stderr.
 *
 * Foreign text (file names, versions, messages of a database) may hold control characters, ones
 * that turn the direction of text around, or bytes that are no UTF-8: all text that goes through
 * here has them shown as \xNN, so that it can neither move the cursor, nor start a line of its
 * own, nor look like other text. Secrets are left out, and where a CI runner reads along, nothing
 * that it would take for a command.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/attrs.h"
#include "base/error.h"
#include "ci/redact.h"
#include "plugin/fold.h"
#include "plugin/live.h"

enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_BAD, TONE_DIM };

struct output {
	bool is_quiet;
	bool is_verbose;
	bool is_json;       /* stdout belongs to the document */
	bool has_color_out; /* stdout is a terminal that may be coloured */
	bool has_color_err;
	bool leaves_stdout; /* the result goes to stderr: stdout is another program's */
	struct live *live;  /* the line that is redrawn on stderr; NULL: there is none */
	struct fold *fold;  /* of progress in a CI's log; NULL: it stays as it is */
	bool has_runner;    /* a CI runner reads along and obeys commands in what is printed */
	const struct ci_secrets *secrets; /* that no line may show; NULL: none are known */
};

/* Looks at the terminal, NO_COLOR (no-color.org) and TERM. */
struct output output_make(bool is_quiet, bool is_verbose, bool is_json, bool no_color);

/*
 * Shows on the line that is redrawn in place, where there is one, what lasts now: foreign text, and
 * `detail` of ours; see live_show().
 */
LG_PRINTF(4, 5)
void output_live(
	const struct output *output, int64_t topic, const char *detail, const char *format, ...);

/* From here on progress is folded below this title, where a CI's log can fold; not with --quiet. */
LG_PRINTF(2, 3) void output_fold(const struct output *output, const char *format, ...);

/*
 * Nothing lasts any more: the line is erased, the fold ends. To be called before anything that
 * does not go through here is printed; lines of the result and errors do it by themselves.
 */
void output_settle(const struct output *output);

/* A line of the result, on stdout unless that is left alone; nothing with --json. */
LG_PRINTF(3, 4)
void output_line(const struct output *output, enum tone tone, const char *format, ...);

/* A line of progress on stderr; nothing with --quiet. */
LG_PRINTF(2, 3) void output_progress(const struct output *output, const char *format, ...);

/* The same, only with --verbose. */
LG_PRINTF(2, 3) void output_detail(const struct output *output, const char *format, ...);

/*
 * Something that went wrong and changes nothing, on stderr; also with --quiet. Under GitHub Actions
 * it is an annotation.
 */
LG_PRINTF(2, 3) void output_warning(const struct output *output, const char *format, ...);

/* Commands for the runner that reads along, on stderr: they are escaped already. */
void output_commands(const struct lg_buf *commands);

/* A line for programs that read a log: `mark`, a blank, and `text`, which has no line ends. */
void output_record(const struct output *output, const char *mark, const char *text);

/* An error, with its place and what to do next, on stderr. */
void output_error(const struct output *output, const struct lg_error *err);

/* The name where it says more than the version, as a repeatable's does not; else "". */
const char *output_distinct_name(const char *version, const char *name);

/* Bytes of a script or document as they are; on a terminal, control characters are shown. */
void output_bytes(const struct output *output, const char *bytes, size_t len);

/* False if something did not get out on stdout: it is full or broken. */
bool output_finish(void);

#endif
