// SPDX-License-Identifier: MIT
// Every transition of the credit word, as tables: the word before, the answer, the word after.
#include "mailbox/bound.h"

#include <criterion/criterion.h>

#define GENERATION UINT32_C(9)
#define WORD(bits) ((uint64_t)GENERATION << 32 | (bits))
#define WAITERS TRI_BOUND_WAITERS
#define FAIL TRI_BOUND_FAIL
#define UNBOUNDED TRI_BOUND_UNBOUNDED
#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static struct tri_bound bound;

static uint64_t word(void)
{
    // relaxed: one thread.
    return tri_load(&bound.x_word, relaxed);
}

static void set_word(uint64_t value)
{
    // relaxed: one thread.
    tri_store(&bound.x_word, value, relaxed);
}

static const struct {
    uint32_t capacity;
    uint64_t policy;
    uint64_t after;
} resets[] = {
    { 0, 0, WORD(UNBOUNDED) },
    { 0, FAIL, WORD(UNBOUNDED | FAIL) },
    { 1, 0, WORD(1) },
    { 100, FAIL, WORD(FAIL | 100) },
    { 100, TRI_BOUND_DROP, WORD(TRI_BOUND_DROP | 100) },
    { 100, TRI_BOUND_BOOKED, WORD(TRI_BOUND_BOOKED) },
    { TRI_BOUND_CREDIT, 0, WORD(TRI_BOUND_CREDIT) },
    { UINT32_MAX, FAIL, WORD(FAIL | TRI_BOUND_CREDIT) },
};

Test(bound, reset_writes_generation_policy_and_credit)
{
    for (size_t i = 0; i < ROWS(resets); i++) {
        set_word(UINT64_MAX);
        tri_bound_reset(&bound, GENERATION, resets[i].capacity, resets[i].policy);
        cr_assert_eq(word(), resets[i].after, "row %zu: %#llx", i, (unsigned long long)word());
    }
}

Test(bound, is_of_one_generation)
{
    tri_bound_reset(&bound, UINT32_MAX, 5, FAIL);
    cr_assert(tri_bound_of(&bound, UINT32_MAX));
    cr_assert_not(tri_bound_of(&bound, 0));
    cr_assert_not(tri_bound_of(&bound, UINT32_MAX - 1));
}

static const struct {
    uint64_t before;
    enum tri_bound_answer answer;
    uint64_t after;
} takes[] = {
    { WORD(UNBOUNDED), TRI_BOUND_FREE, WORD(UNBOUNDED) },
    { WORD(UNBOUNDED | FAIL), TRI_BOUND_FREE, WORD(UNBOUNDED | FAIL) },
    { WORD(2), TRI_BOUND_TAKEN, WORD(1) },
    { WORD(1), TRI_BOUND_TAKEN, WORD(0) },
    { WORD(FAIL | 1), TRI_BOUND_TAKEN, WORD(FAIL) },
    { WORD(TRI_BOUND_CREDIT), TRI_BOUND_TAKEN, WORD(TRI_BOUND_CREDIT - 1) },
    { WORD(0), TRI_BOUND_WAIT, WORD(0) },
    { WORD(FAIL), TRI_BOUND_FULL, WORD(FAIL) },
    { WORD(TRI_BOUND_DROP), TRI_BOUND_DROPS, WORD(TRI_BOUND_DROP) },
    { WORD(TRI_BOUND_DROP | 1), TRI_BOUND_TAKEN, WORD(TRI_BOUND_DROP) },
    { WORD(TRI_BOUND_BOOKED), TRI_BOUND_BOOKS, WORD(TRI_BOUND_BOOKED) },
    { WORD(WAITERS), TRI_BOUND_WAIT, WORD(WAITERS) },
    { WORD(WAITERS | 3), TRI_BOUND_WAIT, WORD(WAITERS | 3) },
    { WORD(WAITERS | FAIL | 3), TRI_BOUND_FULL, WORD(WAITERS | FAIL | 3) },
};

Test(bound, take_gives_what_the_word_allows)
{
    for (size_t i = 0; i < ROWS(takes); i++) {
        set_word(takes[i].before);
        cr_assert_eq(tri_bound_take(&bound, GENERATION), takes[i].answer, "row %zu", i);
        cr_assert_eq(word(), takes[i].after, "row %zu: %#llx", i, (unsigned long long)word());
    }
}

Test(bound, take_of_another_generation_finds_it_stale_and_takes_nothing)
{
    for (size_t i = 0; i < ROWS(takes); i++) {
        set_word(takes[i].before);
        cr_assert_eq(tri_bound_take(&bound, GENERATION - 1), TRI_BOUND_STALE, "row %zu", i);
        cr_assert_eq(tri_bound_take(&bound, GENERATION + 1), TRI_BOUND_STALE, "row %zu", i);
        cr_assert_eq(word(), takes[i].before, "row %zu", i);
    }
}

static const struct {
    uint64_t before;
    bool announced;
    uint64_t after;
} announces[] = {
    { WORD(0), true, WORD(WAITERS) },
    { WORD(1), false, WORD(1) },
    { WORD(WAITERS), true, WORD(WAITERS) },
    { WORD(WAITERS | 2), true, WORD(WAITERS | 2) },
};

Test(bound, announce_sets_the_waiters_bit_unless_credit_came_first)
{
    for (size_t i = 0; i < ROWS(announces); i++) {
        set_word(announces[i].before);
        cr_assert_eq(tri_bound_announce(&bound, GENERATION), announces[i].announced, "row %zu", i);
        cr_assert_eq(word(), announces[i].after, "row %zu", i);
    }
}

Test(bound, announce_to_another_generation_is_refused)
{
    for (size_t i = 0; i < ROWS(announces); i++) {
        set_word(announces[i].before);
        cr_assert_not(tri_bound_announce(&bound, GENERATION + 1), "row %zu", i);
        cr_assert_eq(word(), announces[i].before, "row %zu", i);
    }
}

static const struct {
    uint64_t before;
    bool given;
    uint64_t after;
} gives[] = {
    { WORD(0), true, WORD(1) },
    { WORD(FAIL | 6), true, WORD(FAIL | 7) },
    { WORD(WAITERS), false, WORD(WAITERS) },
    { WORD(WAITERS | 1), false, WORD(WAITERS | 1) },
};

Test(bound, give_adds_credit_unless_somebody_waits_for_it)
{
    for (size_t i = 0; i < ROWS(gives); i++) {
        set_word(gives[i].before);
        cr_assert_eq(tri_bound_give(&bound, GENERATION), gives[i].given, "row %zu", i);
        cr_assert_eq(word(), gives[i].after, "row %zu", i);
    }
}

Test(bound, credit_of_another_generation_vanishes)
{
    for (size_t i = 0; i < ROWS(gives); i++) {
        set_word(gives[i].before);
        cr_assert(tri_bound_give(&bound, GENERATION - 1), "row %zu", i);
        cr_assert_eq(word(), gives[i].before, "row %zu", i);
    }
}

Test(bound, calm_clears_the_waiters_bit_and_adds_what_found_nobody)
{
    set_word(WORD(WAITERS));
    tri_bound_calm(&bound, 1);
    cr_assert_eq(word(), WORD(1));
    set_word(WORD(WAITERS | 4));
    tri_bound_calm(&bound, 0);
    cr_assert_eq(word(), WORD(4));
    tri_bound_calm(&bound, 0);
    cr_assert_eq(word(), WORD(4), "calm stays calm");
}

Test(bound, every_credit_taken_can_be_given_back)
{
    tri_bound_reset(&bound, GENERATION, 3, FAIL);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(tri_bound_take(&bound, GENERATION), TRI_BOUND_TAKEN);
        }
        cr_assert_eq(tri_bound_take(&bound, GENERATION), TRI_BOUND_FULL);
        for (int i = 0; i < 3; i++) {
            cr_assert(tri_bound_give(&bound, GENERATION));
        }
    }
    cr_assert_eq(word(), WORD(FAIL | 3));
}
