/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gate/postgres/layout.h"
#include "gate/postgres/records.h"
#include "gate/postgres/sql.h"
#include "gate/postgres/trust.h"

/* The columns of summarize.sql, behind those of postgres_learn_backend(). */
enum {
	COLUMN_BATCH = 3,
	COLUMN_FORMAT_ROWS,
	COLUMN_LAYOUT,
	COLUMN_ROWS_DIGEST,
	COLUMN_ROWS,
	COLUMN_SEEDS_DIGEST,
	COLUMN_SEEDS,
	COLUMN_TABLES,
	COLUMN_INVALID_INDEXES,
};

struct probe {
	struct postgres_session *session;
	struct history_summary summary;
};

static enum lg_status read_digest(
	const struct pg_result *rows, int column, struct lg_digest *out, struct lg_error *err)
{
	return lg_digest_parse(
		postgres_column(rows, 0, column), postgres_column_bytes(rows, 0, column), out, err);
}

static enum lg_status take_summary(
	void *context, size_t statement, const struct pg_result *rows, struct lg_error *err)
{
	struct probe *probe = context;
	struct history_summary *out = &probe->summary;

	(void)statement;
	if (postgres_learn_backend(
		    probe->session, rows, postgres_column(rows, 0, COLUMN_BATCH), err) ||
		postgres_check_format(probe->session,
			postgres_number_at(rows, 0, COLUMN_FORMAT_ROWS),
			postgres_number_at(rows, 0, COLUMN_LAYOUT), err))
		return err->status;
	out->layout_version = probe->session->layout_version;
	out->rows = (uint64_t)postgres_number_at(rows, 0, COLUMN_ROWS);
	out->seeds = (uint64_t)postgres_number_at(rows, 0, COLUMN_SEEDS);
	out->invalid_indexes = (uint64_t)postgres_number_at(rows, 0, COLUMN_INVALID_INDEXES);
	if (read_digest(rows, COLUMN_ROWS_DIGEST, &out->rows_digest, err))
		return err->status;
	return read_digest(rows, COLUMN_SEEDS_DIGEST, &out->seeds_digest, err);
}

/* Several statements in one string are one transaction, so SET LOCAL needs no BEGIN. */
enum lg_status postgres_probe(
	struct target *target, struct history_summary *out, struct lg_error *err)
{
	LG_CLEANUP(postgres_string_release) struct postgres_string string;
	struct probe probe = {.session = postgres_session_of(target)};
	struct postgres_reply reply = {.take = take_summary, .context = &probe};
	struct lg_error failure;

	postgres_string_init(&string);
	postgres_add_reading(probe.session, true, &string);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_avoid_sort);
	POSTGRES_ADD_PLAIN(&string, postgres_sql_avoid_jit);
	POSTGRES_ADD(&string, postgres_sql_summarize, postgres_text(probe.session->project),
		postgres_text(probe.session->scope));
	if (postgres_execute(probe.session, &string, &reply, &failure) &&
		postgres_explain_absence(probe.session, &failure)) {
		*err = failure;
		return err->status;
	}
	*out = probe.summary;
	return LG_OK;
}
