// SPDX-License-Identifier: MIT
#include "port/entropy.h"

#include <stddef.h>
#include <sys/random.h>

#include "port/clock.h"

uint64_t tri_entropy(void)
{
    uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) == (ssize_t)sizeof bits) {
        return bits;
    }
    // Early boot or a sandbox without getrandom: the clock and an address, mixed. Seeds need to
    // differ between processes; nothing here is used as a secret.
    bits = tri_clock_ns() ^ ((uint64_t)(uintptr_t)&bits << 20);
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}
