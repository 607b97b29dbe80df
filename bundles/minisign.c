/* SPDX-License-Identifier: MIT */
#include "bundles/minisign.h"

#include <string.h>

#include "base/base64.h"
#include "bundles/text_line.h"

static const char trusted_mark[] = "trusted comment: ";

/* Every record begins with two letters for its algorithm. */
enum {
	ALGORITHM_BYTES = 2,
	HEAD_BYTES = ALGORITHM_BYTES + SIGNATURE_NUMBER_BYTES,
	RECORD_BYTES = HEAD_BYTES + ED25519_SIGNATURE_BYTES,
	KEY_BYTES = HEAD_BYTES + ED25519_KEY_BYTES,
	COMMENT_MAX_CHARS = 8192, /* minisign's own bound for the trusted comment */
	ENCODED_MAX_CHARS = (RECORD_BYTES + 2) / 3 * 4,
};

/* Exactly `size` bytes in base64, in the one form that they have. */
static bool decode(const struct text_line *line, uint8_t *out, size_t size)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf again;
	size_t len = 0;

	lg_buf_init(&again, ENCODED_MAX_CHARS);
	if (!lg_base64_decode(line->text, line->len, out, size, &len) || len != size)
		return false;
	lg_base64_encode(out, len, &again);
	return again.len == line->len && memcmp(again.text, line->text, again.len) == 0;
}

static enum lg_status take_record(
	const struct text_line *line, struct signature *out, struct lg_error *err)
{
	uint8_t record[RECORD_BYTES];

	if (!decode(line, record, sizeof(record)))
		return lg_fail(err, LG_FORMAT, "line 2 is not the base64 of a signature");
	if (memcmp(record, "Ed", ALGORITHM_BYTES) == 0)
		return lg_hint((lg_fail(err, LG_FORMAT,
					"it is of minisign's legacy form, without a digest"),
				       err),
			"sign with 'minisign -S -H', or a minisign from 0.10 on");
	if (memcmp(record, "ED", ALGORITHM_BYTES) != 0)
		return lg_fail(err, LG_FORMAT, "its algorithm is not minisign's 'ED'");
	memcpy(out->key.number, record + ALGORITHM_BYTES, SIGNATURE_NUMBER_BYTES);
	memcpy(out->bytes, record + HEAD_BYTES, ED25519_SIGNATURE_BYTES);
	return LG_OK;
}

static enum lg_status take_comment(
	const struct text_line *line, struct signature *out, struct lg_error *err)
{
	if (!text_line_begins(line, trusted_mark))
		return lg_fail(err, LG_FORMAT, "line 3 does not begin with '%s'", trusted_mark);
	out->comment = line->text + strlen(trusted_mark);
	out->comment_len = line->len - strlen(trusted_mark);
	if (out->comment_len > COMMENT_MAX_CHARS)
		return lg_fail(err, LG_LIMIT, "its trusted comment has more than %d characters",
			COMMENT_MAX_CHARS);
	return LG_OK;
}

enum lg_status minisign_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err)
{
	struct text_lines lines = text_lines_of(text, len);
	struct text_line comment, record, trusted, global, more;

	*out = (struct signature){.key.format = SIGNATURE_MINISIGN, .digest = LONG_DIGEST_BLAKE2B};
	if (!text_lines_next(&lines, &comment) || !text_lines_next(&lines, &record) ||
		!text_lines_next(&lines, &trusted) || !text_lines_next(&lines, &global) ||
		text_lines_next(&lines, &more))
		return lg_fail(err, LG_FORMAT, "it has not four lines, as minisign writes them");
	if (!text_line_begins(&comment, MINISIGN_BEGIN))
		return lg_fail(err, LG_FORMAT, "it does not begin with '" MINISIGN_BEGIN "'");
	if (take_record(&record, out, err) || take_comment(&trusted, out, err))
		return err->status;
	if (!decode(&global, out->global, sizeof(out->global)))
		return lg_fail(err, LG_FORMAT, "line 4 is not the base64 of a signature");
	return LG_OK;
}

bool minisign_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	uint8_t digest[LONG_DIGEST_MAX_BYTES];
	const size_t size = long_digest_of(signature->digest, bytes, len, digest);

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_add(&text, signature->bytes, sizeof(signature->bytes));
	lg_buf_add(&text, signature->comment, signature->comment_len);
	return size > 0 && ed25519_fits(key->bytes, signature->bytes, digest, size) &&
	       ed25519_fits(key->bytes, signature->global, text.text, text.len);
}

bool minisign_parse_key(const char *text, size_t len, struct signature_key *out)
{
	const struct text_line line = {text, len};
	uint8_t record[KEY_BYTES];

	if (!decode(&line, record, sizeof(record)) || memcmp(record, "Ed", ALGORITHM_BYTES) != 0)
		return false;
	*out = (struct signature_key){.format = SIGNATURE_MINISIGN};
	memcpy(out->number, record + ALGORITHM_BYTES, SIGNATURE_NUMBER_BYTES);
	memcpy(out->bytes, record + HEAD_BYTES, ED25519_KEY_BYTES);
	return true;
}
