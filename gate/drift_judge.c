/* SPDX-License-Identifier: MIT */
#include "gate/drift_judge.h"

#include <string.h>

#include "base/mem.h"

/* The last run may have changed what differs, and has not said so. */
static bool is_unrecorded(const struct schema_record *record)
{
	return record->last_run &&
	       (!record->batch_id || strcmp(record->last_run, record->batch_id) > 0);
}

static const char *hint_of(const struct schema_record *record, struct lg_arena *strings)
{
	if (is_unrecorded(record))
		return lg_arena_addf(strings,
			"batch %s has ended without recording what it changed, so this may be its "
			"work: look at it, then 'lockgate drift --accept --reason TEXT'",
			record->last_run);
	return "undo it, or keep it in a migration; then 'lockgate drift --accept --reason TEXT' "
	       "records the schema as it is";
}

static const char *message_of(
	const struct schema_change *change, const char *name, struct lg_arena *strings)
{
	static const char *const words[] = {
		[SCHEMA_ADDED] = "was added outside of lockgate",
		[SCHEMA_MISSING] = "was there after the last apply and is gone",
		[SCHEMA_CHANGED] = "was changed outside of lockgate",
	};

	if (change->parts == 0)
		return lg_arena_addf(strings, "%s %s", name, words[change->fate]);
	return lg_arena_addf(strings, "%s %s, with %zu object%s that belong%s to it", name,
		words[change->fate], change->parts, change->parts == 1 ? "" : "s",
		change->parts == 1 ? "s" : "");
}

static void report(const struct schema_record *record, const struct schema_change *change,
	enum policy_level level, struct gate_verdict *out)
{
	const struct schema_object *object = schema_change_object(change);
	struct lg_arena *strings = &out->strings;
	const char *quoted = lg_arena_addf(strings, "%s '%s'", object->kind, object->identity);
	struct gate_finding *finding = verdict_add(out,
		change->fate == SCHEMA_MISSING ? FINDING_SCHEMA_MISSING : FINDING_SCHEMA_DRIFT,
		level == POLICY_BLOCK ? FINDING_BLOCK : FINDING_WARN,
		message_of(change, quoted, strings), hint_of(record, strings));

	finding->name = lg_arena_addf(strings, "%s %s", object->kind, object->identity);
}

/* What is left out counts all the same: one that blocks does. */
static void report_rest(const struct schema_record *record, size_t count, bool has_missing,
	struct drift_levels levels, struct gate_verdict *out)
{
	enum policy_level level = has_missing ? levels.missing : levels.changed;

	if (count == 0 || level == POLICY_ALLOW)
		return;
	(void)verdict_add(out, has_missing ? FINDING_SCHEMA_MISSING : FINDING_SCHEMA_DRIFT,
		level == POLICY_BLOCK ? FINDING_BLOCK : FINDING_WARN,
		lg_arena_addf(&out->strings, "%zu more object%s of the schema differ%s", count,
			count == 1 ? "" : "s", count == 1 ? "s" : ""),
		hint_of(record, &out->strings));
}

void drift_judge(const struct schema_record *record, const struct schema_difference *difference,
	struct drift_levels levels, struct gate_verdict *out)
{
	bool has_missing = false;
	size_t found = 0;
	size_t rest = 0;

	for (size_t i = 0; i < difference->count; i++) {
		const struct schema_change *change = &difference->changes[i];
		bool is_missing = change->fate == SCHEMA_MISSING;
		enum policy_level level = is_missing ? levels.missing : levels.changed;

		if (change->owner || level == POLICY_ALLOW)
			continue;
		if (found < DRIFT_MAX_FINDINGS) {
			report(record, change, level, out);
			found++;
			continue;
		}
		rest++;
		has_missing = has_missing || is_missing;
	}
	report_rest(record, rest, has_missing, levels, out);
}
