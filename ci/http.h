/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_HTTP_H
#define LOCKGATE_CI_HTTP_H

/*
 * One HTTP request at a time: RFC 9110, through libcurl.
 *
 * Every answer is hostile: its body is read up to HTTP_BODY_BYTES, headers that are looked at are
 * bounded. Certificates are always verified. Plain http:// is spoken with this machine alone
 * unless `allow_http` says otherwise. No cookies, no credentials from files. Redirects are followed
 * only where a request says so, at most three, and never to another host or scheme, for a token
 * goes with them.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum {
	HTTP_BODY_BYTES = 1024 * 1024,
	HTTP_HEADERS_MAX = 8,
	HTTP_CONNECT_MS = 5000,
	HTTP_REQUEST_MS = 15000,
	HTTP_STOPPED_MS = 3000, /* how long a request may go on behind a signal to stop */
	HTTP_NOTE_CHARS = 256,
	HTTP_WAIT_MAX_S = 24 * 3600, /* whatever a server asks for */
};

struct http_settings {
	const char *user_agent;
	const char *ca_file; /* NULL: the system's */
	bool allow_http;
	const volatile sig_atomic_t *stop;
};

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method;
	const char *url;
	struct http_header headers[HTTP_HEADERS_MAX]; /* up to the first without a name */
	const char *body;                             /* NULL: none */
	size_t body_len;
	bool follows; /* redirects */
};

enum http_outcome {
	HTTP_ANSWERED,    /* `status` tells */
	HTTP_UNREACHABLE, /* no answer: it may go better another time */
	HTTP_REFUSED,     /* it never will: bad address, certificate not trusted, http:// */
	HTTP_STOPPED,     /* the time was up, or a signal came */
};

struct http_answer {
	enum http_outcome outcome;
	char problem[HTTP_NOTE_CHARS]; /* why there is no answer; never holds the URL */
	long status;
	struct lg_buf body;
	int64_t retry_after_s;  /* Retry-After, in either form, at most HTTP_WAIT_MAX_S; -1: none */
	int64_t rate_remaining; /* X-RateLimit-Remaining; -1: none */
	int64_t rate_reset_s;   /* X-RateLimit-Reset, seconds since 1970; -1: none */
	char permissions[HTTP_NOTE_CHARS]; /* X-Accepted-GitHub-Permissions */
	char deprecation[HTTP_NOTE_CHARS]; /* Deprecation or Sunset */
	char next[1024];                   /* Link with rel="next"; "" where it is another host's */
};

void http_answer_init(struct http_answer *answer);
void http_answer_release(struct http_answer *answer);

struct http_client;

/* `settings` is borrowed. Owned by the caller. Errors: LG_INTERNAL. */
LG_MUST_USE
enum lg_status http_client_open(
	const struct http_settings *settings, struct http_client **out, struct lg_error *err);
void http_client_close(struct http_client *client);

/* No request goes on behind `moment_us` of the monotonic clock. */
void http_client_limit(struct http_client *client, int64_t moment_us);

/* True if the time is up, or a signal has come HTTP_STOPPED_MS ago. */
bool http_client_is_over(struct http_client *client);

/* Sends, and fills `out`, from http_answer_init(); what it held is forgotten. Cannot fail. */
void http_send(
	struct http_client *client, const struct http_request *request, struct http_answer *out);

/*
 * Whether `url` is one that the client speaks to. Errors: LG_USAGE, without the URL, which
 * may be a secret.
 */
LG_MUST_USE
enum lg_status http_check_url(const char *url, bool allow_http, struct lg_error *err);

#endif
