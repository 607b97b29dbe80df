/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_SCHEMA_H
#define LOCKGATE_GATE_POSTGRES_SCHEMA_H

/*
 * The schema as the catalogue has it, and as it is recorded: the operations of struct target_driver
 * about it. What each kind of object is made of stands in sql/schema_….sql (PostgreSQL manual,
 * chapter "System Catalogs").
 */

#include "gate/postgres/session.h"

enum lg_status postgres_read_schema(
	struct target *target, struct schema *out, struct lg_error *err);
enum lg_status postgres_read_record(
	struct target *target, struct schema_record *out, struct lg_error *err);
enum lg_status postgres_record_schema(struct target *target, const char *batch_id,
	const struct schema_writes *writes, struct lg_error *err);

#endif
