/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_CI_DELIVERY_H
#define LOCKGATE_CI_DELIVERY_H

/* The text form of a message on its way: one JSON document (RFC 8259). Pure. */

#include "ci/outbox.h"

/* Owned by the caller, release with free(). */
char *delivery_format(const struct ci_delivery *delivery);

/*
 * Reads one into `out`, from ci_delivery_init(). Errors: LG_FORMAT (no such document, a sink that
 * this program does not know, a text that is too long).
 */
LG_MUST_USE
enum lg_status delivery_parse(
	const char *text, size_t len, struct ci_delivery *out, struct lg_error *err);

#endif
