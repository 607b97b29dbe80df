/* SPDX-License-Identifier: MIT */
#include "plugin/completion.h"

static const char head[] =
	"# fish completion for lockgate: made by 'lockgate help --completion fish'\n"
	"\n"
	"# True if the command is one of these, and no program's words have begun.\n"
	"function __lockgate_on\n"
	"    set -l words (commandline -opc)\n"
	"    test (count $words) -ge 2; and contains -- $words[2] $argv; and not contains -- -- $words\n"
	"end\n"
	"\n"
	"# What the program behind -- would be offered.\n"
	"function __lockgate_program\n"
	"    set -l words (commandline -opc)\n"
	"    set -l at (contains -i -- -- $words)\n"
	"    or return\n"
	"    set -e words[1..$at]\n"
	"    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))\n"
	"end\n"
	"\n"
	"complete -c lockgate -f\n"
	"complete -c lockgate -n 'contains -- -- (commandline -opc)' -a '(__lockgate_program)'\n";

static void add_quoted(const char *text, struct lg_buf *out)
{
	lg_buf_addc(out, '\'');
	completion_add_escaped(text, "'\\", out);
	lg_buf_addc(out, '\'');
}

static void add_commands(struct lg_buf *out)
{
	for (size_t i = 0; i < command_row_count; i++) {
		lg_buf_addf(out,
			"complete -c lockgate -n 'test (count (commandline -opc)) -eq 1' -a %s -d ",
			command_rows[i].name);
		add_quoted(command_rows[i].help, out);
		lg_buf_addc(out, '\n');
	}
}

static void add_what(const struct completion *what, struct lg_buf *out)
{
	switch (what->kind) {
	case COMPLETION_NONE:
		lg_buf_adds(out, " -x");
		break;
	case COMPLETION_WORDS:
		/* A word that may go on as a file lets files in. */
		lg_buf_adds(out, what->file_mark ? " -r -F -a " : " -x -a ");
		if (what->is_list)
			lg_buf_addf(out, "'(__fish_append ,%s)'", what->words.text);
		else
			lg_buf_addf(out, "'%s'", what->words.text + 1);
		break;
	case COMPLETION_FILES:
		lg_buf_adds(out, " -r -F");
		break;
	case COMPLETION_FOLDERS:
		lg_buf_adds(out, " -x -a '(__fish_complete_directories)'");
		break;
	}
}

static void add_option(const struct option_row *row, struct lg_buf *out)
{
	LG_CLEANUP(completion_release) struct completion what = completion_of_option(row);

	if (row->is_variable)
		return;
	lg_buf_adds(out, "complete -c lockgate -n '__lockgate_on");
	for (size_t i = 0; i < command_row_count; i++)
		if (completion_has(&command_rows[i], row))
			lg_buf_addf(out, " %s", command_rows[i].name);
	lg_buf_addf(out, "' -l %s", row->name);
	if (row->letter)
		lg_buf_addf(out, " -s %c", row->letter);
	if (row->value)
		add_what(&what, out);
	lg_buf_adds(out, " -d ");
	add_quoted(row->help, out);
	lg_buf_addc(out, '\n');
}

static void add_arguments(const struct command_row *command, struct lg_buf *out)
{
	LG_CLEANUP(completion_release)
	struct completion what = completion_of_arguments(command);

	if (what.kind == COMPLETION_NONE)
		return;
	lg_buf_addf(out, "complete -c lockgate -n '__lockgate_on %s'", command->name);
	if (what.kind == COMPLETION_FILES)
		lg_buf_adds(out, " -F");
	else
		add_what(&what, out);
	lg_buf_addc(out, '\n');
}

void completion_add_fish(struct lg_buf *out)
{
	lg_buf_adds(out, head);
	add_commands(out);
	for (size_t i = 0; i < option_row_count; i++)
		add_option(&option_rows[i], out);
	for (size_t i = 0; i < command_row_count; i++)
		add_arguments(&command_rows[i], out);
}
