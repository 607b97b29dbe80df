/* SPDX-License-Identifier: MIT */
#include "plugin/exit_code.h"

const struct exit_code_row exit_code_rows[] = {
	{EXIT_OK, "ok", "pass; nothing to do; all applied"},
	{EXIT_REFUSED, "refused", "the gate has findings that block"},
	{EXIT_USAGE, "usage", "bad arguments or settings"},
	{EXIT_UNDECIDED, "undecided", "could not decide: database unreachable, no permission, I/O"},
	{EXIT_LOCKED, "locked", "the lock was not free within --lock-wait"},
	{EXIT_FAILED, "failed", "a migration or revert failed"},
	{EXIT_UNREPORTED, "unreported", "all done, but a required report was not taken"},
	{EXIT_BAD_BUNDLE, "bad-bundle", "the bundle or folder is not acceptable"},
	{EXIT_CANCELLED, "cancelled", "ended by signal N after cleaning up: 128+N"},
};

const size_t exit_code_row_count = LG_COUNT_OF(exit_code_rows);

int exit_code_of(enum lg_status status, int signal)
{
	switch (status) {
	case LG_OK:
		return EXIT_OK;
	case LG_REFUSED:
		return EXIT_REFUSED;
	case LG_USAGE:
		return EXIT_USAGE;
	case LG_INTERNAL:
	case LG_IO:
	case LG_DATABASE:
		return EXIT_UNDECIDED;
	case LG_LOCKED:
		return EXIT_LOCKED;
	case LG_FAILED:
		return EXIT_FAILED;
	case LG_FORMAT:
	case LG_LIMIT:
		return EXIT_BAD_BUNDLE;
	case LG_CANCELLED:
		return EXIT_CANCELLED + signal;
	}
	return EXIT_UNDECIDED;
}

const char *exit_code_name(int code)
{
	for (size_t i = 0; i < exit_code_row_count; i++)
		if ((int)exit_code_rows[i].code == code)
			return exit_code_rows[i].name;
	return "cancelled";
}
