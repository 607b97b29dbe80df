/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_REPORTING_H
#define LOCKGATE_PLUGIN_REPORTING_H

/*
 * Telling others how a run goes and how it went. The outcome is fixed before the first byte is
 * sent; reporting can only turn exit code 0 into 6, and only for a sink marked as required.
 */

#include "ci/outbox.h"
#include "plugin/report_choice.h"

struct run;

struct reporting {
	struct ci_secrets secrets;
	struct ci_run ci; /* who runs this */
	struct ci_settings settings;
	struct report_choices choices;
	struct outbox outbox; /* open when `has_outbox` */
	bool has_outbox;
	struct http_client *client; /* NULL: not yet needed */
	struct ci_deliveries sent;  /* what this run has to say, in order */
	const char *id;             /* of the report; NULL: nobody is told */
	bool has_started;           /* others have been told that the run began */
};

void reporting_release(struct reporting *reporting);

/* Finds out who runs this and what is secret; no option is needed for it. */
void reporting_look(struct run *run);

/* Chooses who is told, by the options. Errors: LG_USAGE. */
LG_MUST_USE enum lg_status reporting_choose(struct run *run, struct lg_error *err);

/* Tells that writing begins, so that a run that is killed is seen as unfinished. */
void reporting_start(struct run *run);

/* Tells how it went. False if a sink that is required did not take it. */
bool reporting_finish(struct run *run, const struct ci_report *report);

/* A sink that is required has not taken its report: tells what that means for the exit status. */
void reporting_demand(const struct run *run, const char *sink);

/* Where messages wait. */
const char *reporting_outbox_folder(struct run *run);

/* The outbox, opened where it was not. */
struct outbox *reporting_outbox(struct run *run);

/*
 * What each sink has to say of `report` is added to `out`, and put into `outbox`, before anything
 * is sent.
 */
void reporting_compose(struct run *run, struct outbox *outbox, const struct ci_report *report,
	enum ci_phase phase, struct ci_deliveries *out);

/* Sends them, for at most `budget_ms`, and warns of each that is refused. */
void reporting_send(struct run *run, struct outbox *outbox, struct ci_deliveries *deliveries,
	int64_t budget_ms);

/*
 * Of reporting_finish(): tells the sinks, and warns of what is left. Returns how many messages wait
 * in the outbox; adds to *out_missing how many that were required have not been taken.
 */
size_t reporting_mail(struct run *run, const struct ci_report *report, size_t *out_missing);

/* Adds every word that --comment takes behind a blank. */
void reporting_add_comment_words(struct lg_buf *out);

#endif
