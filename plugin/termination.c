/* SPDX-License-Identifier: MIT */
#include "plugin/termination.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ci/render/sentence.h"

static const char default_path[] = "/dev/termination-log";

/* Kubernetes puts a file there; what else may have that name is not ours to write to. */
static int open_log(const char *path)
{
	struct stat found;
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode))
		return fd;
	lg_fd_drop(&fd);
	return -1;
}

void termination_write(const struct run *run, const struct ci_report *report)
{
	const char *path = run->options.termination_log;
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	struct lg_error ignored = {0};

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	if (run->starts_on && run->starts_on & 1U << (report->exit_code & 31))
		return;
	fd = open_log(path ? path : default_path);
	if (fd < 0)
		return;
	render_sentence(report, CI_SENTENCE_TERMINATION_CHARS, &line);
	ci_redact(&run->reporting.secrets, &line);
	lg_buf_addc(&line, '\n');
	lg_ignore(lg_fd_write(fd, line.text, line.len, &ignored));
}
