/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILER_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILER_H

/* The text of bundles/formats/sequelize/, made part of the program by gate/embed.awk. */
extern const char sequelize_compiler[];

#endif
