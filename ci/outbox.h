/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_OUTBOX_H
#define LOCKGATE_CI_OUTBOX_H

/*
 * Messages that are not delivered yet: each is a file before it is a request, so that whatever
 * kills the process, the next one that looks sends it.
 *
 *     FOLDER/pending/ID.SINK.json    to be sent; in the order of their names
 *     FOLDER/dead/ID.SINK.json       refused for good, with what was answered
 *
 * A file is there whole or not at all: temporary name, fsync(2), rename(2), fsync of the folder.
 * It is unlinked once the message was taken, so a crash between the two sends it again, with the
 * same id. Who sends a message holds an open-file-description lock (fcntl(2)) on its file; others
 * pass it by. Folders are 0700 and files 0600, for a report may tell of a schema. Files that are
 * found there are hostile: names, sizes and contents are checked, and links are not followed.
 *
 * Where no file can be written (a read-only root), messages are kept in memory.
 */

#include "ci/sink.h"

enum {
	OUTBOX_FILES_MAX = 1000, /* the oldest of more go to dead/, and from there for good */
	OUTBOX_CLAIMS_MAX = 64,
	OUTBOX_BYTES_MAX = 16 * 1024 * 1024,
	OUTBOX_FILE_BYTES = 2 * CI_MESSAGE_BYTES + 64 * 1024,
};

/* One message on its way. */
struct ci_delivery {
	const struct ci_sink *sink;
	struct ci_message message;
	bool is_required;               /* who sent it wants to know when it fails */
	bool is_dead;                   /* found in dead/ */
	uint32_t attempts;              /* that have failed */
	int64_t created_at_s;           /* since 1970, as all of these */
	int64_t not_before_s;           /* what a server asked for; 0: nothing */
	char problem[CI_PROBLEM_CHARS]; /* of the last try */
	char *name;                     /* of its file; NULL: it has none */
	int claim;                      /* the locked file; -1: none */
	enum ci_result result; /* of ci_send(): CI_RETRY while it is neither taken nor dead */
	int64_t due_us;        /* of ci_send(): the monotonic clock's next try */
};

struct outbox {
	int pending; /* the folders; -1: messages stay in memory */
	int dead;
	char *folder;                   /* for people */
	char problem[CI_PROBLEM_CHARS]; /* why there are no files, or ""  */
	size_t overflow;                /* messages that left for want of room */
};

void ci_delivery_init(struct ci_delivery *delivery);
void ci_delivery_release(struct ci_delivery *delivery);

/* Opens `folder`, and makes it where it is not there. Cannot fail: see `problem`. */
void outbox_open(struct outbox *outbox, const char *folder);
/* The same to look alone: makes nothing. Where there is no outbox, it is empty. */
void outbox_look(struct outbox *outbox, const char *folder);

void outbox_release(struct outbox *outbox);

/*
 * Puts a message in, and claims it. Older ones of its sink and key that speak of a state go.
 * Without folders it does nothing. Errors: LG_IO (it has no file then, and can be sent all the
 * same).
 */
LG_MUST_USE
enum lg_status outbox_put(
	struct outbox *outbox, struct ci_delivery *delivery, struct lg_error *err);

/* Records a try that has failed. What cannot be written is left: the file is there. */
void outbox_note(struct outbox *outbox, struct ci_delivery *delivery);

/* The message has been taken: its file goes. */
void outbox_remove(struct outbox *outbox, struct ci_delivery *delivery);

/* It never will be: its file goes to dead/. */
void outbox_bury(struct outbox *outbox, struct ci_delivery *delivery);

/* Many messages; release with ci_deliveries_release(). */
struct ci_deliveries {
	struct ci_delivery *items;
	size_t count;
};

void ci_deliveries_release(struct ci_deliveries *deliveries);

/*
 * Adds up to `most` pending messages to `out` and claims them, of those that nobody is at, oldest
 * first, and whose files have names behind `after`; NULL: from the beginning. Each claim is an open
 * file, so there is a bound. Errors: LG_IO.
 */
LG_MUST_USE
enum lg_status outbox_claim_some(struct outbox *outbox, const char *after, size_t most,
	struct ci_deliveries *out, struct lg_error *err);

/* Reads all messages, pending ones first, then dead ones; claims none. Errors: LG_IO. */
LG_MUST_USE
enum lg_status outbox_list(struct outbox *outbox, struct ci_deliveries *out, struct lg_error *err);

/* Removes pending ones that nobody is at, and dead ones; of all, or of one id. Counts them. */
LG_MUST_USE
enum lg_status outbox_drop(
	struct outbox *outbox, const char *id, size_t *out_count, struct lg_error *err);

#endif
