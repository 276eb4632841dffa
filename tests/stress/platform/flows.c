// SPDX-License-Identifier: MIT
// Flows that wander between real threads through one run queue: each resumes wherever a thread is
// free, ends by abandoning its stack, and is replaced, until enough have ended.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "platform/context.h"
#include "port/lock.h"
#include "port/park.h"
#include "port/thread.h"

enum { FLOWS = 24, ROUNDS = 40, THREADS_MAX = 64 };

struct flow {
    struct flow *next;
    struct tri_stack *stack;
    struct tri_context context;
    struct tri_context *resumer; // of the thread that runs it now
    int number;
    int rounds; // touched by whichever thread runs the flow, never under a lock
    bool begun;
    bool ended;
};

struct worker {
    struct tri_os_thread thread;
    struct tri_park park;
    struct tri_context context;
    bool sleeps; // guarded by `lock`
};

static struct tri_lock lock;
static struct flow flows[FLOWS];
static struct flow *queue; // guarded by `lock`, as are the next four
static struct flow **queue_end = &queue;
static int to_begin;
static int running;
static bool done;
static struct worker workers[THREADS_MAX];
static int worker_count;
static tri_atomic(int) x_wrong; // counted with relaxed orders: read after the joins

static void expect(bool holds)
{
    if (!holds) {
        // relaxed: a statistic; nothing is ordered by it.
        (void)tri_add(&x_wrong, 1, relaxed);
    }
}

// Functions of their own, because compilers remember the address of errno.
__attribute__((noinline)) static void set_errno(int value)
{
    __asm__ volatile("" ::: "memory");
    errno = value;
}

__attribute__((noinline)) static int errno_now(void)
{
    __asm__ volatile("" ::: "memory");
    return errno;
}

// Runs on the flow's stack.
static void live(void *arg)
{
    struct flow *me = arg;
    char frame[256];
    for (size_t i = 0; i < sizeof frame; i++) {
        frame[i] = (char)(me->number + (int)i);
    }
    for (me->rounds = 0; me->rounds < ROUNDS; me->rounds++) {
        set_errno(me->number);
        tri_context_switch(&me->context, me->resumer, NULL);
        expect(errno_now() == me->number);
        expect(frame[me->rounds] == (char)(me->number + me->rounds));
    }
    me->ended = true;
    tri_context_jump(me->resumer);
}

static struct flow *take(struct worker *w)
{
    for (;;) {
        tri_lock_acquire(&lock);
        struct flow *f = queue;
        bool stop = done;
        w->sleeps = f == NULL && !stop;
        if (f != NULL) {
            queue = f->next;
            queue_end = queue == NULL ? &queue : queue_end;
        }
        tri_lock_release(&lock);
        if (f != NULL || stop) {
            return f;
        }
        tri_park_wait(&w->park, 0);
    }
}

static void put(struct flow *f)
{
    struct worker *sleeper = NULL;
    tri_lock_acquire(&lock);
    f->next = NULL;
    *queue_end = f;
    queue_end = &f->next;
    for (int i = 0; i < worker_count && sleeper == NULL; i++) {
        sleeper = workers[i].sleeps ? &workers[i] : NULL;
    }
    if (sleeper != NULL) {
        sleeper->sleeps = false;
    }
    tri_lock_release(&lock);
    if (sleeper != NULL) {
        tri_park_wake(&sleeper->park);
    }
}

// True if the flow is to live once more, on a stack of its own.
static bool begin_anew(struct flow *f)
{
    tri_lock_acquire(&lock);
    bool again = to_begin > 0;
    to_begin -= again;
    running -= !again;
    done = running == 0;
    tri_lock_release(&lock);
    f->begun = false;
    f->ended = false;
    if (again && f->number % 2 == 0) {
        tri_stack_close(f->stack);
        f->stack = tri_stack_open(0);
    }
    return again;
}

static void wake_all(void)
{
    for (int i = 0; i < worker_count; i++) {
        tri_park_wake(&workers[i].park);
    }
}

static void work(void *arg)
{
    struct worker *me = arg;
    struct flow *f;
    tri_os_thread_set(me);
    while ((f = take(me)) != NULL) {
        f->resumer = &me->context;
        if (f->begun) {
            tri_context_switch(&me->context, &f->context, f->stack);
        } else {
            f->begun = true;
            tri_context_start(&me->context, f->stack, live, f);
        }
        if (!f->ended || begin_anew(f)) {
            put(f);
        }
    }
    wake_all();
}

static int count_from_environment(void)
{
    const char *text = getenv("TRT_WORKERS");
    int count = text == NULL ? 3 : atoi(text);
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : count;
}

int main(void)
{
    worker_count = count_from_environment();
    to_begin = 200;
    running = FLOWS;
    for (int i = 0; i < FLOWS; i++) {
        flows[i].number = i + 1;
        flows[i].stack = tri_stack_open(0);
        put(&flows[i]);
    }
    for (int i = 0; i < worker_count; i++) {
        tri_park_init(&workers[i].park);
        expect(tri_os_thread_start(&workers[i].thread, work, &workers[i]) == 0);
    }
    for (int i = 0; i < worker_count; i++) {
        tri_os_thread_join(&workers[i].thread);
    }
    for (int i = 0; i < FLOWS; i++) {
        tri_stack_close(flows[i].stack);
    }
    expect(to_begin == 0 && tri_stack_open_count() == 0);
    tri_stack_unmap_all();
    int wrong = tri_load(&x_wrong, relaxed); // relaxed: every other thread is joined
    printf("%d passed, %d failed, 0 skipped\n", wrong == 0, wrong != 0);
    return wrong == 0 ? 0 : 1;
}
