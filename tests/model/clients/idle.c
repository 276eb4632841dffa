// SPDX-License-Identifier: MIT
// The park protocol: workers search, sleep and are woken while producers publish work.
//
// Checked: work that was published is taken (never all parked with work left), a claim is followed
// by exactly one token, and two pieces of work that need each other run at the same time when there
// are two workers: who found the first wakes another for the second.
#include "sched/idle.h"

#define WORKERS_MAX 3

static struct {
    struct tri_idle idle;
    tri_atomic(uint32_t) x_work;                // a queue of equal pieces
    tri_atomic(uint32_t) x_tokens[WORKERS_MAX]; // sticky: 1 = unparked
    uint32_t beds[WORKERS_MAX];                 // plain: how to wake, written before the sleep
    tri_atomic(uint32_t) x_begun;               // pieces that run or ran
    uint32_t workers;
    uint32_t partners;  // a piece ends when so many have begun; 0 = at once
    uint32_t done;      // observed
    uint32_t published; // observed
} world;

static void setup_two(void)
{
    world.workers = 2;
}

static void setup_three(void)
{
    world.workers = 3;
}

static void setup_partners(void)
{
    world.workers = 2;
    world.partners = 2;
}

static void setup_three_partners(void)
{
    world.workers = 3;
    world.partners = 3;
}

static void unpark(int worker)
{
    trt_check(tri_xchg(&world.x_tokens[worker], 1, release) == 0);
    trt_futex_wake(&world.x_tokens[worker]);
}

static void park(int worker)
{
    while (tri_xchg(&world.x_tokens[worker], 0, acquire) == 0) {
        trt_futex_wait(&world.x_tokens[worker], 0);
    }
}

static void wake(void)
{
    int worker = tri_idle_wake(&world.idle);
    if (worker >= 0) {
        trt_check(tri_plain_read(&world.beds[worker]) == (uint32_t)worker);
        unpark(worker);
    }
}

static bool take(void)
{
    uint32_t work = tri_load(&world.x_work, relaxed);
    while (work != 0) {
        if (tri_cas(&world.x_work, &work, work - 1, acquire, relaxed)) {
            return true;
        }
    }
    return false;
}

static void run(void)
{
    uint32_t begun = tri_add(&world.x_begun, 1, relaxed) + 1;
    trt_futex_wake(&world.x_begun);
    while (begun < world.partners) {
        trt_futex_wait(&world.x_begun, begun);
        begun = tri_load(&world.x_begun, relaxed);
    }
    world.done++;
}

// Sleeps; returns whether the worker is a searcher afterwards.
static bool sleep(int me, bool searching)
{
    tri_plain_write(&world.beds[me], (uint32_t)me);
    tri_idle_sleep(&world.idle, (uint32_t)me, searching);
    bool is_work = tri_load(&world.x_work, relaxed) != 0;
    if (is_work && tri_idle_cancel(&world.idle, (uint32_t)me)) {
        return tri_idle_search(&world.idle, world.workers);
    }
    park(me);
    return true;
}

static void work(int me, bool looks_first)
{
    bool searching = tri_idle_search(&world.idle, world.workers);
    for (;;) {
        if (!take()) {
            searching = sleep(me, searching);
            continue;
        }
        if (searching && tri_idle_found(&world.idle) &&
            (!looks_first || tri_load(&world.x_work, relaxed) != 0)) {
            wake();
        }
        run();
        searching = tri_idle_search(&world.idle, world.workers);
    }
}

static void worker(int me)
{
    work(me, false);
}

// Asks whether there is more before it wakes another: without an order, it may not see it.
static void worker_looks_first(int me)
{
    work(me, true);
}

static void producer(int pieces)
{
    for (int i = 0; i < pieces; i++) {
        world.published++;
        (void)tri_add(&world.x_work, 1, release);
        wake();
    }
}

static void finish(void)
{
    trt_check(world.done == world.published);
    trt_check(tri_load(&world.x_work, relaxed) == 0);
    for (int i = 0; i < WORKERS_MAX; i++) {
        trt_check(tri_load(&world.x_tokens[i], relaxed) == 0);
    }
    uint64_t word = tri_load(&world.idle.x_word, relaxed);
    trt_check(word == ((uint64_t)1 << world.workers) - 1);
}

#define CLEAN(first) .setup = first, .finish = finish

static const struct trt_program programs[] = {
    { "idle: two workers, two producers", CLEAN(setup_two), .spurious = true,
      .threads = { { worker, 0, true },
                   { worker, 1, true },
                   { producer, 1, false },
                   { producer, 2, false } } },
    { "idle: three workers", CLEAN(setup_three), .spurious = true,
      .threads = { { worker, 0, true },
                   { worker, 1, true },
                   { worker, 2, true },
                   { producer, 3, false } } },
    { "idle: two pieces that need each other", CLEAN(setup_partners), .percent = 200,
      .threads = { { worker, 0, true },
                   { worker, 1, true },
                   { producer, 1, false },
                   { producer, 1, false } } },
    { "idle: three pieces that need each other", CLEAN(setup_three_partners), .percent = 200,
      .threads = { { worker, 0, true },
                   { worker, 1, true },
                   { worker, 2, true },
                   { producer, 2, false },
                   { producer, 1, false } } },
    { "idle: a look before the wake needs an order", CLEAN(setup_partners), .percent = 200,
      .expect = TRT_FOUND, .why = "done == world.published",
      .threads = { { worker_looks_first, 0, true },
                   { worker_looks_first, 1, true },
                   { producer, 1, false },
                   { producer, 1, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
