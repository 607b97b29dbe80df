/* SPDX-License-Identifier: MIT */
#include "bundles/pragma_rule.h"

#include <string.h>
#include <strings.h>

/* SQLite takes a name without quotes, in quotes, and even as a string. */
static bool token_equals(
	const struct sql_lexer *lexer, const struct sql_token *token, const char *value)
{
	const char *text = lexer->text + token->offset;
	size_t len = token->len;

	if (token->kind == SQL_TOKEN_NAME || token->kind == SQL_TOKEN_STRING) {
		text++;
		len -= 2;
	} else if (token->kind != SQL_TOKEN_WORD && token->kind != SQL_TOKEN_NUMBER) {
		return false;
	}
	return len == strlen(value) && strncasecmp(text, value, len) == 0;
}

static bool is_operator(const struct sql_lexer *lexer, const struct sql_token *token, char operator)
{
	return token->kind == SQL_TOKEN_OPERATOR && token->len == 1 &&
	       lexer->text[token->offset] == operator;
}

/* The value that PRAGMA [schema.]foreign_keys is given; NULL: it is another, or only asks. */
static const struct sql_token *foreign_keys_value(
	const struct sql_lexer *lexer, const struct sql_token *tokens, size_t count)
{
	size_t name = 1;

	if (count > 3 && is_operator(lexer, &tokens[2], '.'))
		name = 3;
	if (count < name + 3 || !token_equals(lexer, &tokens[name], "foreign_keys"))
		return NULL;
	if (!is_operator(lexer, &tokens[name + 1], '=') &&
		!is_operator(lexer, &tokens[name + 1], '('))
		return NULL;
	return &tokens[name + 2];
}

static enum foreign_keys read_value(const struct sql_lexer *lexer, const struct sql_token *token)
{
	static const char *const on[] = {"on", "yes", "true", "1"};
	static const char *const off[] = {"off", "no", "false", "0"};

	for (size_t i = 0; i < LG_COUNT_OF(on); i++) {
		if (token_equals(lexer, token, on[i]))
			return FOREIGN_KEYS_ON;
		if (token_equals(lexer, token, off[i]))
			return FOREIGN_KEYS_OFF;
	}
	return FOREIGN_KEYS_UNSET;
}

static enum lg_status fail_misplaced(struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT,
		"'PRAGMA foreign_keys' does nothing here, for it is inside the transaction");
	return lg_hint(err, "make it the first statement, or write '-- lockgate: "
			    "foreign_keys=off' at the top of the script");
}

static enum lg_status note_foreign_keys(struct pragma_rule *rule, enum foreign_keys value,
	struct directives *directives, struct lg_error *err)
{
	if (value == FOREIGN_KEYS_UNSET)
		return lg_fail(err, LG_FORMAT, "'PRAGMA foreign_keys' is set neither on nor off");

	/* Said later, it changes nothing where they are off anyway. */
	if (rule->is_past_leading && value == FOREIGN_KEYS_OFF &&
		directives->foreign_keys != FOREIGN_KEYS_ON)
		return LG_OK;

	/* A second one that says something else must be the beginning of the end. */
	if (rule->is_past_leading ||
		(rule->leading != FOREIGN_KEYS_UNSET && rule->leading != value)) {
		rule->has_trailing = true;
		return LG_OK;
	}
	if (directives->foreign_keys != FOREIGN_KEYS_UNSET && directives->foreign_keys != value)
		return lg_fail(err, LG_FORMAT,
			"'PRAGMA foreign_keys' contradicts the directive 'foreign_keys'");
	rule->leading = value;
	directives->foreign_keys = value;
	return LG_OK;
}

enum lg_status pragma_rule_statement(struct pragma_rule *rule, const struct sql_lexer *lexer,
	const struct sql_token *tokens, size_t count, struct directives *directives,
	struct lg_error *err)
{
	const struct sql_token *value;
	bool had_trailing = rule->has_trailing;

	/* Outside a transaction the pragma does what it says. */
	if (!directives->is_transactional)
		return LG_OK;
	if (!sql_token_is(lexer, &tokens[0], "PRAGMA")) {
		rule->is_past_leading = true;
		rule->culprit = rule->trailing_offset;
		return had_trailing ? fail_misplaced(err) : LG_OK;
	}
	value = foreign_keys_value(lexer, tokens, count);
	if (!value)
		return LG_OK;
	rule->culprit = tokens[0].offset;
	if (note_foreign_keys(rule, read_value(lexer, value), directives, err))
		return err->status;
	if (rule->has_trailing && !had_trailing)
		rule->trailing_offset = tokens[0].offset;
	return LG_OK;
}
