// SPDX-License-Identifier: MIT
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void tri_check_failed(const char *file, int line, const char *message)
{
    fprintf(stderr, "troupe: broken invariant at %s:%d: %s\n", file, line, message);
    abort();
}
