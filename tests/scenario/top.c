// SPDX-License-Identifier: MIT
// The actors that stand out, as tr_debug_top names them.
#include "messages.h"
#include "scenario.h"

#include <troupe/top.h>

enum { ACTORS = 12, TOP = 5 };

TRT_ACTOR(collects)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

// Mailboxes of different depths in an order that is drawn; the deepest come first.
TRT_SCENARIO(the_deepest_mailboxes_are_named_in_order)
{
    tr_pid pids[ACTORS];
    uint32_t depth[ACTORS];
    for (uint32_t i = 0; i < ACTORS; i++) {
        pids[i] = trt_spawn(&collects, 0);
        depth[i] = i;
    }
    for (uint32_t i = ACTORS - 1; i > 0; i--) {
        uint32_t j = trt_choose(i + 1);
        uint32_t swapped = depth[i];
        depth[i] = depth[j];
        depth[j] = swapped;
    }
    tr_pid expected[ACTORS];
    for (uint32_t i = 0; i < ACTORS; i++) {
        expected[depth[i]] = pids[i];
        for (uint32_t n = 0; n < depth[i]; n++) {
            TRT_EQUAL(scn_red_system_send(trt_system(), pids[i], &(struct scn_red){ n }), TR_OK);
        }
    }
    trt_quiet();
    tr_actor_info infos[ACTORS + 1] = { TR_ACTOR_INFO_INIT };
    size_t count = 0;
    TRT_EQUAL(tr_debug_top(trt_system(), TR_TOP_DEPTH, infos, TOP, &count), TR_OK);
    TRT_EQUAL(count, TOP);
    for (size_t i = 0; i < count; i++) {
        TRT_CHECK(tr_pid_equal(infos[i].pid, expected[ACTORS - 1 - i]));
        TRT_EQUAL(infos[i].mailbox_depth, ACTORS - 1 - i);
    }
    // The one without messages is left out.
    TRT_EQUAL(tr_debug_top(trt_system(), TR_TOP_DEPTH, infos, ACTORS + 1, &count), TR_OK);
    TRT_EQUAL(count, ACTORS - 1);
    TRT_EQUAL(tr_debug_top(trt_system(), TR_TOP_HANDLED, infos, TOP, &count), TR_OK);
    TRT_EQUAL(count, 0);
    TRT_EQUAL(tr_debug_top(trt_system(), TR_TOP_DEPTH, infos, 0, &count), TR_EINVAL);
    TRT_EQUAL(tr_debug_top(trt_system(), TR_TOP_DEPTH, infos, TOP, NULL), TR_EINVAL);
    TRT_EQUAL(tr_debug_top(NULL, TR_TOP_DEPTH, infos, TOP, &count), TR_EINVAL);
    for (uint32_t i = 0; i < ACTORS; i++) {
        TRT_EQUAL(scn_go_system_send(trt_system(), pids[i], &(struct scn_go){ 0 }), TR_OK);
    }
    trt_quiet();
}
