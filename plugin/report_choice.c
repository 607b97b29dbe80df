/* SPDX-License-Identifier: MIT */
#include "plugin/report_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

static const struct {
	const char *name;
	enum report_way way;
	const char *variable; /* the file that Actions hands over; NULL: none is needed */
} local_ways[] = {
	{"summary", REPORT_SUMMARY, "GITHUB_STEP_SUMMARY"},
	{"annotations", REPORT_ANNOTATIONS, NULL},
	{"outputs", REPORT_OUTPUTS, "GITHUB_OUTPUT"},
};

const char *report_choice_name(const struct report_choice *choice)
{
	if (choice->sink)
		return choice->sink->name;
	if (choice->form)
		return choice->form->name;
	for (size_t i = 0; i < LG_COUNT_OF(local_ways); i++)
		if (local_ways[i].way == choice->way)
			return local_ways[i].name;
	return "";
}

/* Files may have one form, if not one path; nothing else is told twice. */
static bool is_equal(const struct report_choice *a, const struct report_choice *b)
{
	if (a->way != b->way || a->sink != b->sink)
		return false;
	return a->way != REPORT_FILE;
}

/* True if another report is that file already. */
static bool is_taken(const struct report_choices *choices, const struct report_choice *choice)
{
	for (size_t i = 0; i < choices->count; i++) {
		const char *path = choices->items[i].path;

		if (choice->form && choices->items[i].form && path && choice->path &&
			strcmp(path, choice->path) == 0)
			return true;
	}
	return false;
}

static bool is_chosen(const struct report_choices *choices, const struct report_choice *choice)
{
	for (size_t i = 0; i < choices->count; i++)
		if (is_equal(&choices->items[i], choice))
			return true;
	return false;
}

/* Keeps the order of telling. */
static void insert(struct report_choices *choices, const struct report_choice *choice)
{
	size_t at = choices->count++;

	while (at && choices->items[at - 1].way > choice->way) {
		choices->items[at] = choices->items[at - 1];
		at--;
	}
	choices->items[at] = *choice;
}

static enum lg_status add(
	struct report_choices *choices, const struct report_choice *choice, struct lg_error *err)
{
	if (is_taken(choices, choice))
		return lg_fail(err, LG_USAGE, "two reports would be the file '%s'", choice->path);
	if (is_chosen(choices, choice))
		return lg_fail(err, LG_USAGE, "'%s' is named twice", report_choice_name(choice));
	if (choices->count == REPORT_CHOICES_MAX)
		return lg_fail(err, LG_USAGE, "more than %d sinks are named", REPORT_CHOICES_MAX);
	insert(choices, choice);
	return LG_OK;
}

/* One word: NAME, NAME!, NAME=FILE or NAME!=FILE. */
struct word {
	const char *name;
	size_t len;
	const char *path; /* NULL: none */
	bool is_required;
};

static struct word split(const char *text)
{
	const char *sign = strchr(text, '=');
	struct word word = {.name = text,
		.len = sign ? (size_t)(sign - text) : strlen(text),
		.path = sign ? sign + 1 : NULL};

	if (word.len && text[word.len - 1] == '!') {
		word.is_required = true;
		word.len--;
	}
	return word;
}

static enum lg_status fail_word(const struct word *word, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *name = lg_strndup(word->name, word->len);
	struct lg_nearest nearest = lg_nearest_to(name);

	for (size_t i = 0; i < LG_COUNT_OF(local_ways); i++)
		lg_nearest_offer(&nearest, local_ways[i].name);
	for (size_t i = 0; ci_sink_at(i); i++)
		lg_nearest_offer(&nearest, ci_sink_at(i)->name);
	for (size_t i = 0; i < ci_file_form_count; i++)
		lg_nearest_offer(&nearest, ci_file_forms[i].name);
	(void)lg_fail(err, LG_USAGE, "there is no sink '%s'", name);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean '%s'?", nearest.word);
	return lg_hint(err, "lockgate.1, section REPORTS, lists them");
}

static enum lg_status read_file(
	const struct word *word, struct report_choice *out, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *name = lg_strndup(word->name, word->len);

	out->way = REPORT_FILE;
	out->form = ci_file_form_find(word->name, word->len);
	out->path = word->path;
	if (!out->form)
		return fail_word(word, err);
	if (word->path &&
		(strncmp(word->path, "/dev/", 5) == 0 || strncmp(word->path, "/proc/", 6) == 0))
		return lg_hint(
			(lg_fail(err, LG_USAGE, "'%s' is no place for a file", word->path), err),
			"a report replaces its file as a whole; stdout takes one with --json");
	if (!word->path || !*word->path)
		return lg_hint((lg_fail(err, LG_USAGE, "'%s' needs a file", name), err),
			"say %s=FILE", name);
	return LG_OK;
}

static enum lg_status read_local(const struct word *word, struct report_choice *out,
	bool *out_is_local, struct lg_error *err)
{
	for (size_t i = 0; i < LG_COUNT_OF(local_ways); i++) {
		const char *variable = local_ways[i].variable;

		if (strlen(local_ways[i].name) != word->len ||
			strncmp(local_ways[i].name, word->name, word->len) != 0)
			continue;
		*out_is_local = true;
		out->way = local_ways[i].way;
		out->path = variable ? getenv(variable) : NULL;
		if (variable && (!out->path || !*out->path))
			return lg_hint((lg_fail(err, LG_USAGE, "%s is not set", variable), err),
				"'%s' is for GitHub Actions; elsewhere name a file: markdown=FILE",
				local_ways[i].name);
		return LG_OK;
	}
	*out_is_local = false;
	return LG_OK;
}

static enum lg_status read_word(
	const struct word *word, struct report_choice *out, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *name = lg_strndup(word->name, word->len);
	bool is_local = false;

	*out = (struct report_choice){.is_required = word->is_required};
	if (read_local(word, out, &is_local, err))
		return err->status;
	out->sink = ci_sink_find(name);
	if (!is_local && !out->sink)
		return read_file(word, out, err);
	if (out->sink)
		out->way = REPORT_SINK;
	if (word->path)
		return lg_fail(err, LG_USAGE, "'%s' takes no file", name);
	return LG_OK;
}

/* How the words are read. */
struct choosing {
	const struct ci_settings *settings;
	struct lg_arena *strings;
	struct report_choices *out;
	bool has_none; /* "none" was among them */
	size_t left;   /* sinks that this run cannot reach */
};

/* A fork's run has no secrets and a token that may write nothing: that is nobody's mistake. */
static bool is_out_of_reach(const struct choosing *choosing, const struct ci_sink *sink)
{
	struct lg_error ignored = {0};

	return choosing->settings->run->is_from_fork &&
	       (sink->needs_service || sink->check(choosing->settings, &ignored));
}

static enum lg_status take_word(struct choosing *choosing, const char *text, struct lg_error *err)
{
	const struct word word = split(text);
	struct report_choice choice;

	if (read_word(&word, &choice, err))
		return err->status;
	if (choice.sink && is_out_of_reach(choosing, choice.sink)) {
		choosing->left++;
		return LG_OK;
	}
	if (choice.sink && choice.sink->check(choosing->settings, err))
		return lg_wrap(err, "sink '%s'", choice.sink->name);
	return add(choosing->out, &choice, err);
}

static enum lg_status take_words(struct choosing *choosing, const char *text, struct lg_error *err)
{
	while (*(text += strspn(text, ", \n"))) {
		size_t len = strcspn(text, ",\n");
		const char *word = lg_arena_addn(choosing->strings, text, len);

		text += len;
		if (strcmp(word, "none") == 0)
			choosing->has_none = true;
		else if (take_word(choosing, word, err))
			return err->status;
	}
	return LG_OK;
}

/* What needs no permission, where the runner has set its files. */
static void add_defaults(const struct ci_settings *settings, struct report_choices *out)
{
	bool is_actions = settings->run->service == CI_SERVICE_GITHUB ||
			  settings->run->service == CI_SERVICE_GITEA;

	for (size_t i = 0; is_actions && i < LG_COUNT_OF(local_ways); i++) {
		const char *variable = local_ways[i].variable;
		const char *path = variable ? getenv(variable) : NULL;
		const struct report_choice choice = {.way = local_ways[i].way, .path = path};

		if ((!variable || (path && *path)) && !is_chosen(out, &choice) &&
			out->count < REPORT_CHOICES_MAX)
			insert(out, &choice);
	}
}

enum lg_status report_choose(const struct option_list *words, const struct ci_settings *settings,
	struct lg_arena *strings, struct report_choices *out, size_t *out_left,
	struct lg_error *err)
{
	struct choosing choosing = {.settings = settings, .strings = strings, .out = out};

	*out = (struct report_choices){.count = 0};
	for (size_t i = 0; i < words->count; i++)
		if (take_words(&choosing, words->items[i], err))
			return lg_wrap(err, "--report");
	if (!choosing.has_none)
		add_defaults(settings, out);
	*out_left = choosing.left;
	return LG_OK;
}

void report_choice_add_words(struct lg_buf *out)
{
	for (size_t i = 0; i < LG_COUNT_OF(local_ways); i++)
		lg_buf_addf(out, " %s", local_ways[i].name);
	for (size_t i = 0; ci_sink_at(i); i++)
		lg_buf_addf(out, " %s", ci_sink_at(i)->name);
	for (size_t i = 0; i < ci_file_form_count; i++)
		lg_buf_addf(out, " %s=", ci_file_forms[i].name);
	lg_buf_adds(out, " none");
}
