// SPDX-License-Identifier: MIT
#include "port/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// initial-exec: found through one fixed offset from the thread register, without a lock or a call.
__thread void *tri_os_thread_word __attribute__((tls_model("initial-exec")));

// A forked child has none of the runtime's threads: whoever forked is a stranger there.
static void forget(void)
{
    tri_os_thread_word = NULL;
}

static void watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, forget); // without memory a child finds its parent's word
}

__attribute__((noinline)) void tri_os_thread_set(void *value)
{
    static pthread_once_t watched = PTHREAD_ONCE_INIT;
    (void)pthread_once(&watched, watch_forks);
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
    // relaxed: a number; who reads 0 does not ask further.
    tri_store(&t->x_tid, (int)syscall(SYS_gettid), relaxed);
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
    // relaxed: as in begin.
    tri_store(&t->x_tid, 0, relaxed);
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

uint64_t tri_os_thread_cpu_ns(const struct tri_os_thread *t)
{
    clockid_t clock;
    struct timespec time = { 0 };
    if (pthread_getcpuclockid(t->handle, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        return 0;
    }
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

bool tri_os_thread_blocked(const struct tri_os_thread *t)
{
    char text[256];
    // relaxed: 0 until the thread runs.
    int tid = tri_load(&t->x_tid, relaxed);
    (void)snprintf(text, sizeof text, "/proc/self/task/%d/stat", tid);
    int file = tid == 0 ? -1 : open(text, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) {
        (void)close(file);
    }
    text[got > 0 ? got : 0] = '\0';
    // "1234 (troupe) S …": the name may hold anything, so the last bracket counts.
    const char *end = strrchr(text, ')');
    return end != NULL && end[1] == ' ' && end[2] != 'R';
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

uint64_t tri_os_thread_id(void)
{
    return (uint64_t)(uintptr_t)pthread_self();
}

uint64_t tri_process_id(void)
{
    return (uint64_t)getpid();
}
