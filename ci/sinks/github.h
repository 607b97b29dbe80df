/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_SINKS_GITHUB_H
#define LOCKGATE_CI_SINKS_GITHUB_H

/*
 * What the sinks of GitHub have in common: GitHub REST API, "Getting started with the REST API"
 * and "Best practices for using the REST API". One request at a time; paths begin with a slash and
 * stand below GITHUB_API_URL, which on GitHub Enterprise Server has a path of its own.
 */

#include "ci/sink.h"

enum { GITHUB_PAGES_MAX = 30, GITHUB_PATH_CHARS = 1024, GITHUB_COMMIT_CHARS = 64 };

/* Token, repository, API and commit must be there. Errors: LG_USAGE. */
LG_MUST_USE
enum lg_status github_check(const struct ci_settings *settings, struct lg_error *err);

struct github_call {
	const struct ci_settings *settings;
	struct http_client *client;
	const char *permission; /* what a refusal is most likely for want of: "statuses: write" */
	struct ci_attempt *out; /* how it has ended, where it has */
};

/*
 * Sends `body` (NULL: none) to `path`, or to a whole URL of the API. True if it was taken; then
 * `answer`, from http_answer_init(), holds what was said. False: call->out tells why.
 */
bool github_send(const struct github_call *call, const char *method, const char *path,
	const char *body, struct http_answer *answer);

/* Where a report goes, read from a message. */
struct github_place {
	char repository[256];
	char commit[GITHUB_COMMIT_CHARS + 1];
	int64_t pull_request; /* 0: none */
};

/*
 * Reads the members "repository", "commit" and "pull_request" of a message's JSON text; a commit
 * that is not known yet is asked for. False: call->out tells why.
 */
bool github_read_place(
	const struct github_call *call, const char *message, struct github_place *out);

/* Whether `text` is "owner/name" in GitHub's characters, so that it may stand in a path. */
bool github_is_repository(const char *text);

/* When the run began, and when the report was made, as RFC 3339 to the second. */
void github_time(int64_t moment_us, char out[32]);

#endif
