/* SPDX-License-Identifier: MIT */
#include "gate/rehearse_check.h"

#include <string.h>
#include <strings.h>

#include "bundles/script.h"
#include "gate/shared.h"
#include "gate/target.h"

/* PostgreSQL manual: what these do, ROLLBACK does not undo. Those that end with * are all so. */
static const char *const lasting[] = {"setval", "dblink*", "lo_export", "lo_import", "pg_file_*",
	"pg_cancel_backend", "pg_terminate_backend", "pg_reload_conf", "pg_rotate_logfile",
	"pg_switch_wal", "pg_create_restore_point", "pg_promote", "pg_logical_emit_message",
	"pg_create_physical_replication_slot", "pg_create_logical_replication_slot",
	"pg_copy_physical_replication_slot", "pg_copy_logical_replication_slot",
	"pg_drop_replication_slot", "pg_replication_*", "pg_stat_reset*",
	"pg_stat_statements_reset", "pg_wal_replay_*", "pg_import_system_collations"};

enum { SHOWN_CHARS = 48 };

/* What the tokens of the statement under way have shown. */
struct look {
	struct sql_lexer lexer;
	struct sql_token first;  /* of the statement; length 0: none yet */
	struct sql_token before; /* the token before */
	uint32_t parentheses;
};

/* A name without its quotes. */
static void name_of(const struct look *look, const struct sql_token *token, char *out)
{
	const char *text = look->lexer.text + token->offset;
	size_t len = token->len;

	if (token->kind == SQL_TOKEN_NAME && len >= 2) {
		text++;
		len -= 2;
	}
	if (len > SHOWN_CHARS)
		len = SHOWN_CHARS;
	memcpy(out, text, len);
	out[len] = '\0';
}

static bool is_lasting_name(const char *name)
{
	for (size_t i = 0; i < LG_COUNT_OF(lasting); i++) {
		size_t len = strlen(lasting[i]);
		bool is_prefix = lasting[i][len - 1] == '*';

		if (is_prefix ? strncasecmp(name, lasting[i], len - 1) == 0
			      : strcasecmp(name, lasting[i]) == 0)
			return true;
	}
	return false;
}

static bool is_operator(const struct look *look, const struct sql_token *token, char sign)
{
	return token->kind == SQL_TOKEN_OPERATOR && token->len == 1 &&
	       look->lexer.text[token->offset] == sign;
}

/* A call: the name stands before a parenthesis. */
static bool is_lasting_call(const struct look *look, const struct sql_token *token)
{
	char name[SHOWN_CHARS + 1];

	if (!is_operator(look, token, '(') ||
		(look->before.kind != SQL_TOKEN_WORD && look->before.kind != SQL_TOKEN_NAME))
		return false;
	name_of(look, &look->before, name);
	return is_lasting_name(name);
}

/* COPY … TO|FROM 'file' and PROGRAM 'command', but not a word of COPY (SELECT …). */
static bool is_lasting_copy(const struct look *look, const struct sql_token *token)
{
	bool is_behind_way = sql_token_is(&look->lexer, &look->before, "TO") ||
			     sql_token_is(&look->lexer, &look->before, "FROM");

	return sql_token_is(&look->lexer, &look->first, "COPY") && look->parentheses == 0 &&
	       is_behind_way &&
	       (token->kind == SQL_TOKEN_STRING || sql_token_is(&look->lexer, token, "PROGRAM"));
}

/* CREATE, ALTER and DROP SUBSCRIPTION talk to another server. */
static bool is_subscription(const struct look *look, const struct sql_token *token)
{
	return look->before.offset == look->first.offset && look->before.len > 0 &&
	       sql_token_is(&look->lexer, token, "SUBSCRIPTION") &&
	       (sql_token_is(&look->lexer, &look->first, "CREATE") ||
		       sql_token_is(&look->lexer, &look->first, "ALTER") ||
		       sql_token_is(&look->lexer, &look->first, "DROP"));
}

/* The token that says that the script does something lasting; false: none does. */
static bool find_lasting(struct look *look, struct sql_token *out)
{
	struct sql_token token;

	while (sql_lexer_next(&look->lexer, &token)) {
		if (token.kind == SQL_TOKEN_COMMENT)
			continue;
		if (look->first.len == 0)
			look->first = token;
		*out = is_operator(look, &token, '(') ? look->before : token;
		if (is_lasting_call(look, &token) || is_lasting_copy(look, &token) ||
			is_subscription(look, &token))
			return true;
		look->parentheses += is_operator(look, &token, '(');
		look->parentheses -= look->parentheses && is_operator(look, &token, ')');
		look->before = token;
		if (token.ends_statement) {
			look->first = look->before = (struct sql_token){0};
			look->parentheses = 0;
		}
	}
	return false;
}

static enum lg_status place(
	const struct gate_step *step, struct body_view *view, size_t offset, struct lg_error *err)
{
	const struct migration_part *up = &step->migration->up;
	const struct target_script script = {
		.view = view, .file = up->file, .first_line = up->first_line};
	uint32_t line = 0;
	uint32_t column = 0;

	script_locate(view, offset, &line, &column);
	target_script_place(&script, &line, &column);
	(void)lg_place(err, up->file, line, column);
	return lg_about(err, step->migration->version);
}

static enum lg_status fail_lasting(const struct gate_step *step, struct body_view *view,
	const struct look *look, const struct sql_token *token, struct lg_error *err)
{
	char name[SHOWN_CHARS + 1];

	name_of(look, token, name);
	(void)lg_fail(err, LG_USAGE,
		"version '%s' cannot be rehearsed: no rollback undoes '%s' here",
		step->migration->version, name);
	(void)lg_hint(err, "leave --rehearse out, or rehearse on a copy without this migration");
	return place(step, view, token->offset, err);
}

static enum lg_status check_script(
	const struct gate_step *step, const struct bundle *bundle, struct lg_error *err)
{
	LG_CLEANUP(body_view_close) struct body_view view = {0};
	struct sql_token token;
	struct look look = {0};

	if (bundle_view(bundle, &step->migration->up, &view, err))
		return err->status;
	sql_lexer_init_view(&look.lexer, SQL_POSTGRES, &view);
	return find_lasting(&look, &token) ? fail_lasting(step, &view, &look, &token, err) : LG_OK;
}

enum lg_status rehearse_check(
	const struct gate_verdict *verdict, const struct bundle *bundle, struct lg_error *err)
{
	if (shared_check(verdict, "--rehearse", err))
		return err->status;
	for (size_t i = 0; i < verdict->plan_count && bundle->engine == SQL_POSTGRES; i++)
		if (check_script(&verdict->plan[i], bundle, err))
			return err->status;
	return LG_OK;
}
