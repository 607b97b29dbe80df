/* SPDX-License-Identifier: MIT */
#include "bundles/statement_rules.h"

#include <string.h>
#include <strings.h>

#include "bundles/limits.h"

/* A statement that is refused by its first words; the second is NULL where any will do. */
struct refused_head {
	const char *first;
	const char *second;
};

static const struct refused_head postgres_transaction[] = {
	{"BEGIN", NULL},
	{"START", "TRANSACTION"},
	{"COMMIT", NULL},
	{"END", NULL},
	{"ROLLBACK", NULL},
	{"ABORT", NULL},
	{"PREPARE", "TRANSACTION"},
	{NULL, NULL},
};

static const struct refused_head sqlite_transaction[] = {
	{"BEGIN", NULL},
	{"COMMIT", NULL},
	{"END", NULL},
	{"ROLLBACK", NULL},
	{NULL, NULL},
};

static bool word_is(const struct statement_rules *rules, size_t number, const char *word)
{
	return number < rules->token_count && number < PRAGMA_RULE_TOKENS &&
	       sql_token_is(rules->lexer, &rules->tokens[number], word);
}

static const struct refused_head *find_head(
	const struct statement_rules *rules, const struct refused_head *head)
{
	for (; head->first; head++)
		if (word_is(rules, 0, head->first) &&
			(!head->second || word_is(rules, 1, head->second)))
			return head;
	return NULL;
}

/* ROLLBACK [WORK | TRANSACTION [name]] TO …, which stays within the transaction. */
static bool is_rollback_to(const struct statement_rules *rules)
{
	size_t next = 1;

	if (!word_is(rules, 0, "ROLLBACK"))
		return false;
	if (word_is(rules, 1, "WORK") || word_is(rules, 1, "TRANSACTION"))
		next++;
	return word_is(rules, next, "TO") ||
	       (rules->lexer->dialect == SQL_SQLITE && next == 2 && word_is(rules, 3, "TO"));
}

static enum lg_status check_transaction(struct statement_rules *rules, struct lg_error *err)
{
	const struct refused_head *head = find_head(rules,
		rules->lexer->dialect == SQL_SQLITE ? sqlite_transaction : postgres_transaction);

	if (!head || is_rollback_to(rules))
		return LG_OK;
	rules->culprit = rules->tokens[0].offset;
	(void)lg_fail(err, LG_FORMAT, "'%s%s%s' controls the transaction", head->first,
		head->second ? " " : "", head->second ? head->second : "");
	return lg_hint(err, "lockgate opens and commits the transaction itself: remove this line; "
			    "use '-- lockgate: transaction=off' for statements that cannot run in "
			    "one");
}

static enum lg_status check_discard(struct statement_rules *rules, struct lg_error *err)
{
	if (!word_is(rules, 0, "DISCARD") || !word_is(rules, 1, "ALL"))
		return LG_OK;
	rules->culprit = rules->tokens[0].offset;
	(void)lg_fail(err, LG_FORMAT, "'DISCARD ALL' would give up the lock of the run");
	return lg_hint(err, "remove this line, or discard only PLANS, SEQUENCES or TEMP");
}

/* The value behind SET name: = and TO mean the same. */
static bool switches_on(const struct statement_rules *rules, size_t value)
{
	static const char *const words[] = {"ON", "TRUE", "YES", "1", "'ON'", "'TRUE'"};

	for (size_t i = 0; i < LG_COUNT_OF(words); i++) {
		const struct sql_token *token = &rules->tokens[value];

		if (value < rules->token_count && token->len == strlen(words[i]) &&
			strncasecmp(rules->lexer->text + token->offset, words[i], token->len) == 0)
			return true;
	}
	return false;
}

/* With it off a backslash in '…' would mean something else to the server than to the lexer. */
static enum lg_status check_strings(struct statement_rules *rules, struct lg_error *err)
{
	size_t name = word_is(rules, 1, "SESSION") || word_is(rules, 1, "LOCAL") ? 2 : 1;

	if (!word_is(rules, 0, "SET") || !word_is(rules, name, "STANDARD_CONFORMING_STRINGS") ||
		switches_on(rules, name + 2))
		return LG_OK;
	rules->culprit = rules->tokens[0].offset;
	(void)lg_fail(err, LG_FORMAT, "'standard_conforming_strings' can only be on");
	return lg_hint(err, "remove this line, and write strings with backslashes as E'…'");
}

static enum lg_status check_postgres(struct statement_rules *rules, struct lg_error *err)
{
	enum lg_status status = check_discard(rules, err);

	return status ? status : check_strings(rules, err);
}

static enum lg_status check_pragma(struct statement_rules *rules, struct lg_error *err)
{
	size_t count =
		rules->token_count < PRAGMA_RULE_TOKENS ? rules->token_count : PRAGMA_RULE_TOKENS;
	enum foreign_keys before = rules->directives->foreign_keys;

	rules->culprit = rules->tokens[0].offset;
	if (pragma_rule_statement(
		    &rules->pragma, rules->lexer, rules->tokens, count, rules->directives, err)) {
		rules->culprit = rules->pragma.culprit;
		return err->status;
	}
	if (!rules->is_check || rules->directives->foreign_keys == before)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "'PRAGMA foreign_keys' has no place in a check");
	return lg_hint(err, "a check runs in the transaction of its migration: remove this line");
}

/* VACUUM [schema] INTO file */
static enum lg_status check_vacuum(struct statement_rules *rules, struct lg_error *err)
{
	if (!word_is(rules, 0, "VACUUM") ||
		(!word_is(rules, 1, "INTO") && !word_is(rules, 2, "INTO")))
		return LG_OK;
	rules->culprit = rules->tokens[0].offset;
	(void)lg_fail(err, LG_FORMAT, "'VACUUM INTO' would write a copy of the whole database");
	return lg_hint(err, "remove this line; plain VACUUM, which rebuilds the database in its "
			    "place, is allowed with '-- lockgate: transaction=off'");
}

static enum lg_status check_sqlite(struct statement_rules *rules, struct lg_error *err)
{
	enum lg_status status = check_vacuum(rules, err);

	return status ? status : check_pragma(rules, err);
}

static enum lg_status end_statement(struct statement_rules *rules, struct lg_error *err)
{
	enum lg_status status = check_transaction(rules, err);

	if (!status)
		status = rules->lexer->dialect == SQL_SQLITE ? check_sqlite(rules, err)
							     : check_postgres(rules, err);
	rules->token_count = 0;
	return status;
}

/* Unquotes "…" too, for that is how else a function may be named. */
static enum lg_status check_unlock(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err)
{
	static const char *const functions[] = {
		"pg_advisory_unlock", "pg_advisory_unlock_shared", "pg_advisory_unlock_all"};
	const char *text = rules->lexer->text + token->offset;
	size_t quotes = token->kind == SQL_TOKEN_NAME ? 1 : 0;

	/* Most tokens are shorter than any of these. */
	if (token->len < strlen(functions[0]) ||
		(token->kind != SQL_TOKEN_WORD && token->kind != SQL_TOKEN_NAME))
		return LG_OK;
	for (size_t i = 0; i < LG_COUNT_OF(functions); i++) {
		size_t chars = strlen(functions[i]);

		if (token->len != chars + 2 * quotes ||
			strncasecmp(text + quotes, functions[i], chars) != 0)
			continue;
		rules->culprit = token->offset;
		(void)lg_fail(
			err, LG_FORMAT, "'%s' could give up the lock of the run", functions[i]);
		return lg_hint(err, "take locks with pg_advisory_xact_lock, which the end of the "
				    "transaction gives back");
	}
	return LG_OK;
}

static enum lg_status fail_shell(const struct statement_rules *rules, struct lg_error *err)
{
	static const char ends[] = " \t\r\n\f\v;";
	const char *text = rules->lexer->text + rules->culprit;
	size_t rest = rules->lexer->len - rules->culprit;
	size_t chars = 1;
	bool is_sqlite = rules->lexer->dialect == SQL_SQLITE;

	while (chars < rest && chars < 32 && !strchr(ends, text[chars]))
		chars++;
	(void)lg_fail(err, LG_FORMAT, "'%.*s' is a command of %s, not SQL", (int)chars, text,
		is_sqlite ? "the sqlite3 shell" : "psql");
	return lg_hint(err, "lockgate sends SQL to the database and runs no commands of a shell: "
			    "write it as SQL, or remove it");
}

/* The key of a \restrict or \unrestrict: what is behind the `command`; len 0 if it is neither. */
static struct sql_token restrict_key(
	const struct sql_lexer *lexer, const struct sql_token *token, const char *command)
{
	static const char key_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789";
	size_t chars = strlen(command);
	struct sql_token key = {.kind = SQL_TOKEN_META, .offset = token->offset + chars};
	size_t end = token->offset + token->len;

	if (token->len <= chars || memcmp(lexer->text + token->offset, command, chars) != 0)
		return key;
	while (key.offset < end && strchr(" \t", lexer->text[key.offset]))
		key.offset++;
	if (key.offset == token->offset + chars)
		return key;
	while (key.offset + key.len < end &&
		memchr(key_chars, lexer->text[key.offset + key.len], sizeof(key_chars) - 1))
		key.len++;
	while (end > key.offset + key.len && strchr(" \t", lexer->text[end - 1]))
		end--;
	if (key.offset + key.len != end)
		key.len = 0;
	return key;
}

/* pg_dump puts \restrict KEY … \unrestrict KEY around what it writes; the pair does nothing. */
static enum lg_status check_meta(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err)
{
	const struct sql_lexer *lexer = rules->lexer;
	struct sql_token opened = restrict_key(lexer, token, "\\restrict");
	struct sql_token closed = restrict_key(lexer, token, "\\unrestrict");

	rules->culprit = token->offset;
	if (rules->token_count > 0 || (opened.len == 0 && closed.len == 0))
		return fail_shell(rules, err);
	if (opened.len > 0 && rules->restricted.len == 0) {
		rules->restricted = opened;
		return LG_OK;
	}
	if (closed.len > 0 && closed.len == rules->restricted.len &&
		memcmp(lexer->text + closed.offset, lexer->text + rules->restricted.offset,
			closed.len) == 0) {
		rules->restricted.len = 0;
		return LG_OK;
	}
	return lg_fail(err, LG_FORMAT, "'\\restrict' and '\\unrestrict' do not match");
}

static const char *unterminated_name(
	const struct statement_rules *rules, const struct sql_token *token)
{
	if (token->len == 0)
		return "statement";
	switch (rules->lexer->text[token->offset]) {
	case '/':
		return "comment";
	case '$':
		return "dollar-quoted string";
	case '"':
	case '[':
	case '`':
		return "quoted name";
	}
	return "string";
}

static enum lg_status fail_unterminated(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err)
{
	rules->culprit = token->offset;
	if (word_is(rules, 0, "COPY") &&
		(token->len == 0 || rules->last_kind == SQL_TOKEN_SEMICOLON)) {
		rules->culprit = rules->tokens[0].offset;
		(void)lg_fail(err, LG_FORMAT, "'COPY … FROM stdin' has no data in the script");
		return lg_hint(err, "put the data on the lines below its semicolon, and '\\.' "
				    "alone on the line behind them");
	}
	return lg_fail(err, LG_FORMAT, "%s is not terminated", unterminated_name(rules, token));
}

static enum lg_status begin_statement(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err)
{
	rules->culprit = token->offset;
	if (rules->statements >= BUNDLE_MAX_STATEMENTS)
		return lg_fail(
			err, LG_LIMIT, "script has more than %d statements", BUNDLE_MAX_STATEMENTS);
	if (rules->statements++ == 0)
		rules->first_offset = token->offset;
	if (rules->lexer->dialect == SQL_SQLITE && rules->lexer->text[token->offset] == '.')
		return fail_shell(rules, err);
	return LG_OK;
}

enum lg_status statement_rules_token(
	struct statement_rules *rules, const struct sql_token *token, struct lg_error *err)
{
	enum lg_status status = LG_OK;

	if (token->kind == SQL_TOKEN_COMMENT)
		return LG_OK;
	if (token->kind == SQL_TOKEN_META)
		return check_meta(rules, token, err);
	if (token->kind == SQL_TOKEN_BAD)
		return fail_unterminated(rules, token, err);
	rules->last_kind = token->kind;
	if (rules->token_count == 0) {
		if (token->ends_statement)
			return LG_OK;
		status = begin_statement(rules, token, err);
	}
	if (!status && rules->lexer->dialect == SQL_POSTGRES)
		status = check_unlock(rules, token, err);
	if (status)
		return status;

	if (rules->token_count < PRAGMA_RULE_TOKENS)
		rules->tokens[rules->token_count] = *token;
	rules->token_count++;
	return token->ends_statement ? end_statement(rules, err) : LG_OK;
}

enum lg_status statement_rules_finish(struct statement_rules *rules, struct lg_error *err)
{
	if (rules->token_count > 0 && end_statement(rules, err))
		return err->status;
	if (rules->restricted.len == 0)
		return LG_OK;
	rules->culprit = rules->restricted.offset;
	return lg_fail(err, LG_FORMAT, "'\\restrict' has no '\\unrestrict' of its key");
}
