/* SPDX-License-Identifier: MIT */
#include "plugin/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"

enum { PATH_SECRET_BYTES = 12 };

/* Of "user=ci password='a b' host=x": the value, also quoted (libpq, "Keyword/Value Strings"). */
static char *parameter(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	char *out;
	char *to;
	bool is_quoted;

	while (at && (at != text && at[-1] != ' ' && at[-1] != '&' && at[-1] != '?'))
		at = strstr(at + 1, name);
	if (!at)
		return NULL;
	at += strlen(name);
	at += strspn(at, " ");
	if (*at++ != '=')
		return NULL;
	at += strspn(at, " ");
	is_quoted = *at == '\'';
	at += is_quoted;
	out = to = lg_strdup(at);
	for (; *at && (is_quoted ? *at != '\'' : !strchr(" &", *at)); at++) {
		if (*at == '\\' && at[1])
			at++;
		*to++ = *at;
	}
	*to = '\0';
	return out;
}

static void add_parameter(const char *text, const char *name, struct ci_secrets *out)
{
	LG_FREE_BY_SCOPE char *value = parameter(text, name);

	if (!value)
		return;
	ci_secrets_add(out, value);
	lg_percent_decode(value);
	ci_secrets_add(out, value);
}

/* Each key of several, and its base64 part. */
static void add_words(const char *text, struct ci_secrets *out)
{
	while (text && *(text += strspn(text, " \n"))) {
		size_t len = strcspn(text, " \n");
		LG_FREE_BY_SCOPE char *word = lg_strndup(text, len);
		const char *mark = strchr(word, '_');

		ci_secrets_add(out, word);
		ci_secrets_add(out, mark ? mark + 1 : NULL);
		text += len;
	}
}

/*
 * Behind the host, the path of such an address is what lets one in. One as short as "hook" is no
 * secret, and a word that would be missed elsewhere.
 */
static void add_address(const char *url, struct ci_secrets *out)
{
	const char *authority = url ? strstr(url, "://") : NULL;
	const char *path = authority ? strchr(authority + 3, '/') : NULL;

	ci_secrets_add(out, url);
	if (path && strlen(path + 1) >= PATH_SECRET_BYTES)
		ci_secrets_add(out, path + 1);
}

static void add_database(const char *url, struct ci_secrets *out)
{
	if (!url)
		return;
	ci_secrets_add_url(out, url);
	add_parameter(url, "password", out);
	add_parameter(url, "sslpassword", out);
}

void secrets_collect(const struct options *options, struct ci_secrets *out)
{
	add_database(options->db, out);
	add_database(options->scratch_db, out);
	ci_secrets_add(out, getenv("PGPASSWORD"));
	ci_secrets_add(out, options->github_token);
	ci_secrets_add(out, options->gitlab_token);
	ci_secrets_add_url(out, options->webhook_url);
	add_address(options->webhook_url, out);
	add_words(options->webhook_secret, out);
	add_address(options->slack_url, out);
}

void secrets_collect_headers(const char *pairs, struct ci_secrets *out)
{
	while (pairs && *(pairs += strspn(pairs, ", "))) {
		size_t len = strcspn(pairs, ",");
		LG_FREE_BY_SCOPE char *pair = lg_strndup(pairs, len);
		char *value = strchr(pair, '=');

		if (value) {
			ci_secrets_add(out, value + 1);
			lg_percent_decode(value + 1);
			ci_secrets_add(out, value + 1);
		}
		pairs += len;
	}
}
