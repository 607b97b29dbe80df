/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "plugin/commands.h"

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* An outbox that cannot be opened holds nothing that could be told. */
static enum lg_status open_outbox(struct run *run, struct outbox **out, struct lg_error *err)
{
	*out = reporting_outbox(run);
	if ((*out)->pending >= 0)
		return LG_OK;
	(void)lg_fail(err, LG_IO, "%s", (*out)->problem);
	return lg_hint(err, "name the outbox with --outbox FOLDER");
}

static const char *state_of(const struct ci_delivery *item)
{
	if (item->is_dead || item->result == CI_DEAD)
		return "dead";
	return item->result == CI_DELIVERED ? "delivered" : "pending";
}

static void print_document(const struct outbox *outbox, const struct ci_deliveries *list)
{
	LG_CLEANUP(drop_json) json_t *root = NULL;
	LG_FREE_BY_SCOPE char *text = NULL;
	json_t *reports = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct ci_delivery *item = &list->items[i];
		char created[LG_MOMENT_CHARS + 1];

		lg_clock_format(item->created_at_s * 1000000, created);
		(void)json_array_append_new(reports,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:s?}", "id", item->message.id, "sink",
				item->sink->name, "state", state_of(item), "created_at", created,
				"attempts", (json_int_t)item->attempts, "problem",
				item->problem[0] ? item->problem : NULL));
	}
	root = json_pack(
		"{s:s, s:o}", "outbox", outbox->folder ? outbox->folder : "", "reports", reports);
	text = json_dumps(root, JSON_INDENT(2));
	(void)printf("%s\n", text ? text : "{}");
}

static void present(struct run *run, const struct outbox *outbox, const struct ci_deliveries *list)
{
	if (run->options.json)
		print_document(outbox, list);
	for (size_t i = 0; i < list->count; i++) {
		const struct ci_delivery *item = &list->items[i];
		enum tone tone = item->result == CI_DELIVERED          ? TONE_GOOD
				 : strcmp(state_of(item), "dead") == 0 ? TONE_BAD
								       : TONE_WARN;
		char created[LG_MOMENT_CHARS + 1];

		lg_clock_format(item->created_at_s * 1000000, created);
		output_line(&run->output, tone, "%-9s %.19sZ %-10s %s%s%s", state_of(item), created,
			item->sink->name, item->message.id, item->problem[0] ? ": " : "",
			item->problem);
	}
}

static enum lg_status list_reports(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(ci_deliveries_release) struct ci_deliveries list = {0};
	LG_CLEANUP(outbox_release) struct outbox outbox;
	enum lg_status status = LG_OK;

	outbox_look(&outbox, reporting_outbox_folder(run));
	if (outbox.problem[0])
		status = lg_hint((lg_fail(err, LG_IO, "%s", outbox.problem), err),
			"name the outbox with --outbox FOLDER");
	if (status || outbox_list(&outbox, &list, err))
		return err->status;
	present(run, &outbox, &list);
	output_line(&run->output, TONE_PLAIN, "%zu report%s in '%s'", list.count,
		list.count == 1 ? "" : "s", outbox.folder);
	return LG_OK;
}

/*
 * A sink that lacks what it needs keeps its reports; the others get theirs, so these come first.
 * Returns how many those are.
 */
static size_t set_apart(struct run *run, struct ci_deliveries *list)
{
	size_t ready = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct ci_delivery item = list->items[i];
		struct lg_error why = {0};

		if (item.sink->check(&run->reporting.settings, &why)) {
			(void)snprintf(list->items[i].problem, sizeof(item.problem),
				"%.200s; %.200s", why.text, why.hint);
			continue;
		}
		list->items[i] = list->items[ready];
		list->items[ready++] = item;
	}
	return ready;
}

static size_t count_delivered(const struct ci_deliveries *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].result == CI_DELIVERED;
	return count;
}

static void present_sent(
	struct run *run, const struct outbox *outbox, const struct ci_deliveries *list)
{
	size_t delivered = count_delivered(list);

	present(run, outbox, list);
	run->is_unreported = delivered < list->count;
	output_line(&run->output, run->is_unreported ? TONE_WARN : TONE_GOOD,
		"%zu delivered, %zu not", delivered, list->count - delivered);
}

/* Sends those of `all` from `start` on; what they have claimed is anybody's again. */
static void send_batch(struct run *run, struct outbox *outbox, struct ci_deliveries *all,
	size_t start, int64_t budget_ms)
{
	struct ci_deliveries batch = {.items = all->items + start, .count = all->count - start};
	struct ci_deliveries ready = {.items = batch.items, .count = set_apart(run, &batch)};

	if (ready.count)
		reporting_send(run, outbox, &ready, budget_ms);
	for (size_t i = 0; i < batch.count; i++) {
		lg_fd_drop(&batch.items[i].claim);
		batch.items[i].claim = -1;
	}
}

static enum lg_status flush_reports(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(ci_deliveries_release) struct ci_deliveries all = {0};
	int64_t end_us = lg_clock_monotonic_us() + run->options.report_timeout_ms * 1000;
	const char *after = NULL;
	struct outbox *outbox;
	size_t start;

	if (open_outbox(run, &outbox, err))
		return err->status;
	do {
		int64_t left_ms = (end_us - lg_clock_monotonic_us()) / 1000;

		start = all.count;
		if (outbox_claim_some(outbox, after, OUTBOX_CLAIMS_MAX, &all, err))
			return err->status;
		after = all.count ? all.items[all.count - 1].name : NULL;
		send_batch(run, outbox, &all, start, left_ms > 0 ? left_ms : 0);
	} while (all.count > start);
	present_sent(run, outbox, &all);
	return LG_OK;
}

static enum lg_status drop_reports(struct run *run, struct lg_error *err)
{
	const char *id = run->options.positional_count > 1 ? run->options.positional[1] : NULL;
	struct outbox *outbox;
	size_t count = 0;

	if (open_outbox(run, &outbox, err) || outbox_drop(outbox, id, &count, err))
		return err->status;
	if (id && !count)
		return lg_hint((lg_fail(err, LG_USAGE, "there is no report '%s'", id), err),
			"'lockgate report list' shows them");
	if (run->options.json)
		(void)printf("{\"dropped\": %zu}\n", count);
	output_line(&run->output, TONE_PLAIN, "%zu report%s dropped", count, count == 1 ? "" : "s");
	return LG_OK;
}

/* What is sent must not be taken for the outcome of a deploy: its status has a name of its own. */
static struct ci_report make_test(struct run *run)
{
	struct ci_report report = run->report;

	report.outcome = "ok";
	report.environment = lg_arena_addf(&run->strings, "%s (test)",
		run->options.environment ? run->options.environment : "no environment");
	report.project = run->options.project ? run->options.project : "app";
	report.scope = "main";
	return report;
}

static enum lg_status test_sinks(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(ci_deliveries_release) struct ci_deliveries list = {0};
	struct outbox nowhere = {.pending = -1, .dead = -1};
	struct ci_report report;

	if (reporting_choose(run, err))
		return err->status;
	report = make_test(run);
	reporting_compose(run, &nowhere, &report, CI_FINISHED, &list);
	if (!list.count)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "no sink is named that could be tested"), err),
			"say --report webhook, status, check, …; files need no test");
	reporting_send(run, &nowhere, &list, run->options.report_timeout_ms);
	present_sent(run, &nowhere, &list);
	/* That sinks were tested is nothing to tell them, nor anybody else. */
	run->reporting.id = NULL;
	return LG_OK;
}

enum lg_status cmd_report(struct run *run, struct lg_error *err)
{
	static const struct {
		const char *word;
		size_t arguments;
		command_function *function;
	} words[] = {{"list", 1, list_reports}, {"flush", 1, flush_reports},
		{"drop", 2, drop_reports}, {"test", 1, test_sinks}};
	const char *word = run->options.positional_count ? run->options.positional[0] : "";

	for (size_t i = 0; i < LG_COUNT_OF(words); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (run_limit_arguments(run, words[i].arguments, err))
			return err->status;
		return words[i].function(run, err);
	}
	(void)lg_fail(err, LG_USAGE,
		*word ? "'report' does not know '%s'" : "what to do is missing%s", word);
	return lg_hint(err, "say lockgate report list, flush, drop or test");
}
