/* SPDX-License-Identifier: MIT */

/*
 * Liquibase's checksum of a changeset in formatted SQL: a part of foreign_checksum.h. Pure.
 *
 * Version 8 hashes the delimiter, the two switches, and the text with runs of blanks as one;
 * version 9 the text without blanks. Lines that are for Liquibase itself are in neither. What
 * stands for the change is hashed once more for the changeset.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/checksum.h"
#include "base/mem.h"
#include "gate/foreign_checksum.h"

/* Attributes of `--changeset` that the sum of version 8 depends on. */
struct changeset {
	const char *delimiter;
	bool splits, strips;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* True of a comment that Liquibase takes for itself: two dashes, blanks, one of its words. */
static bool is_directive(const char *line, size_t len)
{
	static const char *const words[] = {"liquibase", "changeset", "rollback", "precondition",
		"comment", "property", "validCheckSum", "ignoreLines"};
	const char *end = line + len;

	while (line < end && is_blank(*line))
		line++;
	if (end - line < 2 || memcmp(line, "--", 2) != 0)
		return false;
	for (line += 2; line < end && is_blank(*line);)
		line++;
	for (size_t i = 0; i < LG_COUNT_OF(words); i++)
		if ((size_t)(end - line) >= strlen(words[i]) &&
			strncasecmp(line, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static bool opens_rollback_block(const char *line, size_t len)
{
	static const char opening[] = "/* liquibase rollback";

	while (len > 0 && is_blank(*line)) {
		line++;
		len--;
	}
	return len >= strlen(opening) && strncasecmp(line, opening, strlen(opening)) == 0;
}

static bool closes_block(const char *line, size_t len)
{
	return memmem(line, len, "*/", 2) != NULL;
}

/* The SQL of the changeset, as Liquibase joins its lines. */
static void add_sql(const char *text, size_t len, struct lg_buf *out)
{
	const char *end = text + len;
	bool is_in_block = false;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t line_len = (size_t)((stop ? stop : end) - text);

		is_in_block = is_in_block || opens_rollback_block(text, line_len);
		if (!is_in_block && !is_directive(text, line_len)) {
			lg_buf_add(out, text, line_len);
			lg_buf_addc(out, '\n');
		}
		if (is_in_block && closes_block(text, line_len))
			is_in_block = false;
		text += line_len + 1;
	}
}

static void add_normalised(const struct lg_buf *sql, bool keeps_one_blank, struct lg_buf *out)
{
	bool has_blank = false;
	bool has_begun = false;

	for (size_t i = 0; i < sql->len; i++) {
		char c = sql->text[i];

		if (is_blank(c)) {
			has_blank = has_begun;
			continue;
		}
		if (has_blank && keeps_one_blank)
			lg_buf_addc(out, ' ');
		lg_buf_addc(out, c);
		has_blank = false;
		has_begun = true;
	}
}

/* "8:" and the sum of the changeset whose only change has this text. */
static bool is_sum(const char *stored, int version, const struct lg_buf *text)
{
	char of_change[LG_MD5_CHARS + 1];
	char of_changeset[LG_MD5_CHARS + 1];
	LG_FREE_BY_SCOPE char *change = NULL;
	LG_FREE_BY_SCOPE char *whole = NULL;

	if (!lg_md5_of(text->text, text->len, of_change))
		return false;
	change = lg_format("%d:%s:", version, of_change);
	if (!lg_md5_of(change, strlen(change), of_changeset))
		return false;
	whole = lg_format("%d:%s", version, of_changeset);
	return strcmp(stored, whole) == 0;
}

static bool fits_8(const char *stored, const struct lg_buf *sql, const struct changeset *set)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_addf(&text, "%s:%s:%s:", set->delimiter, set->splits ? "true" : "false",
		set->strips ? "true" : "false");
	add_normalised(sql, true, &text);
	return is_sum(stored, 8, &text);
}

/* The line with the attributes need not be in the script, so the likely ones are tried. */
static bool fits_any_8(const char *stored, const struct lg_buf *sql)
{
	static const struct changeset sets[] = {{"null", true, true}, {"null", false, true},
		{"null", true, false}, {"null", false, false}, {";", true, true}, {"/", true, true},
		{"GO", true, true}, {"//", true, true}, {"$$", true, true}, {"@@", true, true}};

	for (size_t i = 0; i < LG_COUNT_OF(sets); i++)
		if (fits_8(stored, sql, &sets[i]))
			return true;
	return false;
}

bool foreign_liquibase_fits(const char *stored, const char *text, size_t len)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf sql;
	LG_CLEANUP(lg_buf_release) struct lg_buf form;

	lg_buf_init(&sql, LG_BUF_MAX_BYTES);
	lg_buf_init(&form, LG_BUF_MAX_BYTES);
	add_sql(text, len, &sql);
	if (strncmp(stored, "8:", 2) == 0)
		return fits_any_8(stored, &sql);
	add_normalised(&sql, false, &form);
	return is_sum(stored, 9, &form);
}
