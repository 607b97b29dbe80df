/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_DBMATE_H
#define LOCKGATE_BUNDLES_FORMATS_DBMATE_H

/*
 * Folders of dbmate: VERSION….sql, of which the version is all digits at the beginning, with the
 * markers `-- migrate:up` and `-- migrate:down` and the option `transaction:false` behind them.
 */

#include "bundles/formats/format.h"

/* True if one of the first files of the folder has a marker. */
bool dbmate_shows(struct folder_reader *reader, const struct folder_list *list);

extern const struct folder_format dbmate_format;

#endif
