/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_COMPILER_H
#define LOCKGATE_BUNDLES_FORMATS_COMPILER_H

/*
 * The program in Node.js that runs JavaScript migrations against a scratch database, and the
 * conversation with it (sequelize/protocol.mjs says in which form). It runs code of the project's
 * own, so nothing it says is believed: messages are bounded, and what they hold is checked by
 * whoever takes them.
 */

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

enum { COMPILER_MAX_FIELDS = 6 };

struct compiler {
	pid_t pid;  /* 0: it does not run */
	int socket; /* -1: none */
	int log;    /* what it printed to stderr; -1: none */
	struct lg_buf received;
	size_t taken; /* of `received` */
	struct lg_buf message;
	const volatile sig_atomic_t *stop; /* NULL: nothing stops it */
};

/* What it says; texts are borrowed until the next message is read, and end in a NUL. */
struct compiler_message {
	const char *fields[COMPILER_MAX_FIELDS]; /* those that are missing are "" */
	size_t count;
};

/* All that is not set is as it was. Ends with compiler_stop(), also after an error. */
void compiler_init(struct compiler *compiler, const volatile sig_atomic_t *stop);

/*
 * Starts `node` from PATH. It gets the environment but for LOCKGATE_*, no input, and its output
 * goes nowhere. Errors: LG_IO (there is no Node.js), LG_INTERNAL.
 */
LG_MUST_USE enum lg_status compiler_start(struct compiler *compiler, struct lg_error *err);

/* Errors: LG_IO. */
LG_MUST_USE
enum lg_status compiler_send(
	struct compiler *compiler, const char *const *fields, size_t count, struct lg_error *err);

/*
 * Waits for the next message. Errors: LG_FORMAT (the program broke down, or what it says has
 * another form), LG_LIMIT, LG_CANCELLED, LG_IO.
 */
LG_MUST_USE
enum lg_status compiler_receive(
	struct compiler *compiler, struct compiler_message *out, struct lg_error *err);

/* Lets it drop its scratch database, and ends it when that takes too long. */
void compiler_stop(struct compiler *compiler);

#endif
