/* SPDX-License-Identifier: MIT */
#include "bundles/formats/liquibase_changelog.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "bundles/formats/foreign_file.h"
#include "bundles/formats/liquibase_changeset.h"
#include "bundles/formats/no_transaction.h"
#include "bundles/formats/section.h"
#include "bundles/limits.h"
#include "bundles/script.h"

/* What was found of one changeset while its file was looked through. */
struct found {
	struct liquibase_changeset set; /* its texts are gone once the view is closed */
	const char *identity;           /* AUTHOR:ID */
	const char *name;
	struct section up;
	uint32_t line;          /* of its own */
	struct lg_buf rollback; /* of lines, with line ends so that each keeps its distance */
	uint32_t rollback_line; /* of the first one; 0: there is none */
	uint32_t rollback_at;   /* the line that the next text would be of */
	struct section block;   /* of a comment block */
};

struct reading {
	struct folder_reader *reader;
	const char *file;
	struct body_view view;
	struct marker_search search;
	struct marker marker; /* the last comment */
	struct section head;
	struct found *items;
	size_t count;
};

static void drop_reading(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		lg_buf_release(&reading->items[i].rollback);
	free(LG_TAKE(reading->items));
	body_view_close(&reading->view);
}

static enum lg_status refuse_at(
	uint32_t line, const char *text, const char *hint, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	(void)lg_hint(err, "%s", hint);
	err->line = line;
	err->column = 1;
	return err->status;
}

bool liquibase_changelog_begins(enum sql_dialect dialect, const char *text, size_t len)
{
	struct body_view view = body_view_of_text(text, len);
	struct sql_lexer lexer;
	struct sql_token token;
	struct marker_search search;
	struct marker marker;

	/* Nothing but blanks stands before it. */
	sql_lexer_init(&lexer, dialect, text, len);
	marker_search_init(&search, dialect, &view);
	return sql_lexer_next(&lexer, &token) && marker_search_next(&search, &marker) &&
	       marker.offset == token.offset && liquibase_is_header(marker);
}

/* Looking through a file */

static void end_open(struct reading *reading, size_t offset)
{
	struct section *open =
		reading->count > 0 ? &reading->items[reading->count - 1].up : &reading->head;

	open->len = offset - open->offset;
}

static void set_names(struct found *found, struct lg_arena *strings)
{
	const struct liquibase_changeset *set = &found->set;
	const char *name = lg_arena_addf(
		strings, "%.*s_%.*s", (int)set->author_len, set->author, (int)set->id_len, set->id);

	found->identity = lg_arena_addf(
		strings, "%.*s:%.*s", (int)set->author_len, set->author, (int)set->id_len, set->id);
	found->name = bundle_name_of(strings, name, strlen(name));
}

static enum lg_status begin_changeset(struct reading *reading, struct lg_error *err)
{
	struct found found = {.line = reading->marker.line};

	if (liquibase_changeset_read(
		    &reading->marker, reading->reader->bundle->engine, &found.set, err))
		return err->status;
	set_names(&found, &reading->reader->bundle->strings);
	end_open(reading, reading->marker.offset);
	found.up = section_behind(&reading->marker, &reading->view);
	lg_buf_init(&found.rollback, BUNDLE_MAX_BODY_BYTES);
	reading->items = lg_grow(reading->items, reading->count, sizeof(found));
	reading->items[reading->count++] = found;
	marker_search_part(&reading->search, &reading->marker);
	return LG_OK;
}

static void add_rollback(struct found *found, const struct marker *marker)
{
	if (found->rollback_line == 0) {
		found->rollback_line = marker->line;
		found->rollback_at = marker->line;
	}
	for (; found->rollback_at < marker->line; found->rollback_at++)
		lg_buf_addc(&found->rollback, '\n');
	lg_buf_add(&found->rollback, marker->text, marker->len);
}

static enum lg_status read_comment(struct reading *reading, struct lg_error *err)
{
	struct marker marker = reading->marker;

	if (liquibase_take_changeset(&reading->marker))
		return begin_changeset(reading, err);
	if (reading->count > 0 && liquibase_take_rollback(&marker)) {
		add_rollback(&reading->items[reading->count - 1], &marker);
		return LG_OK;
	}
	if (reading->count == 0 && marker_take(&marker, "lockgate:", false))
		return refuse_at(marker.line, "a directive that belongs to no changeset",
			"put it below the line of the changeset that it is for", err);
	return liquibase_check_comment(&reading->marker, err);
}

/* A comment that spans lines and begins with the words `liquibase rollback`. */
static bool is_block(const char *text, const struct sql_token *token, size_t *out_start)
{
	struct marker marker = {.text = text + token->offset + 2};
	const char *feed;

	if (token->kind != SQL_TOKEN_COMMENT || text[token->offset] != '/')
		return false;
	feed = memchr(marker.text, '\n', token->len - 2);
	if (!feed)
		return false;
	marker.len = (size_t)(feed - marker.text);
	(void)marker_take_blanks(&marker);
	if (!marker_take(&marker, "liquibase", true))
		return false;
	(void)marker_take_blanks(&marker);
	if (!marker_take(&marker, "rollback", true))
		return false;
	(void)marker_take_blanks(&marker);
	*out_start = (size_t)(feed - text) + 1;
	return marker.len == 0;
}

static uint32_t count_lines(const char *text, size_t len)
{
	uint32_t lines = 0;
	const char *end = text + len;

	while ((text = memchr(text, '\n', (size_t)(end - text)))) {
		text++;
		lines++;
	}
	return lines;
}

static enum lg_status find_block(struct reading *reading, struct found *found, struct lg_error *err)
{
	const char *text = reading->view.text + found->up.offset;
	struct sql_lexer lexer;
	struct sql_token token;
	size_t start = 0;

	sql_lexer_init(&lexer, reading->reader->bundle->engine, text, found->up.len);
	while (sql_lexer_next(&lexer, &token)) {
		if (!is_block(text, &token, &start))
			continue;
		found->block.first_line = found->up.first_line + count_lines(text, start);
		if (found->block.is_there || found->rollback_line > 0)
			return refuse_at(found->block.first_line - 1,
				"a second rollback of one changeset",
				"write all of it into one block", err);
		found->block.is_there = true;
		found->block.offset = found->up.offset + start;
		found->block.len = token.offset + token.len - 2 - start;
	}
	return LG_OK;
}

/* A placeholder that Liquibase would replace, if it has a value for it. */
static enum lg_status check_placeholders(struct reading *reading, struct lg_error *err)
{
	const char *found = memmem(reading->view.text, reading->view.len, "${", 2);

	if (!found)
		return LG_OK;
	(void)lg_fail(
		err, LG_FORMAT, "a placeholder: '%.*s'", (int)strcspn(found, "}\r\n '\""), found);
	script_locate(
		&reading->view, (size_t)(found - reading->view.text), &err->line, &err->column);
	return lg_hint(
		err, "what runs is fixed when it is packed: write the value into the changeset");
}

static enum lg_status look_through(struct reading *reading, struct lg_error *err)
{
	reading->head = (struct section){true, 0, reading->view.len, 1};
	marker_search_init(&reading->search, reading->reader->bundle->engine, &reading->view);
	while (marker_search_next(&reading->search, &reading->marker))
		if (read_comment(reading, err))
			return err->status;
	for (size_t i = 0; i < reading->count; i++)
		if (find_block(reading, &reading->items[i], err))
			return err->status;
	return LG_OK;
}

/* Making migrations */

/* Liquibase takes these words for a rollback that does nothing. */
static bool is_nothing(const struct lg_buf *text)
{
	const char *at = text->text + strspn(text->text, " \t\r\n");

	return strncasecmp(at, "empty", 5) == 0 || strncasecmp(at, "not required", 12) == 0;
}

static enum lg_status add_down(struct reading *reading, const struct found *found,
	const struct migration_part *whole, struct migration *migration, struct lg_error *err)
{
	const struct lg_buf *text = &found->rollback;
	LG_CLEANUP(lg_buf_release) struct lg_buf nothing;

	lg_buf_init(&nothing, 1);
	if (found->block.is_there) {
		migration->down = section_part(whole, &found->block);
		return folder_scan(reading->reader, SCRIPT_DOWN, &migration->down, err);
	}
	if (text->text[strspn(text->text, " \t\r\n")] == '\0')
		return LG_OK;
	if (strcasestr(text->text, "changesetid"))
		return refuse_at(found->rollback_line, "a rollback that names another changeset",
			"write its SQL here", err);
	if (lg_buf_status(text, "the rollback", err) ||
		folder_add_text(reading->reader, reading->file, found->rollback_line,
			is_nothing(text) ? &nothing : text, &migration->down, err))
		return err->status;
	return folder_scan(reading->reader, SCRIPT_DOWN, &migration->down, err);
}

/* Such a changeset may run again, which a repeatable migration does. */
static enum lg_status add_repeatable(
	struct reading *reading, const struct found *found, struct migration *migration)
{
	if (found->set.runs_always)
		folder_note(reading->reader, reading->file, found->line,
			"the changeset runs when it has changed, not with every run");
	if (found->block.is_there || found->rollback_line > 0)
		folder_note(reading->reader, reading->file, found->line,
			"its rollback is left out, for a revert leaves what runs again");
	migration->kind = MIGRATION_REPEATABLE;
	migration->version = migration->name;
	return LG_OK;
}

static enum lg_status add_parts(struct reading *reading, const struct found *found,
	const struct migration_part *whole, struct migration *migration, struct lg_error *err)
{
	bool is_repeatable = found->set.runs_on_change || found->set.runs_always;

	migration->up = section_part(whole, &found->up);
	if (folder_scan(reading->reader, SCRIPT_UP, &migration->up, err) ||
		(is_repeatable ? add_repeatable(reading, found, migration)
			       : add_down(reading, found, whole, migration, err)))
		return lg_place(err, reading->file, err->line, err->column);
	return found->set.is_transactional
		       ? LG_OK
		       : no_transaction_set_both(reading->reader, migration, err);
}

static enum lg_status add_changeset(struct reading *reading, const char *version,
	const struct found *found, const struct migration_part *whole, struct lg_error *err)
{
	struct migration migration = {.version = version, .name = found->name};

	if (!found->set.is_ours) {
		folder_skip(reading->reader, reading->file,
			lg_arena_addf(&reading->reader->bundle->strings,
				"its changeset '%s' is ignored, or for another database",
				found->identity));
		return LG_OK;
	}
	if (add_parts(reading, found, whole, &migration, err))
		return lg_about(err, migration.version);
	folder_add(reading->reader, &migration);
	return LG_OK;
}

/* What stands before the first changeset is lost there, so it may be comments alone. */
static enum lg_status check_head(
	struct reading *reading, const struct migration_part *whole, struct lg_error *err)
{
	struct migration_part head = section_part(whole, &reading->head);

	reading->reader->scripts--; /* the head is no script of its own */
	if (folder_scan(reading->reader, SCRIPT_UP, &head, err))
		return err->status;
	if (head.statements == 0)
		return LG_OK;
	(void)lg_fail(err, LG_FORMAT, "a statement stands before the first changeset");
	(void)lg_hint(err, "Liquibase never runs it: put it behind a line --changeset AUTHOR:ID");
	return lg_place(err, reading->file, 1, 0);
}

/* Those that are not ours are no changesets for the other database. */
static int compare_found(const void *left, const void *right)
{
	const struct found *a = *(const struct found *const *)left;
	const struct found *b = *(const struct found *const *)right;
	int order = (int)b->set.is_ours - (int)a->set.is_ours;

	if (!order)
		order = strcmp(a->identity, b->identity);
	return order ? order : (a > b) - (a < b);
}

static enum lg_status check_identities(const struct reading *reading, struct lg_error *err)
{
	LG_FREE_BY_SCOPE const struct found **sorted =
		lg_calloc(reading->count, sizeof(const struct found *));

	for (size_t i = 0; i < reading->count; i++)
		sorted[i] = &reading->items[i];
	qsort(sorted, reading->count, sizeof(const struct found *), compare_found);
	for (size_t i = 1; i < reading->count && sorted[i]->set.is_ours; i++) {
		if (strcmp(sorted[i - 1]->identity, sorted[i]->identity) != 0)
			continue;
		(void)lg_fail(err, LG_FORMAT,
			"the changeset '%s' stands here twice, first in line %u",
			sorted[i]->identity, sorted[i - 1]->line);
		(void)lg_hint(err, "Liquibase refuses it too: give one of them another id");
		return lg_place(err, reading->file, sorted[i]->line, 1);
	}
	return LG_OK;
}

static enum lg_status add_changesets(struct reading *reading, const struct liquibase_file *file,
	const struct migration_part *whole, struct lg_error *err)
{
	struct lg_arena *strings = &reading->reader->bundle->strings;

	if (check_head(reading, whole, err) || check_identities(reading, err))
		return err->status;
	for (size_t i = 0; i < reading->count; i++)
		if (add_changeset(reading, lg_arena_addf(strings, "%s.%zu", file->version, i + 1),
			    &reading->items[i], whole, err))
			return err->status;
	return LG_OK;
}

static enum lg_status read_file(
	struct reading *reading, const struct migration_part *whole, struct lg_error *err)
{
	if (bundle_view(reading->reader->bundle, whole, &reading->view, err))
		return err->status;
	if (check_placeholders(reading, err) || look_through(reading, err))
		return lg_place(err, reading->file, err->line, err->column);
	/* None may be open while the store takes a rollback in. */
	body_view_close(&reading->view);
	reading->view = (struct body_view){0};
	return LG_OK;
}

enum lg_status liquibase_changelog_pack(struct folder_reader *reader,
	const struct folder_list *list, const struct liquibase_file *file, struct lg_error *err)
{
	LG_CLEANUP(drop_reading)
	struct reading reading = {.reader = reader, .file = file->file};
	struct migration_part whole;

	if (folder_read(reader, list, file->listed, &whole, err) ||
		read_file(&reading, &whole, err))
		return err->status;
	return add_changesets(&reading, file, &whole, err);
}
