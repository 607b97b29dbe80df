/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_SINK_H
#define LOCKGATE_CI_SINK_H

/*
 * The seam to a CI service or whoever else is told how a run went: one `const struct ci_sink` for
 * each place that HTTP leads to.
 *
 * A sink first composes what it has to say, which is a pure function of the report, and later
 * delivers that, perhaps in another process and more than once: a message rests in the outbox
 * until somebody has taken it (ci/outbox.h). Therefore a message holds no token, no address with
 * credentials and no signature; they are looked up when it is sent. Delivering twice must be as
 * good as once: sinks look up what an earlier try may have left, or repeat what can be repeated.
 */

#include "ci/http.h"
#include "ci/redact.h"
#include "ci/report.h"
#include "ci/retry.h"

enum {
	CI_SINK_NAME_CHARS = 16,
	CI_MESSAGE_ID_CHARS = 40, /* "lgr-", a ULID, and perhaps "-started" */
	CI_MESSAGE_KEY_CHARS = 16,
	CI_MESSAGE_BYTES = 2 * 1024 * 1024,
	CI_PROBLEM_CHARS = 512,
};

enum ci_phase { CI_STARTED, CI_FINISHED };

enum ci_comment_policy {
	CI_COMMENT_CHANGES,
	CI_COMMENT_FAILURE,
	CI_COMMENT_ALWAYS,
	CI_COMMENT_OFF
};

/* What sinks are told of the world. NULL where unknown. */
struct ci_settings {
	struct http_settings http;
	const struct ci_run *run;
	const struct ci_secrets *secrets;
	const char *github_token, *github_api_version, *gitlab_token;
	const char *slack_url, *webhook_url;
	const char *webhook_secret; /* whsec_ keys, divided by blanks */
	enum ci_comment_policy comment;

	/* OpenTelemetry's variables: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and so on. */
	const char *otlp_url, *otlp_headers, *otlp_service, *otlp_resource, *traceparent;
};

/* What one sink has to say of one report. */
struct ci_message {
	char id[CI_MESSAGE_ID_CHARS + 1];   /* the same however often it is sent */
	char key[CI_MESSAGE_KEY_CHARS + 1]; /* of states: a newer one of the same key replaces it */
	struct lg_buf body;                 /* "": there is nothing to say */
};

/* How a try has ended. */
struct ci_attempt {
	enum ci_result result;
	int64_t wait_ms;                /* of CI_RETRY: what the server asks for; -1: nothing */
	char problem[CI_PROBLEM_CHARS]; /* a sentence, "" after a success; holds no secret */
	char hint[CI_PROBLEM_CHARS];    /* what to do about it, or "" */
	char advice[HTTP_NOTE_CHARS];   /* something to know although it worked, or "" */
};

struct ci_sink {
	const char *name;

	/* A message tells of a state, so only the newest of its key counts; else of an event. */
	bool is_state;

	/* It speaks of a commit or a request: nothing to do without a service, or for a fork. */
	bool needs_service;

	/* Errors: LG_USAGE (what it needs is not there), with what to set as hint. */
	enum lg_status (*check)(const struct ci_settings *settings, struct lg_error *err);

	/*
	 * Fills `out`, whose body is initialised and whose id is set. Pure but for what `settings`
	 * says of the run. Cannot fail.
	 */
	void (*compose)(const struct ci_settings *settings, const struct ci_report *report,
		enum ci_phase phase, struct ci_message *out);

	/* Sends. `message` may come from an older program: it is read with care. Cannot fail. */
	void (*deliver)(const struct ci_settings *settings, struct http_client *client,
		const struct ci_message *message, struct ci_attempt *out);
};

extern const struct ci_sink sink_webhook, sink_status, sink_check, sink_comment, sink_deployment,
	sink_gitlab, sink_slack, sink_otlp;

/* The sink of that name, or NULL. */
const struct ci_sink *ci_sink_find(const char *name);

/* In the order in which they are told; NULL behind the last. */
const struct ci_sink *ci_sink_at(size_t index);

/* For sinks: fills `out` from an answer by the rules of `dialect`. */
void ci_attempt_judge(
	const struct http_answer *answer, enum ci_dialect dialect, struct ci_attempt *out);

/* For sinks: the first 16 hex digits of a digest over the texts, up to NULL. */
void ci_message_key(struct ci_message *message, const char *const *texts);

/*
 * For sinks: what a status or check is called: "lockgate", `divider`, and the environment's or else
 * the project's name. Owned by the caller, release with free().
 */
char *ci_sink_context(const struct ci_report *report, const char *divider);

/* For sinks: a message that this program cannot read. */
void ci_attempt_unreadable(struct ci_attempt *out);

#endif
