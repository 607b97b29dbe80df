/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_FOREIGN_FILE_H
#define LOCKGATE_BUNDLES_FORMATS_FOREIGN_FILE_H

/*
 * The files in a folder that another tool reads too, by what their names say. Such a tool knows
 * fewer rules for names than lockgate does: the name of a migration is made fit, while the file
 * keeps its own.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bundles/folder_reader.h"

struct foreign_file {
	const char *listed; /* its name in its list */
	const char *plain;  /* the same without the part that names an engine */
	const char *file;   /* its path below the folder */
	const char *version, *name;
	enum script_role role;
};

/*
 * Sets `listed`, `plain` and `file` of *out. *out_is_script is false of what every tool passes
 * over: it is then remembered as skipped. Errors: LG_FORMAT (no name that a bundle can hold).
 */
LG_MUST_USE
enum lg_status foreign_file_open(struct folder_reader *reader, const struct folder_list *list,
	const struct folder_name *item, struct foreign_file *out, bool *out_is_script,
	struct lg_error *err);

/*
 * Takes the first `len` bytes of `stem` apart, DIGITS_DESCRIPTION, into version and name, kept in
 * `strings`. False, and nothing set, if it is otherwise.
 */
bool foreign_file_split(struct foreign_file *file, const char *stem, size_t len, char separator,
	struct lg_arena *strings);

/* Errors: LG_FORMAT (the version is above `highest`, in digits, or below `lowest`). */
LG_MUST_USE
enum lg_status foreign_file_bound(const struct foreign_file *file, const char *lowest,
	const char *highest, struct lg_error *err);

/*
 * Two neighbours in the order of a tool that goes by text: an error where ours, by number, would
 * turn them around. Errors: LG_FORMAT, naming both.
 */
LG_MUST_USE
enum lg_status foreign_file_order(
	const struct foreign_file *before, const struct foreign_file *file, struct lg_error *err);

/* The length of `name` before `ending`; 0 if it does not end so or is nothing more. */
size_t foreign_stem(const char *name, const char *ending);

/*
 * True if `shows` is true of what some of the folder's `.sql` files begin with: a few at either
 * end of the list, for a tool's marker may be younger than the folder. `text` is not ended by a
 * NUL.
 */
bool foreign_folder_shows(struct folder_reader *reader, const struct folder_list *list,
	bool (*shows)(enum sql_dialect dialect, const char *text, size_t len));

/* True if a file of the folder, not of one below it, ends in `.sql`. */
bool foreign_folder_has_scripts(const struct folder_list *list);

/* True if the folder has a file, or with `is_directory` a folder, of that name. */
bool foreign_folder_has(const struct folder_list *list, const char *name, bool is_directory);

#endif
