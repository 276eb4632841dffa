// SPDX-License-Identifier: MIT
#include "port/fence.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"

int tri_heavy_fence_open(void)
{
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0) {
        return 0;
    }
    return errno;
}

void tri_heavy_fence(void)
{
    // Without the barrier two threads may own one processor: there is no way to carry on.
    TRI_CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0,
              "membarrier failed");
}
