/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_NATIVE_NAME_H
#define LOCKGATE_BUNDLES_FORMATS_NATIVE_NAME_H

/* What the names of files in lockgate's own format say (lockgate.1, MIGRATIONS). Pure. */

#include "bundles/formats/format.h"

/* What the name of a file says. */
struct native_file {
	enum migration_kind kind;
	enum script_role role;
	bool may_have_sections; /* VERSION_NAME.sql */
	const char *version, *name;
	const char *listed; /* its name in its list */
	const char *plain;  /* the same without the part that names an engine */
	const char *file;   /* its path below the folder */
	const struct folder_list *list;
};

/* Why a name is passed over; NULL when it is not. */
const char *native_name_skip(const struct folder_name *item);

/* True of a name that begins with a version and ends as a program's does. */
bool native_name_is_program(const char *name);

/* True of a name that ends in .sql, in any case, or is a program's with a version in front. */
bool native_name_is_script(const char *name);

/* A name that can be shown, kept in `strings`: bytes that are not plain ASCII become %XX. */
const char *native_name_show(struct lg_arena *strings, const char *name);

/* Reads `file->plain`, in `file->list`, into the other members. Errors: LG_FORMAT. */
LG_MUST_USE
enum lg_status native_name_read(
	struct native_file *file, struct lg_arena *strings, struct lg_error *err);

#endif
