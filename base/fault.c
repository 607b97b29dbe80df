/* SPDX-License-Identifier: MIT */

/* Part of builds with FAULTS=1 alone. */

#include "base/fault.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* -1: nobody listens. */
static int connect_channel(void)
{
	const char *path = getenv("LOCKGATE_FAULTS");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int channel;

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return -1;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(channel, (const struct sockaddr *)&address, sizeof(address)) < 0)
		abort();
	return channel;
}

void lg_fault(const char *point)
{
	static int channel = -2;
	char line[128];
	char answer;
	int len;

	if (channel == -2)
		channel = connect_channel();
	if (channel < 0)
		return;
	len = snprintf(line, sizeof(line), "%s\n", point);
	if (send(channel, line, (size_t)len, MSG_NOSIGNAL) != len)
		return;
	while (recv(channel, &answer, 1, 0) < 0 && errno == EINTR)
		continue;
}

bool lg_fault_denies_memory(void)
{
	static uint64_t count;
	static uint64_t denied = UINT64_MAX;

	if (denied == UINT64_MAX) {
		const char *number = getenv("LOCKGATE_FAULT_ALLOCATION");

		denied = number ? strtoull(number, NULL, 10) : 0;
	}
	return ++count == denied;
}
