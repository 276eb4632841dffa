// SPDX-License-Identifier: MIT
// Litmus programs of known algorithms: each correct version passes, each classic mistake is found.
#include "base/atomic.h"
#include "litmus/deque.h"

#define ITEMS 4
#define SENDERS 2

static struct {
    struct deque deque;
    tri_atomic(uint32_t) x_state, x_sleeping, x_token, x_queue, x_inbox, x_done;
    uint32_t payload[ITEMS + 1];
    uint32_t taken[ITEMS + 1];
    uint32_t handled;
} world;

static void setup(void)
{
}

// --- Chase and Lev's deque: the owner pushes four and takes, two thieves steal one or two each.
static void keep(uint32_t item)
{
    if (item != 0) {
        trt_check(item <= ITEMS);
        world.taken[item]++;
        (void)tri_plain_read(&world.payload[item]);
    }
}

static void deque_owner(int plant)
{
    for (uint32_t item = 1; item <= 3; item++) {
        tri_plain_write(&world.payload[item], item);
        deque_push(&world.deque, item, (enum deque_plant)plant);
        if (item == 2) {
            keep(deque_take(&world.deque, (enum deque_plant)plant));
        }
    }
    for (int i = 0; i < 3; i++) {
        keep(deque_take(&world.deque, (enum deque_plant)plant));
    }
}

static void deque_thief(int plant)
{
    keep(deque_steal(&world.deque, (enum deque_plant)plant));
    keep(deque_steal(&world.deque, (enum deque_plant)plant));
}

static void deque_finish(void)
{
    for (int i = 0; i < 3; i++) {
        keep(deque_take(&world.deque, PLANT_NONE));
    }
    for (uint32_t item = 1; item <= 3; item++) {
        if (world.taken[item] != 1) {
            trt_model_fail("item %u taken %u times", item, world.taken[item]);
        }
    }
}

#define DEQUE(plant)                                                                               \
    .setup = setup, .finish = deque_finish,                                                        \
    .threads = { { deque_owner, plant, false },                                                    \
                 { deque_thief, plant, false },                                                    \
                 { deque_thief, plant, false } }

// --- A sleeper and a waker: bit 0 of the argument = with fence, bit 1 = with a sticky token.
enum { WITH_FENCE = 1, WITH_TOKEN = 2, WITH_BOTH = 3 };

static void sleeper(int how)
{
    while (tri_load(&world.x_state, acquire) == 0) {
        tri_store(&world.x_sleeping, 1, relaxed);
        if ((how & WITH_FENCE) != 0) {
            tri_fence(seq_cst);
        }
        if (tri_load(&world.x_state, acquire) != 0) {
            return;
        }
        if ((how & WITH_TOKEN) != 0) {
            trt_futex_wait(&world.x_token, 0);
            tri_store(&world.x_token, 0, relaxed);
        } else {
            trt_block();
        }
    }
}

static void waker(int how)
{
    tri_store(&world.x_state, 1, release);
    if ((how & WITH_FENCE) != 0) {
        tri_fence(seq_cst);
    }
    if (tri_load(&world.x_sleeping, relaxed) != 0) {
        if ((how & WITH_TOKEN) != 0) {
            tri_store(&world.x_token, 1, relaxed);
            trt_futex_wake(&world.x_token);
        } else {
            trt_wake(0);
        }
    }
}

#define PARK(how)                                                                                  \
    .setup = setup, .exhaust = true, .threads = { { sleeper, how, false }, { waker, how, false } }

// --- An actor's state word, a run queue of one place and two senders. The worker handles what is
// in the inbox, goes idle, and must look at the inbox once more; sender and worker need a fence
// each.
enum { NO_RECHECK = 1, NO_WORKER_FENCE = 2, NO_SENDER_FENCE = 4 };
enum { IDLE, SCHEDULED };

static void state_sender(int plant)
{
    (void)tri_add(&world.x_inbox, 1, release);
    if ((plant & NO_SENDER_FENCE) == 0) {
        tri_fence(seq_cst);
    }
    uint32_t idle = IDLE;
    if (tri_load(&world.x_state, relaxed) == IDLE &&
        tri_cas(&world.x_state, &idle, SCHEDULED, acq_rel, relaxed)) {
        tri_store(&world.x_queue, 1, release);
        trt_futex_wake(&world.x_queue);
    }
}

// Runs the actor until it is idle.
static void state_run(int plant)
{
    for (;;) {
        world.handled += tri_xchg(&world.x_inbox, 0, acquire);
        tri_store(&world.x_state, IDLE, release);
        if ((plant & NO_WORKER_FENCE) == 0) {
            tri_fence(seq_cst);
        }
        uint32_t idle = IDLE;
        if ((plant & NO_RECHECK) != 0 || tri_load(&world.x_inbox, relaxed) == 0 ||
            !tri_cas(&world.x_state, &idle, SCHEDULED, acq_rel, relaxed)) {
            return;
        }
    }
}

static void state_worker(int plant)
{
    while (world.handled < SENDERS) {
        if (tri_xchg(&world.x_queue, 0, acquire) == 1) {
            state_run(plant);
        } else {
            trt_futex_wait(&world.x_queue, 0);
        }
    }
}

#define STATE_WORD(plant)                                                                          \
    .setup = setup, .threads = { { state_worker, plant, false },                                   \
                                 { state_sender, plant, false },                                   \
                                 { state_sender, plant, false } }

// --- Reclamation: a node is freed while another thread may still write to it.
static void late_writer(int announces)
{
    tri_store(&world.payload[1], 1, relaxed);
    if (announces != 0) {
        tri_store(&world.x_done, 1, release);
    } else {
        tri_store(&world.x_done, 1, relaxed);
    }
}

static void early_free(int ignores)
{
    while (tri_load(&world.x_done, acquire) == 0 && ignores == 0) {
        trt_yield();
    }
    trt_free(&world.payload[1], sizeof world.payload[1]);
}

#define FREE(announces, ignores)                                                                   \
    .setup = setup, .exhaust = true,                                                               \
    .threads = { { late_writer, announces, false }, { early_free, ignores, false } }

#define FOUND(message) .expect = TRT_FOUND, .why = message

static const struct trt_program programs[] = {
    { "deque", DEQUE(PLANT_NONE), .percent = 500 },
    { "deque, take without fence", DEQUE(PLANT_TAKE_FENCE), FOUND("times"), .percent = 500 },
    { "deque, push without fence", DEQUE(PLANT_PUSH_FENCE), FOUND(""), .percent = 500 },
    { "deque, steal without fence", DEQUE(PLANT_STEAL_FENCE), FOUND(""), .percent = 500 },
    { "park", PARK(WITH_BOTH), .spurious = true },
    { "park without fence", PARK(WITH_TOKEN), FOUND("sleeps for ever") },
    { "park without token", PARK(WITH_FENCE), FOUND("sleeps for ever") },
    { "state word", STATE_WORD(0), .percent = 300 },
    { "state word, no second look", STATE_WORD(NO_RECHECK), FOUND("sleeps for ever"),
      .percent = 300 },
    { "state word, worker without fence", STATE_WORD(NO_WORKER_FENCE), FOUND("sleeps for ever"),
      .percent = 300 },
    { "state word, sender without fence", STATE_WORD(NO_SENDER_FENCE), FOUND("sleeps for ever"),
      .percent = 300 },
    { "free after the last write", FREE(1, 0) },
    { "free before the last write", FREE(1, 1), FOUND("free") },
    { "free after an unordered write", FREE(0, 0), FOUND("free unordered") },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
