/* SPDX-License-Identifier: MIT */
#include "gate/stretch.h"

#include <assert.h>

void stretch_close(struct gate_stretch *stretch)
{
	for (size_t i = 0; i < stretch->count; i++) {
		body_view_close(&stretch->scripts[i].up);
		body_view_close(&stretch->scripts[i].down);
		body_view_close(&stretch->scripts[i].check);
	}
	stretch->count = 0;
}

static enum lg_status open_scripts(const struct bundle *bundle, const struct migration *migration,
	struct stretch_scripts *out, struct lg_error *err)
{
	if (bundle_view(bundle, &migration->up, &out->up, err))
		return err->status;
	if (migration_has(&migration->down) &&
		bundle_view(bundle, &migration->down, &out->down, err))
		return err->status;
	if (migration_has(&migration->check) &&
		bundle_view(bundle, &migration->check, &out->check, err))
		return err->status;
	return LG_OK;
}

static struct target_script script_of(const struct migration_part *part, struct body_view *view)
{
	return (struct target_script){
		.view = view,
		.file = part->file,
		.first_line = part->first_line,
		.directives = &part->directives,
		.hashes = &part->hashes,
		.statements = part->statements,
	};
}

static struct target_apply step_of(const struct gate_step *step, struct stretch_scripts *scripts)
{
	const struct migration *migration = step->migration;
	struct target_apply apply = {
		.kind = migration->kind,
		.version = migration->version,
		.name = migration->name,
		.position = step->position,
		.is_resumed = step->is_resumed,
		.statements_done = step->statements_done,
		.is_repeated = step->is_repeated,
		.up = script_of(&migration->up, &scripts->up),
	};

	if (migration_has(&migration->check)) {
		scripts->of_check = script_of(&migration->check, &scripts->check);
		apply.check = &scripts->of_check;
	}
	if (migration_has(&migration->down)) {
		apply.down_sql = scripts->down.text;
		apply.down_len = scripts->down.len;
		apply.down_content = migration->down.hashes.content;
	}
	return apply;
}

static enum lg_status add_step(struct gate_stretch *stretch, const struct gate_request *request,
	const struct gate_step *step, struct in_step *in_step, struct lg_error *err)
{
	struct stretch_scripts *scripts = &stretch->scripts[stretch->count];
	struct target_apply *apply = &stretch->steps[stretch->count++];

	if (open_scripts(request->bundle, step->migration, scripts, err))
		return err->status;
	*apply = step_of(step, scripts);
	apply->batch_id = stretch->batch_id;
	apply->record = in_step_add(in_step, step->migration, &scripts->up);
	return LG_OK;
}

static bool goes_along(const struct migration *migration)
{
	return migration->up.directives.is_transactional && !migration_has(&migration->check);
}

enum lg_status stretch_open(struct gate_stretch *out, const struct gate_request *request,
	const struct gate_step *steps, size_t count, struct in_step *in_step, struct lg_error *err)
{
	assert(count > 0 && count <= PACE_MAX);
	if (in_step->is_on || !goes_along(steps[0].migration))
		count = 1;
	do {
		if (add_step(out, request, &steps[out->count], in_step, err))
			return err->status;
	} while (out->count < count && goes_along(steps[out->count].migration));
	return LG_OK;
}
