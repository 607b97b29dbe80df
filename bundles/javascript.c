/* SPDX-License-Identifier: MIT */
#include "bundles/javascript.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "bundles/script_digest.h"

/* Templates within templates; deeper ones are one token up to the end of the text. */
enum { MAX_TEMPLATE_DEPTH = 64 };

enum token_kind {
	TOKEN_NONE, /* at the beginning */
	TOKEN_WORD,
	TOKEN_OPERAND, /* a literal, or what closes one: a slash behind it divides */
	TOKEN_CLOSING, /* `)` or `}`: a slash behind it may do either */
	TOKEN_PUNCTUATOR,
	TOKEN_COMMENT,
	TOKEN_LINE_END,
};

struct javascript {
	const char *text;
	size_t len;
	size_t offset;
	enum token_kind previous;
	bool is_operator_word; /* the word before is one behind which an expression begins */
};

static const char *const punctuators[] = {">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>",
	"&&=", "||=", "\?\?=", "=>", "==", "!=", "<=", ">=", "&&", "||", "\?\?", "?.", "++", "--",
	"+=", "-=", "*=", "%=", "&=", "|=", "^=", "<<", ">>", "**"};

static const char *const operator_words[] = {"return", "typeof", "instanceof", "in", "of", "new",
	"delete", "void", "throw", "case", "do", "else", "await", "yield", "default", "extends"};

/* NUL behind the end; there is none within. */
static char byte_at(const struct javascript *script, size_t at)
{
	if (at < script->len)
		return script->text[at];
	return '\0';
}

static bool is_word_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' || byte == '#' ||
	       byte == '\\' || (unsigned char)byte >= 0x80;
}

/* How many bytes at the offset are a blank, line ends apart; 0: it is none. */
static size_t blank_len(const struct javascript *script, size_t at)
{
	const char *text = script->text + at;
	size_t rest = script->len - at;

	if (*text == ' ' || *text == '\t' || *text == '\v' || *text == '\f')
		return 1;
	if (rest >= 2 && memcmp(text, "\xC2\xA0", 2) == 0)
		return 2;
	return rest >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static bool is_line_end(const struct javascript *script, size_t at)
{
	const char *text = script->text + at;

	return *text == '\n' || *text == '\r' ||
	       (script->len - at >= 3 && (memcmp(text, "\xE2\x80\xA8", 3) == 0 ||
						 memcmp(text, "\xE2\x80\xA9", 3) == 0));
}

static size_t line_rest(const struct javascript *script, size_t at)
{
	size_t end = at;

	while (end < script->len && !is_line_end(script, end))
		end++;
	return end;
}

static size_t comment_end(const struct javascript *script, size_t at)
{
	const char *close;

	if (script->text[at + 1] == '/')
		return line_rest(script, at);
	close = memmem(script->text + at + 2, script->len - at - 2, "*/", 2);
	return close ? (size_t)(close - script->text) + 2 : script->len;
}

/* Of a string or a regular expression literal, whose line end ends it too. */
static size_t literal_end(const struct javascript *script, size_t at, char close)
{
	bool is_in_class = false;

	for (size_t i = at + 1; i < script->len; i++) {
		char byte = script->text[i];

		if (byte == '\\')
			i++;
		else if (close == '/' && (byte == '[' || byte == ']'))
			is_in_class = byte == '[';
		else if (byte == close && !is_in_class)
			return i + 1;
		else if (byte == '\n' || byte == '\r')
			return i;
	}
	return script->len;
}

/* A template literal on the way through it. */
struct template
{
	uint32_t braces[MAX_TEMPLATE_DEPTH]; /* open in each substitution */
	size_t depth;                        /* of substitutions */
	bool is_text;                        /* else within a substitution */
	bool is_over;
};

/* Passes what stands at `at` in the text of a template. */
static size_t pass_text(struct template *template, const struct javascript *script, size_t at)
{
	char byte = script->text[at];

	if (byte == '\\')
		return at + 2;
	if (byte == '`') {
		template->is_over = template->depth == 0;
		template->is_text = false;
		return at + 1;
	}
	if (byte != '$' || byte_at(script, at + 1) != '{')
		return at + 1;
	if (template->depth == MAX_TEMPLATE_DEPTH)
		return script->len;
	template->braces[template->depth++] = 1;
	template->is_text = false;
	return at + 2;
}

/* The same in a substitution, which may hold templates again. */
static size_t pass_code(struct template *template, const struct javascript *script, size_t at)
{
	char byte = script->text[at];
	char next = byte_at(script, at + 1);
	uint32_t *braces = &template->braces[template->depth - 1];

	if (byte == '\'' || byte == '"')
		return literal_end(script, at, byte);
	if (byte == '/' && (next == '/' || next == '*'))
		return comment_end(script, at);
	if (byte == '`')
		template->is_text = true;
	if (byte == '{')
		(*braces)++;
	if (byte == '}' && --*braces == 0) {
		template->depth--;
		template->is_text = true;
	}
	return at + 1;
}

/* Of a template literal, with its substitutions. */
static size_t template_end(const struct javascript *script, size_t at)
{
	struct template template = {.is_text = true};

	for (at++; at < script->len && !template.is_over;)
		at = template.is_text ? pass_text(&template, script, at)
				      : pass_code(&template, script, at);
	return at < script->len ? at : script->len;
}

static size_t word_end(const struct javascript *script, size_t at)
{
	size_t end = at;

	while (end < script->len && is_word_byte(script->text[end]) && !blank_len(script, end) &&
		!is_line_end(script, end))
		end++;
	return end > at ? end : at + 1;
}

static size_t punctuator_end(const struct javascript *script, size_t at)
{
	for (size_t i = 0; i < LG_COUNT_OF(punctuators); i++) {
		size_t len = strlen(punctuators[i]);

		if (len <= script->len - at && memcmp(script->text + at, punctuators[i], len) == 0)
			return at + len;
	}
	return at + 1;
}

static bool is_operator_word(const char *text, size_t len)
{
	for (size_t i = 0; i < LG_COUNT_OF(operator_words); i++)
		if (strlen(operator_words[i]) == len && memcmp(text, operator_words[i], len) == 0)
			return true;
	return false;
}

/* What a slash begins depends on what stands before it. */
static size_t slash_end(struct javascript *script, size_t at, enum token_kind *out)
{
	bool divides = script->previous == TOKEN_OPERAND ||
		       (script->previous == TOKEN_WORD && !script->is_operator_word);

	*out = TOKEN_PUNCTUATOR;
	if (script->previous == TOKEN_CLOSING)
		return line_rest(script, at);
	if (divides)
		return at + 1 < script->len && script->text[at + 1] == '=' ? at + 2 : at + 1;
	*out = TOKEN_OPERAND;
	return literal_end(script, at, '/');
}

static enum token_kind closing_kind(char byte)
{
	if (byte == ')' || byte == '}')
		return TOKEN_CLOSING;
	return byte == ']' ? TOKEN_OPERAND : TOKEN_PUNCTUATOR;
}

/* Reads the token at the offset, which is not the end; a run of line ends is one. */
static enum token_kind read_token(struct javascript *script, size_t *out_end)
{
	size_t at = script->offset;
	char byte = script->text[at];
	char next = byte_at(script, at + 1);
	enum token_kind kind = TOKEN_OPERAND;

	if (is_line_end(script, at)) {
		*out_end = at + (*script->text && (unsigned char)byte == 0xE2 ? 3 : 1);
		return TOKEN_LINE_END;
	}
	if ((byte == '/' && (next == '/' || next == '*')) ||
		(at == 0 && byte == '#' && next == '!')) {
		*out_end = byte == '#' ? line_rest(script, at) : comment_end(script, at);
		return TOKEN_COMMENT;
	}
	if (byte == '\'' || byte == '"')
		*out_end = literal_end(script, at, byte);
	else if (byte == '`')
		*out_end = template_end(script, at);
	else if (byte == '/')
		*out_end = slash_end(script, at, &kind);
	else if (is_word_byte(byte)) {
		*out_end = word_end(script, at);
		kind = TOKEN_WORD;
	} else {
		*out_end = punctuator_end(script, at);
		kind = closing_kind(byte);
	}
	return kind;
}

/* Directives */

static enum lg_status read_comment(const char *text, size_t len, struct directives *directives,
	uint32_t *seen, struct lg_arena *strings, struct lg_error *err)
{
	static const char mark[] = "lockgate:";
	size_t at = 2;

	if (text[1] != '/')
		return LG_OK;
	while (at < len && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if (len - at < strlen(mark) || memcmp(text + at, mark, strlen(mark)) != 0)
		return LG_OK;
	at += strlen(mark);
	return directives_parse(text + at, len - at, directives, seen, strings, err);
}

static uint32_t line_of(const char *text, size_t offset)
{
	uint32_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

static enum lg_status check_text(const char *text, size_t len, struct lg_error *err)
{
	const char *zero = memchr(text, '\0', len);
	size_t valid = lg_utf8_valid_prefix(text, len);

	if (zero && (size_t)(zero - text) < valid)
		valid = (size_t)(zero - text);
	if (valid == len)
		return LG_OK;
	(void)lg_fail(
		err, LG_FORMAT, "%s", zero ? "a NUL is in the text" : "the text is not UTF-8");
	err->line = line_of(text, valid);
	return err->status;
}

/* Adds the token, and before it one for the line ends that part it from the one before. */
static void add_token(struct script_digest *digest, struct body_view *view, size_t offset,
	size_t len, bool *is_parted)
{
	static const char feed[] = "\n";
	struct body_view line = body_view_of_text(feed, 1);

	if (*is_parted)
		script_digest_add_token(digest, &line, &(struct sql_token){.len = 1});
	*is_parted = false;
	script_digest_add_token(digest, view, &(struct sql_token){.offset = offset, .len = len});
}

/* Reads what is at the offset, and leaves it behind; TOKEN_NONE for a blank. */
static enum token_kind next_token(struct javascript *script, size_t *out_at)
{
	size_t at = script->offset;
	size_t end = at + blank_len(script, at);
	enum token_kind kind = TOKEN_NONE;

	if (end == at)
		kind = read_token(script, &end);
	*out_at = at;
	script->offset = end;
	return kind;
}

static enum lg_status read_tokens(struct javascript *script, struct script_digest *digest,
	struct lg_arena *strings, struct javascript_facts *out, struct lg_error *err)
{
	struct body_view view = body_view_of_text(script->text, script->len);
	bool is_parted = false;
	uint32_t seen = 0;

	while (script->offset < script->len) {
		size_t at;
		enum token_kind kind = next_token(script, &at);
		const char *text = script->text + at;
		size_t len = script->offset - at;

		if (kind == TOKEN_LINE_END)
			is_parted = script->previous != TOKEN_NONE;
		if (kind == TOKEN_COMMENT && script->previous == TOKEN_NONE &&
			read_comment(text, len, &out->directives, &seen, strings, err)) {
			err->line = line_of(script->text, at);
			return err->status;
		}
		if (kind == TOKEN_NONE || kind == TOKEN_LINE_END || kind == TOKEN_COMMENT)
			continue;
		add_token(digest, &view, at, len, &is_parted);
		script->previous = kind;
		script->is_operator_word = kind == TOKEN_WORD && is_operator_word(text, len);
	}
	return LG_OK;
}

enum lg_status javascript_read(const char *text, size_t len, struct lg_arena *strings,
	struct javascript_facts *out, struct lg_error *err)
{
	LG_CLEANUP(script_digest_release) struct script_digest digest;
	struct javascript script = {.text = text, .len = len};
	struct body_view view = body_view_of_text(text, len);
	size_t mark = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	*out = (struct javascript_facts){.directives = directives_default()};
	script_digest_init(&digest);
	if (check_text(text, len, err))
		return err->status;
	out->hashes.raw = lg_digest_of(text, len);
	script_digest_add(&digest, &view, mark, len - mark);
	out->hashes.content = script_digest_finish(&digest);
	if (read_tokens(&script, &digest, strings, out, err))
		return err->status;
	out->hashes.tokens = script_digest_finish(&digest);
	return LG_OK;
}
