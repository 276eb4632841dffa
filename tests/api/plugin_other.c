// SPDX-License-Identifier: MIT
#include "plugin.h"

#define TR_MODULE plug
TR_MESSAGE(word, {
    long n;
    long more;
});
PLUGIN;
