/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILER_H
#define LOCKGATE_BUNDLES_FORMATS_SEQUELIZE_COMPILER_H

/* The text of sequelize_compiler.mjs, made part of the program by gate/embed.awk. */
extern const char sequelize_compiler[];

#endif
