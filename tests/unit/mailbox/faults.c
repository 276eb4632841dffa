// SPDX-License-Identifier: MIT
// Without memory nothing fails that need not. On simulated ports.
#include <criterion/criterion.h>

#include "box.h"
#include "mailbox/index.h"
#include "mailbox/type.h"
#include "platform/sim/sim.h"

static void begin(void)
{
    tri_sim_begin(&(struct tri_sim_opts){ .seed = 1 });
    trt_box_begin();
}

static void end(void)
{
    struct tri_sim_report report;

    tri_sim_fail_alloc(0, false);
    trt_box_end();
    tri_sim_end(&report);
    cr_assert_eq(report.live_blocks, 0);
}

TestSuite(faults, .init = begin);

Test(faults, an_index_that_cannot_be_built_is_not_there)
{
    struct tr_msg *msg = trt_box_hold(1);

    tri_sim_fail_alloc(1, false);
    cr_assert_not(tri_index_build(&trt_box));
    cr_assert_null(trt_box.index);
    cr_assert_eq(msg->flags & TRI_FLAG_INDEXED, 0);
    end();
}

Test(faults, an_index_that_cannot_grow_is_dropped_and_the_list_stays)
{
    trt_box_hold(1); // the pool has a slab now
    tri_index_build(&trt_box);
    for (uint32_t type = 2; trt_box.index != NULL && type < 50; type++) {
        trt_box_send(type, NULL);
        tri_sim_fail_alloc(1, true); // for the index, not for the message
        trt_box_accept();
        tri_sim_fail_alloc(0, false);
    }
    cr_assert_null(trt_box.index);
    cr_assert_str_eq(trt_box_types(), "123456789");
    for (struct tr_msg *msg = trt_box.first; msg != NULL; msg = tri_mailbox_next(&trt_box, msg)) {
        cr_assert_eq(msg->flags & TRI_FLAG_INDEXED, 0);
    }
    end();
}

Test(faults, an_index_that_cannot_grow_while_it_is_built_is_not_there)
{
    for (uint32_t type = 1; type < 20; type++) {
        trt_box_hold(type);
    }
    tri_sim_fail_alloc(2, false);
    cr_assert_not(tri_index_build(&trt_box));
    cr_assert_null(trt_box.index);
    end();
}

Test(faults, a_type_that_cannot_be_stored_is_refused_and_can_be_tried_again)
{
    static const tr_type type = { "unit.late", "int n;", 4, 4, 0, NULL };
    uint32_t id = 77;
    uint32_t before = tri_type_count();

    tri_sim_fail_alloc(1, false);
    cr_assert_eq(tri_type_id(&type, &id), TR_ENOMEM);
    cr_assert_eq(id, 77);
    cr_assert_eq(tri_type_count(), before);
    tri_sim_fail_alloc(0, false);
    cr_assert_eq(tri_type_intern(&(tr_type){ "unit.late", "int m;", 4, 4, 0, NULL }, &id), TR_OK,
                 "nothing of the first is known");
    // The table lives as long as the process: its block is no leak.
    tri_sim_fail_alloc(0, false);
    trt_box_end();
}

Test(faults, a_message_without_memory_is_null)
{
    tri_sim_fail_alloc(1, true);
    cr_assert_null(tri_msg_alloc(&trt_pool, TRI_KIND_SEND, 0));
    cr_assert_null(tri_msg_alloc(NULL, TRI_KIND_SEND, 100));
    cr_assert_null(tri_msg_alloc_roomy(&trt_pool, TRI_KIND_CALL, 0));
    end();
}
