/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_LIMITS_H
#define LOCKGATE_BUNDLES_LIMITS_H

/* Every ceiling on what a folder or a bundle may hold. FORMAT.md states the same numbers. */

#include <stdint.h>

#define BUNDLE_MAX_ENTRIES 50000                    /* scripts, all parts counted */
#define BUNDLE_MAX_BODY_BYTES (UINT64_C(256) << 20) /* one script */
#define BUNDLE_MAX_TOTAL_BYTES (UINT64_C(1) << 30)  /* all scripts; `--max-size` moves it */
#define BUNDLE_MAX_MANIFEST_BYTES (UINT64_C(32) << 20)
#define BUNDLE_MAX_SIGNATURE_BYTES (UINT64_C(64) << 10)
#define BUNDLE_MAX_SIGNATURES 16
#define BUNDLE_MAX_WINDOW_LOG 23 /* zstd window of 8 MiB */
#define BUNDLE_MAX_WAIVERS 10000
#define BUNDLE_MAX_WAIVER_FILE_BYTES (UINT64_C(4) << 20)
#define BUNDLE_MAX_NAME_CHARS 200 /* version, name, file name, project, role */
#define BUNDLE_MAX_REASON_CHARS 1000
#define BUNDLE_MAX_STATEMENTS 10000000 /* of one script */
#define BUNDLE_MAX_RETRIES 100

/* Scripts are held in memory up to this sum, in a nameless temporary file above it. */
#define BUNDLE_MEMORY_BYTES (UINT64_C(16) << 20)

/* A view of a large script gives back the pages behind it in steps of this size. */
#define BUNDLE_WINDOW_BYTES (UINT64_C(4) << 20)

#endif
