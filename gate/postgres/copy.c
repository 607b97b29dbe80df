/* SPDX-License-Identifier: MIT */
#include <libpq-fe.h>
#include <string.h>

#include "gate/postgres/exchange.h"

/* PostgreSQL manual, "Functions Associated with the COPY Command". */

enum { CHUNK_BYTES = 64 * 1024 };

/* The data without the line that ends it, which is psql's and not the server's. */
static size_t data_bytes(
	const struct target_script *script, const struct script_statement *statement)
{
	static const char end[] = "\\.";
	const char *data = script->view->text + statement->data_offset;
	size_t len = statement->data_len;

	if (len >= strlen(end) && memcmp(data + len - strlen(end), end, strlen(end)) == 0)
		len -= strlen(end);
	return len;
}

static bool send_data(struct postgres_exchange *exchange, const struct target_script *script,
	const struct script_statement *statement)
{
	PGconn *conn = exchange->session->conn;
	size_t len = data_bytes(script, statement);

	/* The pages were read and given back once, when the end of the data was looked for. */
	body_view_rewind(script->view, statement->data_offset);
	for (size_t sent = 0; sent < len && !postgres_is_stopped(exchange->session);) {
		size_t offset = statement->data_offset + sent;
		size_t size = len - sent < CHUNK_BYTES ? len - sent : CHUNK_BYTES;
		int taken = PQputCopyData(conn, script->view->text + offset, (int)size);

		if (taken < 0 || !postgres_exchange_flush(exchange))
			return false;
		if (taken > 0)
			sent += size;
		body_view_forget(script->view, offset);
	}
	return true;
}

/* PQputCopyEnd() may have to be said again while the socket takes nothing. */
static bool end_data(struct postgres_exchange *exchange, const char *reason)
{
	int taken;

	while ((taken = PQputCopyEnd(exchange->session->conn, reason)) == 0)
		if (!postgres_exchange_wait(exchange, POSTGRES_WISH_WRITE))
			return false;
	return taken > 0 && postgres_exchange_flush(exchange);
}

bool postgres_copy_in(struct postgres_exchange *exchange)
{
	const struct postgres_string *string = exchange->string;
	size_t done = exchange->reply->done;
	const struct postgres_piece *piece = done < string->count ? &string->pieces[done] : NULL;

	if (!piece || !piece->script || piece->statement.data_len == 0)
		return end_data(exchange, "the script has no data for this COPY");
	if (!send_data(exchange, piece->script, &piece->statement))
		return false;
	return end_data(
		exchange, postgres_is_stopped(exchange->session) ? "stopped by a signal" : NULL);
}

bool postgres_copy_out(struct postgres_exchange *exchange)
{
	int len;

	do {
		char *line = NULL;

		len = PQgetCopyData(exchange->session->conn, &line, 1);
		PQfreemem(line);
		if (len == 0 && !postgres_exchange_wait(exchange, POSTGRES_WISH_READ))
			return false;
	} while (len >= 0);
	return true;
}
