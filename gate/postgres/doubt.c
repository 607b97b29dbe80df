/* SPDX-License-Identifier: MIT */
#include "gate/postgres/doubt.h"

#include <string.h>

#include "base/mem.h"
#include "gate/postgres/sql.h"

/* The words of a statement, one after the other. */
struct words {
	struct sql_lexer lexer;
	struct sql_token token;
	const char *text;
};

static void next(struct words *words)
{
	while (sql_lexer_next(&words->lexer, &words->token))
		if (words->token.kind != SQL_TOKEN_COMMENT)
			return;
}

static struct words words_of(
	const struct target_script *script, const struct script_statement *statement)
{
	struct words words = {.text = script->view->text + statement->offset};

	sql_lexer_init(&words.lexer, SQL_POSTGRES, words.text, statement->len);
	next(&words);
	return words;
}

/* Steps over the word if it is the next one. */
static bool take_word(struct words *words, const char *word)
{
	if (!sql_token_is(&words->lexer, &words->token, word))
		return false;
	next(words);
	return true;
}

static bool is_name(const struct sql_token *token)
{
	return token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NAME;
}

/* Steps over a name with its schema; owned by the caller, NULL if there is none. */
static char *take_name(struct words *words)
{
	size_t start = words->token.offset;
	size_t end = start;

	while (is_name(&words->token)) {
		end = words->token.offset + words->token.len;
		next(words);
		if (words->token.kind != SQL_TOKEN_OPERATOR || words->token.len != 1 ||
			words->text[words->token.offset] != '.')
			break;
		next(words);
	}
	return end > start ? lg_strndup(words->text + start, end - start) : NULL;
}

enum build_kind { BUILD_CREATE, BUILD_DROP, BUILD_AGAIN };

/* CREATE or DROP INDEX CONCURRENTLY with a name, or REINDEX of an index or table. */
struct build {
	enum build_kind kind;
	char *index; /* of BUILD_AGAIN: or the table */
	char *table; /* of BUILD_CREATE */
};

static void drop_build(struct build *build)
{
	free(build->index);
	free(build->table);
}

static void read_create(struct words *words, struct build *out)
{
	(void)take_word(words, "UNIQUE");
	if (!take_word(words, "INDEX") || !take_word(words, "CONCURRENTLY"))
		return;
	if (take_word(words, "IF") && (!take_word(words, "NOT") || !take_word(words, "EXISTS")))
		return;
	/* Without a name of its own the server makes one up, which nobody knows. */
	if (sql_token_is(&words->lexer, &words->token, "ON"))
		return;
	out->index = take_name(words);
	if (!take_word(words, "ON"))
		return;
	(void)take_word(words, "ONLY");
	out->table = take_name(words);
}

static void read_drop(struct words *words, struct build *out)
{
	out->kind = BUILD_DROP;
	if (!take_word(words, "INDEX") || !take_word(words, "CONCURRENTLY"))
		return;
	if (take_word(words, "IF") && !take_word(words, "EXISTS"))
		return;
	out->index = take_name(words);
}

static void read_reindex(struct words *words, struct build *out)
{
	out->kind = BUILD_AGAIN;
	if (words->token.kind == SQL_TOKEN_OPERATOR && words->text[words->token.offset] == '(') {
		while (words->token.kind != SQL_TOKEN_END &&
			words->text[words->token.offset] != ')')
			next(words);
		next(words);
	}
	if (!take_word(words, "INDEX") && !take_word(words, "TABLE"))
		return;
	(void)take_word(words, "CONCURRENTLY");
	out->index = take_name(words);
}

/* True if it is such a build, and the names that judge it are known. */
static bool read_build(const struct target_script *script, const struct script_statement *statement,
	struct build *out)
{
	struct words words = words_of(script, statement);

	*out = (struct build){0};
	if (take_word(&words, "CREATE"))
		read_create(&words, out);
	else if (take_word(&words, "DROP"))
		read_drop(&words, out);
	else if (take_word(&words, "REINDEX"))
		read_reindex(&words, out);
	return out->index && (out->kind != BUILD_CREATE || out->table);
}

bool postgres_is_setting(const struct script_statement *statement)
{
	return strcmp(statement->verb, "SET") == 0 || strcmp(statement->verb, "RESET") == 0;
}

static bool may_run_twice(const struct script_statement *statement)
{
	static const char *const verbs[] = {
		"VACUUM", "ANALYZE", "CLUSTER", "CHECKPOINT", "REFRESH", "SHOW"};

	for (size_t i = 0; i < LG_COUNT_OF(verbs); i++)
		if (strcmp(statement->verb, verbs[i]) == 0)
			return true;
	return postgres_is_setting(statement);
}

bool postgres_can_settle(
	const struct target_script *script, const struct script_statement *statement)
{
	LG_CLEANUP(drop_build) struct build build;
	bool is_build = read_build(script, statement, &build);

	return is_build || may_run_twice(statement);
}

bool postgres_is_concurrent(
	const struct target_script *script, const struct script_statement *statement)
{
	struct words words = words_of(script, statement);

	for (; words.token.kind != SQL_TOKEN_END; next(&words))
		if (sql_token_is(&words.lexer, &words.token, "CONCURRENTLY"))
			return true;
	return false;
}

static enum lg_status take_remedy(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	char **remedy = context;

	(void)statement;
	(void)err;
	free(*remedy);
	*remedy = lg_strdup(postgres_column(rows, 0, 0));
	return LG_OK;
}

/* It runs again in any case; what an earlier one has left goes first, one by one. */
static enum lg_status settle_again(
	struct postgres_session *session, const struct build *build, struct lg_error *err)
{
	for (;;) {
		LG_CLEANUP(postgres_string_release) struct postgres_string string;
		LG_FREE_BY_SCOPE char *remedy = NULL;
		struct postgres_reply reply = {.take = take_remedy, .context = &remedy};

		postgres_string_init(&string);
		POSTGRES_ADD(&string, postgres_sql_find_leftover, postgres_text(build->index));
		if (postgres_execute(session, &string, &reply, err))
			return err->status;
		if (!remedy)
			return LG_OK;
		postgres_string_clear(&string);
		/* The server has written and quoted this statement itself. */
		POSTGRES_ADD_PLAIN(&string, remedy);
		if (postgres_run(session, &string, err))
			return err->status;
	}
}

/* What the catalogue says of an index. */
struct judgement {
	bool is_there;
	bool is_valid;
	char *remedy; /* owned */
};

static void drop_judgement(struct judgement *judgement)
{
	free(judgement->remedy);
}

static enum lg_status take_judgement(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct judgement *judgement = context;

	(void)statement;
	(void)err;
	judgement->is_there = true;
	judgement->is_valid = *postgres_column(rows, 0, 0) == 't';
	free(judgement->remedy);
	judgement->remedy = lg_strdup(postgres_column(rows, 0, 1));
	return LG_OK;
}

static enum lg_status take_presence(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	(void)statement;
	(void)err;
	*(bool *)context = *postgres_column(rows, 0, 0) == 't';
	return LG_OK;
}

static enum lg_status settle_drop(struct postgres_session *session, const struct build *build,
	bool *out_is_done, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	bool is_there = false;
	struct postgres_reply reply = {.take = take_presence, .context = &is_there};

	postgres_string_init(&string);
	POSTGRES_ADD(&string, postgres_sql_find_relation, postgres_text(build->index));
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	*out_is_done = !is_there;
	return LG_OK;
}

static enum lg_status settle_create(struct postgres_session *session, const struct build *build,
	bool *out_is_done, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	LG_CLEANUP(drop_judgement) struct judgement judgement = {0};
	struct postgres_reply reply = {.take = take_judgement, .context = &judgement};

	postgres_string_init(&string);
	POSTGRES_ADD(&string, postgres_sql_judge_index, postgres_text(build->index),
		postgres_text(build->table));
	if (postgres_execute(session, &string, &reply, err))
		return err->status;
	*out_is_done = judgement.is_there && judgement.is_valid;
	if (!judgement.is_there || judgement.is_valid)
		return LG_OK;
	/* The server has written and quoted this statement itself. */
	postgres_string_clear(&string);
	POSTGRES_ADD_PLAIN(&string, judgement.remedy);
	return postgres_run(session, &string, err);
}

enum lg_status postgres_settle_doubt(struct postgres_session *session,
	const struct target_script *script, const struct script_statement *statement,
	bool *out_is_done, struct lg_error *err)
{
	LG_CLEANUP(drop_build) struct build build;

	*out_is_done = false;
	if (!read_build(script, statement, &build))
		return LG_OK;
	switch (build.kind) {
	case BUILD_CREATE:
		return settle_create(session, &build, out_is_done, err);
	case BUILD_DROP:
		return settle_drop(session, &build, out_is_done, err);
	case BUILD_AGAIN:
		return settle_again(session, &build, err);
	}
	return LG_OK;
}
