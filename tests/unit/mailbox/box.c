// SPDX-License-Identifier: MIT
#include "box.h"

#include <criterion/criterion.h>

#include "mailbox/index.h"

#define TYPES_SHOWN_MAX 64

struct tri_mailbox trt_box;
struct tri_blocks trt_pool;
static struct tri_blocks *const all[1] = { &trt_pool };

void trt_box_begin(void)
{
    trt_box = (struct tri_mailbox){ .first = NULL };
    tri_blocks_init(&trt_pool, 0, all, 1);
}

void trt_box_end(void)
{
    bool gap;

    do {
        while (trt_box.first != NULL) {
            struct tr_msg *msg = trt_box.first;
            tri_mailbox_take(&trt_box, msg);
            tri_mailbox_free(&trt_box, &trt_pool, msg);
        }
    } while (trt_box_accept() != NULL);
    // relaxed: one thread.
    if (tri_load(&trt_box.queue.x_tail, relaxed) != NULL) {
        cr_assert_null(tri_mailbox_drain(&trt_box, &trt_pool, &gap));
        cr_assert(tri_mailbox_idle(&trt_box, &trt_pool));
    }
    cr_assert_null(trt_box.index, "an index is left");
    cr_assert_eq(tri_mailbox_depth(&trt_box), 0);
    cr_assert_eq(trt_box_blocks(), 0, "messages are left");
    tri_blocks_fini(&trt_pool);
}

struct tr_msg *trt_box_send(uint32_t type, bool *idle)
{
    struct tr_msg *msg = tri_msg_alloc(&trt_pool, TRI_KIND_SEND, 0);

    msg->type = type;
    // relaxed: one thread.
    (void)tri_add(&trt_box.x_sent, 1, relaxed);
    bool was_idle = tri_mpsc_push(&trt_box.queue, &msg->node);
    if (idle != NULL) {
        *idle = was_idle;
    }
    return msg;
}

struct tr_msg *trt_box_accept(void)
{
    bool gap;
    struct tr_msg *msg = tri_mailbox_drain(&trt_box, &trt_pool, &gap);

    if (msg != NULL) {
        tri_mailbox_append(&trt_box, msg);
    }
    return msg;
}

struct tr_msg *trt_box_hold(uint32_t type)
{
    struct tr_msg *msg = trt_box_send(type, NULL);

    cr_assert_eq(trt_box_accept(), msg);
    return msg;
}

size_t trt_box_blocks(void)
{
    return tri_blocks_used_bytes(&trt_pool) / sizeof(struct tr_msg);
}

const char *trt_box_types(void)
{
    static char text[TYPES_SHOWN_MAX + 1];
    size_t length = 0;
    const struct tr_msg *before = NULL;

    for (struct tr_msg *msg = trt_box.first; msg != NULL; msg = tri_mailbox_next(&trt_box, msg)) {
        cr_assert_lt(length, TYPES_SHOWN_MAX);
        cr_assert_eq(msg->prev, before, "the way back");
        text[length++] = (char)('0' + msg->type);
        before = msg;
    }
    text[length] = '\0';
    cr_assert_eq(trt_box.last, before);
    cr_assert_eq(trt_box.length, length);
    return text;
}
