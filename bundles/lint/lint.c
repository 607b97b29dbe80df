/* SPDX-License-Identifier: MIT */
#include "bundles/lint/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "bundles/compiled.h"
#include "bundles/lint/allow.h"
#include "bundles/lint/check.h"

static const struct {
	unsigned int engines;
	lint_group *check;
} groups[] = {
	{LINT_ON_POSTGRES, lint_check_index},
	{LINT_ON_BOTH, lint_check_column},
	{LINT_ON_POSTGRES, lint_check_constraint},
	{LINT_ON_BOTH, lint_check_drop},
	{LINT_ON_POSTGRES, lint_check_rewrite},
	{LINT_ON_POSTGRES, lint_check_partition},
	{LINT_ON_POSTGRES, lint_check_trigger},
	{LINT_ON_BOTH, lint_check_transaction},
	{LINT_ON_BOTH, lint_check_rows},
	{LINT_ON_POSTGRES, lint_check_extension},
	{LINT_ON_POSTGRES, lint_check_type},
	{LINT_ON_SQLITE, lint_check_sqlite_alter},
	{LINT_ON_SQLITE, lint_check_sqlite_table},
};

/* A migration on its way through. */
struct reading {
	const struct bundle *bundle;
	const struct migration *migration;
	const struct lint_policy *policy;
	struct lint_list *out;
	size_t first; /* the number of its first finding in `out` */
	bool allowed[LINT_CODE_COUNT];
	struct lint_past script, past;
	struct sql_token *tokens; /* room for those of one statement */
	struct body_view *view;   /* of the whole script */
	const char *text;         /* of the statement under way */
	uint32_t line, column;    /* where in the script it begins */
};

static void reading_release(struct reading *reading)
{
	lint_past_release(&reading->script);
	lint_past_release(&reading->past);
	free(reading->tokens);
}

void lint_list_release(struct lint_list *list)
{
	free(list->items);
	lg_arena_release(&list->strings);
	*list = (struct lint_list){0};
}

/* The line above a statement that was compiled says where it came from. */
static uint32_t compiled_place(const struct reading *reading)
{
	size_t end = (size_t)(reading->text - reading->view->text);
	size_t start = end > 0 ? end - 1 : 0;

	while (start > 0 && reading->view->text[start - 1] != '\n')
		start--;
	return compiled_line(
		reading->view->text + start, end - start, reading->migration->up.file, 1);
}

/* Where the offset in the statement is in the migration's file. */
static void place(const struct reading *reading, size_t offset, struct lint_finding *finding)
{
	const char *line = reading->text;
	const char *end = reading->text + offset;
	const char *found;

	if (compiled_is_source(reading->migration->up.file)) {
		finding->line = compiled_place(reading);
		finding->column = 0;
		return;
	}
	finding->line = reading->migration->up.first_line - 1 + reading->line;
	finding->column = reading->column;
	while ((found = memchr(line, '\n', (size_t)(end - line)))) {
		line = found + 1;
		finding->line++;
		finding->column = 1;
	}
	finding->column += (uint32_t)lg_utf8_count(line, (size_t)(end - line));
}

static void take(void *context, enum lint_code code, const struct lint_name *name, size_t offset)
{
	struct reading *reading = context;
	struct lint_list *out = reading->out;
	enum lint_level level = lint_policy_level(reading->policy, code);
	struct lint_finding finding = {
		.migration = reading->migration, .code = code, .level = level};
	const char *subject;
	size_t len;

	if (reading->allowed[code] || level == LINT_LEVEL_OFF ||
		out->count - reading->first >= LINT_MAX_FINDINGS)
		return;
	place(reading, offset, &finding);
	lint_name_bare(name, &subject, &len);
	finding.message = lg_arena_addf(
		&out->strings, "'%.*s': %s", (int)len, subject, lint_rules[code].text);
	out->items = lg_grow(out->items, out->count, sizeof(*out->items));
	out->items[out->count++] = finding;
}

/* The tokens of a statement but for comments and the semicolon. */
static size_t read_tokens(struct sql_lexer *lexer, struct sql_token *tokens)
{
	struct sql_token token;
	size_t count = 0;

	while (count < LINT_MAX_TOKENS && sql_lexer_next(lexer, &token))
		if (token.kind != SQL_TOKEN_COMMENT && token.kind != SQL_TOKEN_SEMICOLON)
			tokens[count++] = token;
	return count;
}

static void check_statement(struct reading *reading, const struct lint_statement *statement)
{
	const enum sql_dialect dialect = reading->bundle->engine;
	const unsigned int engine = dialect == SQL_SQLITE ? LINT_ON_SQLITE : LINT_ON_POSTGRES;
	const struct lint_check check = {
		.statement = statement,
		.past = &reading->past,
		.script = &reading->script,
		.directives = &reading->migration->up.directives,
		.dialect = dialect,
		.found = take,
		.context = reading,
	};

	for (size_t i = 0; i < LG_COUNT_OF(groups); i++)
		if (groups[i].engines & engine)
			groups[i].check(&check);
}

/* Goes through the script once: first for what it does, then for what is risky about it. */
static void read_script(struct reading *reading, bool is_checked)
{
	struct script_statement found;
	struct script_cursor cursor;

	body_view_rewind(reading->view, 0);
	script_cursor_init(&cursor, reading->view, reading->bundle->engine);
	while (script_cursor_next(&cursor, &found)) {
		struct sql_lexer lexer;
		struct lint_statement statement = {.lexer = &lexer, .tokens = reading->tokens};

		reading->text = reading->view->text + found.offset;
		reading->line = found.line;
		reading->column = found.column;
		sql_lexer_init(&lexer, reading->bundle->engine, reading->text, found.len);
		statement.count = read_tokens(&lexer, reading->tokens);
		if (statement.count == 0)
			continue;
		if (is_checked)
			check_statement(reading, &statement);
		lint_past_note(is_checked ? &reading->past : &reading->script, &statement);
	}
}

static int by_place(const void *left_item, const void *right_item)
{
	const struct lint_finding *left = left_item;
	const struct lint_finding *right = right_item;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	return (left->code > right->code) - (left->code < right->code);
}

enum lg_status lint_migration(const struct bundle *bundle, const struct migration *migration,
	const struct lint_policy *policy, struct lint_list *out, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	LG_CLEANUP(reading_release)
	struct reading reading = {
		.bundle = bundle,
		.migration = migration,
		.policy = policy,
		.out = out,
		.first = out->count,
		.view = &view,
	};

	if (migration->kind == MIGRATION_BASELINE)
		return LG_OK;
	if (bundle_view(bundle, &migration->up, &view, err))
		return err->status;
	if (lint_allow_read(&view, bundle->engine, reading.allowed, err))
		return lg_place(err, migration->up.file, migration->up.first_line - 1 + err->line,
			err->column);
	reading.tokens = lg_calloc(LINT_MAX_TOKENS, sizeof(*reading.tokens));
	read_script(&reading, false);
	read_script(&reading, true);
	if (out->count > reading.first)
		qsort(out->items + reading.first, out->count - reading.first, sizeof(*out->items),
			by_place);
	return LG_OK;
}
