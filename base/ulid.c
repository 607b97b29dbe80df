/* SPDX-License-Identifier: MIT */
#include "base/ulid.h"

#include <sys/random.h>

static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TIME_CHARS = 10 };

enum lg_status lg_ulid_make(int64_t moment_us, char out[LG_ULID_CHARS + 1], struct lg_error *err)
{
	/* One byte for each of the 16 random characters; 5 bits of each are used. */
	uint8_t random[LG_ULID_CHARS - TIME_CHARS];
	uint64_t ms = (uint64_t)(moment_us / 1000);

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return lg_fail(err, LG_INTERNAL, "the kernel gives no random bytes");

	for (int i = TIME_CHARS - 1; i >= 0; i--) {
		out[i] = base32[ms & 31];
		ms >>= 5;
	}
	for (int i = TIME_CHARS; i < LG_ULID_CHARS; i++)
		out[i] = base32[random[i - TIME_CHARS] & 31];
	out[LG_ULID_CHARS] = '\0';
	return LG_OK;
}
