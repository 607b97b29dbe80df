/* SPDX-License-Identifier: MIT */
#include "bundles/directive.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "bundles/limits.h"

struct reading {
	struct directives *out;
	struct lg_arena *strings;
	struct lg_error *err;
};

/* A key, what reads its value, and what the value must look like. */
struct directive_key {
	const char *name;
	enum lg_status (*read)(const struct reading *reading, const char *value);
};

static const char blanks[] = " \t\r\n\f\v";

size_t directive_behind_mark(const char *text, size_t start, size_t end)
{
	static const char mark[] = "lockgate";
	const size_t len = sizeof(mark) - 1;

	if (text[start] != '-')
		return 0;
	for (start += 2; start < end && (text[start] == ' ' || text[start] == '\t');)
		start++;
	if (end - start < len || memcmp(text + start, mark, len) != 0)
		return 0;
	return start + len;
}

struct directives directives_default(void)
{
	return (struct directives){
		.is_transactional = true,
		.lock_timeout_ms = DIRECTIVE_UNSET,
		.statement_timeout_ms = DIRECTIVE_UNSET,
		.retries = DIRECTIVE_DEFAULT_RETRIES,
	};
}

const char *migration_phase_name(enum migration_phase phase)
{
	switch (phase) {
	case PHASE_EXPAND:
		return "expand";
	case PHASE_CONTRACT:
		return "contract";
	case PHASE_NONE:
		break;
	}
	return "";
}

static enum lg_status fail_value(
	const struct reading *reading, const char *key, const char *value, const char *wanted)
{
	return lg_fail(reading->err, LG_FORMAT, "'%s' is no value for '%s': it takes %s", value,
		key, wanted);
}

static enum lg_status read_switch(
	const struct reading *reading, const char *key, const char *value, bool *out)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return fail_value(reading, key, value, "'on' or 'off'");
	*out = strcmp(value, "on") == 0;
	return LG_OK;
}

static enum lg_status read_transaction(const struct reading *reading, const char *value)
{
	return read_switch(reading, "transaction", value, &reading->out->is_transactional);
}

static enum lg_status read_foreign_keys(const struct reading *reading, const char *value)
{
	bool is_on = false;
	enum lg_status status = read_switch(reading, "foreign_keys", value, &is_on);

	if (!status)
		reading->out->foreign_keys = is_on ? FOREIGN_KEYS_ON : FOREIGN_KEYS_OFF;
	return status;
}

static enum lg_status read_phase(const struct reading *reading, const char *value)
{
	if (strcmp(value, "expand") == 0)
		reading->out->phase = PHASE_EXPAND;
	else if (strcmp(value, "contract") == 0)
		reading->out->phase = PHASE_CONTRACT;
	else
		return fail_value(reading, "phase", value, "'expand' or 'contract'");
	return LG_OK;
}

static enum lg_status read_lock_timeout(const struct reading *reading, const char *value)
{
	if (lg_duration_parse(value, &reading->out->lock_timeout_ms, reading->err))
		return lg_wrap(reading->err, "'lock_timeout'");
	return LG_OK;
}

static enum lg_status read_statement_timeout(const struct reading *reading, const char *value)
{
	if (lg_duration_parse(value, &reading->out->statement_timeout_ms, reading->err))
		return lg_wrap(reading->err, "'statement_timeout'");
	return LG_OK;
}

static enum lg_status read_retries(const struct reading *reading, const char *value)
{
	size_t digits = strspn(value, "0123456789");
	unsigned long retries = strtoul(value, NULL, 10);

	if (digits == 0 || value[digits] != '\0' || digits > 9 || retries > BUNDLE_MAX_RETRIES)
		return lg_fail(reading->err, LG_FORMAT,
			"'%s' is no value for 'retries': it takes a number from 0 to %d", value,
			BUNDLE_MAX_RETRIES);
	reading->out->retries = (uint32_t)retries;
	return LG_OK;
}

static enum lg_status read_role(const struct reading *reading, const char *value)
{
	if (lg_utf8_count(value, strlen(value)) > BUNDLE_MAX_NAME_CHARS)
		return lg_fail(reading->err, LG_FORMAT, "'role' has more than %d characters",
			BUNDLE_MAX_NAME_CHARS);
	for (const char *character = value; *character; character++)
		if (iscntrl((unsigned char)*character))
			return fail_value(reading, "role", value, "a name");
	reading->out->role = lg_arena_add(reading->strings, value);
	return LG_OK;
}

static const struct directive_key keys[] = {
	{"transaction", read_transaction}, {"phase", read_phase},
	{"lock_timeout", read_lock_timeout}, {"statement_timeout", read_statement_timeout},
	{"retries", read_retries}, {"foreign_keys", read_foreign_keys}, {"role", read_role},
	{"allow", NULL}, /* has a line for itself, see check_allow() */
};

enum {
	KEY_MAX_CHARS = 32,
	WORD_BYTES = KEY_MAX_CHARS + 1 + 4 * BUNDLE_MAX_NAME_CHARS + 1, /* characters of UTF-8 */
};

static enum lg_status fail_unknown(const char *name, struct lg_error *err)
{
	struct lg_nearest nearest = lg_nearest_to(name);

	for (size_t i = 0; i < LG_COUNT_OF(keys); i++)
		lg_nearest_offer(&nearest, keys[i].name);
	if (lg_nearest_word(&nearest))
		(void)lg_fail(err, LG_FORMAT, "'%s' is no directive: did you mean '%s'?", name,
			nearest.word);
	else
		(void)lg_fail(err, LG_FORMAT, "'%s' is no directive", name);
	return lg_hint(err, "directives are transaction, phase, lock_timeout, statement_timeout, "
			    "retries, foreign_keys, role and allow, written as key=value");
}

/* The value of `allow`, up to the end of the line: a lint code and why it does not apply. */
static enum lg_status check_allow(const char *text, size_t len, struct lg_error *err)
{
	size_t code = 0;
	size_t reason;

	while (code < len && (islower((unsigned char)text[code]) ||
				     isdigit((unsigned char)text[code]) || text[code] == '-'))
		code++;
	if (code == 0 || (code < len && !strchr(blanks, text[code])))
		return lg_fail(err, LG_FORMAT,
			"'allow' takes the code of a lint rule: small letters, digits and '-'");
	for (reason = code; reason < len && strchr(blanks, text[reason]);)
		reason++;
	if (reason == len) {
		(void)lg_fail(err, LG_FORMAT, "'allow=%.*s' gives no reason", (int)code, text);
		return lg_hint(
			err, "say behind the code why the rule does not apply to this script");
	}
	if (lg_utf8_count(text + reason, len - reason) > BUNDLE_MAX_REASON_CHARS)
		return lg_fail(err, LG_FORMAT, "the reason of 'allow' has more than %d characters",
			BUNDLE_MAX_REASON_CHARS);
	return LG_OK;
}

/* Reads `word`, one "key=value". */
static enum lg_status read_word(const struct reading *reading, char *word, uint32_t *seen)
{
	char *equals = strchr(word, '=');
	size_t number = 0;

	if (!equals)
		return lg_fail(reading->err, LG_FORMAT, "'%s' is not of the form key=value", word);
	*equals = '\0';
	while (number < LG_COUNT_OF(keys) && strcmp(word, keys[number].name) != 0)
		number++;
	if (number == LG_COUNT_OF(keys))
		return fail_unknown(word, reading->err);
	if (!keys[number].read) {
		(void)lg_fail(reading->err, LG_FORMAT, "'%s' must be alone on its line", word);
		return lg_hint(reading->err, "write it as '-- lockgate: allow=CODE REASON'");
	}
	if (*seen & 1U << number)
		return lg_fail(reading->err, LG_FORMAT, "'%s' is given twice", word);
	if (equals[1] == '\0')
		return lg_fail(reading->err, LG_FORMAT, "'%s' has no value", word);
	*seen |= 1U << number;
	return keys[number].read(reading, equals + 1);
}

static bool is_blank_at(const char *text, size_t offset)
{
	return memchr(blanks, text[offset], sizeof(blanks) - 1) != NULL;
}

enum lg_status directives_parse(const char *text, size_t len, struct directives *out,
	uint32_t *seen, struct lg_arena *strings, struct lg_error *err)
{
	static const char allow[] = "allow=";
	const struct reading reading = {.out = out, .strings = strings, .err = err};
	size_t offset = 0;
	size_t words = 0;

	for (;; words++) {
		char word[WORD_BYTES];
		enum lg_status status;
		size_t start;
		int chars;

		while (offset < len && is_blank_at(text, offset))
			offset++;
		start = offset;
		while (offset < len && !is_blank_at(text, offset))
			offset++;
		if (offset == start)
			break;

		chars = (int)(offset - start < sizeof(word) ? offset - start : sizeof(word) - 1);
		(void)snprintf(word, sizeof(word), "%.*s", chars, text + start);
		if (words == 0 && strncmp(word, allow, sizeof(allow) - 1) == 0) {
			start += sizeof(allow) - 1;
			status = check_allow(text + start, len - start, err);
			offset = len;
		} else if (offset - start >= sizeof(word)) {
			status = lg_fail(err, LG_FORMAT, "'%s…' is too long", word);
		} else {
			status = read_word(&reading, word, seen);
		}
		if (status) {
			err->column = (uint32_t)start + 1;
			return status;
		}
	}
	if (words > 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "nothing follows 'lockgate:'");
	err->column = 1;
	return lg_hint(err, "write directives as '-- lockgate: key=value', or drop the line");
}

bool directives_are_among(const struct directives *some, const struct directives *all)
{
	const struct directives none = directives_default();

	return (some->is_transactional || !all->is_transactional) &&
	       (some->phase == none.phase || some->phase == all->phase) &&
	       (some->foreign_keys == none.foreign_keys ||
		       some->foreign_keys == all->foreign_keys) &&
	       (some->lock_timeout_ms == none.lock_timeout_ms ||
		       some->lock_timeout_ms == all->lock_timeout_ms) &&
	       (some->statement_timeout_ms == none.statement_timeout_ms ||
		       some->statement_timeout_ms == all->statement_timeout_ms) &&
	       (some->retries == none.retries || some->retries == all->retries) &&
	       (!some->role || (all->role && strcmp(some->role, all->role) == 0));
}
