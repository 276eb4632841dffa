// SPDX-License-Identifier: MIT
// The fate of a timer: its P fires it or shoots, another thread cancels it, its owner ends, and
// whoever lets go last uses the record again.
//
// Checked: one winner a generation; the winner sees the record's contents; nobody touches a record
// that is used again; a stale handle decides nothing; an interval has one shot on its way at most,
// and a cancel is never undone.
#include "timer/fate.h"

enum { FIRST = 1 };

static struct {
    struct tri_fate fate;
    uint32_t contents;           // plain: the record
    tri_atomic(uint32_t) x_back; // a foreign cancel tells the wheel's side
    tri_atomic(uint32_t) x_mail; // a shot on its way to the receiver
    uint32_t winners[3];         // observed, by generation
    uint32_t reused;             // observed
    uint32_t shots;              // observed: on their way
    bool cancelled;              // observed
} world;

static void setup(void)
{
    tri_fate_init(&world.fate);
}

static void setup_armed(void)
{
    tri_fate_init(&world.fate);
    tri_plain_write(&world.contents, FIRST);
    tri_fate_arm(&world.fate);
}

static bool decide(uint32_t generation, uint64_t how)
{
    if (!tri_fate_decide(&world.fate, generation, how)) {
        return false;
    }
    trt_check(world.winners[generation]++ == 0);
    trt_check(tri_plain_read(&world.contents) == generation);
    return true;
}

// The second uses the record again at once.
static void let_go(uint64_t party)
{
    if (tri_fate_let_go(&world.fate, party)) {
        trt_check(world.reused++ == 0);
        tri_fate_renew(&world.fate);
        tri_plain_write(&world.contents, FIRST + 1);
        tri_fate_arm(&world.fate);
    }
}

// The wheel's side: fires, or learns that it was cancelled elsewhere and lets go then.
static void wheel(int unused)
{
    (void)unused;
    if (!decide(FIRST, TRI_FATE_FIRED)) {
        // The product's returns are acquire and release as this is.
        while (tri_load(&world.x_back, acquire) == 0) {
            trt_yield();
        }
    }
    let_go(TRI_FATE_WHEEL_GONE);
}

static void canceller(int unused)
{
    (void)unused;
    if (decide(FIRST, TRI_FATE_CANCELLED)) {
        tri_store(&world.x_back, 1, release);
    }
}

// The owner ends: it cancels, if it is not too late, and lets go.
static void owner(int unused)
{
    canceller(unused);
    let_go(TRI_FATE_OWNER_GONE);
}

static void stale(int unused)
{
    (void)unused;
    while (tri_fate_generation(&world.fate) == FIRST) {
        trt_yield();
    }
    trt_check(!tri_fate_decide(&world.fate, FIRST, TRI_FATE_CANCELLED));
    trt_check(!tri_fate_in_force(&world.fate, FIRST));
    tri_fate_shot_taken(&world.fate, FIRST);
}

static void finish(void)
{
    trt_check(world.winners[FIRST] == 1 && world.reused == 1);
    trt_check(tri_fate_generation(&world.fate) == FIRST + 1);
    trt_check(tri_plain_read(&world.contents) == FIRST + 1);
    trt_check(tri_fate_in_force(&world.fate, FIRST + 1) && !tri_fate_wheel_gone(&world.fate));
}

static void arms(int unused)
{
    (void)unused;
    tri_plain_write(&world.contents, FIRST);
    tri_fate_arm(&world.fate);
}

static void tries(int how)
{
    (void)decide(FIRST, (uint64_t)how);
}

static void finish_armed(void)
{
    (void)tri_fate_decide(&world.fate, FIRST, TRI_FATE_FIRED);
    uint64_t fate = tri_load(&world.fate.x_word, relaxed) & TRI_FATE_MASK;
    trt_check(fate != TRI_FATE_ARMED);
}

static void shooter(int times)
{
    for (int i = 0; i < times; i++) {
        if (tri_fate_shoot(&world.fate, FIRST) == TRI_SHOT_SEND) {
            trt_check(world.shots++ == 0);
            tri_store(&world.x_mail, 1, release);
        }
    }
}

static void taker(int times)
{
    for (int i = 0; i < times; i++) {
        if (tri_load(&world.x_mail, acquire) != 0) {
            tri_store(&world.x_mail, 0, relaxed);
            trt_check(--world.shots == 0);
            tri_fate_shot_taken(&world.fate, FIRST);
        }
        trt_yield();
    }
}

static void cancels(int unused)
{
    (void)unused;
    world.cancelled = tri_fate_decide(&world.fate, FIRST, TRI_FATE_CANCELLED);
}

static void finish_interval(void)
{
    uint64_t word = tri_load(&world.fate.x_word, relaxed);
    trt_check(world.cancelled && (word & TRI_FATE_MASK) == TRI_FATE_CANCELLED);
    trt_check(((word & TRI_FATE_SHOT) != 0) == (world.shots != 0));
    trt_check(tri_fate_shoot(&world.fate, FIRST) == TRI_SHOT_OVER);
    trt_check(!tri_fate_in_force(&world.fate, FIRST));
}

static const struct trt_program programs[] = {
    { "fate: fired, cancelled, or its owner ends", .setup = setup_armed, .finish = finish,
      .threads = { { wheel, 0, false }, { owner, 0, false }, { stale, 0, false } } },
    { "fate: two cancels", .setup = setup_armed, .finish = finish,
      .threads = { { wheel, 0, false },
                   { owner, 0, false },
                   { canceller, 0, false },
                   { stale, 0, false } } },
    { "fate: decided as it is armed", .setup = setup, .finish = finish_armed, .exhaust = true,
      .threads = { { arms, 0, false },
                   { tries, TRI_FATE_FIRED, false },
                   { tries, TRI_FATE_CANCELLED, false } } },
    { "fate: an interval is cancelled", .setup = setup_armed, .finish = finish_interval,
      .threads = { { shooter, 3, false }, { taker, 4, false }, { cancels, 0, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
