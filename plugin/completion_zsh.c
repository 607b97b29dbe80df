/* SPDX-License-Identifier: MIT */
#include "plugin/completion.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
	"#compdef lockgate\n"
	"# zsh completion for lockgate: made by 'lockgate help --completion zsh'\n"
	"\n"
	"# _lockgate_words LIST MARK WORD...: words, several with commas if LIST; behind MARK a file.\n"
	"_lockgate_words() {\n"
	"	local list=$1 mark=$2\n"
	"	shift 2\n"
	"	[[ -n $list ]] && compset -P '*,'\n"
	"	if [[ -n $mark ]] && compset -P \"*$mark\"; then\n"
	"		_files\n"
	"	else\n"
	"		compadd -S '' -- \"$@\"\n"
	"	fi\n"
	"}\n"
	"\n"
	"_lockgate() {\n"
	"	local -a known\n"
	"	local at=${words[(i)--]} command=$words[2]\n"
	"	if ((at < CURRENT)); then\n"
	"		shift $at words\n"
	"		((CURRENT -= at))\n"
	"		_normal\n"
	"		return\n"
	"	fi\n";

/* Inside single quotes. */
static void add_quoted(const char *text, const char *special, struct lg_buf *out)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			lg_buf_addc(out, '\\');
		if (*text == '\'')
			lg_buf_adds(out, "'\\'");
		lg_buf_addc(out, *text);
	}
}

static void add_commands(struct lg_buf *out)
{
	lg_buf_adds(out, "	known=(\n");
	for (size_t i = 0; i < command_row_count; i++) {
		lg_buf_addf(out, "		'%s:", command_rows[i].name);
		add_quoted(command_rows[i].help, ":\\", out);
		lg_buf_adds(out, "'\n");
	}
	lg_buf_adds(out, "	)\n"
			 "	if ((CURRENT == 2)); then\n"
			 "		_describe -t commands command known\n"
			 "		return\n"
			 "	fi\n"
			 "	shift words\n"
			 "	((CURRENT--))\n"
			 "	case $command in\n");
}

static void add_action(const struct completion *what, struct lg_buf *out)
{
	switch (what->kind) {
	case COMPLETION_NONE:
		lg_buf_addc(out, ' ');
		break;
	case COMPLETION_FILES:
		lg_buf_adds(out, "_files");
		break;
	case COMPLETION_FOLDERS:
		lg_buf_adds(out, "_files -/");
		break;
	case COMPLETION_WORDS:
		if (what->is_list || what->file_mark) {
			/* A colon would end the action. */
			lg_buf_addf(out, "{_lockgate_words \"%s\" \"", what->is_list ? "yes" : "");
			add_quoted(what->file_mark ? what->file_mark : "", ":", out);
			lg_buf_adds(out, "\"");
			add_quoted(what->words.text, ":", out);
			lg_buf_addc(out, '}');
		} else {
			lg_buf_addf(out, "(%s)", what->words.text + 1);
		}
		break;
	}
}

/* One form of an option: "--db=[help]:URL:action". */
static void add_form(const struct option_row *row, const char *form, struct lg_buf *out)
{
	LG_CLEANUP(completion_release) struct completion what = completion_of_option(row);

	lg_buf_addf(out, "			'%s%s%s[", row->kind == OPTION_LIST ? "*" : "",
		form, row->value ? strncmp(form, "--", 2) == 0 ? "=" : "+" : "");
	add_quoted(row->help, "[]\\", out);
	lg_buf_addc(out, ']');
	if (row->value) {
		lg_buf_addf(out, ":%s:", row->value);
		add_action(&what, out);
	}
	lg_buf_adds(out, "' \\\n");
}

static void add_command(const struct command_row *command, struct lg_buf *out)
{
	LG_CLEANUP(completion_release)
	struct completion arguments = completion_of_arguments(command);

	lg_buf_addf(out, "	(%s)\n		_arguments -s : \\\n", command->name);
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		char form[OPTION_VARIABLE_CHARS];

		if (!completion_has(command, row))
			continue;
		(void)snprintf(form, sizeof(form), "--%s", row->name);
		add_form(row, form, out);
		(void)snprintf(form, sizeof(form), "-%c", row->letter);
		if (row->letter)
			add_form(row, form, out);
	}
	lg_buf_adds(out, "			'*:argument:");
	add_action(&arguments, out);
	lg_buf_adds(out, "'\n		;;\n");
}

void completion_add_zsh(struct lg_buf *out)
{
	lg_buf_adds(out, head);
	add_commands(out);
	for (size_t i = 0; i < command_row_count; i++)
		add_command(&command_rows[i], out);
	lg_buf_adds(out,
		"	esac\n"
		"}\n"
		"\n"
		"# An autoloaded function is called by its first use, a sourced one is not.\n"
		"if [[ $funcstack[1] == _lockgate ]]; then\n"
		"	_lockgate \"$@\"\n"
		"else\n"
		"	compdef _lockgate lockgate\n"
		"fi\n");
}
