/* SPDX-License-Identifier: MIT */
#include "bundles/formats/native_sections.h"

enum direction { NONE, UP, DOWN };

static enum lg_status refuse_marker(
	const struct marker *marker, const char *text, struct lg_error *err)
{
	(void)lg_fail(err, LG_FORMAT, "%s", text);
	err->line = marker->line;
	err->column = 1;
	return err->status;
}

/* What the marker begins; it is left with what stands behind its word. */
static enum direction direction_of(struct marker *marker)
{
	if (marker->is_indented || !marker_take(marker, "migrate:", false))
		return NONE;
	if (marker_take(marker, "up", false))
		return UP;
	return marker_take(marker, "down", false) ? DOWN : NONE;
}

static enum lg_status next_marker(struct marker_search *search, enum direction *out_direction,
	struct marker *out, struct lg_error *err)
{
	*out_direction = NONE;
	while (*out_direction == NONE && marker_search_next(search, out))
		*out_direction = direction_of(out);
	if (*out_direction == NONE)
		return LG_OK;
	marker_search_part(search, out);
	if (out->len == 0)
		return LG_OK;
	(void)refuse_marker(out, "text behind the section marker", err);
	return lg_hint(err, "options are written as '-- lockgate: key=value'; in a folder of "
			    "dbmate say --format dbmate");
}

static enum lg_status find_down(
	struct marker_search *search, struct sections *out, struct lg_error *err)
{
	enum direction direction;
	struct marker marker;

	if (next_marker(search, &direction, &marker, err))
		return err->status;
	if (direction == NONE)
		return LG_OK;
	if (direction == UP)
		return refuse_marker(&marker, "a second '-- migrate:up'", err);
	section_end(&out->up, &marker);
	out->down = section_behind(&marker, search->view);
	if (next_marker(search, &direction, &marker, err))
		return err->status;
	if (direction != NONE)
		return refuse_marker(&marker, "a section marker behind '-- migrate:down'", err);
	return LG_OK;
}

enum lg_status native_sections_find(struct body_view *view, enum sql_dialect dialect,
	struct sections *out, struct lg_error *err)
{
	struct marker_search search;
	enum direction direction;
	struct marker marker;

	*out = (struct sections){0};
	if (!marker_word_is_there(view, "migrate:"))
		return LG_OK;
	marker_search_init(&search, dialect, view);
	if (next_marker(&search, &direction, &marker, err))
		return err->status;
	if (direction == NONE)
		return LG_OK;
	if (direction == DOWN)
		return refuse_marker(
			&marker, "'-- migrate:down' without a '-- migrate:up' before it", err);
	out->head = (struct section){true, 0, marker.offset, 1};
	out->up = section_behind(&marker, view);
	return find_down(&search, out, err);
}
