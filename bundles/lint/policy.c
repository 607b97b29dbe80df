/* SPDX-License-Identifier: MIT */
#include "bundles/lint/policy.h"

#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"

static const char all_rules[] = "lint";

static const char *const level_names[] = {
	[LINT_LEVEL_OFF] = "off", [LINT_LEVEL_WARN] = "warn", [LINT_LEVEL_BLOCK] = "block"};

/* Where the level of the key is kept; NULL if the key is not one of ours. */
static enum lint_level *find(struct lint_policy *policy, const char *assignment)
{
	size_t len = strcspn(assignment, "=");
	const struct lint_rule *rule = lint_rule_find(assignment, len);

	if (rule)
		return &policy->levels[rule - lint_rules];
	if (len == sizeof(all_rules) - 1 && strncmp(assignment, all_rules, len) == 0)
		return &policy->all;
	return NULL;
}

bool lint_policy_knows(const char *assignment)
{
	struct lint_policy none = {0};

	return find(&none, assignment) != NULL;
}

static enum lg_status refuse_key(const char *assignment, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *typed = lg_strndup(assignment, strcspn(assignment, "="));
	struct lg_nearest nearest = lg_nearest_to(typed);

	lg_nearest_offer(&nearest, all_rules);
	for (size_t i = 0; i < LINT_CODE_COUNT; i++)
		lg_nearest_offer(&nearest, lint_rules[i].code);
	(void)lg_fail(err, LG_USAGE, "there is no policy '%s'", typed);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean '%s'?", nearest.word);
	return lg_hint(
		err, "policies of lint are 'lint', for all rules, and the code of each rule");
}

enum lg_status lint_policy_set(
	struct lint_policy *policy, const char *assignment, struct lg_error *err)
{
	enum lint_level *level = find(policy, assignment);
	const char *value = strchr(assignment, '=');

	if (!level)
		return refuse_key(assignment, err);
	for (size_t i = LINT_LEVEL_OFF; value && i < LG_COUNT_OF(level_names); i++)
		if (strcmp(level_names[i], value + 1) == 0) {
			*level = (enum lint_level)i;
			return LG_OK;
		}
	(void)lg_fail(err, LG_USAGE, "policy '%s' has none of the values off, warn and block",
		assignment);
	return lg_hint(err, "write --policy lint=warn, or --policy CODE=off");
}

enum lint_level lint_policy_level(const struct lint_policy *policy, enum lint_code code)
{
	if (policy->levels[code])
		return policy->levels[code];
	return policy->all ? policy->all : lint_rules[code].level;
}

void lint_policy_add_words(struct lg_buf *out)
{
	for (size_t i = LINT_LEVEL_OFF; i < LG_COUNT_OF(level_names); i++)
		lg_buf_addf(out, " %s=%s", all_rules, level_names[i]);
}
