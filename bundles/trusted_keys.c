/* SPDX-License-Identifier: MIT */
#include "bundles/trusted_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "bundles/limits.h"
#include "bundles/minisign.h"
#include "bundles/signer_options.h"
#include "bundles/ssh_wire.h"
#include "bundles/text_line.h"

enum { SSH_KEY_BYTES = 51 }; /* of an Ed25519 key: RFC 8709, section 4 */

/* The other types of keys that ssh-keygen knows (sshkey.c): they cannot sign a bundle. */
static const char *const other_types[] = {"ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519-cert-v01@openssh.com",
	"ssh-rsa-cert-v01@openssh.com"};

void trusted_keys_release(struct trusted_keys *keys)
{
	free(keys->items);
	free(keys->skips);
	lg_arena_release(&keys->strings);
	*keys = (struct trusted_keys){0};
}

bool trusted_key_is_for_bundles(const struct trusted_key *key)
{
	return !key->namespaces || signer_patterns_have(key->namespaces, SIGNATURE_NAMESPACE);
}

/* Words of a line */

static const char *behind_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static struct text_line take_word(const char **at, const char *end)
{
	struct text_line word = {.text = *at};

	while (*at < end && **at != ' ' && **at != '\t')
		(*at)++;
	word.len = (size_t)(*at - word.text);
	*at = behind_blanks(*at, end);
	return word;
}

/* The principals may stand in quotes, and then have blanks. */
static enum lg_status take_principals(const char **at, const char *end, struct lg_arena *strings,
	struct trusted_key *out, struct lg_error *err)
{
	struct text_line word;
	const char *quote;

	if (**at == '"') {
		quote = memchr(*at + 1, '"', (size_t)(end - *at - 1));
		if (!quote)
			return lg_fail(err, LG_USAGE, "a quote is missing");
		word = (struct text_line){*at + 1, (size_t)(quote - *at - 1)};
		*at = behind_blanks(quote + 1, end);
	} else {
		word = take_word(at, end);
	}
	if (word.len == 0 || word.len > BUNDLE_MAX_NAME_CHARS ||
		lg_utf8_valid_prefix(word.text, word.len) != word.len)
		return lg_fail(err, LG_USAGE, "the principals are not 1 to %d bytes of UTF-8",
			BUNDLE_MAX_NAME_CHARS);
	out->principals = lg_arena_addn(strings, word.text, word.len);
	return LG_OK;
}

static bool is_other_type(const struct text_line *word)
{
	for (size_t i = 0; i < LG_COUNT_OF(other_types); i++)
		if (text_line_is(word, other_types[i]))
			return true;
	return false;
}

static bool is_type(const struct text_line *word)
{
	return text_line_is(word, "ssh-ed25519") || text_line_is(word, "minisign") ||
	       is_other_type(word);
}

/* Keys */

static bool parse_ssh_key(const struct text_line *word, struct signature_key *out)
{
	uint8_t blob[SSH_KEY_BYTES];
	struct ssh_text text = {.bytes = blob};
	struct ssh_text type;
	const uint8_t *key;

	if (!lg_base64_decode(word->text, word->len, blob, sizeof(blob), &text.len))
		return false;
	key = ssh_read_ed25519(&text, ED25519_KEY_BYTES, &type);
	if (!key)
		return false;
	*out = (struct signature_key){.format = SIGNATURE_SSH};
	memcpy(out->bytes, key, ED25519_KEY_BYTES);
	return true;
}

static enum lg_status parse_key(const struct text_line *type, const struct text_line *word,
	struct signature_key *out, struct lg_error *err)
{
	bool is_key;

	if (text_line_is(type, "minisign"))
		is_key = minisign_parse_key(word->text, word->len, out);
	else
		is_key = parse_ssh_key(word, out);
	if (!is_key)
		return lg_fail(err, LG_USAGE, "behind '%.*s' stands no such key", (int)type->len,
			type->text);
	return LG_OK;
}

static void add_key(struct trusted_keys *keys, const struct trusted_key *key)
{
	keys->items = lg_grow(keys->items, keys->count, sizeof(*keys->items));
	keys->items[keys->count++] = *key;
}

static void add_skip(struct trusted_keys *keys, uint32_t line, const struct text_line *type)
{
	keys->skips = lg_grow(keys->skips, keys->skip_count, sizeof(*keys->skips));
	keys->skips[keys->skip_count++] = (struct trusted_skip){
		line, lg_arena_addf(&keys->strings,
			      "a key of type '%.*s' cannot sign a bundle: it takes ssh-ed25519",
			      (int)type->len, type->text)};
}

static enum lg_status take_line(struct trusted_keys *keys, const struct text_line *line,
	uint32_t number, struct lg_error *err)
{
	const char *end = line->text + line->len;
	const char *at = behind_blanks(line->text, end);
	struct trusted_key key = {.line = number, .after_us = INT64_MIN, .before_us = INT64_MAX};
	const char *before;
	struct text_line type;
	struct text_line word;

	if (at == end || *at == '#')
		return LG_OK;
	if (take_principals(&at, end, &keys->strings, &key, err))
		return err->status;
	before = at;
	type = take_word(&at, end);
	if (type.len > 0 && !is_type(&type)) {
		at = before;
		if (signer_options_take(&at, end, &keys->strings, &key, err))
			return err->status;
		at = behind_blanks(at, end);
		type = take_word(&at, end);
	}
	if (!is_type(&type))
		return lg_hint((lg_fail(err, LG_USAGE, "no key stands in this line"), err),
			"a line is PRINCIPALS [OPTIONS] ssh-ed25519 KEY, or minisign KEY");
	if (is_other_type(&type)) {
		add_skip(keys, number, &type);
		return LG_OK;
	}
	word = take_word(&at, end);
	if (parse_key(&type, &word, &key.key, err))
		return err->status;
	add_key(keys, &key);
	return LG_OK;
}

/* minisign's own file: a comment and the key. What it belongs to is its number. */
static enum lg_status take_pub_file(
	struct trusted_keys *keys, struct text_lines *lines, struct lg_error *err)
{
	struct trusted_key key = {.line = 2, .after_us = INT64_MIN, .before_us = INT64_MAX};
	char name[SIGNATURE_KEY_CHARS + 1];
	struct text_line line;
	struct text_line more;

	if (!text_lines_next(lines, &line) || !minisign_parse_key(line.text, line.len, &key.key))
		return lg_fail(err, LG_USAGE, "line 2 is no public key of minisign");
	if (text_lines_next(lines, &more))
		return lg_fail(err, LG_USAGE, "something stands behind minisign's public key");
	signature_key_format(&key.key, name);
	key.principals = lg_arena_add(&keys->strings, name);
	add_key(keys, &key);
	return LG_OK;
}

static enum lg_status fail_without_key(const struct trusted_keys *keys, struct lg_error *err)
{
	if (keys->skip_count > 0) {
		(void)lg_fail(err, LG_USAGE, "it has no key that can sign a bundle: line %u: %s",
			keys->skips[0].line, keys->skips[0].reason);
		(void)lg_place(err, keys->path, keys->skips[0].line, 0);
	} else {
		(void)lg_fail(err, LG_USAGE, "it names no key");
	}
	return lg_hint(err, "'lockgate sign --show-public' prints the line of a signing key");
}

enum lg_status trusted_keys_parse(const char *path, const char *text, size_t len,
	struct trusted_keys *out, struct lg_error *err)
{
	struct text_lines lines = text_lines_of(text, len);
	struct text_line line;
	enum lg_status status = LG_OK;

	out->path = path;
	if (memchr(text, '\0', len))
		return lg_fail(err, LG_USAGE, "trusted keys '%s': it has a NUL byte", path);
	while (!status && text_lines_next(&lines, &line)) {
		if (lines.number == 1 && text_line_begins(&line, MINISIGN_BEGIN))
			status = take_pub_file(out, &lines, err);
		else
			status = take_line(out, &line, lines.number, err);
		if (status)
			(void)lg_place(err, path, lines.number, 0);
	}
	if (!status && out->count == 0)
		status = fail_without_key(out, err);
	return status ? lg_wrap(err, "trusted keys '%s'", path) : LG_OK;
}

enum lg_status trusted_keys_read(const char *path, struct trusted_keys *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, TRUSTED_KEYS_MAX_BYTES);
	out->path = path;
	if (lg_file_read(path, &text, err))
		return lg_wrap(err, "trusted keys");
	return trusted_keys_parse(path, text.text, text.len, out, err);
}
