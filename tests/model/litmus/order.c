// SPDX-License-Identifier: MIT
// Litmus programs for the memory model itself: each outcome that C11 allows is found, each that it
// forbids is never seen in a complete search.
#include "base/atomic.h"

static struct {
    tri_atomic(uint32_t) x, y, z;
    uint32_t data;
    uint32_t seen[4]; // results of the threads, for the final check
} world;

static void setup(void)
{
}

#define EXHAUST .setup = setup, .exhaust = true
#define ALLOWED(outcome) EXHAUST, .expect = TRT_FOUND, .why = outcome

// Store buffering: both threads store, then load the other's location.
#define STORE_BUFFERING(name, store_order, fence, load_order)                                      \
    static void name(int i)                                                                        \
    {                                                                                              \
        tri_store(i == 0 ? &world.x : &world.y, 1, store_order);                                   \
        fence;                                                                                     \
        world.seen[i] = tri_load(i == 0 ? &world.y : &world.x, load_order);                        \
    }
STORE_BUFFERING(sb_relaxed, relaxed, (void)0, relaxed)
STORE_BUFFERING(sb_access, seq_cst, (void)0, seq_cst)
STORE_BUFFERING(sb_acq_rel, relaxed, tri_fence(acq_rel), relaxed)
STORE_BUFFERING(sb_fence, relaxed, tri_fence(seq_cst), relaxed)
STORE_BUFFERING(sb_light, relaxed, tri_light_fence(), relaxed)
STORE_BUFFERING(sb_heavy, relaxed, tri_heavy_fence(), relaxed)

static void sb_finish(void)
{
    if (world.seen[0] == 0 && world.seen[1] == 0) {
        trt_model_fail("both read 0");
    }
}

// Store buffering where an exchange stands for the fence: as strong as acq_rel only.
static void sb_exchange(int i)
{
    (void)tri_xchg(i == 0 ? &world.x : &world.y, 1, seq_cst);
    world.seen[i] = tri_load(i == 0 ? &world.y : &world.x, seq_cst);
}

// Message passing.
static void mp_send_relaxed(int i)
{
    (void)i;
    tri_plain_write(&world.data, 7);
    tri_store(&world.x, 1, relaxed);
}

static void mp_send(int i)
{
    (void)i;
    tri_plain_write(&world.data, 7);
    tri_store(&world.x, 1, release);
}

static void mp_send_fence(int i)
{
    (void)i;
    tri_plain_write(&world.data, 7);
    tri_fence(release);
    tri_store(&world.x, 1, relaxed);
}

static void mp_receive(int i)
{
    (void)i;
    if (tri_load(&world.x, acquire) != 0) {
        trt_check(tri_plain_read(&world.data) == 7);
    }
}

static void mp_receive_relaxed(int i)
{
    (void)i;
    if (tri_load(&world.x, relaxed) != 0) {
        trt_check(tri_plain_read(&world.data) == 7);
    }
}

static void mp_receive_fence(int i)
{
    (void)i;
    if (tri_load(&world.x, relaxed) != 0) {
        tri_fence(acquire);
        trt_check(tri_plain_read(&world.data) == 7);
    }
}

// A read-modify-write keeps the release sequence that it continues, a plain store ends it.
static void sequence_add(int i)
{
    (void)i;
    (void)tri_add(&world.x, 1, relaxed);
}

static void sequence_store(int i)
{
    mp_send(i);
    tri_store(&world.x, 2, relaxed);
}

static void sequence_receive(int i)
{
    (void)i;
    if (tri_load(&world.x, acquire) == 2) {
        trt_check(tri_plain_read(&world.data) == 7);
    }
}

// Plain data without any order.
static void race(int i)
{
    (void)i;
    tri_plain_write(&world.data, tri_plain_read(&world.data) + 1);
}

// Coherence: two loads of one location never go backwards.
static void count_up(int i)
{
    (void)i;
    tri_store(&world.x, 1, relaxed);
    tri_store(&world.x, 2, relaxed);
}

static void read_twice(int i)
{
    (void)i;
    uint32_t first = tri_load(&world.x, relaxed);
    trt_check(tri_load(&world.x, relaxed) >= first);
}

// Two writers: who is last is not decided by who ran last.
static void write_both(int i)
{
    tri_store(i == 0 ? &world.x : &world.y, 1, relaxed);
    tri_store(i == 0 ? &world.y : &world.x, 2, relaxed);
}

static void last_finish(void)
{
    if (tri_load(&world.x, relaxed) == 1 && tri_load(&world.y, relaxed) == 1) {
        trt_model_fail("both first stores are last");
    }
}

// Independent reads of independent writes: two readers see two writers in different orders.
static void iriw_write(int i)
{
    tri_store(i == 0 ? &world.x : &world.y, 1, release);
}

#define IRIW(name, fence)                                                                          \
    static void name(int i)                                                                        \
    {                                                                                              \
        uint32_t first = tri_load(i == 0 ? &world.x : &world.y, acquire);                          \
        fence;                                                                                     \
        uint32_t second = tri_load(i == 0 ? &world.y : &world.x, acquire);                         \
        world.seen[i] = first == 1 && second == 0;                                                 \
    }
IRIW(iriw_acquire, (void)0)
IRIW(iriw_fence, tri_fence(seq_cst))

static void iriw_finish(void)
{
    if (world.seen[0] == 1 && world.seen[1] == 1) {
        trt_model_fail("readers disagree");
    }
}

// A compare-and-swap that fails may have looked at an older value.
static void cas_write(int i)
{
    (void)i;
    tri_store(&world.x, 1, relaxed);
    tri_store(&world.y, 1, release);
}

static void cas_stale(int i)
{
    (void)i;
    uint32_t expected = 1;
    if (tri_load(&world.y, relaxed) == 1 && !tri_cas(&world.x, &expected, 2, relaxed, relaxed)) {
        trt_model_fail("failed on an old value");
    }
}

// A load that counts, and a store that comes after it because the loading thread said so.
static void claim(int orders)
{
    int since = trt_now();
    (void)tri_load(&world.x, relaxed);
    if (orders != 0) {
        tri_store(&world.y, 1, release);
    } else {
        tri_store(&world.y, 1, relaxed);
    }
    trt_claim(&world.x, sizeof world.x, since);
}

static void overwrite(int unused)
{
    (void)unused;
    if (tri_load(&world.y, acquire) == 1) {
        tri_store(&world.x, 1, relaxed);
    }
}

#define PAIR(f, g) .threads = { { f, 0, false }, { g, 1, false } }

static const struct trt_program programs[] = {
    { "store buffering, relaxed", PAIR(sb_relaxed, sb_relaxed), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, seq_cst accesses", PAIR(sb_access, sb_access), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, seq_cst exchange", PAIR(sb_exchange, sb_exchange), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, acq_rel fences", PAIR(sb_acq_rel, sb_acq_rel), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, seq_cst fences", PAIR(sb_fence, sb_fence), .finish = sb_finish, EXHAUST },
    { "store buffering, one fence missing", PAIR(sb_fence, sb_relaxed), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, light and heavy fence", PAIR(sb_light, sb_heavy), .finish = sb_finish,
      EXHAUST },
    { "store buffering, heavy fence alone", PAIR(sb_relaxed, sb_heavy), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "store buffering, light fences alone", PAIR(sb_light, sb_light), .finish = sb_finish,
      ALLOWED("both read 0") },
    { "message passing", PAIR(mp_send, mp_receive), EXHAUST },
    { "message passing, fences", PAIR(mp_send_fence, mp_receive_fence), EXHAUST },
    { "message passing, relaxed store", PAIR(mp_send_relaxed, mp_receive), ALLOWED("data race") },
    { "message passing, relaxed load", PAIR(mp_send, mp_receive_relaxed), ALLOWED("data race") },
    { "release sequence, add goes on", EXHAUST,
      .threads = { { mp_send, 0, false },
                   { sequence_add, 1, false },
                   { sequence_receive, 2, false } } },
    { "release sequence, store ends it", PAIR(sequence_store, sequence_receive),
      ALLOWED("data race") },
    { "plain data race", PAIR(race, race), ALLOWED("data race") },
    { "coherence of reads", PAIR(count_up, read_twice), EXHAUST },
    { "modification order against time", PAIR(write_both, write_both), .finish = last_finish,
      ALLOWED("both first stores are last") },
    { "independent reads, acquire", .finish = iriw_finish, ALLOWED("readers disagree"),
      .threads = { { iriw_write, 0, false },
                   { iriw_write, 1, false },
                   { iriw_acquire, 0, false },
                   { iriw_acquire, 1, false } } },
    { "independent reads, seq_cst fences", .finish = iriw_finish, EXHAUST,
      .threads = { { iriw_write, 0, false },
                   { iriw_write, 1, false },
                   { iriw_fence, 0, false },
                   { iriw_fence, 1, false } } },
    { "failed compare-and-swap, old value", PAIR(cas_write, cas_stale),
      ALLOWED("failed on an old value") },
    { "load that counts, ordered", EXHAUST,
      .threads = { { claim, 1, false }, { overwrite, 0, false } } },
    { "load that counts, load buffering", ALLOWED("may have seen"),
      .threads = { { claim, 0, false }, { overwrite, 0, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
