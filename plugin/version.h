/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_VERSION_H
#define LOCKGATE_PLUGIN_VERSION_H

#define LOCKGATE_VERSION "0.1.0"

#endif
