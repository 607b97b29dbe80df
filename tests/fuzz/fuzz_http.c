/* SPDX-License-Identifier: MIT */
/*
 * What an HTTP server may answer, and what is made of it: a server of our own on this machine gives
 * each input as its whole answer. The first byte picks whose rules are followed.
 */

#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci/http.h"
#include "ci/retry.h"
#include "tests/fuzz/input.h"

enum { URL_CHARS = 63, REQUEST_BYTES = 4096, ANSWER_BYTES = 4096, DIALECTS = 3 };

static const struct http_settings settings = {
	.user_agent = "fuzz", .stop = &(const volatile sig_atomic_t){0}};

/* The client may have enough of an answer, and begin with the next one, while it is being sent. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t next_answer[ANSWER_BYTES];
static size_t next_answer_len;

static void set_answer(const uint8_t *bytes, size_t len)
{
	assert(pthread_mutex_lock(&lock) == 0);
	next_answer_len = len < ANSWER_BYTES ? len : ANSWER_BYTES;
	memcpy(next_answer, bytes, next_answer_len);
	assert(pthread_mutex_unlock(&lock) == 0);
}

static size_t get_answer(uint8_t out[ANSWER_BYTES])
{
	size_t len;

	assert(pthread_mutex_lock(&lock) == 0);
	len = next_answer_len;
	memcpy(out, next_answer, len);
	assert(pthread_mutex_unlock(&lock) == 0);
	return len;
}

/* Takes the request up to its empty line: it has no body. */
static void take_request(int fd)
{
	char request[REQUEST_BYTES];
	size_t len = 0;

	while (len < sizeof(request)) {
		ssize_t got = recv(fd, request + len, sizeof(request) - len, 0);

		if (got <= 0)
			return;
		len += (size_t)got;
		if (memmem(request, len, "\r\n\r\n", 4))
			return;
	}
}

static void give_answer(int fd)
{
	uint8_t bytes[ANSWER_BYTES];
	size_t len = get_answer(bytes);
	size_t sent = 0;

	while (sent < len) {
		ssize_t put = send(fd, bytes + sent, len - sent, MSG_NOSIGNAL);

		if (put <= 0)
			return;
		sent += (size_t)put;
	}
}

static void *serve(void *context)
{
	const int *listener = context;

	for (;;) {
		int fd = accept(*listener, NULL, NULL);
		char byte;

		assert(fd >= 0);
		take_request(fd);
		give_answer(fd);
		(void)shutdown(fd, SHUT_WR);
		while (recv(fd, &byte, 1, 0) > 0)
			continue;
		(void)close(fd);
	}
}

static void start_server(char url[URL_CHARS + 1])
{
	static int listener;
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	pthread_t thread;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(listener >= 0 && bind(listener, (struct sockaddr *)&address, len) == 0);
	assert(listen(listener, 16) == 0);
	assert(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
	(void)snprintf(url, URL_CHARS + 1, "http://127.0.0.1:%u/report", ntohs(address.sin_port));
	assert(pthread_create(&thread, NULL, serve, &listener) == 0);
}

static void is_sound(const struct http_answer *answer, enum ci_dialect dialect)
{
	struct ci_judgement judgement = retry_judge(answer, dialect, INT64_C(1767605400));

	assert(answer->body.len <= HTTP_BODY_BYTES);
	assert(answer->retry_after_s >= -1 && answer->retry_after_s <= HTTP_WAIT_MAX_S);
	assert(answer->rate_remaining >= -1 && answer->rate_reset_s >= -1);
	assert(judgement.wait_ms >= -1 && judgement.wait_ms <= INT64_C(1000) * HTTP_WAIT_MAX_S);
	assert(!answer->next[0] || strncasecmp(answer->next, "http://", 7) == 0);
	(void)retry_hint(answer->status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char url[URL_CHARS + 1];
	static struct http_client *client;
	const struct http_request request = {.method = "GET", .url = url, .follows = false};
	struct http_answer answer;
	struct lg_error err = {0};

	if (size == 0)
		return 0;
	if (!client) {
		start_server(url);
		assert(http_client_open(&settings, &client, &err) == LG_OK);
	}
	set_answer(data + 1, size - 1);
	http_answer_init(&answer);
	http_send(client, &request, &answer);
	is_sound(&answer, (enum ci_dialect)(data[0] % DIALECTS));
	http_answer_release(&answer);
	return 0;
}
