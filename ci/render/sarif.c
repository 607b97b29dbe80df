/* SPDX-License-Identifier: MIT */
#include "ci/render/sarif.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "ci/escape.h"
#include "ci/problem.h"
#include "ci/render/json_text.h"
#include "ci/rules.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* A result that is nowhere must be somewhere all the same: where migrations are by default. */
#define NOWHERE "migrations"

/* Outcomes that come with a place, so that they are results too. */
static const struct ci_rule error_rules[] = {
	{"failed", "migration failed", "migrations failed",
		"A script failed while it was applied."},
	{"bad-bundle", "not acceptable", "not acceptable",
		"A script or the bundle is not acceptable, so nothing of it was run."},
	{"undecided", "undecided", "undecided", "Nothing could be decided."},
};

static json_t *text(const char *value)
{
	LG_FREE_BY_SCOPE char *mended = ci_mended(value);

	return json_string_nocheck(mended);
}

static void set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new_nocheck(object, key, value);
}

static json_t *message(const char *value)
{
	json_t *object = json_object();

	set(object, "text", text(value));
	return object;
}

/* The path as a relative reference: RFC 3986, section 4.2, with every byte escaped that may be. */
static json_t *uri(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	LG_CLEANUP(lg_buf_release) struct lg_buf out;

	lg_buf_init(&out, LG_BUF_MAX_BYTES);
	if (*path == '/')
		lg_buf_adds(&out, "file://");
	for (const char *at = path; *at; at++)
		if (strchr(plain, *at))
			lg_buf_addc(&out, *at);
		else
			lg_buf_addf(&out, "%%%02X", (unsigned char)*at);
	return json_string_nocheck(out.text);
}

/* "checksum-changed" as "MigrationChecksumChanged": a name must differ from its id. */
static json_t *rule_name(const char *code)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf name;

	lg_buf_init(&name, LG_BUF_MAX_BYTES);
	lg_buf_adds(&name, "Migration");
	while (*code) {
		size_t len = strcspn(code, "-");

		lg_buf_addf(&name, "%c%.*s", toupper((unsigned char)*code), (int)len - 1, code + 1);
		code += len + (code[len] == '-');
	}
	return json_string_nocheck(name.text);
}

static json_t *rule(const struct ci_rule *item, const char *manual)
{
	json_t *object = json_object();
	json_t *defaults = json_object();
	LG_FREE_BY_SCOPE char *help = NULL;

	help = lg_format("%s The result says what to do next; %s explains '%s'.", item->text,
		manual ? manual : "lockgate(1)", item->code);
	set(defaults, "level", text("error"));
	set(object, "id", text(item->code));
	set(object, "name", rule_name(item->code));
	set(object, "shortDescription", message(item->text));
	set(object, "fullDescription", message(item->text));
	set(object, "help", message(help));
	set(object, "defaultConfiguration", defaults);
	return object;
}

static json_t *rules(const struct ci_report *report)
{
	json_t *array = json_array();
	size_t count;
	const struct ci_rule *own = ci_rules_of(report, &count);

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(array, rule(&own[i], report->rules_manual));
	for (size_t i = 0; i < LG_COUNT_OF(error_rules); i++)
		(void)json_array_append_new(array, rule(&error_rules[i], NULL));
	return array;
}

/* Its place among rules(), -1 where there is none. */
static int rule_index(const struct ci_report *report, const char *code)
{
	size_t count;
	const struct ci_rule *own = ci_rules_of(report, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(own[i].code, code) == 0)
			return (int)i;
	for (size_t i = 0; i < LG_COUNT_OF(error_rules); i++)
		if (strcmp(error_rules[i].code, code) == 0)
			return (int)(count + i);
	return -1;
}

static json_t *location(const struct ci_place *place)
{
	json_t *region = json_object();
	json_t *file = json_object();
	json_t *physical = json_object();
	json_t *object = json_object();

	set(region, "startLine", json_integer(place->line ? place->line : 1));
	if (place->line && place->column)
		set(region, "startColumn", json_integer(place->column));
	set(file, "uri", uri(place->path ? place->path : NOWHERE));
	set(physical, "artifactLocation", file);
	set(physical, "region", region);
	set(object, "physicalLocation", physical);
	return object;
}

static json_t *result(const struct ci_problem *problem, int index)
{
	json_t *object = json_object();
	json_t *prints = json_object();
	json_t *locations = json_array();
	LG_CLEANUP(lg_buf_release) struct lg_buf words;

	lg_buf_init(&words, LG_BUF_MAX_BYTES);
	lg_buf_adds(&words, problem->message);
	if (problem->hint)
		lg_buf_addf(&words, "\n%s", problem->hint);
	set(prints, "lockgate/v1", text(problem->fingerprint));
	(void)json_array_append_new(locations, location(&problem->place));
	set(object, "ruleId", text(problem->code));
	set(object, "ruleIndex", json_integer(index));
	set(object, "level", text(problem->level == CI_PROBLEM_WARN ? "warning" : "error"));
	set(object, "message", message(words.text));
	set(object, "locations", locations);
	set(object, "partialFingerprints", prints);
	return object;
}

/* Always there, for alerts are closed only by a report without them. */
static json_t *results(const struct ci_report *report, const struct ci_problems *problems)
{
	json_t *array = json_array();

	for (size_t i = 0; i < problems->count; i++) {
		const struct ci_problem *problem = &problems->items[i];
		bool is_result = problem->level != CI_PROBLEM_ERROR || problem->place.path;
		int index = rule_index(report, problem->code);

		if (is_result && index >= 0 && json_array_size(array) < CI_SARIF_MAX_RESULTS)
			(void)json_array_append_new(array, result(problem, index));
	}
	return array;
}

static json_t *tool(const struct ci_report *report)
{
	json_t *driver = json_object();
	json_t *object = json_object();

	set(driver, "name", text("lockgate"));
	set(driver, "semanticVersion", text(report->tool_version));
	set(driver, "rules", rules(report));
	set(object, "driver", driver);
	return object;
}

static json_t *invocations(const struct ci_report *report)
{
	json_t *object = json_object();
	json_t *notifications = json_array();
	json_t *array = json_array();

	set(object, "executionSuccessful", json_boolean(!report->error));
	set(object, "exitCode", json_integer(report->exit_code));
	if (report->error) {
		json_t *notification = json_object();

		set(notification, "level", text("error"));
		set(notification, "message", message(report->error->message));
		(void)json_array_append_new(notifications, notification);
	}
	set(object, "toolExecutionNotifications", notifications);
	(void)json_array_append_new(array, object);
	return array;
}

/* Which of several reports on a commit this one replaces. */
static json_t *category(const struct ci_report *report)
{
	const char *environment = report->environment ? report->environment : "default";
	json_t *object = json_object();
	LG_FREE_BY_SCOPE char *id = lg_format("lockgate/%s/", environment);

	set(object, "id", text(id));
	return object;
}

static void drop_problems(struct ci_problems *problems)
{
	ci_problems_release(problems);
}

static json_t *run(const struct ci_report *report)
{
	LG_CLEANUP(drop_problems) struct ci_problems problems = ci_problems_of(report);
	json_t *object = json_object();

	set(object, "tool", tool(report));
	set(object, "automationDetails", category(report));
	set(object, "invocations", invocations(report));
	set(object, "columnKind", text("unicodeCodePoints"));
	set(object, "results", results(report, &problems));
	return object;
}

void render_sarif(const struct ci_report *report, struct lg_buf *out)
{
	json_t *root = json_object();
	json_t *runs = json_array();

	(void)json_array_append_new(runs, run(report));
	set(root, "$schema", text(SCHEMA));
	set(root, "version", text("2.1.0"));
	set(root, "runs", runs);
	(void)json_dump_callback(root, ci_json_append, out, JSON_INDENT(1));
	lg_buf_addc(out, '\n');
	json_decref(root);
}
