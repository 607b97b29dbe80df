/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_TESTS_SUPPORT_FAKE_TARGET_H
#define LOCKGATE_TESTS_SUPPORT_FAKE_TARGET_H

/*
 * A driver for databases in memory, held to the same contract as the real ones: `fake:NAME`, where
 * NAME was made by fake_database_new().
 */

#include "gate/target.h"
#include "tests/support/fake_database.h"

extern const struct target_driver target_fake;

#endif
