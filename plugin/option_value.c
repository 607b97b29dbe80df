/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "plugin/options.h"

static enum lg_status set_flag(const char *text, bool *out, struct lg_error *err)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "1") != 0 && strcmp(text, "false") != 0 &&
		strcmp(text, "0") != 0)
		return lg_fail(err, LG_USAGE, "takes true or false, not '%s'", text);
	*out = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	return LG_OK;
}

static enum lg_status set_number(const char *text, uint32_t *out, struct lg_error *err)
{
	char *end = NULL;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '1' || text[0] > '9' || *end || errno || number > UINT32_MAX)
		return lg_fail(err, LG_USAGE, "takes a number from 1, not '%s'", text);
	*out = (uint32_t)number;
	return LG_OK;
}

static enum lg_status set_size(const char *text, uint64_t *out, struct lg_error *err)
{
	static const char units[] = "KMG";
	char *end = NULL;
	const char *unit;
	uint64_t number;
	unsigned int shift = 0;

	errno = 0;
	number = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit)
		shift = 10 * ((unsigned int)(unit - units) + 1);
	if (text[0] < '1' || text[0] > '9' || errno || (*end && (!unit || end[1])) ||
		number > UINT64_MAX >> shift)
		return lg_fail(err, LG_USAGE, "takes a size such as 500M or 2G, not '%s'", text);
	*out = number << shift;
	return LG_OK;
}

static enum lg_status add_item(const char *text, struct option_list *out, struct lg_error *err)
{
	if (out->count == OPTION_LIST_MAX)
		return lg_fail(err, LG_USAGE, "is given more than %d times", OPTION_LIST_MAX);
	out->items[out->count++] = text;
	return LG_OK;
}

enum lg_status option_set(
	const struct option_row *row, const char *text, struct options *out, struct lg_error *err)
{
	void *field = (char *)out + row->offset;

	if (!*text)
		return lg_fail(err, LG_USAGE, "is empty");
	switch (row->kind) {
	case OPTION_FLAG:
		return set_flag(text, field, err);
	case OPTION_TEXT:
		*(const char **)field = text;
		return LG_OK;
	case OPTION_DURATION:
		if (lg_duration_parse(text, field, err)) {
			err->status = LG_USAGE;
			return LG_USAGE;
		}
		return LG_OK;
	case OPTION_NUMBER:
		return set_number(text, field, err);
	case OPTION_SIZE:
		return set_size(text, field, err);
	case OPTION_LIST:
		return add_item(text, field, err);
	}
	return LG_OK;
}
