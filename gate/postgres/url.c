/* SPDX-License-Identifier: MIT */
#include "gate/postgres/url.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Parameters that other tools read out of a URL, and what becomes of them here. */
static const struct {
	const char *name, *advice;
} strangers[] = {
	{"schema",
		"leave it out: lockgate keeps its own tables in schema lockgate, and scripts run "
		"with the search path of the user, which ALTER ROLE … SET search_path sets"},
	{"currentSchema", "leave it out: scripts run with the search path of the user, which ALTER "
			  "ROLE … SET search_path sets"},
	{"search_path", "leave it out: scripts run with the search path of the user, which ALTER "
			"ROLE … SET search_path sets"},
	{"connection_limit", "leave it out: it belongs to the application's pool"},
	{"pool_timeout", "leave it out: it belongs to the application's pool"},
	{"pool_max_conns", "leave it out: it belongs to the application's pool"},
	{"pgbouncer", "leave it out: lockgate finds out by itself whether a pooler is in between"},
	{"statement_cache_size", "leave it out: it belongs to the application's driver"},
	{"prepared_statements", "leave it out: it belongs to the application's driver"},
	{"statement_timeout", "say --statement-timeout instead"},
	{"lock_timeout", "say --lock-timeout instead"},
	{"connect_timeout_ms", "write connect_timeout=SECONDS"},
	{"timezone", "leave it out: ALTER ROLE … SET timezone sets it"},
	{"sslaccept", "write sslmode=require, or better sslmode=verify-full with sslrootcert=FILE"},
	{"uselibpqcompat", "leave it out: it belongs to the application's driver"},
	{"x-migrations-table", "leave it out: 'lockgate adopt' takes that table over"},
	{"x-statement-timeout", "say --statement-timeout instead"},
	{"x-multi-statement", "leave it out: a file may hold any number of statements"},
};

static void drop_options(PQconninfoOption **slot)
{
	PQconninfoFree(*slot);
}

static void drop_text(char **slot)
{
	PQfreemem(*slot);
}

static bool is_uri(const char *url)
{
	return strncmp(url, "postgres://", strlen("postgres://")) == 0 ||
	       strncmp(url, "postgresql://", strlen("postgresql://")) == 0;
}

/* "host=… dbname=…": the first word is a keyword of libpq's. */
static bool is_key_value(const char *url)
{
	size_t start = strspn(url, " \t\r\n");
	size_t len = strcspn(url + start, " \t\r\n=");
	LG_CLEANUP(drop_options) PQconninfoOption *options = PQconninfoParse("", NULL);
	size_t equals = start + len + strspn(url + start + len, " \t\r\n");

	if (len == 0 || url[equals] != '=')
		return false;
	for (const PQconninfoOption *row = options; row && row->keyword; row++)
		if (strlen(row->keyword) == len && strncmp(row->keyword, url + start, len) == 0)
			return true;
	return false;
}

bool postgres_url_is_ours(const char *url)
{
	return is_uri(url) || is_key_value(url);
}

static size_t count_of(const char *text, size_t len, char letter)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == letter;
	return count;
}

/*
 * An unquoted @, /, ? or # in a password makes libpq take its rest for a host or a parameter, and
 * print it in a message.
 */
static enum lg_status check_userinfo(const char *url, struct lg_error *err)
{
	const char *authority = strstr(url, "://") + 3;
	size_t len = strcspn(authority, "/?#");
	size_t ats = count_of(authority, len, '@');

	if (ats == 1 || (ats == 0 && !strchr(authority + len, '@')))
		return LG_OK;
	(void)lg_fail(err, LG_USAGE,
		"the target's URL cannot be read: its user or password has a "
		"character that must be encoded");
	return lg_hint(err,
		"in a URL write %%40 for @, %%2F for /, %%3A for :, %%3F for ?, %%23 for "
		"#, %%25 for %%");
}

/* The name that libpq puts in double quotes in one of its two sentences; NULL for none. */
static char *unknown_parameter(const char *message)
{
	static const char *const beginnings[] = {
		"invalid URI query parameter: \"", "invalid connection option \""};

	for (size_t i = 0; message && i < LG_COUNT_OF(beginnings); i++) {
		const char *start = strstr(message, beginnings[i]);
		const char *end;

		if (!start)
			continue;
		start += strlen(beginnings[i]);
		end = strchr(start, '"');
		if (end)
			return lg_strndup(start, (size_t)(end - start));
	}
	return NULL;
}

static bool is_plain_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") ==
				strlen(name);
}

/* libpq's own sentence may hold a part of the password, so it is not passed on. */
static enum lg_status fail_parse(const char *message, struct lg_error *err)
{
	LG_FREE_BY_SCOPE char *name = unknown_parameter(message);

	if (!name || !is_plain_name(name)) {
		(void)lg_fail(err, LG_USAGE,
			"the target is not a connection string that "
			"PostgreSQL's library can read");
		return lg_hint(err,
			"write postgres://USER:PASSWORD@HOST:PORT/DATABASE with special "
			"characters encoded as %%XX, or key=value pairs with values in "
			"single quotes");
	}
	(void)lg_fail(err, LG_USAGE,
		"the target has the parameter '%s', which PostgreSQL's library does not know",
		name);
	for (size_t i = 0; i < LG_COUNT_OF(strangers); i++)
		if (strcmp(strangers[i].name, name) == 0)
			return lg_hint(err, "%s", strangers[i].advice);
	return lg_hint(err, "leave it out; the PostgreSQL manual lists the parameters under "
			    "\"Parameter Key Words\"");
}

enum lg_status postgres_url_check(const char *url, struct lg_error *err)
{
	LG_CLEANUP(drop_options) PQconninfoOption *options = NULL;
	LG_CLEANUP(drop_text) char *message = NULL;

	if (is_uri(url) && check_userinfo(url, err))
		return err->status;
	options = PQconninfoParse(url, &message);
	return options ? LG_OK : fail_parse(message, err);
}
