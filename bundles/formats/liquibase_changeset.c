/* SPDX-License-Identifier: MIT */
#include "bundles/formats/liquibase_changeset.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* A piece of the line. */
struct span {
	const char *text;
	size_t len;
};

enum kind {
	KIND_TRANSACTION,
	KIND_ON_CHANGE,
	KIND_ALWAYS,
	KIND_DBMS,
	KIND_IGNORE,
	KIND_FAIL_ON_ERROR,
	KIND_DELIMITER,
	KIND_CONTEXT,
	KIND_RUNNER,
};

/* Attributes that are not here change nothing that lockgate does; those unknown do nothing there.
 */
static const struct attribute {
	const char *name;
	enum kind kind;
} attributes[] = {
	{"runInTransaction", KIND_TRANSACTION},
	{"runOnChange", KIND_ON_CHANGE},
	{"runAlways", KIND_ALWAYS},
	{"dbms", KIND_DBMS},
	{"ignore", KIND_IGNORE},
	{"failOnError", KIND_FAIL_ON_ERROR},
	{"endDelimiter", KIND_DELIMITER},
	{"rollbackEndDelimiter", KIND_DELIMITER},
	{"context", KIND_CONTEXT},
	{"contextFilter", KIND_CONTEXT},
	{"labels", KIND_CONTEXT},
	{"runWith", KIND_RUNNER},
	{"runWithSpoolFile", KIND_RUNNER},
};

/* Orders that stand in comments of their own. */
static const struct order {
	const char *word;
	const char *text;
	const char *hint;
} orders[] = {
	{"property ", "a property of Liquibase", "write its value where it is used"},
	{"precondition-", "a precondition",
		"lockgate goes by its history alone: delete it where it has served its time, or "
		"write the condition in SQL (IF NOT EXISTS)"},
	{"ignoreLines:", "lines for Liquibase to ignore",
		"delete them, or comment them out: lockgate would run them"},
	{"include file:", "the inclusion of another changelog",
		"changelogs run in the order of their paths: name them so, and delete this line"},
	{"includeAll ", "the inclusion of a folder",
		"changelogs run in the order of their paths: name them so, and delete this line"},
	{"rollbackSqlFile ", "a rollback in another file",
		"write it into lines that begin with '--rollback '"},
};

static bool is_blank(char character)
{
	return character == ' ' || character == '\t';
}

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && strncasecmp(span.text, text, span.len) == 0;
}

bool liquibase_is_header(struct marker marker)
{
	if (!marker_take(&marker, "liquibase", true))
		return false;
	(void)marker_take_blanks(&marker);
	return marker_take(&marker, "formatted", true);
}

bool liquibase_take_changeset(struct marker *marker)
{
	return marker_take(marker, "changeset", true);
}

/* Up to the end of quotes, or of what `is_end` ends; takes it off the text. */
static struct span take_word(struct span *rest, const char *ends)
{
	struct span word = {rest->text, 0};
	const char *quote = rest->len > 0 && *rest->text == '"'
				    ? memchr(rest->text + 1, '"', rest->len - 1)
				    : NULL;

	if (quote) {
		word = (struct span){rest->text + 1, (size_t)(quote - rest->text) - 1};
		rest->len -= word.len + 2;
		rest->text += word.len + 2;
		return word;
	}
	/* A NUL ends no word, though strchr() finds one behind `ends`. */
	while (word.len < rest->len &&
		(!rest->text[word.len] || !strchr(ends, rest->text[word.len])))
		word.len++;
	rest->text += word.len;
	rest->len -= word.len;
	return word;
}

static void skip_blanks(struct span *rest)
{
	while (rest->len > 0 && is_blank(*rest->text)) {
		rest->text++;
		rest->len--;
	}
}

static bool read_identity(
	struct marker marker, struct liquibase_changeset *out, struct span *out_rest)
{
	struct span rest;
	struct span author;
	struct span id;

	if (!marker_take_blanks(&marker))
		return false;
	rest = (struct span){marker.text, marker.len};
	author = take_word(&rest, ":");
	if (author.len == 0 || rest.len == 0 || *rest.text != ':')
		return false;
	rest.text++;
	rest.len--;
	skip_blanks(&rest);
	id = take_word(&rest, " \t");
	out->author = author.text;
	out->author_len = author.len;
	out->id = id.text;
	out->id_len = id.len;
	*out_rest = rest;
	return id.len > 0;
}

static const char *engine_word(enum sql_dialect engine)
{
	return engine == SQL_POSTGRES ? "postgresql" : "sqlite";
}

/* A list of engines, of which those with a `!` are left out. */
static bool is_for(struct span list, enum sql_dialect engine)
{
	bool names_some = false;
	bool names_ours = false;

	while (list.len > 0) {
		struct span word = take_word(&list, ",");

		if (list.len > 0) {
			list.text++;
			list.len--;
		}
		skip_blanks(&word);
		if (word.len > 0 && *word.text == '!') {
			if (span_is((struct span){word.text + 1, word.len - 1},
				    engine_word(engine)))
				return false;
			continue;
		}
		names_some = names_some || word.len > 0;
		names_ours =
			names_ours || span_is(word, engine_word(engine)) || span_is(word, "all");
	}
	return !names_some || names_ours;
}

/* Everything but `true` is false there. */
static bool is_true(struct span value)
{
	return span_is(value, "true");
}

static enum lg_status apply(const struct marker *marker, const struct attribute *attribute,
	struct span value, enum sql_dialect engine, struct liquibase_changeset *out,
	struct lg_error *err)
{
	switch (attribute->kind) {
	case KIND_TRANSACTION:
		out->is_transactional = is_true(value);
		return LG_OK;
	case KIND_ON_CHANGE:
		out->runs_on_change = is_true(value);
		return LG_OK;
	case KIND_ALWAYS:
		out->runs_always = is_true(value);
		return LG_OK;
	case KIND_DBMS:
		out->is_ours = out->is_ours && is_for(value, engine);
		return LG_OK;
	case KIND_IGNORE:
		out->is_ours = out->is_ours && !is_true(value);
		return LG_OK;
	case KIND_FAIL_ON_ERROR:
		return is_true(value) ? LG_OK
				      : marker_refuse(marker, "a changeset that may fail",
						"an error always ends the run: write the "
						"statement so that it cannot fail, and delete "
						"failOnError",
						err);
	case KIND_DELIMITER:
		return value.len == 0 || span_is(value, ";")
			       ? LG_OK
			       : marker_refuse(marker,
					 "statements that end in something else than ';'",
					 "end them in ';' and delete the attribute: functions and "
					 "triggers need no other delimiter",
					 err);
	case KIND_CONTEXT:
		return value.len == 0
			       ? LG_OK
			       : marker_refuse(marker,
					 "a changeset for some contexts or labels only",
					 "lockgate runs all of a folder: delete the attribute, or "
					 "move what is not for all into a folder of its own",
					 err);
	case KIND_RUNNER:
		break;
	}
	return value.len == 0 ? LG_OK
			      : marker_refuse(marker, "a changeset that another program runs",
					"write it so that it runs in a session of its own, and "
					"delete runWith",
					err);
}

/* Takes `name:value` off the text; false, and no more than a word is gone, if it is no such pair.
 */
static bool take_pair(struct span *rest, struct span *out_name, struct span *out_value)
{
	skip_blanks(rest);
	*out_name = take_word(rest, ": \t");
	if (rest->len == 0 || *rest->text != ':')
		return false;
	rest->text++;
	rest->len--;
	*out_value = take_word(rest, " \t");
	return true;
}

static enum lg_status read_attributes(const struct marker *marker, struct span rest,
	enum sql_dialect engine, struct liquibase_changeset *out, struct lg_error *err)
{
	struct span name;
	struct span value;

	while (rest.len > 0) {
		if (!take_pair(&rest, &name, &value))
			continue;
		for (size_t i = 0; i < LG_COUNT_OF(attributes); i++)
			if (span_is(name, attributes[i].name) &&
				apply(marker, &attributes[i], value, engine, out, err))
				return err->status;
	}
	return LG_OK;
}

enum lg_status liquibase_changeset_read(const struct marker *marker, enum sql_dialect engine,
	struct liquibase_changeset *out, struct lg_error *err)
{
	struct span rest = {NULL, 0};

	*out = (struct liquibase_changeset){.is_transactional = true, .is_ours = true};
	if (!read_identity(*marker, out, &rest))
		return marker_refuse(marker, "a changeset without author and id",
			"Liquibase refuses it too: write --changeset AUTHOR:ID", err);
	return read_attributes(marker, rest, engine, out, err);
}

bool liquibase_take_rollback(struct marker *marker)
{
	struct marker rest = *marker;

	if (!marker_take(&rest, "rollback", true) || rest.len == 0 || !is_blank(*rest.text))
		return false;
	*marker = rest;
	(void)marker_take_blanks(marker);
	return true;
}

enum lg_status liquibase_check_comment(const struct marker *marker, struct lg_error *err)
{
	for (size_t i = 0; i < LG_COUNT_OF(orders); i++) {
		struct marker rest = *marker;

		if (marker_take(&rest, orders[i].word, true))
			return marker_refuse(marker, orders[i].text, orders[i].hint, err);
	}
	return LG_OK;
}
