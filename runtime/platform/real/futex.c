// SPDX-License-Identifier: MIT
#include "platform/real/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void tri_futex_wait(tri_atomic(uint32_t) * word, uint32_t value, uint64_t deadline_ns)
{
    struct timespec until = {
        .tv_sec = (time_t)(deadline_ns / 1000000000u),
        .tv_nsec = (long)(deadline_ns % 1000000000u),
    };
    int error = errno;
    // The bitset form takes an absolute time on the monotonic clock.
    (void)syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, value,
                  deadline_ns == 0 ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY);
    errno = error;
}

void tri_futex_wake(tri_atomic(uint32_t) * word, int count)
{
    int error = errno;
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
    errno = error;
}
