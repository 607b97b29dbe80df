/* SPDX-License-Identifier: MIT */
#include "gate/baseline.h"

#include "bundles/version.h"

const struct migration *baseline_of(const struct bundle *bundle)
{
	for (size_t i = bundle->count; i > 0; i--)
		if (bundle->migrations[i - 1].kind == MIGRATION_BASELINE)
			return &bundle->migrations[i - 1];
	return NULL;
}

bool baseline_leaves(const struct migration *baseline, const struct migration *migration)
{
	if (!baseline || migration->kind == MIGRATION_REPEATABLE ||
		migration->kind == MIGRATION_SEED)
		return true;
	if (migration->kind == MIGRATION_BASELINE)
		return migration == baseline;
	return !baseline_covers(baseline->version, migration->version);
}

bool baseline_covers(const char *baseline_version, const char *version)
{
	return baseline_version && version_compare(version, baseline_version) <= 0;
}
