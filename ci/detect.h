/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_DETECT_H
#define LOCKGATE_CI_DETECT_H

/*
 * Which CI service runs this, and what it says of the run: GitHub Actions ("Default environment
 * variables", "Webhook events and payloads") and what speaks as it does (Gitea, Forgejo), GitLab
 * CI ("Predefined CI/CD variables reference"), and of others only the commit and a link.
 *
 * The commit to report on is not always the one that is checked out: a pull request is built as a
 * merge that nobody sees. The file with GitHub's event is hostile input: only short texts and
 * numbers are taken from it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum ci_service {
	CI_SERVICE_NONE,
	CI_SERVICE_GITHUB,
	CI_SERVICE_GITEA, /* GitHub's forms, without checks and annotations of its own */
	CI_SERVICE_GITLAB,
	CI_SERVICE_OTHER,
};

struct ci_run {
	enum ci_service service;
	const char *source;  /* the commit that is checked out */
	const char *run_url; /* where people look at the run */
	const char *actor;   /* who started it */

	const char *event;            /* "push", "pull_request", …; NULL: unknown */
	const char *commit;           /* the one to report on */
	const char *ref;              /* "refs/heads/main", or GitLab's branch */
	const char *repository;       /* "owner/name"; of GitLab the project's id */
	const char *api_url;          /* without a slash at its end */
	const char *workspace;        /* the folder that paths in reports are relative to */
	const char *pipeline;         /* GitLab's pipeline id */
	int64_t pull_request;         /* its number; of GitLab the merge request's; 0: none */
	int64_t deployment;           /* the one whose event started this; 0: none */
	bool is_from_fork;            /* nobody trusts its token */
	bool needs_pull_request_head; /* a comment's event: only the API knows the commit */
	bool is_pull_request_target;  /* foreign code with our secrets */
	const char *event_problem;    /* why the event file was not understood; NULL: it was */
};

/* Any service, by its name: "github", "gitlab", "none"; NULL: look. Texts are kept in `strings`. */
struct ci_run ci_detect(const char *name, struct lg_arena *strings);

/* True if `name` is one that ci_detect() takes. */
bool ci_service_is_known(const char *name);

/* Adds each such name behind a blank. */
void ci_service_add_words(struct lg_buf *out);

#endif
