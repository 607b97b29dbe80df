/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = {0};

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t lg_clock_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t lg_clock_monotonic_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static struct tm split(int64_t moment_us)
{
	time_t seconds = (time_t)(moment_us / 1000000);
	struct tm parts = {0};

	(void)gmtime_r(&seconds, &parts);
	return parts;
}

void lg_clock_format(int64_t moment_us, char text[LG_MOMENT_CHARS + 1])
{
	struct tm parts = split(moment_us);
	char full[64];
	size_t len = strftime(full, sizeof(full), "%Y-%m-%dT%H:%M:%S", &parts);

	(void)snprintf(
		full + len, sizeof(full) - len, ".%06uZ", (unsigned int)(moment_us % 1000000));
	memcpy(text, full, LG_MOMENT_CHARS);
	text[LG_MOMENT_CHARS] = '\0';
}

void lg_clock_timestamp(int64_t moment_us, char text[LG_TIMESTAMP_CHARS + 1])
{
	struct tm parts = split(moment_us);

	(void)strftime(text, LG_TIMESTAMP_CHARS + 1, "%Y%m%d%H%M%S", &parts);
}

/* Milliseconds of the unit, 0 if it is none. */
static int64_t unit_ms(const char *unit)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

	for (size_t i = 0; i < LG_COUNT_OF(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].ms;
	return 0;
}

enum lg_status lg_duration_parse(const char *text, int64_t *out_ms, struct lg_error *err)
{
	const int64_t max_ms = (int64_t)LG_DURATION_MAX_HOURS * 3600000;
	size_t digits = strspn(text, "0123456789");
	int64_t number = 0;
	int64_t unit;

	if (strcmp(text, "0") == 0) {
		*out_ms = 0;
		return LG_OK;
	}
	unit = unit_ms(text + digits);
	if (digits == 0 || unit == 0)
		return lg_fail(err, LG_FORMAT,
			"'%s' is not a duration such as 500ms, 30s, 5m or 1h", text);
	for (size_t i = 0; i < digits && number <= max_ms; i++)
		number = number * 10 + (text[i] - '0');
	if (number > max_ms / unit)
		return lg_fail(err, LG_FORMAT, "'%s' is longer than a year", text);
	*out_ms = number * unit;
	return LG_OK;
}

void lg_clock_sleep_ms(int64_t wait_ms)
{
	struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};

	(void)nanosleep(&wait, NULL);
}

uint32_t lg_jitter(uint32_t bound)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
		number = (uint32_t)lg_clock_monotonic_us();
	return number % bound;
}
