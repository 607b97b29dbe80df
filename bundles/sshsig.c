/* SPDX-License-Identifier: MIT */
#include "bundles/sshsig.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/mem.h"
#include "bundles/ssh_wire.h"
#include "bundles/text_line.h"

static const char magic[] = "SSHSIG";
static const char end_mark[] = "-----END SSH SIGNATURE-----";
static const char *const digest_names[] = {
	[LONG_DIGEST_SHA256] = "sha256",
	[LONG_DIGEST_SHA512] = "sha512",
};

enum {
	VERSION = 1,
	BLOB_MAX_BYTES = 4096, /* an RSA key of 16,384 bits, so that it is refused by name */
	ENCODED_MAX_CHARS = (BLOB_MAX_BYTES + 2) / 3 * 4,
	LINE_MAX_CHARS = 76, /* RFC 2045; ssh-keygen makes lines of 70 */
	LINE_CHARS = 70,
};

/* Armour */

/* The base64 between the marks, joined. */
static enum lg_status join_lines(struct text_lines *lines, struct lg_buf *out, struct lg_error *err)
{
	struct text_line line;

	if (!text_lines_next(lines, &line) || !text_line_is(&line, SSHSIG_BEGIN))
		return lg_fail(err, LG_FORMAT, "it does not begin with '" SSHSIG_BEGIN "'");
	while (text_lines_next(lines, &line) && !text_line_is(&line, end_mark)) {
		if (line.len == 0 || line.len > LINE_MAX_CHARS)
			return lg_fail(err, LG_FORMAT, "line %u has not 1 to %d characters",
				lines->number, LINE_MAX_CHARS);
		lg_buf_add(out, line.text, line.len);
	}
	if (!text_line_is(&line, end_mark))
		return lg_fail(err, LG_FORMAT, "'%s' is missing", end_mark);
	if (text_lines_next(lines, &line))
		return lg_fail(err, LG_FORMAT, "something stands behind '%s'", end_mark);
	return lg_buf_status(out, "its base64", err);
}

static enum lg_status decode(const char *text, size_t len, uint8_t blob[BLOB_MAX_BYTES],
	size_t *out_len, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf encoded;
	LG_CLEANUP(lg_buf_release) struct lg_buf again;
	struct text_lines lines = text_lines_of(text, len);

	lg_buf_init(&encoded, ENCODED_MAX_CHARS);
	lg_buf_init(&again, ENCODED_MAX_CHARS);
	if (join_lines(&lines, &encoded, err))
		return err->status;
	if (!lg_base64_decode(encoded.text, encoded.len, blob, BLOB_MAX_BYTES, out_len))
		return lg_fail(err, LG_FORMAT, "between its marks is no base64");
	/* The last character may have bits that are of no byte. */
	lg_base64_encode(blob, *out_len, &again);
	if (again.len != encoded.len || memcmp(again.text, encoded.text, again.len) != 0)
		return lg_fail(err, LG_FORMAT, "its base64 has bits that stand for nothing");
	return LG_OK;
}

/* Content */

static enum lg_status fail_type(const struct ssh_text *type, struct lg_error *err)
{
	if (type->len == 0 || ssh_text_is(type, "ssh-ed25519"))
		return lg_fail(err, LG_FORMAT, "its key or signature has not the form of Ed25519");
	(void)lg_fail(err, LG_FORMAT, "it is made with a key of type '%.*s', not ssh-ed25519",
		(int)(type->len < 64 ? type->len : 64), (const char *)type->bytes);
	return lg_hint(err, "sign with an Ed25519 key: 'ssh-keygen -t ed25519' makes one");
}

static enum lg_status take_digest(
	const struct ssh_text *name, enum long_digest *out, struct lg_error *err)
{
	for (size_t i = 0; i < LG_COUNT_OF(digest_names); i++)
		if (ssh_text_is(name, digest_names[i])) {
			*out = (enum long_digest)i;
			return LG_OK;
		}
	return lg_fail(err, LG_FORMAT, "its digest is neither sha512 nor sha256");
}

static enum lg_status take_namespace(
	const struct ssh_text *text, struct signature *out, struct lg_error *err)
{
	if (text->len == 0 || text->len > SIGNATURE_NAMESPACE_CHARS ||
		memchr(text->bytes, '\0', text->len))
		return lg_fail(err, LG_FORMAT, "its namespace has not 1 to %d characters",
			SIGNATURE_NAMESPACE_CHARS);
	memcpy(out->name_space, text->bytes, text->len);
	return LG_OK;
}

static enum lg_status take_keys(const struct ssh_text *key, const struct ssh_text *signature,
	struct signature *out, struct lg_error *err)
{
	struct ssh_text type;
	const uint8_t *bytes = ssh_read_ed25519(key, ED25519_KEY_BYTES, &type);

	if (!bytes)
		return fail_type(&type, err);
	memcpy(out->key.bytes, bytes, ED25519_KEY_BYTES);
	bytes = ssh_read_ed25519(signature, ED25519_SIGNATURE_BYTES, &type);
	if (!bytes)
		return fail_type(&type, err);
	memcpy(out->bytes, bytes, ED25519_SIGNATURE_BYTES);
	return LG_OK;
}

static enum lg_status parse_blob(
	struct ssh_reader *reader, struct signature *out, struct lg_error *err)
{
	const size_t magic_len = strlen(magic);
	struct ssh_text key, name_space, reserved, digest, signature;

	if (reader->left < magic_len || memcmp(reader->at, magic, magic_len) != 0)
		return lg_fail(err, LG_FORMAT, "its content does not begin with '%s'", magic);
	reader->at += magic_len;
	reader->left -= magic_len;
	if (ssh_read_number(reader) != VERSION)
		return lg_fail(err, LG_FORMAT, "it is not of version %d", VERSION);
	key = ssh_read_text(reader);
	name_space = ssh_read_text(reader);
	reserved = ssh_read_text(reader);
	digest = ssh_read_text(reader);
	signature = ssh_read_text(reader);
	if (reader->is_bad || reader->left > 0)
		return lg_fail(err, LG_FORMAT, "its content is cut off, or goes on");
	if (reserved.len > 0)
		return lg_fail(err, LG_FORMAT, "its reserved field is not empty");
	if (take_digest(&digest, &out->digest, err) || take_namespace(&name_space, out, err))
		return err->status;
	return take_keys(&key, &signature, out, err);
}

enum lg_status sshsig_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err)
{
	uint8_t blob[BLOB_MAX_BYTES];
	struct ssh_reader reader = {.at = blob};

	*out = (struct signature){.key.format = SIGNATURE_SSH};
	if (decode(text, len, blob, &reader.left, err))
		return err->status;
	return parse_blob(&reader, out, err);
}

/* What the key signs: not the bytes but their digest, with what it is for. */
static bool add_signed_text(const char *name_space, enum long_digest which, const void *bytes,
	size_t len, struct lg_buf *out)
{
	uint8_t digest[LONG_DIGEST_MAX_BYTES];
	const size_t size = long_digest_of(which, bytes, len, digest);

	lg_buf_adds(out, magic);
	ssh_add_text(out, name_space, strlen(name_space));
	ssh_add_text(out, "", 0);
	ssh_add_text(out, digest_names[which], strlen(digest_names[which]));
	ssh_add_text(out, digest, size);
	return size > 0;
}

bool sshsig_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	return add_signed_text(signature->name_space, signature->digest, bytes, len, &text) &&
	       ed25519_fits(key->bytes, signature->bytes, text.text, text.len);
}

/* Writing */

static void add_armour(const struct lg_buf *blob, struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf encoded;

	lg_buf_init(&encoded, LG_BUF_MAX_BYTES);
	lg_base64_encode(blob->text, blob->len, &encoded);
	lg_buf_adds(out, SSHSIG_BEGIN "\n");
	for (size_t at = 0; at < encoded.len; at += LINE_CHARS)
		lg_buf_addf(out, "%.*s\n", LINE_CHARS, encoded.text + at);
	lg_buf_addf(out, "%s\n", end_mark);
}

enum lg_status sshsig_write(const struct signing_key *key, const void *bytes, size_t len,
	struct lg_buf *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	LG_CLEANUP(lg_buf_release) struct lg_buf blob;
	const char *digest = digest_names[LONG_DIGEST_SHA512];
	uint8_t signature[ED25519_SIGNATURE_BYTES];

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	lg_buf_init(&blob, LG_BUF_MAX_BYTES);
	if (!add_signed_text(SIGNATURE_NAMESPACE, LONG_DIGEST_SHA512, bytes, len, &text))
		return lg_fail(err, LG_INTERNAL, "libcrypto cannot compute SHA-512");
	if (signing_key_sign(key, text.text, text.len, signature, err))
		return err->status;
	lg_buf_adds(&blob, magic);
	ssh_add_number(&blob, VERSION);
	ssh_add_ed25519(&blob, key->public, ED25519_KEY_BYTES);
	ssh_add_text(&blob, SIGNATURE_NAMESPACE, strlen(SIGNATURE_NAMESPACE));
	ssh_add_text(&blob, "", 0);
	ssh_add_text(&blob, digest, strlen(digest));
	ssh_add_ed25519(&blob, signature, ED25519_SIGNATURE_BYTES);
	add_armour(&blob, out);
	return LG_OK;
}

/* Keys */

/* The public key without the length in front of it: what is shown and hashed. */
static void add_key_blob(const uint8_t key[ED25519_KEY_BYTES], struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	struct ssh_reader reader;
	struct ssh_text blob;

	lg_buf_init(&text, LG_BUF_MAX_BYTES);
	ssh_add_ed25519(&text, key, ED25519_KEY_BYTES);
	reader = (struct ssh_reader){.at = (const uint8_t *)text.text, .left = text.len};
	blob = ssh_read_text(&reader);
	lg_buf_add(out, blob.bytes, blob.len);
}

void sshsig_add_public_key(const uint8_t key[ED25519_KEY_BYTES], struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf blob;

	lg_buf_init(&blob, LG_BUF_MAX_BYTES);
	add_key_blob(key, &blob);
	lg_buf_adds(out, "ssh-ed25519 ");
	lg_base64_encode(blob.text, blob.len, out);
}

void sshsig_add_fingerprint(const uint8_t key[ED25519_KEY_BYTES], struct lg_buf *out)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf blob;
	struct lg_digest digest;

	lg_buf_init(&blob, LG_BUF_MAX_BYTES);
	add_key_blob(key, &blob);
	digest = lg_digest_of(blob.text, blob.len);
	lg_buf_adds(out, "SHA256:");
	lg_base64_encode(digest.bytes, sizeof(digest.bytes), out);
	/* 32 bytes end in one character of padding. */
	lg_buf_cut(out, out->len - 1);
}
