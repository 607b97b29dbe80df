/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_BUILD_BUNDLE_H
#define LOCKGATE_TESTS_SUPPORT_BUILD_BUNDLE_H

/*
 * Bundles and histories in one line each, for tests of the gate.
 *
 *     v1=a  v2=b/undo  b5=squash  r:views=c  s1=d  v3=e@off,contract
 *
 * Items stand in the order of a bundle: a letter for the kind (versioned, baseline, repeatable,
 * seed), the version, its script, its down script behind `/`, and flags behind `@`, with commas:
 *
 *     off          transaction=off
 *     expand       the phase; likewise contract
 *     compiled     from JavaScript; compiled_anew: to other SQL than the script says
 *     as_NAME      another name than name_VERSION
 *     run2of7      (history) running, 2 of 7 statements done
 *     resumable    (history)
 *     pos9         (history) another position than the one after the row before
 *
 * A script is any word: its content hash is that of the word, its tokens hash that of the word up
 * to the first `#`, so "b#hello" is a change in comments of "b".
 */

#include "bundles/bundle.h"
#include "gate/history.h"
#include "gate/summary.h"

/* Makes a SQLite bundle of project `shop`, whose scripts are not kept. */
void build_bundle(struct bundle *bundle, const char *items);

/* Adds waivers, one a line as in waivers.txt. */
void build_waivers(struct bundle *bundle, const char *lines);

/* Makes a history with a batch, unless `items` is NULL; that is a database never touched. */
void build_history(struct history *history, const char *items);

/* Adds the row that a migration leaves when it is applied now; borrowed until the next call. */
struct history_row *build_applied(struct history *history, const struct migration *migration);

/* What a driver sums a history up to; its rows are in byte order afterwards. */
struct history_summary build_summary(struct history *history);

/* The content hash of a script as hexadecimal digits. */
void build_content_hash(const char *script, char out[LG_DIGEST_CHARS + 1]);

#endif
