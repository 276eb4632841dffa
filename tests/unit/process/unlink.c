// SPDX-License-Identifier: MIT
// Link, unlink and its acknowledgement, in every order: two actors, each of which links, unlinks or
// drains at any time. A drain takes all that is inbound, as the runtime's does, so these orders are
// all there are.
#include <criterion/criterion.h>

#include "process/deliver.h"
#include "world.h"

#define STEPS 6
#define CHOICES 6 // link, unlink or drain, by the one or the other

static struct tr_self *side[2];

static struct tr_msg *half_of(const struct tr_self *self, const struct tr_self *other)
{
    struct tri_tree_node *node = tri_tree_find(&self->links, trt_key(other));
    return node == NULL ? NULL : tri_msg_of_tree(node);
}

static bool active(const struct tr_self *self, const struct tr_self *other)
{
    const struct tr_msg *half = half_of(self, other);
    return half != NULL && (half->flags & TRI_FLAG_ACTIVE) != 0;
}

// As tr_link: a half that waits for its acknowledgement is put in force again.
static void link_to(struct tr_self *self, struct tr_self *other)
{
    struct tr_msg *half = half_of(self, other);
    if (half == NULL) {
        trt_link(self, other);
    } else if (!active(self, other)) {
        half->flags |= TRI_FLAG_ACTIVE;
        tri_deliver(trt_thread, other->index, other->generation,
                    tri_link_half(trt_thread, tri_actor_pid(self), 0));
    }
}

// As tr_unlink.
static void unlink_from(struct tr_self *self, struct tr_self *other)
{
    struct tr_msg *half = half_of(self, other);
    if (!active(self, other)) {
        return;
    }
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_UNLINK, 0);
    half->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
    msg->spare = ++half->spare;
    msg->from_slot = self->index;
    msg->from_generation = self->generation;
    tri_deliver(trt_thread, other->index, other->generation, msg);
}

static void step(unsigned choice)
{
    struct tr_self *self = side[choice % 2];
    struct tr_self *other = side[1 - choice % 2];
    switch (choice / 2) {
    case 0:
        link_to(self, other);
        break;
    case 1:
        unlink_from(self, other);
        break;
    default:
        trt_drain(self);
        break;
    }
}

// Until nothing is under way.
static void settle(void)
{
    for (int i = 0; i < 2 * STEPS; i++) {
        trt_drain(side[i % 2]);
    }
}

static void play(unsigned steps)
{
    for (int i = 0; i < STEPS; i++, steps /= CHOICES) {
        step(steps % CHOICES);
    }
}

Test(unlink, both_sides_agree_in_every_order)
{
    unsigned programs = 1;
    trt_world_begin();
    side[0] = trt_actor(1);
    side[1] = trt_actor(2);
    for (int i = 0; i < STEPS; i++) {
        programs *= CHOICES;
    }
    for (unsigned program = 0; program < programs; program++) {
        play(program);
        settle();
        cr_assert_eq(active(side[0], side[1]), active(side[1], side[0]), "program %u", program);
        cr_assert_eq(half_of(side[0], side[1]) != NULL, active(side[0], side[1]));
        link_to(side[program % 2], side[1 - program % 2]);
        settle();
        cr_assert(active(side[0], side[1]) && active(side[1], side[0]), "program %u", program);
        unlink_from(side[0], side[1]);
        settle();
        cr_assert_null(half_of(side[0], side[1]), "program %u", program);
        cr_assert_null(half_of(side[1], side[0]), "program %u", program);
    }
    trt_world_end();
}

// The last word of one side counts, whatever was under way when it spoke.
Test(unlink, a_last_word_counts_in_every_order)
{
    unsigned programs = CHOICES * CHOICES * CHOICES * CHOICES * CHOICES * CHOICES;
    trt_world_begin();
    side[0] = trt_actor(1);
    side[1] = trt_actor(2);
    for (unsigned program = 0; program < programs; program++) {
        play(program);
        trt_drain(side[1]); // what the other side said before has been heard
        trt_drain(side[0]);
        bool link = program % 2 == 0;
        step(link ? 0 : 2);
        settle();
        cr_assert_eq(active(side[0], side[1]), link, "program %u", program);
        cr_assert_eq(active(side[1], side[0]), link, "program %u", program);
        unlink_from(side[0], side[1]);
        settle();
    }
    trt_world_end();
}
