/* SPDX-License-Identifier: MIT */
#include "gate/policy.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

static const char *const level_names[] = {
	[POLICY_ALLOW] = "allow",
	[POLICY_WARN] = "warn",
	[POLICY_BLOCK] = "block",
	[POLICY_AUTO] = "auto",
	[POLICY_OFF] = "off",
};

enum {
	ALLOW = 1U << POLICY_ALLOW,
	WARN = 1U << POLICY_WARN,
	BLOCK = 1U << POLICY_BLOCK,
	AUTO = 1U << POLICY_AUTO,
	OFF = 1U << POLICY_OFF,
};

/* Levels are listed to people in the order of `enum policy_level`. */
static const struct {
	const char *name;
	enum policy_level level; /* unless set */
	unsigned int levels;     /* that the key takes */
} rows[POLICY_KEY_COUNT] = {
	[POLICY_COSMETIC] = {"cosmetic", POLICY_WARN, ALLOW | WARN | BLOCK},
	[POLICY_DOWN] = {"down", POLICY_WARN, ALLOW | WARN | BLOCK},
	[POLICY_PENDING] = {"pending", POLICY_ALLOW, ALLOW | BLOCK},
	[POLICY_FIRST] = {"first", POLICY_AUTO, ALLOW | BLOCK | AUTO},
	[POLICY_ORDER] = {"order", POLICY_BLOCK, ALLOW | WARN | BLOCK},
	[POLICY_REMOVED] = {"removed", POLICY_BLOCK, ALLOW | WARN | BLOCK},
	[POLICY_AHEAD] = {"ahead", POLICY_WARN, WARN | BLOCK},
	[POLICY_DRIFT] = {"drift", POLICY_AUTO, WARN | BLOCK | AUTO | OFF},
	[POLICY_INVALID_INDEX] = {"invalid_index", POLICY_WARN, ALLOW | WARN | BLOCK},
};

struct gate_policy policy_default(void)
{
	struct gate_policy policy = {0};

	for (size_t key = 0; key < POLICY_KEY_COUNT; key++)
		policy.levels[key] = rows[key].level;
	return policy;
}

static enum lg_status refuse_key(const char *word, size_t len, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *typed = lg_strndup(word, len);
	struct lg_nearest nearest = lg_nearest_to(typed);
	LG_CLEANUP(lg_buf_release) struct lg_buf names;

	lg_buf_init(&names, LG_ERROR_HINT_CHARS);
	for (size_t key = 0; key < POLICY_KEY_COUNT; key++) {
		lg_nearest_offer(&nearest, rows[key].name);
		lg_buf_addf(&names, "%s%s", key ? ", " : "", rows[key].name);
	}
	(void)lg_fail(err, LG_USAGE, "there is no policy '%s'", typed);
	if (lg_nearest_word(&nearest))
		return lg_hint(
			err, "did you mean '%s'? policies are: %s", nearest.word, names.text);
	return lg_hint(err, "policies are: %s", names.text);
}

static enum lg_status refuse_level(size_t key, const char *word, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf names;

	lg_buf_init(&names, LG_ERROR_HINT_CHARS);
	for (size_t level = 0; level < LG_COUNT_OF(level_names); level++)
		if (rows[key].levels & 1U << level)
			lg_buf_addf(&names, "%s%s", names.len ? ", " : "", level_names[level]);
	(void)lg_fail(err, LG_USAGE, "policy '%s' does not take '%s'; it takes one of: %s",
		rows[key].name, word, names.text);
	return lg_hint(err, "write --policy %s=VALUE with one of: %s", rows[key].name, names.text);
}

/* POLICY_KEY_COUNT if there is none. */
static size_t find_key(const char *word, size_t len)
{
	size_t key = 0;

	while (key < POLICY_KEY_COUNT &&
		(strlen(rows[key].name) != len || strncmp(rows[key].name, word, len) != 0))
		key++;
	return key;
}

enum lg_status policy_set(struct gate_policy *policy, const char *assignment, struct lg_error *err)
{
	size_t len = strcspn(assignment, "=");
	size_t key = find_key(assignment, len);
	const char *value = assignment + len + 1;

	if (assignment[len] == '\0') {
		(void)lg_fail(err, LG_USAGE, "policy '%s' has no '='", assignment);
		return lg_hint(err, "write --policy KEY=VALUE, such as --policy order=warn");
	}
	if (key == POLICY_KEY_COUNT)
		return refuse_key(assignment, len, err);

	for (size_t level = 0; level < LG_COUNT_OF(level_names); level++)
		if (strcmp(level_names[level], value) == 0 && rows[key].levels & 1U << level) {
			policy->levels[key] = (enum policy_level)level;
			return LG_OK;
		}
	return refuse_level(key, value, err);
}

void policy_format(const struct gate_policy *policy, struct lg_buf *out)
{
	for (size_t key = 0; key < POLICY_KEY_COUNT; key++)
		lg_buf_addf(out, "%s%s=%s", key ? " " : "", rows[key].name,
			level_names[policy->levels[key]]);
}

void policy_add_words(struct lg_buf *out)
{
	for (size_t key = 0; key < POLICY_KEY_COUNT; key++)
		for (size_t level = 0; level < LG_COUNT_OF(level_names); level++)
			if (rows[key].levels & 1U << level)
				lg_buf_addf(out, " %s=%s", rows[key].name, level_names[level]);
}
