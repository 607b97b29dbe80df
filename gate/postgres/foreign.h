/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_FOREIGN_H
#define LOCKGATE_GATE_POSTGRES_FOREIGN_H

/* History tables of other tools: read_foreign() of struct target_driver, and what is written. */

#include "gate/postgres/session.h"

enum lg_status postgres_read_foreign(struct target *target, const char *table,
	struct foreign_history *out, struct lg_error *err);

/* Adds the statement that writes the record. */
void postgres_add_record(struct postgres_string *string, const struct foreign_record *record);

#endif
