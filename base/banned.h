/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BASE_BANNED_H
#define LOCKGATE_BASE_BANNED_H

/*
 * Functions of libc that are easy to misuse end the build. The Makefile includes this file in
 * front of every source, after the headers of libc that declare them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gmtime localtime ctime
#pragma GCC poison asctime atoi atol atoll system popen tmpnam mktemp

#endif
