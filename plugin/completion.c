/* SPDX-License-Identifier: MIT */
#include "plugin/completion.h"

#include <string.h>

#include "bundles/folder.h"
#include "bundles/lint/policy.h"
#include "gate/foreign_tool.h"
#include "gate/policy.h"
#include "plugin/report_choice.h"
#include "plugin/reporting.h"

static const struct {
	const char *name;
	void (*add)(struct lg_buf *out);
} shells[] = {
	{"bash", completion_add_bash},
	{"zsh", completion_add_zsh},
	{"fish", completion_add_fish},
};

static void add_shells(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(shells); i++)
		lg_buf_addf(out, " %s", shells[i].name);
}

static void add_dialects(struct lg_buf *out)
{
	lg_buf_addf(
		out, " %s %s", bundle_engine_name(SQL_POSTGRES), bundle_engine_name(SQL_SQLITE));
}

static void add_urls(struct lg_buf *out)
{
	lg_buf_adds(out, " postgres:// sqlite:");
}

static void add_batches(struct lg_buf *out)
{
	lg_buf_adds(out, " last");
}

static void add_policies(struct lg_buf *out)
{
	policy_add_words(out);
	lint_policy_add_words(out);
}

/* The options whose values are known. */
static const struct {
	const char *option;
	void (*add)(struct lg_buf *out);
	bool is_list;
	const char *file_mark;
} known[] = {
	{"batch", add_batches, false, NULL},
	{"ci", ci_service_add_words, false, NULL},
	{"comment", reporting_add_comment_words, false, NULL},
	{"completion", add_shells, false, NULL},
	{"db", add_urls, false, "sqlite:"},
	{"dialect", add_dialects, false, NULL},
	{"format", folder_format_add_words, false, NULL},
	{"from", foreign_tool_add_words, false, NULL},
	{"mode", run_mode_add_words, false, NULL},
	{"policy", add_policies, false, NULL},
	{"report", report_choice_add_words, true, "="},
	{"start-on", run_outcome_add_words, true, NULL},
};

void completion_release(struct completion *completion)
{
	lg_buf_release(&completion->words);
}

static bool is_one_of(const char *const *words, const char *word, size_t len)
{
	for (; *words; words++)
		if (strlen(*words) == len && strncmp(*words, word, len) == 0)
			return true;
	return false;
}

/* What a placeholder such as FILE stands for. */
static enum completion_kind kind_of(const char *placeholder, size_t len)
{
	static const char *const files[] = {"FILE", "SOURCE", "BUNDLE", NULL};
	static const char *const folders[] = {"FOLDER", NULL};

	if (is_one_of(files, placeholder, len))
		return COMPLETION_FILES;
	return is_one_of(folders, placeholder, len) ? COMPLETION_FOLDERS : COMPLETION_NONE;
}

struct completion completion_of_option(const struct option_row *row)
{
	struct completion out = {.kind = COMPLETION_NONE};

	lg_buf_init(&out.words, LG_BUF_MAX_BYTES);
	if (row->value)
		out.kind = kind_of(row->value, strlen(row->value));
	for (size_t i = 0; i < LG_COUNT_OF(known); i++)
		if (strcmp(known[i].option, row->name) == 0) {
			out.kind = COMPLETION_WORDS;
			out.is_list = known[i].is_list;
			out.file_mark = known[i].file_mark;
			known[i].add(&out.words);
		}
	return out;
}

static void take_argument(const char *word, size_t len, struct completion *out)
{
	if (kind_of(word, len) != COMPLETION_NONE)
		out->kind = kind_of(word, len);
	if (len && strspn(word, "abcdefghijklmnopqrstuvwxyz") >= len) {
		out->kind = COMPLETION_WORDS;
		lg_buf_addf(&out->words, " %.*s", (int)len, word);
	}
	if (len != strlen("COMMAND") || strncmp(word, "COMMAND", len) != 0)
		return;
	out->kind = COMPLETION_WORDS;
	for (size_t i = 0; i < command_row_count; i++)
		lg_buf_addf(&out->words, " %s", command_rows[i].name);
}

/* The form says it: "NAME [FOLDER]", "list|flush|drop [ID]", up to the first option. */
struct completion completion_of_arguments(const struct command_row *row)
{
	struct completion out = {.kind = COMPLETION_NONE};

	lg_buf_init(&out.words, LG_BUF_MAX_BYTES);
	for (const char *at = row->form; *at && at[strspn(at, "[")] != '-';) {
		size_t len;

		at += strspn(at, "[]|");
		len = strcspn(at, "[]| ");
		take_argument(at, len, &out);
		at += len;
		at += strspn(at, "]|");
		at += strspn(at, " ");
	}
	return out;
}

bool completion_has(const struct command_row *command, const struct option_row *row)
{
	return row->commands & command->bit && !row->is_variable;
}

void completion_add_escaped(const char *text, const char *special, struct lg_buf *out)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			lg_buf_addc(out, '\\');
		lg_buf_addc(out, *text);
	}
}

enum lg_status completion_add(const char *shell, struct lg_buf *out, struct lg_error *err)
{
	for (size_t i = 0; i < LG_COUNT_OF(shells); i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].add(out);
			return LG_OK;
		}
	(void)lg_fail(err, LG_USAGE, "there is no completion for the shell '%s'", shell);
	return lg_hint(err, "--completion takes bash, zsh or fish");
}
