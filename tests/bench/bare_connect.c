/* SPDX-License-Identifier: MIT */

/*
 * bare_connect CONNINFO: connects and asks SELECT 1, with nothing but libpq; the floor under every
 * command that looks at a server. It is linked with the libraries that lockgate is linked with.
 */

#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	PGconn *conn = PQconnectdb(argc > 1 ? argv[1] : "");
	PGresult *result = PQexec(conn, "SELECT 1");
	int is_bad = PQresultStatus(result) != PGRES_TUPLES_OK;

	if (is_bad)
		(void)fprintf(stderr, "bare_connect: %s", PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	return is_bad;
}
