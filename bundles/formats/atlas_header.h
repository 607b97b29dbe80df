/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_ATLAS_HEADER_H
#define LOCKGATE_BUNDLES_FORMATS_ATLAS_HEADER_H

/*
 * What the comments at the top of a file say to Atlas, as `-- atlas:txmode none`. They are its
 * header where an empty line follows; in front of a statement Atlas does not read them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct atlas_header {
	bool is_transactional;
	bool is_checkpoint;
};

/*
 * Reads the header of a file. Errors: LG_FORMAT with the line (a directive that is not carried
 * over, and one that Atlas would not see).
 */
LG_MUST_USE
enum lg_status atlas_header_read(
	const char *text, size_t len, struct atlas_header *out, struct lg_error *err);

#endif
