/* SPDX-License-Identifier: MIT */
#include "bundles/ssh_wire.h"

#include <string.h>

static const char ed25519[] = "ssh-ed25519";

static const size_t number_bytes = 4;

uint32_t ssh_read_number(struct ssh_reader *reader)
{
	uint32_t number = 0;

	if (reader->is_bad || reader->left < number_bytes) {
		reader->is_bad = true;
		return 0;
	}
	for (size_t i = 0; i < number_bytes; i++)
		number = number << 8 | reader->at[i];
	reader->at += number_bytes;
	reader->left -= number_bytes;
	return number;
}

struct ssh_text ssh_read_text(struct ssh_reader *reader)
{
	const uint32_t len = ssh_read_number(reader);
	struct ssh_text text = {0};

	if (reader->is_bad || reader->left < len) {
		reader->is_bad = true;
		return text;
	}
	text = (struct ssh_text){reader->at, len};
	reader->at += len;
	reader->left -= len;
	return text;
}

bool ssh_text_is(const struct ssh_text *is, const char *text)
{
	return is->len == strlen(text) && memcmp(is->bytes, text, is->len) == 0;
}

const uint8_t *ssh_read_ed25519(const struct ssh_text *text, size_t size, struct ssh_text *out_type)
{
	struct ssh_reader reader = {.at = text->bytes, .left = text->len};
	struct ssh_text bytes;

	*out_type = ssh_read_text(&reader);
	bytes = ssh_read_text(&reader);
	if (reader.is_bad || reader.left > 0 || !ssh_text_is(out_type, ed25519) ||
		bytes.len != size)
		return NULL;
	return bytes.bytes;
}

void ssh_add_number(struct lg_buf *out, uint32_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		lg_buf_addc(out, (char)(number >> shift & 0xff));
}

void ssh_add_text(struct lg_buf *out, const void *bytes, size_t len)
{
	ssh_add_number(out, (uint32_t)len);
	lg_buf_add(out, bytes, len);
}

void ssh_add_ed25519(struct lg_buf *out, const uint8_t *bytes, size_t size)
{
	ssh_add_number(out, (uint32_t)(2 * number_bytes + strlen(ed25519) + size));
	ssh_add_text(out, ed25519, strlen(ed25519));
	ssh_add_text(out, bytes, size);
}
