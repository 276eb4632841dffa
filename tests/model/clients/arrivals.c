// SPDX-License-Identifier: MIT
// Arrivals at one worker and the park protocol together (runtime/process/follow.c): who pushes for
// a worker that sleeps, or is about to, wakes this very worker, without claiming it.
//
// Checked: everything that arrives is taken, though other wakers claim the worker meanwhile.
#include "memory/returns.h"
#include "sched/idle.h"

#define ARRIVALS 2

// Habits that lose an arrival.
enum habit { SOUND, LOOKS_WITHOUT_FENCE, NEVER_LOOKS_AGAIN };

struct arrival {
    struct tri_return_node node; // first: a node is its actor
    uint32_t contents;           // plain: what the pusher did before
};

static struct {
    struct tri_idle idle;
    struct tri_returns arrivals;
    tri_atomic(uint32_t) x_token; // sticky
    struct arrival actors[ARRIVALS];
    uint32_t taken; // observed
} world;

static void setup(void)
{
}

static void unpark(void)
{
    (void)tri_xchg(&world.x_token, 1, release);
    trt_futex_wake(&world.x_token);
}

static void arrive(int which, enum habit habit)
{
    struct arrival *actor = &world.actors[which];
    tri_plain_write(&actor->contents, (uint32_t)which);
    tri_returns_push(&world.arrivals, &actor->node, &actor->node);
    if (habit != LOOKS_WITHOUT_FENCE) {
        tri_fence(seq_cst);
    }
    if ((tri_load(&world.idle.x_word, relaxed) & 1) != 0) {
        unpark();
    }
}

static void follow(int which)
{
    arrive(which, SOUND);
}

static void follow_without_fence(int which)
{
    arrive(which, LOOKS_WITHOUT_FENCE);
}

// Wakes a worker for work that somebody else takes.
static void other_waker(int unused)
{
    (void)unused;
    if (tri_idle_wake(&world.idle) == 0) {
        unpark();
    }
}

static void take_all(void)
{
    struct tri_return_node *node = tri_returns_take(&world.arrivals);
    while (node != NULL) {
        struct arrival *actor = (struct arrival *)(void *)node;
        trt_check(tri_plain_read(&actor->contents) == (uint32_t)(actor - world.actors));
        world.taken++;
        node = tri_plain_read(&node->next);
    }
}

static void work(enum habit habit)
{
    bool searching = tri_idle_search(&world.idle, 1);
    for (;;) {
        take_all();
        tri_idle_sleep(&world.idle, 0, searching);
        bool seen = habit != NEVER_LOOKS_AGAIN && tri_load(&world.arrivals.x_top, relaxed) != NULL;
        while (!seen && tri_xchg(&world.x_token, 0, acquire) == 0) {
            trt_futex_wait(&world.x_token, 0);
        }
        searching = !tri_idle_cancel(&world.idle, 0);
    }
}

static void worker(int unused)
{
    (void)unused;
    work(SOUND);
}

static void worker_looks_once(int unused)
{
    (void)unused;
    work(NEVER_LOOKS_AGAIN);
}

static void finish(void)
{
    trt_check(world.taken == ARRIVALS);
}

#define ARRIVE(f, w)                                                                               \
    .setup = setup, .finish = finish,                                                              \
    .threads = { { f, 0, false }, { f, 1, false }, { other_waker, 0, false }, { w, 0, true } }
#define LOST .expect = TRT_FOUND, .why = "taken == ARRIVALS"

static const struct trt_program programs[] = {
    { "arrivals: two followers, another waker", ARRIVE(follow, worker) },
    { "arrivals: no fence before the look at the sleeper", ARRIVE(follow_without_fence, worker),
      LOST },
    { "arrivals: no second look before sleep", ARRIVE(follow, worker_looks_once), LOST },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
