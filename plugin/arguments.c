/* SPDX-License-Identifier: MIT */
#include "plugin/arguments.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plugin/options.h"

static void hide(char *text)
{
	for (; *text; text++)
		*text = '*';
}

static bool is_secret_flag(const char *argument, size_t len)
{
	const struct option_row *row = NULL;

	if (len > 2 && argument[0] == '-' && argument[1] == '-')
		row = option_find(argument + 2, len - 2);
	return row && row->is_secret;
}

struct arguments arguments_copy(int argc, char **argv)
{
	struct arguments copy = {0};

	for (int i = 0; i < argc; i++) {
		const char *before = i > 0 ? copy.items[i - 1] : "";
		size_t len = strcspn(argv[i], "=");

		arguments_add(&copy, argv[i]);
		if (is_secret_flag(before, strlen(before)))
			hide(argv[i]);
		else if (argv[i][len] == '=' && is_secret_flag(argv[i], len))
			hide(argv[i] + len + 1);
	}
	return copy;
}

void arguments_add(struct arguments *arguments, const char *text)
{
	arguments->items = lg_grow(arguments->items, arguments->count + 1, sizeof(char *));
	arguments->items[arguments->count++] = lg_strdup(text);
	arguments->items[arguments->count] = NULL;
}

void arguments_release(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->items[i]);
	free(arguments->items);
	*arguments = (struct arguments){0};
}
