// SPDX-License-Identifier: MIT
// Virtual threads in the place of OS threads.
//
// Purpose: each start makes a coroutine of the simulator, which runs when it is chosen.
// Invariants: at most 63 exist beside the driver; numbers are reused after join, lowest first.
// Threads: the one that simulates. Ownership: as in the real twin.
#ifndef TRI_PORT_THREAD_H
#define TRI_PORT_THREAD_H

#include <stdbool.h>
#include <stdint.h>

struct tri_os_thread {
    uint32_t id;
};

// 0, or EAGAIN: too many, or the fault injection refuses.
int tri_os_thread_start(struct tri_os_thread *t, void (*run)(void *), void *arg);
void tri_os_thread_join(struct tri_os_thread *t);
// Virtual threads compute in no time and never block in a kernel.
uint64_t tri_os_thread_cpu_ns(const struct tri_os_thread *t);
bool tri_os_thread_blocked(const struct tri_os_thread *t);
void tri_os_thread_set(void *value);
void *tri_os_thread_get(void);
// What the options of the simulation say.
unsigned tri_cpu_count(void);

// Tells the calling thread from all others that run.
uint64_t tri_os_thread_id(void);

// Tells a forked child from its parent.
uint64_t tri_process_id(void);

#endif
