/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_CLOCK_H
#define LOCKGATE_BASE_CLOCK_H

/*
 * Time: moments as microseconds since 1970-01-01T00:00:00Z, spans from the monotonic clock.
 * Text form of a moment: RFC 3339 in UTC with six digits. Durations: a number and one of the
 * units ms, s, m, h.
 */

#include <stdint.h>

#include "base/error.h"

enum {
	LG_MOMENT_CHARS = 27,    /* 2026-01-05T09:30:00.000000Z */
	LG_TIMESTAMP_CHARS = 14, /* 20260105093000 */
	LG_DURATION_MAX_HOURS = 24 * 365,
};

int64_t lg_clock_now_us(void);
int64_t lg_clock_monotonic_us(void);

void lg_clock_format(int64_t moment_us, char text[LG_MOMENT_CHARS + 1]);

/* The form that migration versions have, in UTC. */
void lg_clock_timestamp(int64_t moment_us, char text[LG_TIMESTAMP_CHARS + 1]);

/*
 * Reads "500ms", "30s", "5m", "1h" and plain "0". Errors: LG_FORMAT (also above
 * LG_DURATION_MAX_HOURS). *out_ms is set on LG_OK only.
 */
LG_MUST_USE
enum lg_status lg_duration_parse(const char *text, int64_t *out_ms, struct lg_error *err);

/* Sleeps for `wait_ms` milliseconds, or until a signal handler has run. */
void lg_clock_sleep_ms(int64_t wait_ms);

/* A number from 0 to `bound` - 1 that need not be secret; `bound` is at least 1. */
uint32_t lg_jitter(uint32_t bound);

#endif
