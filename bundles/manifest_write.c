/* SPDX-License-Identifier: MIT */
#include "bundles/manifest.h"

#include <stdio.h>

#include "bundles/manifest_lines.h"

static void add_migration(struct lg_buf *out, const struct migration *migration)
{
	manifest_line_migration(out, migration);
	manifest_line_part(out, SCRIPT_UP, &migration->up);
	if (migration_has(&migration->down))
		manifest_line_part(out, SCRIPT_DOWN, &migration->down);
	if (migration_has(&migration->check))
		manifest_line_part(out, SCRIPT_CHECK, &migration->check);
}

enum lg_status manifest_write(struct bundle *bundle, struct lg_error *err)
{
	struct lg_buf *out = &bundle->manifest;

	lg_buf_clear(out);
	manifest_line_fact(out, "lockgate-bundle", MANIFEST_FORMAT);
	manifest_line_fact(out, "project", bundle->project);
	manifest_line_fact(out, "engine", bundle_engine_name(bundle->engine));
	manifest_line_fact(out, "algorithm", SCRIPT_ALGORITHM);
	for (size_t i = 0; i < bundle->count; i++)
		add_migration(out, &bundle->migrations[i]);
	for (size_t i = 0; i < bundle->waivers.count; i++)
		manifest_line_waiver(out, &bundle->waivers.items[i]);
	manifest_line_end(out, bundle->count);

	if (lg_buf_status(out, "the manifest", err))
		return err->status;
	bundle->id = lg_digest_of(out->text, out->len);
	return LG_OK;
}

bool manifest_next(struct manifest_cursor *cursor, struct manifest_entry *out)
{
	while (cursor->migration < cursor->bundle->count) {
		struct migration *migration = &cursor->bundle->migrations[cursor->migration];
		enum script_role role = (enum script_role)cursor->role;
		const struct migration_part *part = migration_part_of(migration, role);
		size_t ordinal = cursor->migration + 1;

		cursor->role = role == SCRIPT_CHECK ? (int)SCRIPT_UP : (int)role + 1;
		cursor->migration += role == SCRIPT_CHECK;
		if (!migration_has(part))
			continue;
		*out = (struct manifest_entry){migration, part, role, ""};
		(void)snprintf(out->name, sizeof(out->name), "%06zu.%s.sql", ordinal,
			migration_role_name(role));
		return true;
	}
	return false;
}
