// SPDX-License-Identifier: MIT
// The mailbox and its type index beside a model: plain arrays that are searched from the front.
#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "box.h"
#include "mailbox/index.h"

#define HELD_MAX 400
#define TYPES_MAX 70 // the first index has room for 8
#define STEPS 1500

static struct tri_random random_state;
static unsigned long long seed;
static struct tr_msg *inbound[HELD_MAX];
static struct tr_msg *held[HELD_MAX];
static uint32_t inbound_count;
static uint32_t held_count;
static uint32_t types;
static bool running;
static const struct tr_msg *anchor; // the last that was drained, unless taken out of the queue
static const struct tr_msg *zombie;

static uint32_t below(uint32_t n)
{
    return (uint32_t)tri_random_below(&random_state, n);
}

static struct tr_msg *remove_at(struct tr_msg **list, uint32_t *count, uint32_t place)
{
    struct tr_msg *msg = list[place];

    memmove(&list[place], &list[place + 1], (--*count - place) * sizeof *list);
    return msg;
}

static void send_one(void)
{
    bool idle;

    if (inbound_count + held_count < HELD_MAX) {
        inbound[inbound_count++] = trt_box_send(1 + below(types), &idle);
        cr_assert_eq(idle, !running, "seed %llu", seed);
        running = true;
    }
}

static void accept_one(void)
{
    struct tr_msg *msg = trt_box_accept();

    if (inbound_count == 0) {
        cr_assert_null(msg, "seed %llu: came from nowhere", seed);
        return;
    }
    cr_assert_eq(msg, inbound[0], "seed %llu: order", seed);
    held[held_count++] = remove_at(inbound, &inbound_count, 0);
    anchor = msg;
    zombie = NULL;
}

static void take_one(void)
{
    uint32_t place = held_count == 0 ? 0 : below(2) == 0 ? 0 : below(held_count);

    if (held_count == 0) {
        return;
    }
    struct tr_msg *msg = remove_at(held, &held_count, place);
    tri_mailbox_take(&trt_box, msg);
    if (below(3) == 0) {
        bool mine = tri_mailbox_claim(&trt_box, msg);
        cr_assert_eq(mine, msg != anchor || inbound_count == 0, "seed %llu: claim", seed);
        if (mine) {
            anchor = msg == anchor ? NULL : anchor;
            tri_msg_release(&trt_pool, msg);
            return;
        }
    }
    tri_mailbox_free(&trt_box, &trt_pool, msg);
    zombie = msg == anchor ? msg : zombie;
}

static void give_up(void)
{
    bool idle = tri_mailbox_idle(&trt_box, &trt_pool);

    cr_assert_eq(idle, inbound_count == 0, "seed %llu: idle", seed);
    running = !idle;
    anchor = idle ? NULL : anchor;
    zombie = idle ? NULL : zombie;
}

static void flip_index(void)
{
    if (trt_box.index != NULL) {
        tri_index_drop(&trt_box);
    } else {
        cr_assert(tri_index_build(&trt_box));
    }
}

static void check_list(void)
{
    struct tr_msg *msg = trt_box.first;

    for (uint32_t i = 0; i < held_count; i++) {
        cr_assert_eq(msg, held[i], "seed %llu: message %u of the list", seed, i);
        cr_assert_eq(msg->prev, i == 0 ? NULL : held[i - 1], "seed %llu: way back", seed);
        cr_assert_eq((msg->flags & TRI_FLAG_INDEXED) != 0, trt_box.index != NULL);
        cr_assert(i == 0 || msg->arrival > held[i - 1]->arrival, "seed %llu: arrival", seed);
        msg = tri_mailbox_next(&trt_box, msg);
    }
    cr_assert_null(msg, "seed %llu: too long", seed);
    cr_assert_eq(trt_box.zombie, zombie, "seed %llu: zombie", seed);
    cr_assert_eq(trt_box.length, held_count);
    cr_assert_eq(tri_mailbox_depth(&trt_box), inbound_count + held_count, "seed %llu", seed);
}

static void check_index(void)
{
    const struct tr_msg *oldest[TYPES_MAX + 1] = { NULL };

    for (uint32_t i = held_count; i-- > 0;) {
        oldest[held[i]->type] = held[i];
    }
    for (uint32_t type = 1; trt_box.index != NULL && type <= TYPES_MAX; type++) {
        cr_assert_eq(tri_index_first(&trt_box, type), oldest[type], "seed %llu: oldest of type %u",
                     seed, type);
    }
}

static void step(uint32_t busy)
{
    if (!running || below(100) < busy) {
        send_one();
        return;
    }
    uint32_t choice = below(100);
    if (choice < 3) {
        give_up();
    } else if (choice < 6) {
        flip_index();
    } else if (choice < 6 + busy) {
        accept_one();
    } else {
        take_one();
    }
}

static void run_seed(void)
{
    tri_random_seed(&random_state, seed);
    trt_box_begin();
    trt_box.arrival = 0;
    types = 1 + below(TYPES_MAX);
    for (uint32_t i = 0, busy = 50; i < STEPS; i++) {
        busy = i % 150 == 0 ? 20 + below(50) : busy;
        step(busy);
        check_list();
        check_index();
    }
    trt_box_end();
    inbound_count = held_count = 0;
    running = false;
    anchor = zombie = NULL;
}

Test(mailbox_model, random_sends_drains_takes_and_rests_agree_with_plain_arrays)
{
    for (seed = 1; seed <= 60; seed++) {
        run_seed();
    }
}
