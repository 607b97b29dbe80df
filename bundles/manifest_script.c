/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "bundles/bundle.h"
#include "bundles/limits.h"
#include "bundles/manifest_fields.h"

/* Where a script's line is being read into. */
struct script_line {
	struct lg_arena *strings;
	struct migration_part *part;
	enum script_role role;
};

static enum lg_status read_size(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return manifest_read_number(value, BUNDLE_MAX_BODY_BYTES, &line->part->size, err);
}

static enum lg_status read_first_line(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	uint64_t number = 0;

	if (manifest_read_number(value, UINT32_MAX, &number, err))
		return err->status;
	if (number == 0)
		return lg_fail(err, LG_FORMAT, "lines count from 1");
	line->part->first_line = (uint32_t)number;
	return LG_OK;
}

static enum lg_status read_statements(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	uint64_t number = 0;

	if (manifest_read_number(value, BUNDLE_MAX_STATEMENTS, &number, err))
		return err->status;
	line->part->statements = (uint32_t)number;
	return LG_OK;
}

static enum lg_status read_raw(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return lg_digest_parse(value.text, value.len, &line->part->hashes.raw, err);
}

static enum lg_status read_content(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return lg_digest_parse(value.text, value.len, &line->part->hashes.content, err);
}

static enum lg_status read_tokens(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return lg_digest_parse(value.text, value.len, &line->part->hashes.tokens, err);
}

static enum lg_status read_file(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	const char *file;

	if (manifest_decode(value, line->strings, &file, err))
		return err->status;
	if (!bundle_file_is_valid(file))
		return lg_fail(
			err, LG_FORMAT, "the file name is not one of a folder of migrations");
	line->part->file = file;
	return LG_OK;
}

static enum lg_status read_transaction(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	if (!manifest_field_is(value, "off"))
		return lg_fail(err, LG_FORMAT, "'transaction' can only be written as 'off'");
	line->part->directives.is_transactional = false;
	return LG_OK;
}

static enum lg_status read_phase(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	if (line->role != SCRIPT_UP)
		return lg_fail(err, LG_FORMAT, "only an up script has a phase");
	for (int phase = PHASE_EXPAND; phase <= PHASE_CONTRACT; phase++)
		if (manifest_field_is(value, migration_phase_name((enum migration_phase)phase))) {
			line->part->directives.phase = (enum migration_phase)phase;
			return LG_OK;
		}
	return lg_fail(err, LG_FORMAT, "the phase is neither 'expand' nor 'contract'");
}

static enum lg_status read_timeout(struct manifest_field value, int64_t *out, struct lg_error *err)
{
	uint64_t number = 0;

	if (manifest_read_number(
		    value, (uint64_t)LG_DURATION_MAX_HOURS * 60 * 60 * 1000, &number, err))
		return err->status;
	*out = (int64_t)number;
	return LG_OK;
}

static enum lg_status read_lock_timeout(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return read_timeout(value, &line->part->directives.lock_timeout_ms, err);
}

static enum lg_status read_statement_timeout(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	return read_timeout(value, &line->part->directives.statement_timeout_ms, err);
}

static enum lg_status read_retries(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	uint64_t number = 0;

	if (manifest_read_number(value, BUNDLE_MAX_RETRIES, &number, err))
		return err->status;
	if (number == DIRECTIVE_DEFAULT_RETRIES)
		return lg_fail(err, LG_FORMAT, "a default is written out");
	line->part->directives.retries = (uint32_t)number;
	return LG_OK;
}

static enum lg_status read_foreign_keys(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	bool is_on = manifest_field_is(value, "on");

	if (!is_on && !manifest_field_is(value, "off"))
		return lg_fail(err, LG_FORMAT, "'foreign-keys' is neither 'on' nor 'off'");
	line->part->directives.foreign_keys = is_on ? FOREIGN_KEYS_ON : FOREIGN_KEYS_OFF;
	return LG_OK;
}

static enum lg_status read_role(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	const char *role;
	size_t len;

	if (manifest_decode(value, line->strings, &role, err))
		return err->status;
	len = strlen(role);
	if (len == 0 || lg_utf8_count(role, len) > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(err, LG_FORMAT, "the role is empty or longer than %d characters",
			BUNDLE_MAX_NAME_CHARS);
	line->part->directives.role = role;
	return LG_OK;
}

/* Every key of a script's line, in the order in which they stand there. */
static const struct script_key {
	const char *name;
	enum lg_status (*read)(
		const struct script_line *line, struct manifest_field value, struct lg_error *err);
} script_keys[] = {
	{"size", read_size},
	{"line", read_first_line},
	{"statements", read_statements},
	{"raw", read_raw},
	{"content", read_content},
	{"tokens", read_tokens},
	{"file", read_file},
	{"transaction", read_transaction},
	{"phase", read_phase},
	{"lock-timeout", read_lock_timeout},
	{"statement-timeout", read_statement_timeout},
	{"retries", read_retries},
	{"foreign-keys", read_foreign_keys},
	{"role", read_role},
};

/* Those before are in every line, those from here on only where they say something. */
enum { FIRST_DIRECTIVE_KEY = 7 };

static enum lg_status read_key(const struct script_line *line, struct manifest_field field,
	size_t *next, struct lg_error *err)
{
	const char *equals = memchr(field.text, '=', field.len);
	struct manifest_field name = {
		field.text, equals ? (size_t)(equals - field.text) : field.len};
	struct manifest_field value = {name.text + name.len + 1, field.len - name.len - 1};
	size_t at = *next;

	while (at >= FIRST_DIRECTIVE_KEY && at < LG_COUNT_OF(script_keys) &&
		!manifest_field_is(name, script_keys[at].name))
		at++;
	if (!equals || at == LG_COUNT_OF(script_keys) ||
		!manifest_field_is(name, script_keys[at].name))
		return lg_fail(err, LG_FORMAT, "key '%.*s' is unknown, or not in its place",
			(int)(name.len < 40 ? name.len : 40), name.text);
	if (at >= FIRST_DIRECTIVE_KEY && line->role == SCRIPT_CHECK)
		return lg_fail(err, LG_FORMAT, "a check script has no directives");
	if (script_keys[at].read(line, value, err))
		return lg_wrap(err, "%s", script_keys[at].name);
	*next = at + 1;
	return LG_OK;
}

enum lg_status manifest_read_script(const struct manifest_field *fields, size_t count,
	enum script_role role, struct lg_arena *strings, struct migration_part *out,
	struct lg_error *err)
{
	const struct script_line line = {strings, out, role};
	size_t next = 0;

	*out = (struct migration_part){.directives = directives_default()};
	for (size_t i = 0; i < count; i++)
		if (read_key(&line, fields[i], &next, err))
			return err->status;
	if (next < FIRST_DIRECTIVE_KEY)
		return lg_fail(err, LG_FORMAT, "key '%s' is missing", script_keys[next].name);
	return LG_OK;
}
