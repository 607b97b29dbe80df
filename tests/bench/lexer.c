/* SPDX-License-Identifier: MIT */

/* Prints how fast the lexer and script_scan() read a generated script of about 50 MB. */

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "bundles/script.h"

enum { CORPUS_BYTES = 50 * 1000 * 1000 };

/* What migrations are made of: definitions, comments, a few routines, many rows. */
static const char common[] =
	"-- Orders refer to the customer who placed them.\n"
	"CREATE TABLE customer_order (\n"
	"\tid bigint NOT NULL PRIMARY KEY,\n"
	"\tcustomer_id bigint NOT NULL REFERENCES customer (id) ON DELETE CASCADE,\n"
	"\tplaced_at text NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
	"\ttotal numeric(12,2) NOT NULL CHECK (total >= 0.00)\n"
	");\n"
	"CREATE INDEX customer_order_customer ON customer_order (customer_id, placed_at);\n"
	"/* Rows that the application expects to find. */\n"
	"INSERT INTO setting (name, value) VALUES ('greeting', 'it''s a long text; with words'),\n"
	"\t('retries', '5'), ('farewell', 'another text that a user may see some day');\n"
	"UPDATE customer_order SET total = total * 1.19 - 2 WHERE id <> 7 AND total <= 1e6;\n";
static const char postgres[] =
	"CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
	"BEGIN\n\tNEW.changed_at := now();\n\tRETURN NEW;\nEND;\n$body$;\n"
	"SELECT data->>'name', tags::text[] FROM item WHERE data @> E'{\"a\": 1}' AND id != -1;\n";
static const char sqlite[] =
	"CREATE TRIGGER IF NOT EXISTS touch AFTER UPDATE ON item BEGIN\n"
	"\tUPDATE item SET changed_at = CASE WHEN 1 THEN datetime('now') END WHERE id = new.id;\n"
	"END;\n"
	"SELECT data->>'$.name', [weird name], `other` FROM item WHERE id == 1 || 2;\n";

static double megabytes_per_second(size_t bytes, int64_t since_us)
{
	int64_t spent_us = lg_clock_monotonic_us() - since_us;

	return (double)bytes / (double)(spent_us > 0 ? spent_us : 1);
}

static void measure(const char *name, enum sql_dialect dialect, const char *own)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf corpus;
	LG_CLEANUP(lg_arena_release) struct lg_arena strings = {0};
	struct script_facts facts;
	struct body_view view;
	struct sql_lexer lexer;
	struct sql_token token;
	struct lg_error err;
	size_t tokens = 0;
	double lexing;
	int64_t start;

	lg_buf_init(&corpus, LG_BUF_MAX_BYTES);
	while (corpus.len < CORPUS_BYTES) {
		lg_buf_adds(&corpus, common);
		lg_buf_adds(&corpus, own);
	}

	start = lg_clock_monotonic_us();
	sql_lexer_init(&lexer, dialect, corpus.text, corpus.len);
	while (sql_lexer_next(&lexer, &token))
		tokens++;
	lexing = megabytes_per_second(corpus.len, start);

	start = lg_clock_monotonic_us();
	view = body_view_of_text(corpus.text, corpus.len);
	if (script_scan(&view, dialect, SCRIPT_UP, &strings, &facts, &err)) {
		(void)fprintf(stderr, "%s: %u: %s\n", name, err.line, err.text);
		exit(EXIT_FAILURE);
	}
	(void)printf("%s: %.0f MB, %zu tokens: lexer %.0f MB/s, script_scan %.0f MB/s\n", name,
		(double)corpus.len / 1e6, tokens, lexing, megabytes_per_second(corpus.len, start));
}

int main(void)
{
	measure("postgres", SQL_POSTGRES, postgres);
	measure("sqlite", SQL_SQLITE, sqlite);
	return EXIT_SUCCESS;
}
