// SPDX-License-Identifier: MIT
// Run queue and park protocol together: each worker owns a ring, work comes up in a ring whose
// owner is busy, and the others must find it.
//
// Checked: pieces of work that need each other all run, though their producer's worker never
// returns to its ring: the others search it, look once more before they park, and wake each other.
#define TRI_RING_SIZE 8u
#include "sched/idle.h"
#include "sched/ring.h"

#define WORKERS_MAX 4
#define PIECES_MAX 3

// Three habits that lose a wake.
enum habit {
    STEALS_LAST = 1,   // takes in the last look before parking: as a sleeper, nobody wakes the next
    ALWAYS_STEALS = 2, // steals without being counted as a searcher: the same
    WAKES_FOR_OWN = 4, // wakes the next only when its own ring holds more: the rest lies elsewhere
};

static struct {
    struct tri_idle idle;
    struct tri_ring rings[WORKERS_MAX];         // 0: of the busy worker
    tri_atomic(uint32_t) x_tokens[WORKERS_MAX]; // sticky: 1 = unparked
    tri_atomic(uint32_t) x_begun;
    uint32_t pieces[PIECES_MAX]; // plain: contents of the work
    uint32_t count;
    uint32_t done; // observed
} world;

static void setup_two(void)
{
    world.count = 2;
}

static void setup_three(void)
{
    world.count = 3;
}

static void wake(void)
{
    int worker = tri_idle_wake(&world.idle);
    if (worker >= 0) {
        trt_check(tri_xchg(&world.x_tokens[worker], 1, release) == 0);
        trt_futex_wake(&world.x_tokens[worker]);
    }
}

static void park(int worker)
{
    while (tri_xchg(&world.x_tokens[worker], 0, acquire) == 0) {
        trt_futex_wait(&world.x_tokens[worker], 0);
    }
}

// A piece ends when all the others have begun, or never.
static void run(uint32_t *piece, uint32_t needed)
{
    tri_plain_write(piece, tri_plain_read(piece) + 1);
    uint32_t begun = tri_add(&world.x_begun, 1, relaxed) + 1;
    trt_futex_wake(&world.x_begun);
    while (begun < needed) {
        trt_futex_wait(&world.x_begun, begun);
        begun = tri_load(&world.x_begun, relaxed);
    }
    world.done++;
}

// The worker whose activation spawns the others' work and then waits for it.
static void busy(int me)
{
    for (uint32_t i = 0; i < world.count; i++) {
        tri_plain_write(&world.pieces[i], i);
        trt_check(tri_ring_push(&world.rings[me], &world.pieces[i]));
        wake();
    }
}

// Only searchers steal: a searcher that leaves wakes another or relies on one.
static void *find(int me, bool may_steal)
{
    void *piece = tri_ring_pop(&world.rings[me]);
    for (int i = 0; i < WORKERS_MAX && piece == NULL && may_steal; i++) {
        if (i != me) {
            piece = tri_ring_steal(&world.rings[i], &world.rings[me]);
        }
    }
    return piece;
}

static bool is_work_anywhere(void)
{
    for (int i = 0; i < WORKERS_MAX; i++) {
        if (tri_ring_count(&world.rings[i]) != 0) {
            return true;
        }
    }
    return false;
}

// Sleeps, unless the last look finds work. *piece receives what the look took.
static bool sleep(int me, bool searching, int habits, void **piece)
{
    bool steals = (habits & STEALS_LAST) != 0;
    tri_idle_sleep(&world.idle, (uint32_t)me, searching);
    *piece = steals ? find(me, true) : NULL;
    bool is_work = steals ? *piece != NULL : is_work_anywhere();
    if (is_work && tri_idle_cancel(&world.idle, (uint32_t)me)) {
        if (!steals && tri_idle_search(&world.idle, WORKERS_MAX)) {
            return true;
        }
        trt_yield(); // enough others search, as far as this thread knows: it looks again
        return false;
    }
    park(me);
    return true;
}

static void leave_search(int me, int habits)
{
    bool is_last = tri_idle_found(&world.idle);
    bool wants = (habits & WAKES_FOR_OWN) == 0 || tri_ring_count(&world.rings[me]) != 0;
    if (is_last && wants) {
        wake();
    }
}

static void work(int me, int habits)
{
    bool searching = tri_idle_search(&world.idle, WORKERS_MAX);
    for (;;) {
        void *piece = find(me, searching || (habits & ALWAYS_STEALS) != 0);
        if (piece == NULL) {
            searching = sleep(me, searching, habits, &piece);
        }
        if (piece == NULL) {
            continue;
        }
        if (searching) {
            leave_search(me, habits);
        }
        run(piece, world.count);
        searching = tri_idle_search(&world.idle, WORKERS_MAX);
    }
}

static void worker(int me)
{
    work(me, 0);
}

static void worker_steals_last(int me)
{
    work(me, STEALS_LAST);
}

static void worker_always_steals(int me)
{
    work(me, ALWAYS_STEALS);
}

static void worker_wakes_for_own(int me)
{
    work(me, WAKES_FOR_OWN);
}

static void finish(void)
{
    trt_check(world.done == world.count);
}

#define DISPATCH(first, w)                                                                         \
    .setup = first, .finish = finish,                                                              \
    .threads = { { busy, 0, false }, { w, 1, true }, { w, 2, true }, { w, 3, true } }
#define LOST .expect = TRT_FOUND, .why = "done == world.count"

static const struct trt_program programs[] = {
    { "dispatch: two pieces from a busy worker", .setup = setup_two, .finish = finish,
      .threads = { { busy, 0, false }, { worker, 1, true }, { worker, 2, true } } },
    { "dispatch: three pieces, half of them stolen", DISPATCH(setup_three, worker) },
    { "dispatch: a last look that steals", DISPATCH(setup_two, worker_steals_last), LOST },
    { "dispatch: a thief that does not search", DISPATCH(setup_three, worker_always_steals), LOST },
    { "dispatch: a wake for the own ring only", DISPATCH(setup_two, worker_wakes_for_own), LOST },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
