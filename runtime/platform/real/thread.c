// SPDX-License-Identifier: MIT
#include "port/thread.h"

#include <unistd.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

// initial-exec: found through one fixed offset from the thread register, without a lock or a call.
__thread void *tri_os_thread_word __attribute__((tls_model("initial-exec")));

__attribute__((noinline)) void tri_os_thread_set(void *value)
{
    __asm__ volatile("" ::: "memory");
    tri_os_thread_word = value;
}

#if !defined(__x86_64__)
__attribute__((noinline)) void *tri_os_thread_get(void)
{
    __asm__ volatile("" ::: "memory");
    return tri_os_thread_word;
}
#endif

static void *begin(void *self)
{
    struct tri_os_thread *t = self;
    (void)pthread_setname_np(pthread_self(), "troupe");
    t->run(t->arg);
    return NULL;
}

// Everything but the faults: a blocked fault kills the process without asking its handler.
static void fill_blocked(sigset_t *set)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };
    (void)sigfillset(set);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        (void)sigdelset(set, faults[i]);
    }
}

int tri_os_thread_start(struct tri_os_thread *t, void (*run)(void *), void *arg)
{
    sigset_t blocked;
    sigset_t before;
    t->run = run;
    t->arg = arg;
    fill_blocked(&blocked);
    // The new thread inherits the mask, so no signal can reach it before it could set its own.
    int error = pthread_sigmask(SIG_SETMASK, &blocked, &before);
    if (error == 0) {
        error = pthread_create(&t->handle, NULL, begin, t);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return error;
}

void tri_os_thread_join(struct tri_os_thread *t)
{
    (void)pthread_join(t->handle, NULL);
}

void tri_os_thread_detach(struct tri_os_thread *t)
{
    (void)pthread_detach(t->handle);
}

unsigned tri_cpu_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1; // more CPUs than the set can name, or no permission: assume the least
    }
    int count = CPU_COUNT(&set);
    return count < 1 ? 1u : (unsigned)count;
}

uint64_t tri_process_id(void)
{
    return (uint64_t)getpid();
}
