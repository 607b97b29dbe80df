/* SPDX-License-Identifier: MIT */
#include "plugin/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ci/escape.h"

static bool may_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fd) && !(no_color && *no_color) && terminal && *terminal &&
	       strcmp(terminal, "dumb") != 0;
}

struct output output_make(bool is_quiet, bool is_verbose, bool is_json, bool no_color)
{
	return (struct output){
		.is_quiet = is_quiet,
		.is_verbose = is_verbose,
		.is_json = is_json,
		.has_color_out = !no_color && may_color(STDOUT_FILENO),
		.has_color_err = !no_color && may_color(STDERR_FILENO),
	};
}

static const char *color_of(enum tone tone)
{
	switch (tone) {
	case TONE_GOOD:
		return "\033[32m";
	case TONE_WARN:
		return "\033[33m";
	case TONE_BAD:
		return "\033[31m";
	case TONE_DIM:
		return "\033[2m";
	case TONE_PLAIN:
		break;
	}
	return "";
}

static void add_shown(const char *text, size_t len, bool keeps_lines, struct lg_buf *out)
{
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);
		bool is_shown = size == 0 || lg_utf8_is_hidden(text + i, size);
		size_t end = i + (size ? size : 1);

		if (text[i] == '\t' || (keeps_lines && text[i] == '\n'))
			is_shown = false;
		for (; i < end; i++)
			if (is_shown)
				lg_buf_addf(out, "\\x%02x", (unsigned char)text[i]);
			else
				lg_buf_addc(out, text[i]);
	}
}

/* Adds one line of ours that may hold anything: what it must not show or do is taken out. */
static void add_safe(const struct output *output, const char *text, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	LG_CLEANUP(lg_buf_release) struct lg_buf harmless;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_init(&harmless, LG_BUF_MAX_BYTES);
	lg_buf_adds(&line, text);
	if (output->secrets)
		ci_redact(output->secrets, &line);
	if (!output->has_runner) {
		add_shown(line.text, line.len, false, out);
		return;
	}
	ci_neutralize(line.text, line.len, &harmless);
	add_shown(harmless.text, harmless.len, false, out);
}

/* All of it at once, for stderr may be unbuffered, and what is live must not come between. */
static void write_whole(const struct output *output, FILE *file, const struct lg_buf *text)
{
	live_pause(output->live);
	(void)fwrite(text->text, 1, text->len, file);
	live_resume(output->live);
}

/* A line that begins with words of ours. */
static void write_words(const struct output *output, FILE *file, const char *color,
	const char *words, const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_adds(&line, color);
	lg_buf_adds(&line, words);
	add_safe(output, text, &line);
	lg_buf_adds(&line, *color ? "\033[0m\n" : "\n");
	write_whole(output, file, &line);
}

static void write_line(const struct output *output, FILE *file, const char *color,
	const char *format, va_list arguments)
{
	LG_FREE_BY_SCOPE char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	write_words(output, file, color, "", text ? text : "");
}

void output_live(
	const struct output *output, int64_t topic, const char *detail, const char *format, ...)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line = {0};
	LG_FREE_BY_SCOPE char *text = NULL;
	va_list arguments;

	if (!output->live)
		return;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	add_safe(output, text ? text : "", &line);
	for (char *at = line.text; (at = strchr(at, '\t'));)
		*at = ' ';
	live_show(output->live, topic, line.text, detail);
}

void output_fold(const struct output *output, const char *format, ...)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf title = {0};
	LG_FREE_BY_SCOPE char *text = NULL;
	va_list arguments;

	if (!output->fold || output->is_quiet)
		return;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	lg_buf_init(&title, LG_BUF_MAX_BYTES);
	lg_buf_adds(&title, text ? text : "");
	if (output->secrets)
		ci_redact(output->secrets, &title);
	fold_begin(output->fold, title.text);
}

void output_settle(const struct output *output)
{
	live_clear(output->live);
	fold_end(output->fold);
}

void output_line(const struct output *output, enum tone tone, const char *format, ...)
{
	bool has_color = output->leaves_stdout ? output->has_color_err : output->has_color_out;
	va_list arguments;

	if (output->is_json)
		return;
	output_settle(output);
	va_start(arguments, format);
	write_line(output, output->leaves_stdout ? stderr : stdout, has_color ? color_of(tone) : "",
		format, arguments);
	va_end(arguments);
}

void output_progress(const struct output *output, const char *format, ...)
{
	va_list arguments;

	if (output->is_quiet)
		return;
	va_start(arguments, format);
	write_line(output, stderr, "", format, arguments);
	va_end(arguments);
}

void output_detail(const struct output *output, const char *format, ...)
{
	va_list arguments;

	if (!output->is_verbose || output->is_quiet)
		return;
	va_start(arguments, format);
	write_line(
		output, stderr, output->has_color_err ? color_of(TONE_DIM) : "", format, arguments);
	va_end(arguments);
}

static void write_marked(
	const struct output *output, enum tone tone, const char *words, const char *text)
{
	write_words(output, stderr, output->has_color_err ? color_of(tone) : "", words, text);
}

static void add_place(struct lg_buf *out, const struct lg_error *err)
{
	if (!err->file[0])
		return;
	lg_buf_adds(out, err->file);
	if (err->line)
		lg_buf_addf(out, ":%u", err->line);
	if (err->line && err->column)
		lg_buf_addf(out, ":%u", err->column);
	lg_buf_adds(out, ": ");
}

/* A command for the runner, whose data is `text`. */
static void write_command(const struct output *output, const char *head, const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf data;
	LG_CLEANUP(lg_buf_release) struct lg_buf command;

	lg_buf_init(&data, LG_BUF_MAX_BYTES);
	lg_buf_init(&command, LG_BUF_MAX_BYTES);
	lg_buf_adds(&data, text);
	if (output->secrets)
		ci_redact(output->secrets, &data);
	lg_buf_adds(&command, head);
	ci_escape_command(data.text, data.len, &command);
	lg_buf_addc(&command, '\n');
	write_whole(output, stderr, &command);
}

void output_warning(const struct output *output, const char *format, ...)
{
	LG_FREE_BY_SCOPE char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (output->has_runner)
		write_command(output, "::warning title=lockgate::", text ? text : "");
	else
		write_marked(output, TONE_WARN, "warning: ", text ? text : "");
}

void output_commands(const struct lg_buf *commands)
{
	(void)fwrite(commands->text, 1, commands->len, stderr);
}

void output_record(const struct output *output, const char *mark, const char *text)
{
	LG_FREE_BY_SCOPE char *words = lg_format("%s ", mark);

	write_marked(output, TONE_PLAIN, words, text);
}

void output_error(const struct output *output, const struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	output_settle(output);
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	add_place(&text, err);
	lg_buf_adds(&text, err->text);
	if (err->sqlstate[0])
		lg_buf_addf(&text, " (SQLSTATE %s)", err->sqlstate);
	write_marked(output, TONE_BAD, "lockgate: ", text.text);
	if (err->hint[0])
		write_marked(output, TONE_PLAIN, "  -> ", err->hint);
}

const char *output_distinct_name(const char *version, const char *name)
{
	return strcmp(version, name) == 0 ? "" : name;
}

void output_bytes(const struct output *output, const char *bytes, size_t len)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf shown;

	output_settle(output);
	lg_buf_init(&shown, LG_BUF_MAX_BYTES);
	if (isatty(STDOUT_FILENO)) {
		add_shown(bytes, len, true, &shown);
		(void)fwrite(shown.text, 1, shown.len, stdout);
	} else {
		(void)fwrite(bytes, 1, len, stdout);
	}
}

bool output_finish(void)
{
	/* A reader that has gone away, such as head(1), wants no more: that is no failure. */
	return (fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE;
}
