/* SPDX-License-Identifier: MIT */
#include "plugin/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "plugin/completion.h"
#include "plugin/version.h"

const struct command_row command_rows[] = {
	{"new", "NAME [FOLDER]", ON_NEW, cmd_new, false, "create an empty migration"},
	{"bundle", "[SOURCE] [-o FILE]", ON_BUNDLE, cmd_bundle, false,
		"pack a folder of migrations into one checksummed file"},
	{"inspect", "BUNDLE [--json|--manifest]", ON_INSPECT, cmd_inspect, false,
		"show what is inside, verified first"},
	{"sign", "BUNDLE --signing-key FILE|--attach FILE|--show-public", ON_SIGN, cmd_sign, false,
		"add a signature; the bundle's id stays"},
	{"verify", "[SOURCE] --db URL|--base SOURCE|--no-db", ON_VERIFY, cmd_verify, true,
		"the gate: compare with the target's history, or with --base, read-only"},
	{"plan", "[SOURCE] --db URL", ON_PLAN, cmd_plan, true,
		"show what apply would do: verdict and SQL, in order"},
	{"apply", "[SOURCE] --db URL", ON_APPLY, cmd_apply, true,
		"verify, lock, verify again, and run what is pending"},
	{"status", "[SOURCE] --db URL", ON_STATUS, cmd_status, true,
		"show history and pending; without SOURCE the history alone"},
	{"revert", "[SOURCE] --db URL", ON_REVERT, cmd_revert, true,
		"undo the last batch, or what --batch, --steps, --to or --all select"},
	{"run", "[SOURCE] --db URL -- CMD [ARG ...]", ON_RUN, cmd_run, true,
		"apply (or verify, or wait for others), then become CMD"},
	{"adopt", "[SOURCE] --db URL --from TOOL|--to VERSION|--undo", ON_ADOPT, cmd_adopt, true,
		"take over a database that was migrated by other means"},
	{"resolve", "VERSION [SOURCE] --db URL --applied|--done|--retry|--reverted", ON_RESOLVE,
		cmd_resolve, true, "decide by hand about a migration that stands half done"},
	{"lock", "--db URL [--break --reason TEXT]", ON_LOCK, cmd_lock, false,
		"show who holds the lock, or end that run"},
	{"drift", "--db URL [--accept --reason TEXT]", ON_DRIFT, cmd_drift, true,
		"hold the live schema against the one recorded after the last apply"},
	{"init", "--db URL [--print|--reader ROLE]", ON_INIT, cmd_init, true, "create the history"},
	{"lint", "[SOURCE] [--base SOURCE]", ON_LINT, cmd_lint, true,
		"what is risky about migrations, or about those that the base lacks; no database"},
	{"rebase", "[SOURCE] --base SOURCE [--dry-run]", ON_REBASE, cmd_rebase, false,
		"give migrations that the base lacks later versions, unless 'lockgate status' shows them "
		"applied somewhere"},
	{"report", "list|flush|drop [ID]|test", ON_REPORT, cmd_report, false,
		"the reports that are not delivered yet; and whether sinks take one"},
	{"help", "[COMMAND]", ON_HELP, cmd_help, false, "show this help, or a command's"},
	{"version", "", ON_VERSION, cmd_version, false, "show the version"},
};

const size_t command_row_count = LG_COUNT_OF(command_rows);

/* What other tools call these things. */
static const struct {
	const char *theirs, *ours;
} borrowed_words[] = {{"up", "apply"}, {"migrate", "apply"}, {"down", "revert"}, {"undo", "revert"},
	{"rollback", "revert"}, {"generate", "new"}, {"create", "new"}, {"baseline", "adopt"},
	{"repair", "resolve"}, {"force", "resolve"}, {"unlock", "lock --break"}};

const struct command_row *command_find(const char *name)
{
	for (size_t i = 0; i < command_row_count; i++)
		if (strcmp(name, command_rows[i].name) == 0)
			return &command_rows[i];
	return NULL;
}

enum lg_status command_fail_unknown(const char *name, struct lg_error *err)
{
	struct lg_nearest nearest = lg_nearest_to(name);

	(void)lg_fail(err, LG_USAGE, "there is no command '%s'", name);
	for (size_t i = 0; i < LG_COUNT_OF(borrowed_words); i++)
		if (strcmp(name, borrowed_words[i].theirs) == 0)
			return lg_hint(
				err, "lockgate calls it 'lockgate %s'", borrowed_words[i].ours);
	for (size_t i = 0; i < command_row_count; i++)
		lg_nearest_offer(&nearest, command_rows[i].name);
	if (lg_nearest_word(&nearest))
		return lg_hint(err, "did you mean 'lockgate %s'?", nearest.word);
	return lg_hint(err, "'lockgate help' lists the commands");
}

void command_help_all(const struct output *output)
{
	output_line(output, TONE_PLAIN, "usage: lockgate COMMAND [ARGUMENT…] [OPTION…]");
	output_line(output, TONE_PLAIN, "%s", "");
	for (size_t i = 0; i < command_row_count; i++)
		output_line(output, TONE_PLAIN, "  %-9s %s", command_rows[i].name,
			command_rows[i].help);
	output_line(output, TONE_PLAIN, "%s", "");
	output_line(output, TONE_PLAIN,
		"'lockgate help COMMAND' lists a command's options; lockgate(1) explains them.");
}

static void help_option(const struct output *output, const struct option_row *row)
{
	char form[OPTION_VARIABLE_CHARS];

	if (row->is_variable)
		option_variable(row, "", form);
	else
		(void)snprintf(form, sizeof(form), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
			row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
			row->value ? " " : "", row->value ? row->value : "");
	output_line(output, TONE_PLAIN, "  %-30s %s", form, row->help);
}

void command_help_one(const struct output *output, const struct command_row *row)
{
	output_line(output, TONE_PLAIN, "usage: lockgate %s %s", row->name, row->form);
	output_line(output, TONE_PLAIN, "  %s", row->help);
	output_line(output, TONE_PLAIN, "%s", "");
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].commands & row->bit)
			help_option(output, &option_rows[i]);
}

static enum lg_status print_completion(struct run *run, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf script = {0};

	if (run_limit_arguments(run, 0, err))
		return err->status;
	lg_buf_init(&script, LG_BUF_MAX_BYTES);
	if (completion_add(run->options.completion, &script, err))
		return err->status;
	output_bytes(&run->output, script.text, script.len);
	return LG_OK;
}

enum lg_status cmd_help(struct run *run, struct lg_error *err)
{
	const struct command_row *row;

	if (run->options.completion)
		return print_completion(run, err);
	if (run_limit_arguments(run, 1, err))
		return err->status;
	if (run->options.positional_count == 0) {
		command_help_all(&run->output);
		return LG_OK;
	}
	row = command_find(run->options.positional[0]);
	if (!row)
		return command_fail_unknown(run->options.positional[0], err);
	command_help_one(&run->output, row);
	return LG_OK;
}

enum lg_status cmd_version(struct run *run, struct lg_error *err)
{
	if (run_limit_arguments(run, 0, err))
		return err->status;
	if (run->options.json)
		(void)printf("{\"lockgate\": \"%s\"}\n", LOCKGATE_VERSION);
	output_line(&run->output, TONE_PLAIN, "lockgate %s", LOCKGATE_VERSION);
	return LG_OK;
}
