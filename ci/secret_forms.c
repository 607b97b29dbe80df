/* SPDX-License-Identifier: MIT */
#include "ci/secret_forms.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/percent.h"
#include "ci/escape.h"

enum { FORM_BYTES = 256 * 1024, BASE64_MIN_BYTES = 6 };

typedef void form_taker(void *context, const char *form);

/* Encoders differ in the case of the digits. */
static void give_percent(const char *secret, form_taker *take, void *context)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, FORM_BYTES);
	lg_percent_encode(secret, &out);
	take(context, out.text);
	for (char *at = out.text; (at = strchr(at, '%')); at += 3) {
		at[1] = (char)tolower((unsigned char)at[1]);
		at[2] = (char)tolower((unsigned char)at[2]);
	}
	take(context, out.text);
}

/* What stands between the quotes; here too encoders differ in the case of digits. */
static void give_json(const char *secret, size_t flags, form_taker *take, void *context)
{
	json_t *text = json_string(secret); /* NULL where the secret is no UTF-8 */
	LG_FREE_BY_SCOPE char *quoted = text ? json_dumps(text, JSON_ENCODE_ANY | flags) : NULL;
	LG_FREE_BY_SCOPE char *inner = NULL;

	json_decref(text);
	if (!quoted)
		return;
	inner = lg_strndup(quoted + 1, strlen(quoted) - 2);
	take(context, inner);
	for (char *at = inner; (at = strstr(at, "\\u")); at += 2)
		for (int i = 2; i < 6 && at[i]; i++)
			at[i] = (char)tolower((unsigned char)at[i]);
	take(context, inner);
}

static void give_escaped(const char *secret,
	void (*escape)(const char *text, size_t len, struct lg_buf *out), form_taker *take,
	void *context)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, FORM_BYTES);
	escape(secret, strlen(secret), &out);
	take(context, out.text);
}

/* As a literal of SQL has it; in E'' the backslash too is written twice. */
static void give_doubled(const char *secret, const char *doubled, form_taker *take, void *context)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, FORM_BYTES);
	for (const char *at = secret; *at; at++) {
		if (strchr(doubled, *at))
			lg_buf_addc(&out, *at);
		lg_buf_addc(&out, *at);
	}
	take(context, out.text);
}

/*
 * Where the secret begins `offset` bytes behind a multiple of three: only those characters that no
 * neighbour has a bit in.
 */
static void give_base64(const char *secret, size_t offset, form_taker *take, void *context)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	const unsigned char *at = (const unsigned char *)secret + (3 - offset) % 3;

	lg_buf_init(&out, FORM_BYTES);
	if (strlen(secret) < BASE64_MIN_BYTES)
		return;
	for (; at[0] && at[1] && at[2]; at += 3) {
		lg_buf_addc(&out, digits[at[0] >> 2]);
		lg_buf_addc(&out, digits[(at[0] & 3) << 4 | at[1] >> 4]);
		lg_buf_addc(&out, digits[(at[1] & 15) << 2 | at[2] >> 6]);
		lg_buf_addc(&out, digits[at[2] & 63]);
	}
	take(context, out.text);
}

void secret_forms(const char *secret, form_taker *take, void *context)
{
	take(context, secret);
	give_doubled(secret, "'", take, context);
	give_doubled(secret, "'\\", take, context);
	give_percent(secret, take, context);
	give_json(secret, 0, take, context);
	give_json(secret, JSON_ENSURE_ASCII, take, context);
	give_escaped(secret, ci_escape_xml, take, context);
	give_escaped(secret, ci_escape_html, take, context);
	for (size_t offset = 0; offset < 3; offset++)
		give_base64(secret, offset, take, context);
}
