// SPDX-License-Identifier: MIT
#include <string.h>
#include <troupe/counter.h>

int tr_plan_length(const char *text)
{
    return (int)strlen(text);
}
