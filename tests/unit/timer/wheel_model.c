// SPDX-License-Identifier: MIT
// The wheel beside a model that keeps timers in an array and searches it.
#include "timer/wheel.h"

#include <criterion/criterion.h>

#include "base/random.h"

#define TIMERS 100
#define STEPS 1200

struct timer {
    struct tri_wheel_node node;
    uint64_t when_ns; // the deadline, or the wheel's position if that was later
    uint64_t order;
    bool pending;
};

static struct tri_wheel wheel;
static struct timer timers[TIMERS];
static struct tri_random random_state;
static unsigned long long seed;
static uint64_t now_ns;
static uint64_t added;

static uint64_t below(uint64_t n)
{
    return tri_random_below(&random_state, n);
}

// A random length of time: every order of magnitude is equally likely.
static uint64_t some_time(unsigned least_shift)
{
    return tri_random_next(&random_state) >> (least_shift + below(64 - least_shift));
}

static struct timer *earliest(void)
{
    struct timer *best = NULL;

    for (struct timer *t = timers; t < timers + TIMERS; t++) {
        if (t->pending && (best == NULL || t->when_ns < best->when_ns ||
                           (t->when_ns == best->when_ns && t->order < best->order))) {
            best = t;
        }
    }
    return best;
}

static void add_one(struct timer *t)
{
    uint64_t past_ns = some_time(0) % (now_ns + 1);
    uint64_t choice = below(4);

    if (t->pending) {
        return;
    }
    t->node.deadline_ns = now_ns + (choice == 0   ? 0 - past_ns
                                    : choice == 1 ? below(20)
                                                  : some_time(1));
    t->when_ns = t->node.deadline_ns;
    if (t->when_ns < wheel.position_ns) {
        t->when_ns = wheel.position_ns;
    }
    t->order = added++;
    t->pending = true;
    tri_wheel_add(&wheel, &t->node);
}

static void remove_one(struct timer *t)
{
    cr_assert_eq(tri_wheel_remove(&wheel, &t->node), t->pending, "seed %llu", seed);
    t->pending = false;
}

static void advance(void)
{
    struct tri_list due;
    struct tri_link *link;
    uint64_t jump_ns = below(3) == 0 ? some_time(2) : below(2000);

    now_ns += jump_ns < UINT64_MAX - now_ns ? jump_ns : 0;
    tri_list_init(&due);
    size_t left = below(2) == 0 ? SIZE_MAX : below(6);
    bool more = tri_wheel_expire(&wheel, now_ns, left, &due);
    while ((link = tri_list_pop_front(&due)) != NULL) {
        cr_assert_gt(left--, 0, "seed %llu: more moves than allowed", seed);
        struct timer *t = TRI_CONTAINER_OF(link, struct timer, node.link);
        cr_assert_eq(t, earliest(), "seed %llu: out of order", seed);
        cr_assert_leq(t->when_ns, now_ns, "seed %llu: too early", seed);
        t->pending = false;
    }
    if (!more && earliest() != NULL) {
        cr_assert_gt(earliest()->when_ns, now_ns, "seed %llu: too late", seed);
        cr_assert_gt(tri_wheel_next(&wheel), now_ns, "seed %llu: a false deadline", seed);
    }
}

static void check_next(void)
{
    uint64_t next_ns = tri_wheel_next(&wheel);

    if (earliest() == NULL) {
        cr_assert_eq(tri_wheel_count(&wheel), 0, "seed %llu", seed);
    } else {
        cr_assert_leq(next_ns, earliest()->when_ns, "seed %llu: would sleep too long", seed);
    }
}

static void run_seed(void)
{
    tri_random_seed(&random_state, seed);
    now_ns = some_time(1);
    tri_wheel_init(&wheel, now_ns);
    for (unsigned i = 0; i < TIMERS; i++) {
        timers[i] = (struct timer){ .pending = false };
    }
    for (int step = 0; step < STEPS; step++) {
        struct timer *t = &timers[below(TIMERS)];
        uint64_t choice = below(10);
        if (choice < 6) {
            add_one(t);
        } else if (choice < 8) {
            remove_one(t);
        } else {
            advance();
        }
        check_next();
    }
    tri_wheel_check(&wheel);
}

Test(wheel_model, random_adds_removes_and_jumps_agree_with_a_sorted_array)
{
    for (seed = 1; seed <= 150; seed++) {
        run_seed();
    }
}
