/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_SSH_WIRE_H
#define LOCKGATE_BUNDLES_SSH_WIRE_H

/*
 * Strings and numbers as SSH writes them: RFC 4251, section 5; the public keys that are made of
 * them: RFC 8709, section 4. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Reads from bytes that it borrows. After one failure all that follow fail. */
struct ssh_reader {
	const uint8_t *at;
	size_t left;
	bool is_bad; /* something was shorter than it said, or not what it had to be */
};

struct ssh_text {
	const uint8_t *bytes; /* borrowed */
	size_t len;
};

uint32_t ssh_read_number(struct ssh_reader *reader);
struct ssh_text ssh_read_text(struct ssh_reader *reader);

/* True if it is `text`. */
bool ssh_text_is(const struct ssh_text *is, const char *text);

/*
 * Reads a pair of a type and `size` bytes, which a public key (32) and a signature (64) are, from
 * a text that holds nothing else. *out_type is the type in any case in which there is one; NULL is
 * returned where the type is not ssh-ed25519 or the rest has another form.
 */
const uint8_t *ssh_read_ed25519(
	const struct ssh_text *text, size_t size, struct ssh_text *out_type);

void ssh_add_number(struct lg_buf *out, uint32_t number);
void ssh_add_text(struct lg_buf *out, const void *bytes, size_t len);

/* The same pair, as one text. */
void ssh_add_ed25519(struct lg_buf *out, const uint8_t *bytes, size_t size);

#endif
