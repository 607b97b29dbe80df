/* SPDX-License-Identifier: MIT */
#include "plugin/options.h"

#include <string.h>

/* The commands that take a thing, by what they have in common. */
enum {
	ON_SOURCE = ON_BUNDLE | ON_VERIFY | ON_PLAN | ON_APPLY | ON_STATUS | ON_REVERT | ON_RUN |
		    ON_ADOPT | ON_RESOLVE,
	ON_TARGET = ON_VERIFY | ON_PLAN | ON_APPLY | ON_STATUS | ON_REVERT | ON_RUN | ON_ADOPT |
		    ON_RESOLVE | ON_LOCK | ON_INIT,
	ON_WRITING = ON_APPLY | ON_REVERT | ON_RUN | ON_ADOPT | ON_RESOLVE | ON_LOCK | ON_INIT,
	ON_GATE = ON_VERIFY | ON_PLAN | ON_APPLY | ON_RUN,
	ON_ALL = (1 << 15) - 1,
};

#define FIELD(member) offsetof(struct options, member)

const struct option_row option_rows[] = {
	{"db", 0, "URL", OPTION_TEXT, FIELD(db), ON_TARGET, true, true,
		"the target: postgres://USER@HOST/DATABASE, or sqlite:PATH"},
	{"project", 0, "NAME", OPTION_TEXT, FIELD(project), ON_TARGET | ON_SOURCE, false, true,
		"whose migrations these are (default: the bundle's, else app)"},
	{"scope", 0, "NAME", OPTION_TEXT, FIELD(scope), ON_TARGET, false, true,
		"which tenant of the project (default: main)"},
	{"format", 0, "NAME", OPTION_TEXT, FIELD(format), ON_SOURCE | ON_NEW, false, true,
		"the format of the folder (default: recognise it)"},
	{"dialect", 0, "NAME", OPTION_TEXT, FIELD(dialect), ON_SOURCE, false, true,
		"the SQL of the folder: postgres or sqlite (default: the target's, else postgres)"},
	{"max-size", 0, "SIZE", OPTION_SIZE, FIELD(max_size), ON_SOURCE | ON_INSPECT, false, true,
		"refuse more than SIZE bytes of scripts, with K, M or G (default: 1G)"},
	{"output", 'o', "FILE", OPTION_TEXT, FIELD(output), ON_BUNDLE, false, false,
		"where the bundle goes (default: PROJECT.lockgate)"},
	{"manifest", 0, NULL, OPTION_FLAG, FIELD(manifest), ON_INSPECT, false, false,
		"print the manifest's bytes and nothing else"},
	{"no-db", 0, NULL, OPTION_FLAG, FIELD(no_db), ON_VERIFY, false, false,
		"check the source alone"},
	{"policy", 0, "KEY=VALUE", OPTION_LIST, FIELD(policies), ON_GATE, false, false,
		"what the gate lets pass; may be repeated"},
	{"with-seeds", 0, NULL, OPTION_FLAG, FIELD(with_seeds), ON_GATE | ON_STATUS, false, true,
		"seeds too"},
	{"plan-token", 0, "TOKEN", OPTION_TEXT, FIELD(plan_token), ON_APPLY, false, false,
		"apply only the plan that printed this token"},
	{"dry-run", 0, NULL, OPTION_FLAG, FIELD(dry_run), ON_APPLY | ON_REVERT, false, false,
		"show what would be done, and the SQL; change nothing"},
	{"exit-code", 0, NULL, OPTION_FLAG, FIELD(exit_code), ON_STATUS, false, false,
		"exit 1 when something is pending or found"},
	{"lock-wait", 0, "DUR", OPTION_DURATION, FIELD(lock_wait_ms), ON_WRITING, false, true,
		"wait that long for the lock (default: 5m; run: as long as its holder lives)"},
	{"wait-db", 0, "DUR", OPTION_DURATION, FIELD(wait_db_ms), ON_TARGET, false, true,
		"wait that long for a database that is not up yet (default: 0; run: 60s)"},
	{"lock-timeout", 0, "DUR", OPTION_DURATION, FIELD(lock_timeout_ms), ON_TARGET, false, true,
		"wait that long for the database's own locks, each statement (default: 2s)"},
	{"statement-timeout", 0, "DUR", OPTION_DURATION, FIELD(statement_timeout_ms), ON_TARGET,
		false, true, "let a statement run that long (default: 0, no bound)"},
	{"mode", 0, "MODE", OPTION_TEXT, FIELD(mode), ON_RUN, false, false,
		"apply, verify, or wait until others have applied (default: apply)"},
	{"wait-schema", 0, "DUR", OPTION_DURATION, FIELD(wait_schema_ms), ON_RUN, false, false,
		"with --mode wait: wait that long for the migrations (default: 5m)"},
	{"start-on", 0, "OUTCOME[,OUTCOME]", OPTION_TEXT, FIELD(start_on), ON_RUN, false, false,
		"start CMD also after failed, undecided or refused (default: none)"},
	{"role", 0, "NAME", OPTION_TEXT, FIELD(role), ON_APPLY | ON_REVERT | ON_RUN, false, true,
		"PostgreSQL: run scripts as this role, unless they name one"},
	{"create-database", 0, NULL, OPTION_FLAG, FIELD(create_database),
		ON_APPLY | ON_RUN | ON_INIT, false, false,
		"create a database that its server does not have"},
	{"reader", 0, "ROLE", OPTION_TEXT, FIELD(reader), ON_INIT, false, false,
		"PostgreSQL: let this role read the history, as verify needs"},
	{"batch", 0, "ID", OPTION_TEXT, FIELD(batch), ON_REVERT, false, false,
		"undo this batch; last is the newest one"},
	{"steps", 0, "N", OPTION_NUMBER, FIELD(steps), ON_REVERT, false, false,
		"undo the N newest migrations"},
	{"to", 0, "VERSION", OPTION_TEXT, FIELD(to), ON_REVERT | ON_ADOPT, false, false,
		"revert: undo everything applied after VERSION; adopt: the database has VERSION"},
	{"all", 0, NULL, OPTION_FLAG, FIELD(all), ON_REVERT, false, false, "undo everything"},
	{"undo", 0, NULL, OPTION_FLAG, FIELD(undo), ON_ADOPT, false, false,
		"forget what was adopted; runs no script"},
	{"applied", 0, NULL, OPTION_FLAG, FIELD(applied), ON_RESOLVE, false, false,
		"it was done outside: record it as applied"},
	{"done", 0, NULL, OPTION_FLAG, FIELD(done), ON_RESOLVE, false, false,
		"the statement in doubt took effect: go on behind it"},
	{"retry", 0, NULL, OPTION_FLAG, FIELD(retry), ON_RESOLVE, false, false,
		"the statement in doubt did not: run it again"},
	{"reverted", 0, NULL, OPTION_FLAG, FIELD(reverted), ON_RESOLVE, false, false,
		"nothing of it is there: forget it"},
	{"break", 0, NULL, OPTION_FLAG, FIELD(break_lock), ON_LOCK, false, false,
		"end the run that holds the lock"},
	{"print", 0, NULL, OPTION_FLAG, FIELD(print), ON_INIT, false, false,
		"print the SQL instead of running it"},
	{"reason", 0, "TEXT", OPTION_TEXT, FIELD(reason),
		ON_ADOPT | ON_RESOLVE | ON_LOCK | ON_REVERT, false, false, "why, for the history"},
	{"yes", 'y', NULL, OPTION_FLAG, FIELD(yes), ON_REVERT | ON_ADOPT | ON_LOCK, false, false,
		"do not ask"},
	{"environment", 0, "NAME", OPTION_TEXT, FIELD(environment), ON_TARGET, false, true,
		"what reports call this target: production, staging, …"},
	{"json", 0, NULL, OPTION_FLAG, FIELD(json), ON_ALL & ~(ON_HELP | ON_NEW), false, false,
		"one JSON document on stdout"},
	{"config", 0, "FILE", OPTION_TEXT, FIELD(config), ON_ALL & ~(ON_HELP | ON_VERSION), false,
		false, "the settings file (default: lockgate.ini where there is one)"},
	{"quiet", 'q', NULL, OPTION_FLAG, FIELD(quiet), ON_ALL, false, false,
		"no progress on stderr"},
	{"verbose", 'v', NULL, OPTION_FLAG, FIELD(verbose), ON_ALL, false, false,
		"more progress on stderr"},
	{"no-color", 0, NULL, OPTION_FLAG, FIELD(no_color), ON_ALL, false, false,
		"no colours, as with NO_COLOR"},
	{"help", 'h', NULL, OPTION_FLAG, FIELD(help), ON_ALL, false, false, "show this help"},
};

const size_t option_row_count = LG_COUNT_OF(option_rows);

const struct option_row *option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (strlen(option_rows[i].name) == len &&
			strncmp(option_rows[i].name, name, len) == 0)
			return &option_rows[i];
	return NULL;
}
