// SPDX-License-Identifier: MIT
#include "mailbox/message.h"

#include <criterion/criterion.h>

#include "mailbox/slot.h"

static struct tri_blocks pool;
static struct tri_blocks *const all[1] = { &pool };

static void make_pool(void)
{
    tri_blocks_init(&pool, 0, all, 1);
}

static void census(void)
{
    cr_assert_eq(tri_blocks_used_bytes(&pool), 0);
    cr_assert_eq(tri_block_direct_bytes(), 0);
    tri_blocks_fini(&pool);
}

TestSuite(message, .init = make_pool);

Test(message, stands_in_memory_as_its_header_says)
{
    cr_assert_eq(offsetof(struct tr_msg, node), 0);
    cr_assert_eq(offsetof(struct tr_msg, prev), 8);
    cr_assert_eq(offsetof(struct tr_msg, same), 16);
    cr_assert_eq(offsetof(struct tr_msg, type), 24);
    cr_assert_eq(offsetof(struct tr_msg, bytes), 28);
    cr_assert_eq(offsetof(struct tr_msg, to_generation), 32);
    cr_assert_eq(offsetof(struct tr_msg, kind), 36);
    cr_assert_eq(offsetof(struct tr_msg, flags), 37);
    cr_assert_eq(offsetof(struct tr_msg, tag), 38);
    cr_assert_eq(offsetof(struct tr_msg, from_slot), 40);
    cr_assert_eq(offsetof(struct tr_msg, from_generation), 44);
    cr_assert_eq(offsetof(struct tr_msg, ref), 48);
    cr_assert_eq(offsetof(struct tr_msg, arrival), 56);
    cr_assert_eq(offsetof(struct tr_msg, spare), 60);
    census();
}

Test(message, begins_without_sender_reference_and_flags)
{
    struct tr_msg *dirty = tri_msg_alloc(&pool, TRI_KIND_SEND, 10);
    struct tri_block_tag tag = dirty->tag;

    memset(dirty, 0xff, sizeof *dirty);
    tri_block_put(&pool, dirty, tag, sizeof *dirty + 10);
    struct tr_msg *msg = tri_msg_alloc(&pool, TRI_KIND_CALL, 12);
    cr_assert_eq(msg, dirty);
    cr_assert_eq(msg->kind, TRI_KIND_CALL);
    cr_assert_eq(msg->bytes, 12);
    cr_assert_eq(msg->type + msg->to_generation + msg->flags + msg->spare, 0);
    cr_assert_eq(msg->from_slot + msg->from_generation + msg->ref, 0);
    tri_msg_release(&pool, msg);
    census();
}

Test(message, has_its_body_on_the_next_line)
{
    static const uint32_t sizes[] = { 0, 1, 63, 64, 65, 1000, 40000 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct tr_msg *msg = tri_msg_alloc(&pool, TRI_KIND_SEND, sizes[i]);
        cr_assert_eq((char *)tri_body(msg), (char *)msg + 64);
        cr_assert_eq((uintptr_t)tri_body(msg) % 64, 0);
        memset(tri_body(msg), 1, sizes[i]);
        tri_msg_release(&pool, msg);
    }
    census();
}

Test(message, takes_one_line_and_its_body)
{
    static const struct {
        uint32_t body;
        size_t block;
    } sizes[] = { { 0, 64 }, { 1, 128 }, { 64, 128 }, { 65, 192 } };

    for (size_t i = 0; i < 4; i++) {
        struct tr_msg *msg = tri_msg_alloc(&pool, TRI_KIND_SEND, sizes[i].body);
        cr_assert_eq(tri_blocks_used_bytes(&pool), sizes[i].block, "body of %u", sizes[i].body);
        tri_msg_release(&pool, msg);
    }
    census();
}

Test(message, that_is_roomy_has_room_for_a_reason_and_says_its_own_size)
{
    for (uint32_t bytes = 0; bytes <= 200; bytes += 8) {
        uint32_t room = bytes < TRI_ROOMY_BYTES ? TRI_ROOMY_BYTES : bytes;
        struct tr_msg *plain = tri_msg_alloc(&pool, TRI_KIND_CALL, room);
        size_t block = tri_blocks_used_bytes(&pool);
        tri_msg_release(&pool, plain);
        struct tr_msg *msg = tri_msg_alloc_roomy(&pool, TRI_KIND_CALL, bytes);
        cr_assert_eq(msg->bytes, bytes);
        cr_assert_eq(tri_blocks_used_bytes(&pool), block);
        memset(tri_body(msg), 1, room);
        tri_msg_release(&pool, msg);
    }
    census();
}

Test(message, that_is_roomy_goes_back_whole_to_the_allocator_of_foreign_threads)
{
    for (uint32_t bytes = 0; bytes <= 200; bytes += 8) {
        struct tr_msg *msg = tri_msg_alloc_roomy(NULL, TRI_KIND_CALL, bytes);
        tri_msg_release(NULL, msg);
        cr_assert_eq(tri_block_direct_bytes(), 0, "body of %u", bytes);
    }
    census();
}

Test(message, kinds_that_users_see_come_first)
{
    cr_assert_eq(TRI_KIND_SEND, 1);
    cr_assert_eq(TRI_KIND_CALL, 2);
    cr_assert_eq(TRI_KIND_REPLY, 3);
    cr_assert_eq(TRI_KIND_EXIT, 4);
    cr_assert_eq(TRI_KIND_DOWN, 5);
    census();
}

Test(slot, holds_its_generation_until_it_is_retired)
{
    struct tri_slot slot = { 1 };

    cr_assert(tri_slot_holds(&slot, 1));
    cr_assert_not(tri_slot_holds(&slot, 2));
    cr_assert(tri_slot_retire(&slot));
    cr_assert_not(tri_slot_holds(&slot, 1));
    cr_assert_eq(tri_slot_generation(&slot), 2);
}

Test(slot, with_its_last_generation_is_never_used_again)
{
    struct tri_slot slot = { TRI_GENERATION_LAST - 2 };

    cr_assert(tri_slot_retire(&slot), "one more occupant");
    cr_assert_not(tri_slot_retire(&slot));
    cr_assert_eq(tri_slot_generation(&slot), TRI_GENERATION_LAST);
}
