// SPDX-License-Identifier: MIT
#include <string.h>
#include <troupe/counter.h>

int tr_plan_length(const char *text)
{
    char copy[8];
    strcpy(copy, text);
    return (int)strlen(copy);
}
