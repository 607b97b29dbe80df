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
	bool *is_right; /* every text so far is encoded as it must be */
};

static enum lg_status read_text(const struct script_line *line, struct manifest_field value,
	const char **out, struct lg_error *err)
{
	if (manifest_decode(value, line->strings, out, err))
		return err->status;
	*line->is_right = *line->is_right && manifest_is_encoded(value);
	return LG_OK;
}

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

	if (read_text(line, value, &file, err))
		return err->status;
	if (!bundle_file_is_valid(file))
		return lg_fail(
			err, LG_FORMAT, "the file name is not one of a folder of migrations");
	line->part->file = file;
	return LG_OK;
}

static enum lg_status read_compiled(
	const struct script_line *line, struct manifest_field value, struct lg_error *err)
{
	const char *environment;
	size_t len;

	if (line->role != SCRIPT_UP)
		return lg_fail(err, LG_FORMAT, "only an up script is compiled");
	if (read_text(line, value, &environment, err))
		return err->status;
	len = strlen(environment);
	if (lg_utf8_count(environment, len) > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(err, LG_FORMAT, "the environment is longer than %d characters",
			BUNDLE_MAX_NAME_CHARS);
	line->part->compiled = environment;
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

	if (read_text(line, value, &role, err))
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
	size_t len;
	enum lg_status (*read)(
		const struct script_line *line, struct manifest_field value, struct lg_error *err);
} script_keys[] = {
#define KEY(name, read)                                                                            \
	{                                                                                          \
		name, sizeof(name) - 1, read                                                       \
	}
	KEY("size", read_size),
	KEY("line", read_first_line),
	KEY("statements", read_statements),
	KEY("raw", read_raw),
	KEY("content", read_content),
	KEY("tokens", read_tokens),
	KEY("file", read_file),
	KEY("compiled", read_compiled),
	KEY("transaction", read_transaction),
	KEY("phase", read_phase),
	KEY("lock-timeout", read_lock_timeout),
	KEY("statement-timeout", read_statement_timeout),
	KEY("retries", read_retries),
	KEY("foreign-keys", read_foreign_keys),
	KEY("role", read_role),
#undef KEY
};

/* Those before are in every line, those from here on only where they say something. */
enum { FIRST_OPTIONAL_KEY = 7 };

static bool has_key(struct manifest_field field, const struct script_key *key)
{
	return field.len > key->len && field.text[key->len] == '=' &&
	       memcmp(field.text, key->name, key->len) == 0;
}

static enum lg_status refuse_key(struct manifest_field field, struct lg_error *err)
{
	const char *equals = memchr(field.text, '=', field.len);
	size_t len = equals ? (size_t)(equals - field.text) : field.len;

	return lg_fail(err, LG_FORMAT, "key '%.*s' is unknown, or not in its place",
		(int)(len < 40 ? len : 40), field.text);
}

static enum lg_status read_key(const struct script_line *line, struct manifest_field field,
	size_t *next, struct lg_error *err)
{
	const struct script_key *key;
	size_t at = *next;

	while (at >= FIRST_OPTIONAL_KEY && at < LG_COUNT_OF(script_keys) &&
		!has_key(field, &script_keys[at]))
		at++;
	if (at == LG_COUNT_OF(script_keys) || !has_key(field, &script_keys[at]))
		return refuse_key(field, err);
	if (at >= FIRST_OPTIONAL_KEY && line->role == SCRIPT_CHECK)
		return lg_fail(err, LG_FORMAT, "a check script has no directives");
	key = &script_keys[at];
	field.text += key->len + 1;
	field.len -= key->len + 1;
	if (key->read(line, field, err))
		return lg_wrap(err, "%s", key->name);
	*next = at + 1;
	return LG_OK;
}

enum lg_status manifest_read_script(const struct manifest_field *fields, size_t count,
	enum script_role role, struct lg_arena *strings, struct migration_part *out,
	struct lg_error *err)
{
	bool is_right = true;
	const struct script_line line = {strings, out, role, &is_right};
	size_t next = 0;

	*out = (struct migration_part){.directives = directives_default()};
	for (size_t i = 0; i < count; i++)
		if (read_key(&line, fields[i], &next, err))
			return err->status;
	if (next < FIRST_OPTIONAL_KEY)
		return lg_fail(err, LG_FORMAT, "key '%s' is missing", script_keys[next].name);
	/* Keys, numbers, digests and words can be read in one form only. */
	return is_right ? LG_OK : manifest_refuse_form(err);
}
