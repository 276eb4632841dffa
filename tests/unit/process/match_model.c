// SPDX-License-Identifier: MIT
// Selection beside a model that looks at every message of an array, whose arrival numbers do not
// wrap.
#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "process/receive.h"
#include "world.h"

#define HELD_MAX 90 // with and without index
#define STEPS 2000

struct held {
    struct tr_msg *msg;
    uint64_t serial;
};

static struct tri_random random_state;
static unsigned long long seed;
static struct tr_self *self;
static struct held held[HELD_MAX];
static uint32_t held_count;
static uint64_t serial;
static uint32_t ids[4];

static uint32_t below(uint32_t n)
{
    return (uint32_t)tri_random_below(&random_state, n);
}

static void append_one(void)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);

    msg->type = 1 + below(6);
    msg->ref = below(4);
    msg->from_slot = 1 + below(3);
    msg->from_generation = 1 + below(2);
    // relaxed: one thread.
    (void)tri_add(&self->box.x_sent, 1, relaxed);
    tri_mailbox_append(&self->box, msg);
    held[held_count++] = (struct held){ msg, ++serial };
}

static void take(uint32_t place)
{
    tri_mailbox_take(&self->box, held[place].msg);
    tri_mailbox_free(&self->box, NULL, held[place].msg);
    memmove(&held[place], &held[place + 1], (--held_count - place) * sizeof held[0]);
}

static struct tri_wait random_wait(void)
{
    struct tri_wait wait = { .what = TRI_WAIT_MESSAGE };

    wait.id_count = below(4);
    for (uint32_t i = 0; i < wait.id_count; i++) {
        ids[i] = 1 + below(7);
    }
    wait.ids = ids;
    wait.ref = below(3) == 0 ? 1 + below(3) : 0;
    wait.sender = below(3) == 0 ? tri_key(1 + below(3), 1 + below(2)) : 0;
    wait.tested = self->box.first == NULL ? self->box.arrival : self->box.first->arrival - 1;
    return wait;
}

static bool fits(const struct tri_wait *wait, const struct tr_msg *msg)
{
    bool type = wait->id_count == 0;

    for (uint32_t i = 0; i < wait->id_count; i++) {
        type = type || ids[i] == msg->type;
    }
    return type && (wait->ref == 0 || wait->ref == msg->ref) &&
           (wait->sender == 0 || wait->sender >> 32 == msg->from_slot) &&
           (wait->sender == 0 || (uint32_t)wait->sender == msg->from_generation);
}

// The place of the first message that fits and came after that serial number; held_count if none.
static uint32_t expected(const struct tri_wait *wait, uint64_t after)
{
    uint32_t place = 0;

    while (place < held_count && (held[place].serial <= after || !fits(wait, held[place].msg))) {
        place++;
    }
    return place;
}

// One receive: the first search may have a mark, later ones stand for predicates that said no.
static void receive_one(void)
{
    struct tri_wait wait = random_wait();
    uint32_t age = below(serial < 200 ? (uint32_t)serial + 1 : 200);
    uint32_t mark = wait.ref != 0 ? self->box.arrival - age : wait.tested;
    uint32_t place = expected(&wait, wait.ref != 0 ? serial - age : 0);
    struct tr_msg *found = tri_match_search(trt_thread, self, &wait, mark);

    while (below(3) == 0 && found != NULL) {
        cr_assert_eq(found, held[place].msg, "seed %llu: place %u", seed, place);
        place = expected(&wait, held[place].serial);
        found = tri_match_search(trt_thread, self, &wait, wait.tested);
    }
    cr_assert_eq(found, place == held_count ? NULL : held[place].msg, "seed %llu: place %u of %u",
                 seed, place, held_count);
    if (found != NULL) {
        take(place);
    }
}

static void run_seed(void)
{
    tri_random_seed(&random_state, seed);
    self->box.arrival = 0 - below(STEPS);
    serial = 0;
    for (uint32_t i = 0, grows = 50; i < STEPS; i++) {
        grows = i % 100 == 0 ? 30 + below(40) : grows;
        if (below(100) < grows && held_count < HELD_MAX) {
            append_one();
        } else {
            receive_one();
        }
    }
    while (held_count > 0) {
        take(held_count - 1);
    }
}

Test(match_model, random_receives_agree_with_a_walk_over_an_array)
{
    trt_world_begin();
    self = trt_actor(1);
    for (seed = 1; seed <= 40; seed++) {
        run_seed();
    }
    trt_world_end();
}
