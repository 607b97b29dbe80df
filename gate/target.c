/* SPDX-License-Identifier: MIT */
#include "gate/target.h"

static const struct target_driver *const drivers[] = {&target_sqlite};

const struct target_driver *target_driver_find(const char *url)
{
	for (size_t i = 0; i < LG_COUNT_OF(drivers); i++)
		if (drivers[i]->accepts(url))
			return drivers[i];
	return NULL;
}
