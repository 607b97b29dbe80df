/* SPDX-License-Identifier: MIT */
#include "bundles/formats/stray_marker.h"

#include <string.h>

#include "bundles/formats/marker.h"

static enum lg_status refuse(
	const char *order, const char *format, uint32_t line, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "'%s' is an order to another tool", order);
	(void)lg_hint(err, "say --format %s, or write what it means as '-- lockgate:' directives",
		format);
	err->line = line;
	err->column = 1;
	return err->status;
}

static enum lg_status check_goose(
	struct body_view *view, enum sql_dialect dialect, struct lg_error *err)
{
	struct marker_search search;
	struct marker marker;

	marker_search_init(&search, dialect, view);
	while (marker_search_next(&search, &marker))
		if (marker_take(&marker, "+goose", false))
			return refuse("-- +goose", "goose", marker.line, err);
	return LG_OK;
}

enum lg_status stray_marker_check(
	struct body_view *view, enum sql_dialect dialect, struct lg_error *err)
{
	static const char sqlx[] = "-- no-transaction";

	if (view->len >= sizeof(sqlx) - 1 && memcmp(view->text, sqlx, sizeof(sqlx) - 1) == 0)
		return refuse(sqlx, "sqlx", 1, err);
	if (marker_word_is_there(view, "+goose"))
		return check_goose(view, dialect, err);
	return LG_OK;
}
