/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/support/fake_session.h"

static enum lg_status add_rows(
	const struct fake_database *database, struct foreign_history *out, struct lg_error *err)
{
	for (size_t i = 0; i < database->foreign.count; i++) {
		struct foreign_row row = {0};

		row.texts[FOREIGN_IDENTITY] = database->foreign.names[i];
		row.texts[FOREIGN_STATE] = "applied";
		row.lens[FOREIGN_IDENTITY] = strlen(row.texts[FOREIGN_IDENTITY]);
		row.lens[FOREIGN_STATE] = strlen(row.texts[FOREIGN_STATE]);
		if (foreign_add(out, &row, err))
			return err->status;
	}
	return LG_OK;
}

enum lg_status fake_read_foreign(
	struct target *target, const char *table, struct foreign_history *out, struct lg_error *err)
{
	struct fake_session *session = fake_session_of(target);
	const struct fake_database *database = session->database;

	if (fake_enter(session, err))
		return err->status;
	if (database->foreign_table)
		foreign_add_table(out, &(struct foreign_table){.schema = "main",
					       .name = database->foreign_table,
					       .columns = "name\n",
					       .is_near = true});
	if (foreign_choose(out, table, err))
		return err->status;
	return add_rows(database, out, err);
}
