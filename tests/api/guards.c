// SPDX-License-Identifier: MIT
// Stacks under each way of guarding them: an overflow ends the process, at once or at the next
// switch, and more stacks stand open than a process has mappings for guards of their own.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <troupe.h>
#include <unistd.h>

#include "sanitized.h"

#define TR_MODULE guards
TR_MESSAGE0(go);

enum { STACK_BYTES = 64 * 1024, WAITERS = 33000 };

static tr_system *sys;

// Goes 1 KiB below its stack, but not beyond its guard, and comes back.
__attribute__((noinline)) static void overflow(const volatile char *top)
{
    volatile char frame[512];
    for (size_t i = 0; i < sizeof frame; i++) {
        frame[i] = 1;
    }
    if (top - frame < STACK_BYTES + 1024) {
        overflow(top);
    }
    frame[0] = 2;
}

static tr_exit overflows_run(tr_self *self, const void *arg)
{
    const volatile char top = 0;
    (void)arg;
    overflow(&top);
    tr_yield(self);
    return TR_NORMAL;
}

static tr_exit waits_run(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    return tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK ? TR_NORMAL : TR_SHUTDOWN;
}

static const tr_actor_spec overflows = { .label = "overflows", .run = overflows_run };
static const tr_actor_spec waits = { .label = "waits", .run = waits_run };

static int run_overflow(void)
{
    tr_pid pid;
    if (tr_system_spawn(sys, &overflows, NULL, &pid) != TR_OK) {
        return 3;
    }
    while (tr_is_alive(sys, pid)) {}
    return 0; // nobody noticed
}

static bool count_stacks(const tr_actor_info *info, void *context)
{
    *(int *)context += info->has_stack && info->state == TR_STATE_WAITING;
    return true;
}

static int run_many(void)
{
    int stacks = 0;
    for (int i = 0; i < WAITERS; i++) {
        tr_pid pid;
        if (tr_system_spawn(sys, &waits, NULL, &pid) != TR_OK) {
            return 4;
        }
    }
    while (stacks < WAITERS) {
        tr_totals totals;
        stacks = 0;
        if (tr_debug_each(sys, count_stacks, &stacks) != TR_OK ||
            tr_debug_totals(sys, &totals) != TR_OK || totals.exited != 0) {
            return 5; // without memory for a stack an actor ends
        }
    }
    return tr_system_stop(sys, 60000, NULL) == TR_OK && tr_system_free(sys) == TR_OK ? 0 : 6;
}

static int in_child(tr_guard guard, int (*run)(void))
{
    tr_system_opts opts = { .workers = 2, .guard = guard };
    if (tr_system_start(&opts, &sys) != TR_OK) {
        return 1;
    }
    tr_guard got = tr_system_guard(sys); // at most what was asked for
    return got < guard ? 2 : run();
}

// Status of a child; its report in `report`.
static int play(tr_guard guard, int (*run)(void), char *report, size_t bytes)
{
    int ends[2];
    int status = -1;
    if (pipe(ends) != 0) {
        return -1;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        _exit(in_child(guard, run));
    }
    close(ends[1]);
    ssize_t got = read(ends[0], report, bytes - 1);
    report[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    (void)waitpid(child, &status, 0);
    return status;
}

static bool dies_of_overflow(tr_guard guard)
{
    char report[512];
    int status = play(guard, run_overflow, report, sizeof report);
    if (guard == TR_GUARD_CANARY) {
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
               strstr(report, "stack overflow") != NULL;
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static bool holds_many(tr_guard guard)
{
    char report[512];
    int status = play(guard, run_many, report, sizeof report);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("guards.c: status %#x %s\n", (unsigned)status, report);
        return false;
    }
    return true;
}

int main(void)
{
    unsigned failed = 0;
    unsigned passed = 0;
    if (TRT_SANITIZED) { // they have stacks and limits of their own
        printf("0 passed, 0 failed, 6 skipped\n");
        return 77;
    }
    for (tr_guard guard = TR_GUARD_INSTALL; guard <= TR_GUARD_CANARY; guard++) {
        bool dies = dies_of_overflow(guard);
        bool many = holds_many(guard);
        if (!dies || !many) {
            printf("guards.c: guard %d: overflow %d, many %d\n", (int)guard, dies, many);
        }
        passed += dies + many;
        failed += !dies + !many;
    }
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
