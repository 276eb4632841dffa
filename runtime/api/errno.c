// SPDX-License-Identifier: MIT
#include <troupe/errno.h>

#include "platform/context.h"

int *tr_errno_location(void)
{
    return tri_errno_place();
}
