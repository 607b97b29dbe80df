/* SPDX-License-Identifier: MIT */
#include "plugin/completion.h"

/*
 * Divides what is typed into option and value, and offers what the table below says. To bash the
 * characters of COMP_WORDBREAKS are words of their own: what is one word to the program is put
 * together again, and what stands before the last of them is taken from each answer.
 */
static const char head[] =
	"# bash completion for lockgate: made by 'lockgate help --completion bash'\n"
	"_lockgate() {\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} whole before i\n"
	"	local option= value= prefix= kind= words= mark= list= reply\n"
	"	COMPREPLY=()\n"
	"	for ((i = 2; i < COMP_CWORD; i++)); do\n"
	"		[[ ${COMP_WORDS[i]} == -- ]] || continue\n"
	"		if declare -F _command_offset >/dev/null; then\n"
	"			_command_offset $((i + 1))\n"
	"		else\n"
	"			mapfile -t COMPREPLY < <(compgen -c -f -- \"$cur\")\n"
	"		fi\n"
	"		return\n"
	"	done\n"
	"	whole=$cur\n"
	"	for ((i = COMP_CWORD; i > 2; i--)); do\n"
	"		[[ ${COMP_WORDS[i]} == [=:]* || ${COMP_WORDS[i - 1]} == *[=:] ]] || break\n"
	"		whole=${COMP_WORDS[i - 1]}$whole\n"
	"	done\n"
	"	[[ $cur == [=:] ]] && cur=\n"
	"	before=${whole%\"$cur\"}\n"
	"	if ((COMP_CWORD == 1)); then\n"
	"		command=\n"
	"	elif [[ $whole == --*=* ]]; then\n"
	"		option=${whole%%=*} prefix=${whole%%=*}= value=${whole#*=}\n"
	"	elif [[ $whole == -* ]]; then\n"
	"		option=-\n"
	"	elif [[ ${COMP_WORDS[i - 1]} == -* ]]; then\n"
	"		option=${COMP_WORDS[i - 1]}\n"
	"	fi\n"
	"	[[ -n $prefix ]] || value=$whole\n";

static const char tail[] =
	"	if [[ -n $list && $value == *,* ]]; then\n"
	"		prefix+=${value%,*}, value=${value##*,}\n"
	"	fi\n"
	"	if [[ -n $mark && $value == *\"$mark\"* ]]; then\n"
	"		prefix+=${value%%\"$mark\"*}$mark value=${value#*\"$mark\"} kind=files\n"
	"	fi\n"
	"	case $kind in\n"
	"	words) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$value\") ;;\n"
	"	files) mapfile -t COMPREPLY < <(compgen -f -- \"$value\") ;;\n"
	"	folders) mapfile -t COMPREPLY < <(compgen -d -- \"$value\") ;;\n"
	"	esac\n"
	"	for i in \"${!COMPREPLY[@]}\"; do\n"
	"		reply=$prefix${COMPREPLY[i]}\n"
	"		COMPREPLY[i]=${reply#\"$before\"}\n"
	"		[[ $reply == *[=:/] ]] && compopt -o nospace 2>/dev/null\n"
	"	done\n"
	"	[[ $kind == words ]] || compopt -o filenames 2>/dev/null\n"
	"}\n"
	"complete -F _lockgate lockgate\n";

static void add_what(const struct completion *what, struct lg_buf *out)
{
	static const char *const kinds[] = {[COMPLETION_NONE] = "none",
		[COMPLETION_WORDS] = "words",
		[COMPLETION_FILES] = "files",
		[COMPLETION_FOLDERS] = "folders"};

	lg_buf_addf(out, "kind=%s", kinds[what->kind]);
	if (what->words.len)
		lg_buf_addf(out, " words='%s'", what->words.text + 1);
	if (what->is_list)
		lg_buf_adds(out, " list=yes");
	if (what->file_mark)
		lg_buf_addf(out, " mark=%s", what->file_mark);
	lg_buf_adds(out, " ;;\n");
}

static void add_options(struct lg_buf *out)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		LG_CLEANUP(completion_release) struct completion what = completion_of_option(row);

		if (!row->value || row->is_variable)
			continue;
		lg_buf_addf(out, "	*:--%s", row->name);
		if (row->letter)
			lg_buf_addf(out, "|*:-%c", row->letter);
		lg_buf_adds(out, ") ");
		add_what(&what, out);
	}
}

static void add_option_names(const struct command_row *command, struct lg_buf *out)
{
	lg_buf_addf(out, "	%s:-) kind=words words='", command->name);
	for (size_t i = 0; i < option_row_count; i++)
		if (completion_has(command, &option_rows[i]))
			lg_buf_addf(out, "--%s ", option_rows[i].name);
	lg_buf_adds(out, "' ;;\n");
}

void completion_add_bash(struct lg_buf *out)
{
	lg_buf_adds(out, head);
	lg_buf_adds(out, "	case $command:$option in\n	:*) kind=words words='");
	for (size_t i = 0; i < command_row_count; i++)
		lg_buf_addf(out, "%s ", command_rows[i].name);
	lg_buf_adds(out, "' ;;\n");
	for (size_t i = 0; i < command_row_count; i++)
		add_option_names(&command_rows[i], out);
	add_options(out);
	for (size_t i = 0; i < command_row_count; i++) {
		LG_CLEANUP(completion_release)
		struct completion what = completion_of_arguments(&command_rows[i]);

		lg_buf_addf(out, "	%s:*) ", command_rows[i].name);
		add_what(&what, out);
	}
	lg_buf_adds(out, "	esac\n");
	lg_buf_adds(out, tail);
}
