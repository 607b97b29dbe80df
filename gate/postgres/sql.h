/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_SQL_H
#define LOCKGATE_GATE_POSTGRES_SQL_H

/*
 * The statements of gate/postgres/sql/, embedded at build; what each takes and gives is said there.
 */

extern const char postgres_sql_begin[];
extern const char postgres_sql_commit[];
extern const char postgres_sql_fence[];
extern const char postgres_sql_pin_search_path[];
extern const char postgres_sql_rollback[];

#endif
