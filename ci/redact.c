/* SPDX-License-Identifier: MIT */
#include "ci/redact.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"
#include "base/mem.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "ci/secret_forms.h"

static const char mask[] = "***";

void ci_secrets_release(struct ci_secrets *secrets)
{
	lg_arena_release(&secrets->strings);
	*secrets = (struct ci_secrets){0};
}

/* Longest first: a secret may be part of another one. */
static void add_form(void *context, const char *form)
{
	struct ci_secrets *secrets = context;
	size_t len = strlen(form);
	size_t at = 0;

	if (len < CI_SECRET_MIN_BYTES || secrets->count == CI_SECRET_FORMS_MAX)
		return;
	while (at < secrets->count && strlen(secrets->forms[at]) >= len) {
		if (strcmp(secrets->forms[at], form) == 0)
			return;
		at++;
	}
	memmove(&secrets->forms[at + 1], &secrets->forms[at],
		(secrets->count - at) * sizeof(secrets->forms[0]));
	secrets->forms[at] = lg_arena_add(&secrets->strings, form);
	secrets->count++;
}

void ci_secrets_add(struct ci_secrets *secrets, const char *secret)
{
	if (!secret || !*secret)
		return;
	if (strlen(secret) < CI_SECRET_MIN_BYTES) {
		secrets->is_short = true;
		return;
	}
	for (size_t i = 0; i < secrets->secret_count; i++)
		if (strcmp(secrets->raw[i], secret) == 0)
			return;
	if (secrets->secret_count == CI_SECRETS_MAX)
		return;
	secrets->raw[secrets->secret_count++] = lg_arena_add(&secrets->strings, secret);
	secret_forms(secret, add_form, secrets);
}

void ci_secrets_add_url(struct ci_secrets *secrets, const char *url)
{
	const char *authority = url ? strstr(url, "://") : NULL;
	const char *end = authority ? authority + 3 + strcspn(authority + 3, "/?#") : NULL;
	const char *at = end ? memrchr(authority + 3, '@', (size_t)(end - authority - 3)) : NULL;
	const char *colon = at ? memchr(authority + 3, ':', (size_t)(at - authority - 3)) : NULL;
	bool is_http = url && strncmp(url, "http", 4) == 0;
	const char *query = is_http && authority ? strchr(authority, '?') : NULL;
	LG_FREE_BY_SCOPE char *password = NULL;
	LG_FREE_BY_SCOPE char *decoded = NULL;

	if (colon && at > colon + 1) {
		password = lg_strndup(colon + 1, (size_t)(at - colon - 1));
		decoded = lg_strdup(password);
		lg_percent_decode(decoded);
		ci_secrets_add(secrets, password);
		ci_secrets_add(secrets, decoded);
	}
	/* "https://TOKEN@host" has a secret alone before its sign. */
	if (at && !colon && is_http) {
		password = lg_strndup(authority + 3, (size_t)(at - authority - 3));
		ci_secrets_add(secrets, password);
	}
	if (query)
		ci_secrets_add(secrets, query + 1);
	if (colon || query)
		ci_secrets_add(secrets, url);
}

/* Where a secret may stand in a text. */
struct span {
	size_t start, len; /* `len` 0: none */
};

/* The quoted text, or the bare word, that begins at `at`; escapes of SQL and libpq count. */
static struct span literal_at(const char *text, size_t at)
{
	size_t start = at;

	while (text[start] == ' ' || text[start] == '\t' || text[start] == '\n')
		start++;
	if ((text[start] == 'E' || text[start] == 'e') && text[start + 1] == '\'')
		start++;
	if (text[start] != '\'')
		return (struct span){0};
	at = start + 1;
	while (text[at] && (text[at] != '\'' || text[at + 1] == '\''))
		at += (text[at] == '\\' || text[at] == '\'') && text[at + 1] ? 2 : 1;
	return (struct span){start + 1, at - start - 1};
}

/* The value behind `password=`, quoted or up to a blank, a quote, or what divides parameters. */
static struct span value_at(const char *text, size_t at)
{
	struct span quoted = literal_at(text, at);

	if (quoted.len)
		return quoted;
	while (text[at] == ' ')
		at++;
	return (struct span){at, strcspn(text + at, " \t\n'\"&;)")};
}

/* PASSWORD '…', IDENTIFIED BY '…', password=…; `at` is where the word begins. */
static struct span literal_behind_word(const char *text, size_t at)
{
	static const char *const words[] = {"password", "identified by"};

	for (size_t i = 0; i < LG_COUNT_OF(words); i++) {
		size_t len = strlen(words[i]);
		size_t behind = at + len;

		if (strncasecmp(text + at, words[i], len) != 0)
			continue;
		while (text[behind] == ' ')
			behind++;
		if (text[behind] == '=')
			return value_at(text, behind + 1);
		return literal_at(text, at + len);
	}
	return (struct span){0};
}

/* The password of a URL whose "://" stands at `at`. */
static struct span password_of_url(const char *text, size_t at)
{
	size_t start = at + 3;
	size_t end = start + strcspn(text + start, "/?# \t\n'\"");
	const char *sign = memrchr(text + start, '@', end - start);
	const char *colon = sign ? memchr(text + start, ':', (size_t)(sign - text) - start) : NULL;

	if (!colon)
		return (struct span){0};
	return (struct span){(size_t)(colon + 1 - text), (size_t)(sign - colon - 1)};
}

static struct span suspect_at(const char *text, size_t at)
{
	switch (text[at]) {
	case ':':
		return strncmp(text + at, "://", 3) == 0 ? password_of_url(text, at)
							 : (struct span){0};
	case 'p':
	case 'P':
	case 'i':
	case 'I':
		return literal_behind_word(text, at);
	default:
		return (struct span){0};
	}
}

/* The secret that begins at `at`. */
static struct span secret_at(const struct ci_secrets *secrets, const char *text, size_t at)
{
	for (size_t i = 0; i < secrets->count; i++) {
		size_t len = strlen(secrets->forms[i]);

		if (secrets->forms[i][0] == text[at] &&
			strncmp(text + at, secrets->forms[i], len) == 0)
			return (struct span){at, len};
	}
	return suspect_at(text, at);
}

void ci_redact(const struct ci_secrets *secrets, struct lg_buf *text)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf out;
	struct lg_buf swap;
	size_t kept = 0;

	lg_buf_init(&out, text->max_bytes);
	for (size_t at = 0; at < text->len;) {
		struct span found = secret_at(secrets, text->text, at);

		if (!found.len || (found.len == strlen(mask) &&
					  memcmp(text->text + found.start, mask, found.len) == 0)) {
			at++;
			continue;
		}
		lg_buf_add(&out, text->text + kept, found.start - kept);
		lg_buf_adds(&out, mask);
		at = kept = found.start + found.len;
	}
	if (kept == 0)
		return;
	lg_buf_add(&out, text->text + kept, text->len - kept);
	swap = *text;
	*text = out;
	out = swap;
}

const char *ci_redact_text(
	const struct ci_secrets *secrets, const char *text, struct lg_arena *strings)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf copy;

	lg_buf_init(&copy, LG_BUF_MAX_BYTES);
	if (!text)
		return NULL;
	lg_buf_adds(&copy, text);
	ci_redact(secrets, &copy);
	return strcmp(copy.text, text) == 0 ? text : lg_arena_add(strings, copy.text);
}

void ci_redact_fixed(const struct ci_secrets *secrets, char *text, size_t size)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf copy;

	lg_buf_init(&copy, LG_BUF_MAX_BYTES);
	lg_buf_adds(&copy, text);
	ci_redact(secrets, &copy);
	(void)snprintf(text, size, "%s", copy.text);
	text[lg_utf8_valid_prefix(text, strlen(text))] = '\0';
}
