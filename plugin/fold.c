/* SPDX-License-Identifier: MIT */
#include "plugin/fold.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ci/escape.h"

static const char section[] = "lockgate_progress";

bool fold_is_possible(enum ci_service service)
{
	return service == CI_SERVICE_GITHUB || service == CI_SERVICE_GITEA ||
	       service == CI_SERVICE_GITLAB;
}

void fold_add_begin(enum ci_service service, const char *title, int64_t now_s, struct lg_buf *out)
{
	if (service == CI_SERVICE_GITLAB) {
		lg_buf_addf(out, "\033[0Ksection_start:%" PRId64 ":%s[collapsed=true]\r\033[0K",
			now_s, section);
		ci_add_line(title, strlen(title), out);
	} else {
		lg_buf_adds(out, "::group::");
		ci_escape_command(title, strlen(title), out);
	}
	lg_buf_addc(out, '\n');
}

void fold_add_end(enum ci_service service, int64_t now_s, struct lg_buf *out)
{
	if (service == CI_SERVICE_GITLAB)
		lg_buf_addf(out, "\033[0Ksection_end:%" PRId64 ":%s\r\033[0K\n", now_s, section);
	else
		lg_buf_adds(out, "::endgroup::\n");
}

static void print(const struct lg_buf *text)
{
	(void)fwrite(text->text, 1, text->len, stderr);
}

void fold_begin(struct fold *fold, const char *title)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text = {0};

	if (fold->is_open)
		return;
	fold->is_open = true;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	fold_add_begin(fold->service, title, lg_clock_now_us() / 1000000, &text);
	print(&text);
}

void fold_end(struct fold *fold)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text = {0};

	if (!fold || !fold->is_open)
		return;
	fold->is_open = false;
	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	fold_add_end(fold->service, lg_clock_now_us() / 1000000, &text);
	print(&text);
}
