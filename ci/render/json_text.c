/* SPDX-License-Identifier: MIT */
#include "ci/render/json_text.h"

#include "base/buf.h"

int ci_json_append(const char *bytes, size_t len, void *out)
{
	lg_buf_add(out, bytes, len);
	return 0;
}
