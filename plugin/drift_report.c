/* SPDX-License-Identifier: MIT */
#include "plugin/drift_report.h"

#include <stdio.h>
#include <string.h>

#include "base/diff.h"
#include "plugin/report_fill.h"

/* What a report can bear: so many differences, so long each. */
enum { MAX_DIFFERENCES = 100, MAX_DIFFERENCE_BYTES = 64 << 10 };

static const char *keep(struct run *run, const char *text)
{
	return text ? lg_arena_add(&run->strings, text) : NULL;
}

/* A head of a difference is one line, whatever the object is called. */
static const char *head_of(struct run *run, const char *side, const struct schema_object *object)
{
	size_t bytes = strlen(side) + strlen(object->kind) + strlen(object->identity) + 3;
	char *head = lg_arena_alloc(&run->strings, bytes);

	(void)snprintf(head, bytes, "%s %s %s", side, object->kind, object->identity);
	for (char *at = head; *at; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	return head;
}

/* A definition as lines that end; nothing of an object that is not on this side. */
static void add_definition(
	const struct schema_change *change, bool is_live, bool is_owner, struct lg_buf *out)
{
	const struct schema_object *object = is_live ? change->live : change->recorded;

	if (!object)
		return;
	if (!is_owner)
		lg_buf_addf(out, "%s %s\n", object->kind, object->identity);
	lg_buf_adds(out, object->definition);
	if (*object->definition)
		lg_buf_addc(out, '\n');
}

/* What has come or gone with its parts is shown with them. */
static void add_side(const struct schema_difference *difference, const struct schema_change *change,
	bool is_live, struct lg_buf *out)
{
	add_definition(change, is_live, true, out);
	if (change->parts == 0)
		return;
	for (size_t i = 0; i < difference->count; i++)
		if (difference->changes[i].owner == change)
			add_definition(&difference->changes[i], is_live, false, out);
}

static const char *difference_of(struct run *run, const struct schema_difference *difference,
	const struct schema_change *change)
{
	const struct schema_object *object = schema_change_object(change);
	LG_CLEANUP(lg_buf_release) struct lg_buf recorded;
	LG_CLEANUP(lg_buf_release) struct lg_buf live;
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&recorded, LG_BUF_MAX_BYTES);
	lg_buf_init(&live, LG_BUF_MAX_BYTES);
	lg_buf_init(&text, MAX_DIFFERENCE_BYTES);
	add_side(difference, change, false, &recorded);
	add_side(difference, change, true, &live);
	lg_diff_unified(&(struct lg_diff_text){head_of(run, "recorded", object), recorded.text,
				recorded.len, 1},
		&(struct lg_diff_text){head_of(run, "live", object), live.text, live.len, 1},
		&text);
	while (text.is_over && text.len > 0 && text.text[text.len - 1] != '\n')
		lg_buf_cut(&text, text.len - 1);
	if (text.len == 0)
		return NULL;
	return lg_arena_addf(&run->strings, "%s%s", text.text,
		text.is_over ? "… (the difference goes on)\n" : "");
}

static const struct ci_drift_change *changes_of(struct run *run, const struct gate_drift *drift)
{
	static const char *const words[] = {[SCHEMA_ADDED] = "added",
		[SCHEMA_MISSING] = "missing",
		[SCHEMA_CHANGED] = "changed"};
	size_t count = drift->difference.count;
	struct ci_drift_change *items = lg_arena_alloc(&run->strings, count * sizeof(*items) + 1);

	for (size_t i = 0; i < count; i++) {
		const struct schema_change *change = &drift->difference.changes[i];
		const struct schema_object *object = schema_change_object(change);

		items[i] = (struct ci_drift_change){
			.change = words[change->fate],
			.kind = keep(run, object->kind),
			.identity = keep(run, object->identity),
			.difference = i < MAX_DIFFERENCES
					      ? difference_of(run, &drift->difference, change)
					      : NULL,
		};
	}
	return items;
}

static const struct ci_drift_gap *gaps_of(struct run *run, const struct schema *live)
{
	struct ci_drift_gap *items =
		lg_arena_alloc(&run->strings, live->gap_count * sizeof(*items) + 1);

	for (size_t i = 0; i < live->gap_count; i++)
		items[i] = (struct ci_drift_gap){
			.kind = keep(run, live->gaps[i].kind), .count = live->gaps[i].count};
	return items;
}

/* The findings are about the changes that stand alone, in their order. */
static void add_differences(
	struct run *run, const struct gate_drift *drift, const struct ci_drift_change *changes)
{
	size_t count = run->report.finding_count;
	struct ci_finding *items = lg_arena_alloc(&run->strings, count * sizeof(*items) + 1);
	size_t at = 0;

	if (count > 0)
		memcpy(items, run->report.findings, count * sizeof(*items));
	for (size_t i = 0; i < drift->difference.count && at < count; i++)
		if (!drift->difference.changes[i].owner)
			items[at++].difference = changes[i].difference;
	run->report.findings = items;
}

void drift_report(struct run *run, const struct gate_drift *drift)
{
	struct ci_drift *out = lg_arena_alloc(&run->strings, sizeof(*out));

	*out = (struct ci_drift){
		.recorded_batch = keep(run, drift->record.batch_id),
		.recorded_release = keep(run, drift->record.schema.release),
		.release = keep(run, drift->live.release),
		.objects = drift->live.count,
		.skipped = drift->difference.skipped,
		.changes = changes_of(run, drift),
		.change_count = drift->difference.count,
		.gaps = gaps_of(run, &drift->live),
		.gap_count = drift->live.gap_count,
	};
	report_verdict(run, &drift->verdict);
	add_differences(run, drift, out->changes);
	run->report.drift = out;
}
