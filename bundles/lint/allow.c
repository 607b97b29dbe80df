/* SPDX-License-Identifier: MIT */
#include "bundles/lint/allow.h"

#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "bundles/directive.h"
#include "bundles/script.h"

static enum lg_status fail_unknown(const char *code, size_t len, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *typed = lg_strndup(code, len);
	struct lg_nearest nearest = lg_nearest_to(typed);

	for (size_t i = 0; i < LINT_CODE_COUNT; i++)
		lg_nearest_offer(&nearest, lint_rules[i].code);
	(void)lg_fail(err, LG_FORMAT, "there is no lint rule '%s' to allow", typed);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean '%s'?", nearest.word);
	return lg_hint(err, "docs/lint.md lists the rules");
}

/* The code of an `allow` in a comment; its length is 0 where the comment is something else. */
static const char *find_code(const char *text, const struct sql_token *comment, size_t *out_len)
{
	static const char key[] = "allow=";
	size_t end = comment->offset + comment->len;
	size_t at = directive_behind_mark(text, comment->offset, end);

	*out_len = 0;
	if (at == 0 || at == end || text[at] != ':')
		return NULL;
	at++;
	while (at < end && strchr(" \t", text[at]))
		at++;
	if (end - at < sizeof(key) - 1 || memcmp(text + at, key, sizeof(key) - 1) != 0)
		return NULL;
	at += sizeof(key) - 1;
	while (at + *out_len < end && !strchr(" \t\r\f\v", text[at + *out_len]))
		++*out_len;
	return text + at;
}

enum lg_status lint_allow_read(struct body_view *view, enum sql_dialect dialect,
	bool allowed[LINT_CODE_COUNT], struct lg_error *err)
{
	struct sql_lexer lexer;
	struct sql_token token;

	sql_lexer_init_view(&lexer, dialect, view);
	while (sql_lexer_next(&lexer, &token) && token.kind == SQL_TOKEN_COMMENT) {
		size_t len;
		const char *code = find_code(view->text, &token, &len);
		const struct lint_rule *rule;

		if (!code)
			continue;
		rule = lint_rule_find(code, len);
		if (!rule) {
			(void)fail_unknown(code, len, err);
			script_locate(view, (size_t)(code - view->text), &err->line, &err->column);
			return err->status;
		}
		allowed[rule - lint_rules] = true;
	}
	return LG_OK;
}
