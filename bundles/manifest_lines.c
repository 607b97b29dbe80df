/* SPDX-License-Identifier: MIT */
#include "bundles/manifest_lines.h"

#include "bundles/manifest_fields.h"

static void add_number(struct lg_buf *out, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	lg_buf_add(out, digits + at, sizeof(digits) - at);
}

static void add_encoded(struct lg_buf *out, const char *text)
{
	static const char base16[] = "0123456789ABCDEF";

	while (*text) {
		size_t plain = 0;

		while (manifest_is_plain(text[plain]))
			plain++;
		lg_buf_add(out, text, plain);
		text += plain;
		if (*text) {
			unsigned char byte = (unsigned char)*text++;
			char code[3] = {'%', base16[byte >> 4], base16[byte & 0xf]};

			lg_buf_add(out, code, sizeof(code));
		}
	}
}

static void add_digest(struct lg_buf *out, const char *key, const struct lg_digest *digest)
{
	char text[LG_DIGEST_CHARS + 1];

	lg_digest_format(digest, text);
	lg_buf_adds(out, key);
	lg_buf_add(out, text, LG_DIGEST_CHARS);
}

static void add_number_as(struct lg_buf *out, const char *key, uint64_t number)
{
	lg_buf_adds(out, key);
	add_number(out, number);
}

void manifest_line_fact(struct lg_buf *out, const char *key, const char *value)
{
	lg_buf_adds(out, key);
	lg_buf_addc(out, ' ');
	lg_buf_adds(out, value);
	lg_buf_addc(out, '\n');
}

void manifest_line_migration(struct lg_buf *out, const struct migration *migration)
{
	lg_buf_adds(out, "migration ");
	lg_buf_adds(out, migration_kind_name(migration->kind));
	lg_buf_addc(out, ' ');
	lg_buf_adds(out, migration->version);
	if (migration->kind != MIGRATION_REPEATABLE) {
		lg_buf_addc(out, ' ');
		lg_buf_adds(out, migration->name);
	}
	lg_buf_addc(out, '\n');
}

static void add_directives(struct lg_buf *out, const struct directives *directives)
{
	if (!directives->is_transactional)
		lg_buf_adds(out, " transaction=off");
	if (directives->phase != PHASE_NONE) {
		lg_buf_adds(out, " phase=");
		lg_buf_adds(out, migration_phase_name(directives->phase));
	}
	if (directives->lock_timeout_ms != DIRECTIVE_UNSET)
		add_number_as(out, " lock-timeout=", (uint64_t)directives->lock_timeout_ms);
	if (directives->statement_timeout_ms != DIRECTIVE_UNSET)
		add_number_as(
			out, " statement-timeout=", (uint64_t)directives->statement_timeout_ms);
	if (directives->retries != DIRECTIVE_DEFAULT_RETRIES)
		add_number_as(out, " retries=", directives->retries);
	if (directives->foreign_keys != FOREIGN_KEYS_UNSET)
		lg_buf_adds(out, directives->foreign_keys == FOREIGN_KEYS_ON ? " foreign-keys=on"
									     : " foreign-keys=off");
	if (directives->role) {
		lg_buf_adds(out, " role=");
		add_encoded(out, directives->role);
	}
}

void manifest_line_part(
	struct lg_buf *out, enum script_role role, const struct migration_part *part)
{
	lg_buf_adds(out, migration_role_name(role));
	add_number_as(out, " size=", part->size);
	add_number_as(out, " line=", part->first_line);
	add_number_as(out, " statements=", part->statements);
	add_digest(out, " raw=", &part->hashes.raw);
	add_digest(out, " content=", &part->hashes.content);
	add_digest(out, " tokens=", &part->hashes.tokens);
	lg_buf_adds(out, " file=");
	add_encoded(out, part->file);
	if (part->compiled) {
		lg_buf_adds(out, " compiled=");
		add_encoded(out, part->compiled);
	}
	add_directives(out, &part->directives);
	lg_buf_addc(out, '\n');
}

void manifest_line_waiver(struct lg_buf *out, const struct waiver *waiver)
{
	lg_buf_adds(out, "waiver ");
	lg_buf_adds(out, waiver_kind_name(waiver->kind));
	lg_buf_addc(out, ' ');
	add_encoded(out, waiver->version);
	if (waiver->kind == WAIVER_CHECKSUM) {
		add_digest(out, " ", &waiver->old_content);
		add_digest(out, " ", &waiver->new_content);
	}
	lg_buf_addc(out, ' ');
	add_encoded(out, waiver->reason);
	lg_buf_addc(out, '\n');
}

void manifest_line_end(struct lg_buf *out, uint64_t count)
{
	add_number_as(out, "end ", count);
	lg_buf_addc(out, '\n');
}
