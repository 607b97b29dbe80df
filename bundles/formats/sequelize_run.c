/* SPDX-License-Identifier: MIT */
#include "bundles/formats/sequelize_run.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/compiled.h"
#include "bundles/limits.h"
#include "bundles/statement_block.h"
#include "bundles/statement_kind.h"
#include "bundles/statement_moment.h"

void sequelize_run_init(struct sequelize_run *run)
{
	*run = (struct sequelize_run){.text = "", .obstacle_what = ""};
	lg_buf_init(&run->script, BUNDLE_MAX_BODY_BYTES);
}

void sequelize_run_release(struct sequelize_run *run)
{
	lg_buf_release(&run->script);
}

static uint32_t read_line(const char *text)
{
	unsigned long number = strtoul(text, NULL, 10);

	return number > UINT32_MAX ? 0 : (uint32_t)number;
}

static void add_obstacle(struct sequelize_run *run, enum sequelize_obstacle obstacle, uint32_t line,
	const char *what)
{
	if (obstacle <= run->obstacle)
		return;
	run->obstacle = obstacle;
	run->obstacle_line = line;
	run->obstacle_what = what;
}

static bool is_control(const struct sql_lexer *lexer, const struct sql_token *head, size_t count)
{
	static const char *const words[] = {"BEGIN", "COMMIT", "END"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (count > 0 && sql_token_is(lexer, &head[0], words[i]))
			return true;
	return count > 1 && sql_token_is(lexer, &head[0], "START") &&
	       sql_token_is(lexer, &head[1], "TRANSACTION");
}

/*
 * Adds what was sent in one string: without the statements that begin and end transactions, for
 * lockgate brings its own, and with a semicolon at its end.
 */
static void add_text(struct lg_buf *out, enum sql_dialect dialect, const char *sql, size_t len)
{
	struct sql_lexer lexer;
	struct sql_token token;
	struct sql_token head[2];
	size_t count = 0; /* of the statement's tokens */
	size_t kept = 0;  /* up to here, the text is in `out` or left out */
	bool is_comment = false;

	sql_lexer_init(&lexer, dialect, sql, len);
	while (sql_lexer_next(&lexer, &token)) {
		is_comment = token.kind == SQL_TOKEN_COMMENT;
		if (is_comment)
			continue;
		if (count < 2)
			head[count] = token;
		count++;
		if (!token.ends_statement)
			continue;
		if (is_control(&lexer, head, count)) {
			lg_buf_add(out, sql + kept, head[0].offset - kept);
			kept = token.offset + token.len;
		}
		count = 0;
	}
	if (count > 0 && is_control(&lexer, head, count)) {
		lg_buf_add(out, sql + kept, head[0].offset - kept);
		return;
	}
	lg_buf_add(out, sql + kept, len - kept);
	if (count > 0)
		lg_buf_adds(out, is_comment ? "\n;" : ";");
}

static void add_statement(struct sequelize_run *run, const struct sequelize_step *step,
	uint32_t line, const char *sql)
{
	size_t len = strlen(sql);

	/* Places in a down script would change its hash with every line added above it. */
	if (strcmp(step->command, "up") == 0)
		compiled_add_place(&run->script, step->file, line);
	add_text(&run->script, step->dialect, sql, len);
	lg_buf_addc(&run->script, '\n');
	run->needs_no_transaction = run->needs_no_transaction ||
				    statement_block_of(step->dialect, sql, len) != BLOCK_ALLOWED;
	run->drops_table = run->drops_table || strncasecmp(sql, "DROP TABLE", 10) == 0;
}

/*
 * Sequelize itself looks at the answers of changes, and its models at the rows that they read. A
 * plain value cannot be watched.
 */
static bool is_looked_at(const char *use, enum statement_kind kind)
{
	if (strcmp(use, "value") == 0 || strcmp(use, "inside") == 0)
		return kind != STATEMENT_CHANGES;
	return strcmp(use, "unused") != 0;
}

/* The project looks at what came back. */
static void judge_answer(struct sequelize_run *run, const struct sequelize_step *step,
	const struct compiler_message *message, enum statement_kind kind,
	const struct sql_token *table, struct lg_arena *strings)
{
	uint32_t line = read_line(message->fields[1]);
	const char *sql = message->fields[3];
	struct sql_token word;

	if (table->len > 0)
		add_obstacle(run, OBSTACLE_DATA, line,
			lg_arena_addf(strings, "rows of '%.*s', which it reads", (int)table->len,
				sql + table->offset));
	else if (kind == STATEMENT_CHANGES)
		add_obstacle(run, OBSTACLE_DATA, line, "what this statement returns");
	else if (statement_moment_find(step->dialect, sql, strlen(sql), &word))
		add_obstacle(run, OBSTACLE_DATA, line,
			lg_arena_addf(strings, "what %.*s returns, which is not the same twice",
				(int)word.len, sql + word.offset));
}

static void take_statement(struct sequelize_run *run, const struct sequelize_step *step,
	const struct compiler_message *message, struct lg_arena *strings)
{
	uint32_t line = read_line(message->fields[1]);
	const char *sql = message->fields[3];
	struct sql_token table = {.len = 0};
	enum statement_kind kind;

	if (strcmp(message->fields[2], "ok") != 0) {
		add_obstacle(
			run, OBSTACLE_SWALLOWED, line, lg_arena_add(strings, message->fields[4]));
		return;
	}
	kind = statement_kind_of(step->dialect, sql, strlen(sql), &table);
	if (is_looked_at(message->fields[5], kind) &&
		statement_answers(step->dialect, sql, strlen(sql)))
		judge_answer(run, step, message, kind, &table, strings);
	if (kind == STATEMENT_CHANGES || kind == STATEMENT_READS_AND_CALLS)
		add_statement(run, step, line, sql);
}

static void take_touch(
	struct sequelize_run *run, const struct compiler_message *message, struct lg_arena *strings)
{
	static const struct {
		const char *word;
		enum sequelize_obstacle obstacle;
	} words[] = {
		{"name", OBSTACLE_DATA},
		{"read", OBSTACLE_FILE},
		{"write", OBSTACLE_WRITING},
		{"network", OBSTACLE_NETWORK},
		{"process", OBSTACLE_PROCESS},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, message->fields[2]) == 0)
			add_obstacle(run, words[i].obstacle, read_line(message->fields[1]),
				lg_arena_add(strings, message->fields[3]));
}

static void take_end(
	struct sequelize_run *run, const struct compiler_message *message, struct lg_arena *strings)
{
	const char *outcome = message->fields[1];

	run->line = read_line(message->fields[2]);
	run->text = lg_arena_add(strings, message->fields[3]);
	run->outcome = SEQUELIZE_FAILED;
	if (strcmp(outcome, "ok") == 0)
		run->outcome = SEQUELIZE_DONE;
	else if (strcmp(outcome, "missing") == 0)
		run->outcome = SEQUELIZE_MISSING;
	else if (strcmp(outcome, "rolled-back") == 0) {
		run->outcome = SEQUELIZE_DONE;
		add_obstacle(run, OBSTACLE_ROLLED_BACK, run->line, "");
	}
	/* It did not go on: the failure says all. */
	if (run->outcome == SEQUELIZE_FAILED && run->obstacle == OBSTACLE_SWALLOWED)
		run->obstacle = OBSTACLE_NONE;
}

enum lg_status sequelize_run(struct compiler *compiler, const struct sequelize_step *step,
	struct lg_arena *strings, struct sequelize_run *out, struct lg_error *err)
{
	const char *const fields[] = {step->command, step->kind, step->path};
	struct compiler_message message;
	bool is_over = false;

	if (compiler_send(compiler, fields, 3, err))
		return err->status;
	while (!is_over) {
		if (compiler_receive(compiler, &message, err))
			return err->status;
		is_over = strcmp(message.fields[0], "end") == 0;
		if (is_over)
			take_end(out, &message, strings);
		else if (strcmp(message.fields[0], "statement") == 0)
			take_statement(out, step, &message, strings);
		else if (strcmp(message.fields[0], "touch") == 0)
			take_touch(out, &message, strings);
		else if (strcmp(message.fields[0], "note") == 0)
			out->unawaited_line = read_line(message.fields[1]);
	}
	return lg_buf_status(&out->script, "what the migration sends", err);
}

const char *sequelize_obstacle_text(const struct sequelize_run *run, struct lg_arena *strings)
{
	switch (run->obstacle) {
	case OBSTACLE_NONE:
		return "nothing speaks against it";
	case OBSTACLE_DATA:
		return lg_arena_addf(strings, "what it does depends on %s", run->obstacle_what);
	case OBSTACLE_FILE:
		return lg_arena_addf(
			strings, "what it does depends on files (%s)", run->obstacle_what);
	case OBSTACLE_SWALLOWED:
		return lg_arena_addf(
			strings, "a statement fails (%s), and it goes on", run->obstacle_what);
	case OBSTACLE_ROLLED_BACK:
		return "it rolls back what it did, and goes on";
	case OBSTACLE_WRITING:
		return lg_arena_addf(strings, "it changes files (%s)", run->obstacle_what);
	case OBSTACLE_NETWORK:
		return lg_arena_addf(strings, "it uses the network (%s)", run->obstacle_what);
	case OBSTACLE_PROCESS:
		return lg_arena_addf(
			strings, "it starts or ends a process (%s)", run->obstacle_what);
	}
	return "";
}
