/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_EXCHANGE_H
#define LOCKGATE_GATE_POSTGRES_EXCHANGE_H

/*
 * One string on its way to the server and its answers on theirs back; private to session.c and
 * copy.c. Nothing here blocks but poll(2), so a signal is never waited out.
 */

#include "gate/postgres/session.h"

struct postgres_exchange {
	struct postgres_session *session;
	struct postgres_string *string;
	struct postgres_reply *reply;
	struct lg_error *err; /* the first error; LG_OK while there is none */
	bool has_cancelled;   /* the server was asked to */
};

/* What to wait for, beside bytes from the server. */
enum postgres_wish { POSTGRES_WISH_READ, POSTGRES_WISH_WRITE };

/* Waits once, reads what has come, and asks the server to cancel if the stop flag is up. False when
 * the connection is lost. */
LG_MUST_USE bool postgres_exchange_wait(
	struct postgres_exchange *exchange, enum postgres_wish wish);

/* Sends what libpq still holds. False when the connection is lost. */
LG_MUST_USE bool postgres_exchange_flush(struct postgres_exchange *exchange);

/* Answers COPY … FROM stdin with the data of the piece under way. False: the connection is lost. */
LG_MUST_USE bool postgres_copy_in(struct postgres_exchange *exchange);

/* Drops what COPY … TO stdout sends. False: the connection is lost. */
LG_MUST_USE bool postgres_copy_out(struct postgres_exchange *exchange);

#endif
