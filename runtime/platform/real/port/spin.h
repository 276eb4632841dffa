// SPDX-License-Identifier: MIT
// One turn of a waiting loop.
//
// Purpose: tells the CPU (or the simulator) that the caller waits for another thread.
// Invariants: about 20 ns on x86-64; bound spins by time, not by count. Threads: any.
// Ownership: none.
#ifndef TRI_PORT_SPIN_H
#define TRI_PORT_SPIN_H

static inline void tri_spin_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#else
#error "troupe knows x86-64 and aarch64"
#endif
}

#endif
