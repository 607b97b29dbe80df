/* SPDX-License-Identifier: MIT */
#include "ci/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ci/escape.h"
#include "ci/render/codequality.h"
#include "ci/render/html.h"
#include "ci/render/json.h"
#include "ci/render/junit.h"
#include "ci/render/markdown.h"
#include "ci/render/outputs.h"
#include "ci/render/sarif.h"

enum { DELIMITER_BYTES = 16, JOINT_BYTES = 3 /* the lines between summaries */ };

static void render_markdown_file(const struct ci_report *report, struct lg_buf *out)
{
	render_markdown(report, CI_MARKDOWN_SUMMARY_BYTES, out);
}

const struct ci_file_form ci_file_forms[] = {
	{"json", render_json},
	{"junit", render_junit},
	{"sarif", render_sarif},
	{"codequality", render_codequality},
	{"markdown", render_markdown_file},
	{"html", render_html},
	{"dotenv", render_dotenv},
};

const size_t ci_file_form_count = LG_COUNT_OF(ci_file_forms);

const struct ci_file_form *ci_file_form_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ci_file_form_count; i++)
		if (strlen(ci_file_forms[i].name) == len &&
			strncmp(ci_file_forms[i].name, name, len) == 0)
			return &ci_file_forms[i];
	return NULL;
}

enum lg_status ci_file_write(const struct ci_file_form *form, const char *path,
	const struct ci_report *report, struct lg_error *err)
{
	LG_CLEANUP(lg_replacement_release) struct lg_replacement file = {.fd = -1};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	form->render(report, &text);
	if (lg_replacement_begin(&file, path, err) ||
		lg_fd_write(file.fd, text.text, text.len, err) || lg_replacement_commit(&file, err))
		return err->status;
	return LG_OK;
}

/* The file is the runner's: it must be there. One write(2), for others may add to it too. */
static enum lg_status append(const char *path, const struct lg_buf *text, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop) int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return lg_fail_errno(err, "cannot add to '%s'", path);
	return lg_fd_write(fd, text->text, text->len, err);
}

enum lg_status ci_summary_append(
	const char *path, const struct ci_report *report, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct stat found;
	size_t room;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	if (stat(path, &found))
		return lg_fail_errno(err, "cannot add to '%s'", path);
	if (found.st_size > CI_MARKDOWN_SUMMARY_BYTES - CI_MARKDOWN_LEAST_BYTES - JOINT_BYTES)
		return lg_fail(err, LG_IO, "the step's summary is full");
	room = (size_t)(CI_MARKDOWN_SUMMARY_BYTES - found.st_size);
	/* What others have written may not end in a line end. */
	if (found.st_size)
		lg_buf_adds(&text, "\n\n");
	render_markdown(report, room - JOINT_BYTES, &text);
	lg_buf_addc(&text, '\n');
	return append(path, &text, err);
}

enum lg_status ci_summary_note(const char *path, const char *text, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf line;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_adds(&line, "\n> ");
	ci_escape_markdown(text, strlen(text), &line);
	lg_buf_addc(&line, '\n');
	return append(path, &line, err);
}

enum lg_status ci_outputs_append(
	const char *path, const struct ci_report *report, size_t undelivered, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_CLEANUP(lg_buf_release) struct lg_buf delimiter;
	unsigned char random[DELIMITER_BYTES];

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_init(&delimiter, LG_BUF_MAX_BYTES);
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return lg_fail(err, LG_IO, "the kernel gives no random bytes");
	lg_buf_adds(&delimiter, "lg_");
	for (size_t i = 0; i < sizeof(random); i++)
		lg_buf_addf(&delimiter, "%02x", random[i]);
	render_outputs(report, delimiter.text, undelivered, &text);
	return append(path, &text, err);
}
