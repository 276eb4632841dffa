// SPDX-License-Identifier: MIT
// Supervisors: children started, stopped, listed and counted by hand. Section H, measured m29 to
// m31.
#include <string.h>

#include "otp_kit.h"

PLAY(H50_start_child_appends, "+a +b +c -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    const tr_child more = CHILD(c, FINE);
    tr_pid pid = tr_no_pid();
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &more, &pid), TR_OK);
    TRT_CHECK(tr_pid_equal(pid, kit_pid('c')));
    kit_which(self, root);
    TRT_NOTES(1, "a:up b:up c:up");
}

PLAY(H51_start_child_says_what_is_wrong, "+a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    const tr_child same = CHILD(a, FINE);
    const tr_child wrong = { .id = "w" };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &same, NULL), TR_EEXIST);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &same, NULL), TR_EBUSY);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &wrong, NULL), TR_EINVAL);
    TRT_TEXT(tr_call_reason(self).text, "bad spec: run, server or supervisor");
}

PLAY(H51_a_child_that_fails_to_start_is_not_kept, "!a !a +a -a")
{
    const tr_child child = CHILD(a, FAILS(1, 2));
    tr_pid root = kit_start(self, &(tr_supervisor_spec){ .strategy = TR_ONE_FOR_ONE });
    for (int i = 0; i < 2; i++) {
        TRT_EQUAL(tr_supervisor_start_child(self, root, &child, NULL), TR_EEXITED);
        TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_ERROR);
        TRT_TEXT(tr_call_reason(self).text, "nope");
    }
    TRT_EQUAL(tr_supervisor_start_child(self, root, &child, NULL), TR_OK);
}

PLAY(H51_a_child_that_answers_ignore_is_kept_unless_temporary, "?a ?b")
{
    const tr_child kept = CHILD(a, IGNORES(1, 9));
    const tr_child dropped = CHILD(b, IGNORES(1, 9), .restart = TR_TEMPORARY);
    tr_pid root = kit_start(self, &(tr_supervisor_spec){ .strategy = TR_ONE_FOR_ONE });
    TRT_EQUAL(tr_supervisor_start_child(self, root, &kept, NULL), TR_EIGNORED);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &dropped, NULL), TR_EIGNORED);
    kit_which(self, root);
    TRT_NOTES(1, "a:none");
}

PLAY(H53_terminate_child_stops_it_and_keeps_its_spec, "+a +b -a -b")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE, .restart = TR_TEMPORARY) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "b"), TR_OK);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "b"), TR_ENOENT);
    kit_which(self, root);
    TRT_NOTES(1, "a:none");
}

PLAY(H54_restart_child_is_for_stopped_ones, "+a -a !a +a -a")
{
    const tr_child children[] = { CHILD(a, FAILS(2, 2)) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_EEXIST);
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "nobody", NULL), TR_ENOENT);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_EEXITED);
    kit_which(self, root);
    TRT_NOTES(1, "a:none");
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_OK);
}

PLAY(H55_delete_child_is_for_stopped_ones, "+a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_delete_child(self, root, "a"), TR_EEXIST);
    TRT_EQUAL(tr_supervisor_delete_child(self, root, "nobody"), TR_ENOENT);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_delete_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_ENOENT);
    TRT_EQUAL(tr_supervisor_start_child(self, root, &children[0], NULL), TR_OK);
}

// m31
PLAY(H32_stops_and_starts_by_hand_are_never_counted, "+a -a +a -a +a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    for (int i = 0; i < 3; i++) {
        TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
        TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_OK);
    }
    TRT_CHECK(tr_is_alive(trt_system(), root));
}

PLAY(H58_which_children_lists_in_reverse_order_of_specs, "+a +b +c -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    tr_child_info infos[3];
    size_t count = 0;
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_which_children(self, root, infos, 3, &count), TR_OK);
    TRT_EQUAL(count, 3);
    for (int i = 0; i < 3; i++) {
        TRT_EQUAL(infos[i].id[0], 'c' - i);
        TRT_CHECK(tr_pid_equal(infos[i].pid, kit_pid((char)('c' - i))));
    }
}

PLAY(H58_which_children_says_how_many_there_are_when_room_is_short, "+a +b -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    tr_child_info info;
    size_t count = 0;
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_which_children(self, root, NULL, 0, &count), TR_OK);
    TRT_EQUAL(count, 2);
    TRT_EQUAL(tr_supervisor_which_children(self, root, &info, 1, &count), TR_OK);
    TRT_EQUAL(count, 2);
    TRT_EQUAL(info.id[0], 'b');
}

PLAY(H59_count_children_counts_what_is_really_alive, "+a +b +c -b -c -a")
{
    const tr_child leaves[] = { CHILD(c, FINE) };
    const tr_supervisor_spec inner = SUP(TR_ONE_FOR_ONE, 1, leaves);
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), TREE(s, &inner) };
    tr_child_counts counts;
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "b"), TR_OK);
    TRT_EQUAL(tr_supervisor_count_children(self, root, &counts), TR_OK);
    TRT_EQUAL(counts.specs, 3);
    TRT_EQUAL(counts.active, 2);
    TRT_EQUAL(counts.supervisors, 1);
    TRT_EQUAL(counts.workers, 2);
}

// H61: the answer comes when the child that holds the supervisor up has had its time.
PLAY(H61_requests_wait_while_the_supervisor_stops_something, "+a")
{
    const tr_child children[] = { DEAF(a, .shutdown_ms = 100000) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(trt_ms_since(start_ns), 100000);
}

PLAY(requests_to_a_dead_supervisor_fail, "")
{
    tr_child_counts counts;
    tr_pid root = kit_start(self, &(tr_supervisor_spec){ .strategy = TR_ONE_FOR_ONE });
    kit_stop(self, TR_SHUTDOWN);
    TRT_EQUAL(tr_supervisor_count_children(self, root, &counts), TR_ENOPROC);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_ENOPROC);
}

// --- Many children and large arguments -----------------------------------------------------------

static tr_exit sum_up(tr_self *self, const void *arg)
{
    const unsigned char *bytes = arg;
    unsigned sum = 0;
    for (size_t i = 0; i < 100000; i++) {
        sum += bytes[i];
    }
    trt_note(0, "%u", sum);
    (void)trt_next(self);
    return TR_NORMAL;
}

PLAY(start_child_takes_large_arguments, "100000")
{
    static unsigned char bytes[100000];
    memset(bytes, 1, sizeof bytes);
    const tr_child child = { .id = "a", .run = sum_up, .args = bytes, .args_bytes = sizeof bytes };
    tr_pid root = kit_start(self, &(tr_supervisor_spec){ .strategy = TR_ONE_FOR_ONE });
    TRT_EQUAL(tr_supervisor_start_child(self, root, &child, NULL), TR_OK);
    kit_settle(self);
}

static tr_exit stay(tr_self *self, const void *arg)
{
    (void)arg;
    (void)trt_next(self);
    return TR_NORMAL;
}

TRT_SCENARIO(one_supervisor_with_two_thousand_children, .seeds = 3)
{
    static tr_child children[2000];
    static char ids[2000][8];
    char text[64] = "";
    tr_supervisor_spec spec = { .children = children, .child_count = 2000 };
    tr_pid root = tr_no_pid();
    for (unsigned i = 0; i < 2000; i++) {
        for (unsigned k = 0, n = i; k < 4; k++, n /= 10) {
            ids[i][k] = (char)('0' + n % 10);
        }
        children[i] = (tr_child){ .id = ids[i], .run = stay };
    }
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &spec, &root, text, sizeof text), TR_OK);
    TRT_EQUAL(trt_alive_count(), 2002);
    trt_kill(root);
    TRT_EQUAL(trt_alive_count(), 0);
}
