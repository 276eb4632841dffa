// SPDX-License-Identifier: MIT
// OS threads and one word of thread-local storage.
//
// Purpose: start and join the runtime's threads; find the runtime's record of the current thread.
// Invariants: a started thread blocks every asynchronous signal (faults stay deliverable) and is
//   named "troupe". The word set by tri_os_thread_set belongs to the OS thread, not to the flow; in
//   a forked child it is NULL.
// Threads: start and join by the owner, each once; set and get speak of the calling thread.
// Ownership: the caller keeps struct tri_os_thread alive from start to join.
#ifndef TRI_PORT_THREAD_H
#define TRI_PORT_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <pthread.h>

#include "base/atomic.h"

struct tri_os_thread {
    pthread_t handle;
    tri_atomic(int) x_tid; // the kernel's number, 0 until the thread has begun
    void (*run)(void *);
    void *arg;
};

// 0, or an errno value and nothing is started.
int tri_os_thread_start(struct tri_os_thread *t, void (*run)(void *), void *arg);
void tri_os_thread_join(struct tri_os_thread *t);

// Time that a thread has computed, in nanoseconds. Before its end only. About 300 ns.
uint64_t tri_os_thread_cpu_ns(const struct tri_os_thread *t);
// Whether a thread waits in the kernel, so that it would not run if it had a core to itself. About
// 10 us.
bool tri_os_thread_blocked(const struct tri_os_thread *t);

// Opaque calls, so that no compiler keeps an address or a value of one thread across a context
// switch, after which the flow may run on another.
void tri_os_thread_set(void *value);
#if defined(__x86_64__)
extern __thread void *tri_os_thread_word __attribute__((tls_model("initial-exec")));

// The same as a call, for the compiler: volatile, and it may have changed anything.
static inline void *tri_os_thread_get(void)
{
    void *value;
    __asm__ volatile("movq tri_os_thread_word@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0"
                     : "=r"(value)
                     :
                     : "memory");
    return value;
}
#else
void *tri_os_thread_get(void);
#endif

// CPUs that this process may run on; at least 1.
unsigned tri_cpu_count(void);

// Tells the calling thread from all others that run.
uint64_t tri_os_thread_id(void);

// Tells a forked child from its parent.
uint64_t tri_process_id(void);

#endif
