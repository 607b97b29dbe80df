/* SPDX-License-Identifier: MIT */
#include "bundles/script_digest.h"

#include <endian.h>
#include <string.h>

#include "bundles/limits.h"

void script_digest_init(struct script_digest *digest)
{
	lg_hasher_init(&digest->hasher);
	digest->gathered = 0;
}

void script_digest_release(struct script_digest *digest)
{
	lg_hasher_release(&digest->hasher);
}

static void flush(struct script_digest *digest)
{
	lg_hasher_add(&digest->hasher, digest->bytes, digest->gathered);
	digest->gathered = 0;
}

static void add_bytes(struct script_digest *digest, const void *bytes, size_t len)
{
	if (len > sizeof(digest->bytes) - digest->gathered)
		flush(digest);
	if (len > sizeof(digest->bytes)) {
		lg_hasher_add(&digest->hasher, bytes, len);
		return;
	}
	memcpy(digest->bytes + digest->gathered, bytes, len);
	digest->gathered += len;
}

static void add_len(struct script_digest *digest, uint64_t len)
{
	uint64_t bytes = htobe64(len);

	add_bytes(digest, &bytes, sizeof(bytes));
}

/* How many bytes from `offset` on are to be added as they are; the CR of a CRLF is behind them. */
static size_t plain_run(const char *text, size_t len)
{
	size_t most = len < BUNDLE_WINDOW_BYTES ? len : BUNDLE_WINDOW_BYTES;
	const char *found = memchr(text, '\r', most);

	while (found && (size_t)(found - text) + 1 < len && found[1] != '\n')
		found = memchr(found + 1, '\r', most - (size_t)(found + 1 - text));
	if (!found || (size_t)(found - text) + 1 == len)
		return most;
	return (size_t)(found - text);
}

static bool is_crlf(const char *text, size_t len)
{
	return len >= 2 && text[0] == '\r' && text[1] == '\n';
}

void script_digest_add(
	struct script_digest *digest, struct body_view *view, size_t offset, size_t len)
{
	size_t end = offset + len;

	while (offset < end) {
		size_t run = plain_run(view->text + offset, end - offset);

		add_bytes(digest, view->text + offset, run);
		offset += run;
		if (is_crlf(view->text + offset, end - offset))
			offset++;
		if (offset >= view->forgotten + BUNDLE_WINDOW_BYTES)
			body_view_forget(view, offset);
	}
}

/* How long the range is with CRLF as LF. */
static size_t folded_len(struct body_view *view, size_t offset, size_t len)
{
	size_t end = offset + len;

	while (offset < end) {
		offset += plain_run(view->text + offset, end - offset);
		if (is_crlf(view->text + offset, end - offset)) {
			offset++;
			len--;
		}
		if (offset >= view->forgotten + BUNDLE_WINDOW_BYTES)
			body_view_forget(view, offset);
	}
	return len;
}

void script_digest_add_token(
	struct script_digest *digest, struct body_view *view, const struct sql_token *token)
{
	if (token->len <= BUNDLE_WINDOW_BYTES &&
		!memchr(view->text + token->offset, '\r', token->len)) {
		add_len(digest, token->len);
		add_bytes(digest, view->text + token->offset, token->len);
		return;
	}
	/* A long token was given back in part, and is read twice again. */
	if (token->len > BUNDLE_WINDOW_BYTES)
		body_view_rewind(view, 0);
	add_len(digest, folded_len(view, token->offset, token->len));
	if (token->len > BUNDLE_WINDOW_BYTES)
		body_view_rewind(view, 0);
	script_digest_add(digest, view, token->offset, token->len);
}

struct lg_digest script_digest_finish(struct script_digest *digest)
{
	flush(digest);
	return lg_hasher_finish(&digest->hasher);
}
