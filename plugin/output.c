/* SPDX-License-Identifier: MIT */
#include "plugin/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ci/escape.h"

static bool may_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fd) && !(no_color && *no_color) && terminal && strcmp(terminal, "dumb") != 0;
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

static void write_shown(FILE *file, const char *text, size_t len, bool keeps_lines)
{
	for (size_t i = 0; i < len;) {
		size_t size = lg_utf8_character_len(text + i, len - i);
		bool is_shown = size == 0 || lg_utf8_is_hidden(text + i, size);
		size_t end = i + (size ? size : 1);

		if (text[i] == '\t' || (keeps_lines && text[i] == '\n'))
			is_shown = false;
		for (; i < end; i++)
			if (is_shown)
				(void)fprintf(file, "\\x%02x", (unsigned char)text[i]);
			else
				(void)fputc((unsigned char)text[i], file);
	}
}

/* One line of ours that may hold anything: what it must not show or do is taken out. */
static void write_safe(const struct output *output, FILE *file, struct lg_buf *line)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf harmless;

	lg_buf_init(&harmless, LG_BUF_MAX_BYTES);
	if (output->secrets)
		ci_redact(output->secrets, line);
	if (!output->has_runner) {
		write_shown(file, line->text, line->len, false);
		return;
	}
	ci_neutralize(line->text, line->len, &harmless);
	write_shown(file, harmless.text, harmless.len, false);
}

static void write_line(const struct output *output, FILE *file, const char *color,
	const char *format, va_list arguments)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	LG_FREE_BY_SCOPE char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_adds(&line, text ? text : "");
	(void)fputs(color, file);
	write_safe(output, file, &line);
	(void)fputs(*color ? "\033[0m\n" : "\n", file);
}

void output_line(const struct output *output, enum tone tone, const char *format, ...)
{
	bool has_color = output->leaves_stdout ? output->has_color_err : output->has_color_out;
	va_list arguments;

	if (output->is_json)
		return;
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

/* A line on stderr that begins with words of ours. */
static void write_words(
	const struct output *output, enum tone tone, const char *words, const char *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	const char *color = output->has_color_err ? color_of(tone) : "";

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_adds(&line, text);
	(void)fprintf(stderr, "%s%s", color, words);
	write_safe(output, stderr, &line);
	(void)fputs(*color ? "\033[0m\n" : "\n", stderr);
}

/* The data of a workflow command. */
static void write_escaped(const struct lg_buf *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf escaped;

	lg_buf_init(&escaped, LG_BUF_MAX_BYTES);
	ci_escape_command(text->text, text->len, &escaped);
	(void)fprintf(stderr, "%s\n", escaped.text);
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

void output_warning(const struct output *output, const char *format, ...)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf command;
	LG_FREE_BY_SCOPE char *text = NULL;
	va_list arguments;

	lg_buf_init(&command, LG_BUF_MAX_BYTES);
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (!output->has_runner) {
		write_words(output, TONE_WARN, "warning: ", text ? text : "");
		return;
	}
	lg_buf_adds(&command, text ? text : "");
	if (output->secrets)
		ci_redact(output->secrets, &command);
	(void)fputs("::warning title=lockgate::", stderr);
	write_escaped(&command);
}

void output_commands(const struct lg_buf *commands)
{
	(void)fwrite(commands->text, 1, commands->len, stderr);
}

void output_record(const struct output *output, const char *mark, const char *text)
{
	(void)fprintf(stderr, "%s ", mark);
	write_words(output, TONE_PLAIN, "", text);
}

void output_error(const struct output *output, const struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	add_place(&text, err);
	lg_buf_adds(&text, err->text);
	if (err->sqlstate[0])
		lg_buf_addf(&text, " (SQLSTATE %s)", err->sqlstate);
	write_words(output, TONE_BAD, "lockgate: ", text.text);
	if (err->hint[0])
		write_words(output, TONE_PLAIN, "  -> ", err->hint);
}

const char *output_distinct_name(const char *version, const char *name)
{
	return strcmp(version, name) == 0 ? "" : name;
}

void output_bytes(const char *bytes, size_t len)
{
	if (isatty(STDOUT_FILENO))
		write_shown(stdout, bytes, len, true);
	else
		(void)fwrite(bytes, 1, len, stdout);
}

bool output_finish(void)
{
	/* A reader that has gone away, such as head(1), wants no more: that is no failure. */
	return (fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE;
}
