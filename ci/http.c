/* SPDX-License-Identifier: MIT */
#include "ci/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"
#include "base/clock.h"
#include "base/mem.h"

enum { REDIRECTS_MAX = 3 };

struct http_client {
	const struct http_settings *settings;
	CURL *handle;
	int64_t limit_us;   /* of the monotonic clock */
	int64_t stopped_us; /* when the signal was seen; 0: not yet */
};

static void drop_headers(struct curl_slist **slot)
{
	curl_slist_free_all(*slot);
}

static void drop_url(CURLU **slot)
{
	curl_url_cleanup(*slot);
}

static void drop_part(char **slot)
{
	curl_free(*slot);
}

void http_answer_init(struct http_answer *answer)
{
	*answer =
		(struct http_answer){.retry_after_s = -1, .rate_remaining = -1, .rate_reset_s = -1};
	lg_buf_init(&answer->body, HTTP_BODY_BYTES);
}

void http_answer_release(struct http_answer *answer)
{
	lg_buf_release(&answer->body);
}

enum lg_status http_client_open(
	const struct http_settings *settings, struct http_client **out, struct lg_error *err)
{
	struct http_client *client;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return lg_fail(err, LG_INTERNAL, "libcurl does not start");
	client = lg_calloc(1, sizeof(*client));
	*client = (struct http_client){
		.settings = settings, .handle = curl_easy_init(), .limit_us = INT64_MAX};
	if (!client->handle) {
		free(client);
		return lg_fail(err, LG_INTERNAL, "libcurl gives no handle");
	}
	*out = client;
	return LG_OK;
}

void http_client_close(struct http_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->handle);
	curl_global_cleanup();
	free(client);
}

void http_client_limit(struct http_client *client, int64_t moment_us)
{
	client->limit_us = moment_us;
}

bool http_client_is_over(struct http_client *client)
{
	int64_t now_us = lg_clock_monotonic_us();

	if (*client->settings->stop && !client->stopped_us)
		client->stopped_us = now_us;
	return now_us >= client->limit_us ||
	       (client->stopped_us &&
		       now_us >= client->stopped_us + (int64_t)HTTP_STOPPED_MS * 1000);
}

/* libcurl asks some times a second, also while nothing moves. */
static int ask_to_stop(
	void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
	(void)total, (void)now, (void)up_total, (void)up_now;
	return http_client_is_over(context);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http_answer *answer = context;

	/* What passes the ceiling is dropped: nobody needs that much of an answer. */
	lg_buf_add(&answer->body, bytes, size * count);
	return size * count;
}

/* Names and addresses of this machine: RFC 6761, section 6.3; RFC 1122, section 3.2.1.3. */
static bool is_loopback(const char *host)
{
	struct in_addr address;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

enum lg_status http_check_url(const char *url, bool allow_http, struct lg_error *err)
{
	LG_CLEANUP(drop_url) CURLU *parts = curl_url();
	LG_CLEANUP(drop_part) char *scheme = NULL;
	LG_CLEANUP(drop_part) char *host = NULL;

	if (!parts || curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) ||
		curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0))
		return lg_fail(err, LG_USAGE, "this is no URL");
	if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		return lg_hint(
			(lg_fail(err, LG_USAGE, "reports are not sent by '%s'", scheme), err),
			"use an https:// URL");
	if (curl_url_get(parts, CURLUPART_HOST, &host, 0))
		return lg_fail(err, LG_USAGE, "this is no URL");
	if (strcmp(scheme, "https") == 0)
		return LG_OK;
	if (allow_http || is_loopback(host))
		return LG_OK;
	return lg_hint(
		(lg_fail(err, LG_USAGE, "http:// would show the report to the whole network"), err),
		"use https://, or say --allow-http");
}

static int64_t header_number(CURL *handle, const char *name)
{
	struct curl_header *header;
	char *end = NULL;
	long long number;

	if (curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header))
		return -1;
	errno = 0;
	number = strtoll(header->value, &end, 10);
	return errno || end == header->value || *end || number < 0 ? -1 : (int64_t)number;
}

static void header_text(CURL *handle, const char *name, char *out, size_t size)
{
	struct curl_header *header;

	if (!curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header))
		(void)snprintf(out, size, "%s", header->value);
}

/* Scheme, host and port: where credentials may go. */
static bool is_same_origin(const char *url, const char *other)
{
	static const CURLUPart compared[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
	LG_CLEANUP(drop_url) CURLU *a = curl_url();
	LG_CLEANUP(drop_url) CURLU *b = curl_url();

	if (!a || !b || curl_url_set(a, CURLUPART_URL, url, 0) ||
		curl_url_set(b, CURLUPART_URL, other, 0))
		return false;
	for (size_t i = 0; i < LG_COUNT_OF(compared); i++) {
		LG_CLEANUP(drop_part) char *mine = NULL;
		LG_CLEANUP(drop_part) char *theirs = NULL;

		if (curl_url_get(a, compared[i], &mine, CURLU_DEFAULT_PORT) ||
			curl_url_get(b, compared[i], &theirs, CURLU_DEFAULT_PORT) ||
			strcasecmp(mine, theirs) != 0)
			return false;
	}
	return true;
}

/* RFC 8288: <URL>; rel="next", among others divided by commas. */
static void read_next(CURL *handle, const char *url, char *out, size_t size)
{
	char links[4096] = "";
	const char *rel;
	const char *end;
	const char *start;

	header_text(handle, "Link", links, sizeof(links));
	rel = strstr(links, "rel=\"next\"");
	end = rel ? memrchr(links, '>', (size_t)(rel - links)) : NULL;
	start = end ? memrchr(links, '<', (size_t)(end - links)) : NULL;
	if (!start || (size_t)(end - start) > size)
		return;
	(void)snprintf(out, size, "%.*s", (int)(end - start - 1), start + 1);
	if (!is_same_origin(url, out))
		*out = '\0';
}

static void read_answer(CURL *handle, const char *url, struct http_answer *out)
{
	curl_off_t wait_s = 0;

	out->outcome = HTTP_ANSWERED;
	(void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &out->status);
	if (!curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &wait_s) && wait_s > 0)
		out->retry_after_s = wait_s < HTTP_WAIT_MAX_S ? wait_s : HTTP_WAIT_MAX_S;
	out->rate_remaining = header_number(handle, "x-ratelimit-remaining");
	out->rate_reset_s = header_number(handle, "x-ratelimit-reset");
	header_text(handle, "x-accepted-github-permissions", out->permissions,
		sizeof(out->permissions));
	header_text(handle, "deprecation", out->deprecation, sizeof(out->deprecation));
	if (!out->deprecation[0])
		header_text(handle, "sunset", out->deprecation, sizeof(out->deprecation));
	read_next(handle, url, out->next, sizeof(out->next));
}

static enum http_outcome judge(CURLcode code)
{
	/* Only some of libcurl's hundred codes say that another try is in vain. */
	switch ((int)code) {
	case CURLE_ABORTED_BY_CALLBACK:
		return HTTP_STOPPED;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return HTTP_REFUSED;
	default:
		return HTTP_UNREACHABLE;
	}
}

static struct curl_slist *make_headers(const struct http_request *request)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < HTTP_HEADERS_MAX && request->headers[i].name; i++) {
		LG_FREE_BY_SCOPE char *line =
			lg_format("%s: %s", request->headers[i].name, request->headers[i].value);

		list = curl_slist_append(list, line);
	}
	/* Waiting for "100 Continue" would cost a second where a server knows none. */
	return curl_slist_append(list, "Expect:");
}

static void set_bounds(struct http_client *client)
{
	CURL *handle = client->handle;

	(void)curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	(void)curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)HTTP_REQUEST_MS);
	(void)curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
	(void)curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, ask_to_stop);
	(void)curl_easy_setopt(handle, CURLOPT_XFERINFODATA, client);
	(void)curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
	(void)curl_easy_setopt(handle, CURLOPT_USERAGENT, client->settings->user_agent);
	if (client->settings->ca_file)
		(void)curl_easy_setopt(handle, CURLOPT_CAINFO, client->settings->ca_file);
}

static void set_body(CURL *handle, const struct http_request *request)
{
	(void)curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
	if (!request->body)
		return;
	/* libcurl sends again, on its own, what a kept connection has lost: never what changes. */
	(void)curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
	(void)curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
	(void)curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body);
}

/* One exchange. The handle keeps its connections from one to the next. */
static void exchange(struct http_client *client, const struct http_request *request,
	const char *url, struct http_answer *out)
{
	LG_CLEANUP(drop_headers) struct curl_slist *headers = make_headers(request);
	CURL *handle = client->handle;
	CURLcode code;

	curl_easy_reset(handle);
	set_bounds(client);
	set_body(handle, request);
	(void)curl_easy_setopt(handle, CURLOPT_URL, url);
	(void)curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(handle, CURLOPT_WRITEDATA, out);
	code = curl_easy_perform(handle);
	if (!code) {
		read_answer(handle, url, out);
		return;
	}
	out->outcome = judge(code);
	/* libcurl's own longer texts may hold the URL. */
	(void)snprintf(out->problem, sizeof(out->problem), "%s", curl_easy_strerror(code));
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 307 || status == 308;
}

/* Where the answer sends us, if we may go there; owned by the caller. */
static char *find_redirect(struct http_client *client, const char *url)
{
	char *to = NULL;

	if (curl_easy_getinfo(client->handle, CURLINFO_REDIRECT_URL, &to) || !to ||
		!is_same_origin(url, to))
		return NULL;
	return lg_strdup(to);
}

static void restart(struct http_answer *answer)
{
	http_answer_release(answer);
	http_answer_init(answer);
}

void http_send(
	struct http_client *client, const struct http_request *request, struct http_answer *out)
{
	LG_FREE_BY_SCOPE char *url = lg_strdup(request->url);
	struct lg_error why = {0};

	restart(out);
	if (http_check_url(url, client->settings->allow_http, &why)) {
		out->outcome = HTTP_REFUSED;
		(void)snprintf(out->problem, sizeof(out->problem), "%.200s", why.text);
		return;
	}
	for (int i = 0; i <= REDIRECTS_MAX; i++) {
		char *to;

		exchange(client, request, url, out);
		if (!request->follows || out->outcome != HTTP_ANSWERED || !is_redirect(out->status))
			return;
		to = find_redirect(client, url);
		if (!to || i == REDIRECTS_MAX) {
			free(to);
			return;
		}
		free(url);
		url = to;
		restart(out);
	}
}
