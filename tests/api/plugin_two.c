// SPDX-License-Identifier: MIT
#include "plugin.h"

#define TR_MODULE plug
TR_MESSAGE(word, { int n; });
PLUGIN;
