// SPDX-License-Identifier: MIT
// Supervisors: how a tree ends. Section H, measured m21, m23, m24, m27, m29.
#include "otp_kit.h"

#define ABC CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE)

PLAY(H41_children_stop_in_reverse_one_after_the_other, "+a +b +c -c -b -a")
{
    const tr_child children[] = { ABC };
    START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
}

// The time a stop takes is the time of those that do not obey, one after the other.
PLAY(H41_no_child_is_told_before_the_one_after_it_is_dead, "+a +b +c -c")
{
    const tr_child children[] = { DEAF(a, .shutdown_ms = 20), DEAF(b, .shutdown_ms = 30),
                                  CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 50);
}

PLAY(H42_brutal_kills_at_once, "+a")
{
    const tr_child children[] = { CHILD(a, FINE, .shutdown_ms = TR_BRUTAL) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    tr_ref ref;
    TRT_EQUAL(tr_monitor(self, kit_pid('a'), &ref), TR_OK);
    kit_stop(self, TR_SHUTDOWN);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY));
    TRT_EQUAL(down->reason.tag, TR_EXIT_KILLED);
}

// m27
PLAY(H42_a_child_that_does_not_obey_is_killed_when_its_time_is_up, "+a +b +c -c | -a")
{
    const tr_child children[] = { CHILD(a, FINE), DEAF(b, .shutdown_ms = 200), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_exit_send(self, kit.root, TR_SHUTDOWN), TR_OK);
    kit_settle(self);
    kit_mark();
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 200);
}

PLAY(H42_a_child_with_time_zero_is_killed_unless_it_has_ended, "+a")
{
    const tr_child children[] = { DEAF(a, .shutdown_ms = TR_ZERO) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    kit_stop(self, TR_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 0);
}

// Ends an hour after it was told to.
static tr_exit late(tr_self *self, const void *arg)
{
    (void)arg;
    trt_note(0, "+l");
    (void)trt_next_of(self, &tr_exited_type);
    kit_wait(self, 400000);
    trt_note(0, "-l");
    return TR_NORMAL;
}

PLAY(H42_infinity_waits_as_long_as_it_takes, "+a +l -l -a")
{
    const tr_child children[] = {
        CHILD(a, FINE), { .id = "l", .run = late, .trap = true, .shutdown_ms = TR_INFINITY }
    };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 400000);
}

PLAY(H43_a_child_that_removed_its_link_is_stopped_and_waited_for, "+a +b +c -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, .lonely = true), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
}

// H44: the death of b has not been handled when the stop begins.
PLAY(H44_a_child_that_is_dead_already_does_not_hold_up_the_stop, "+a +b +c +s -s -c -a")
{
    const tr_child children[] = { ABC };
    const tr_child slow = CHILD(s, .slow = true);
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_add_meanwhile(self, &slow);
    TRT_EQUAL(tr_exit_send(self, kit.root, TR_SHUTDOWN), TR_OK);
    kit_kill(self, 'b');
    kit_go(self, 's');
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m21
PLAY(H47_the_exit_of_the_parent_ends_it_with_the_same_reason_whatever_it_is,
     "+a +b -b -a | +a +b -b -a | +a +b -b -a |")
{
    const tr_exit reasons[] = { TR_SHUTDOWN, tr_exit_make(TR_EXIT_ERROR, 7, "weird"), TR_NORMAL };
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    for (int i = 0; i < 3; i++) {
        START(self, TR_ONE_FOR_ONE, 1, children);
        TRT_EQUAL(kit_stop(self, reasons[i]), reasons[i].tag);
        kit_mark();
    }
}

PLAY(H48_exits_of_others_are_ignored, "+a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_system_exit_send(trt_system(), root, TR_ERROR("weird")), TR_OK);
    TRT_EQUAL(tr_system_exit_send(trt_system(), root, TR_NORMAL), TR_OK);
    kit_settle(self);
    TRT_CHECK(tr_is_alive(trt_system(), root));
}

// m23: no order, no waiting; children that do not trap die by the link.
PLAY(H49_children_of_a_killed_supervisor_die_by_their_links, "+a +b |")
{
    const tr_child children[] = {
        { .id = "a", .server = &child_server, TR_ARGS(struct child_args, .id = 'a') },
        { .id = "b", .server = &child_server, TR_ARGS(struct child_args, .id = 'b') }
    };
    tr_ref ref;
    START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_monitor(self, kit_pid('a'), &ref), TR_OK);
    TRT_EQUAL(kit_stop(self, TR_KILL), TR_EXIT_KILLED);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY));
    TRT_EQUAL(down->reason.tag, TR_EXIT_KILLED);
    kit_settle(self);
    TRT_CHECK(!tr_is_alive(trt_system(), kit_pid('b')));
    kit_mark();
}

// m24
PLAY(m24_a_supervisor_is_stopped_like_a_server, "+a +b -b -a |")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_server_stop(self, root, TR_NORMAL, TR_INFINITY), TR_OK);
    TRT_EQUAL(kit_exit_of(self, root), TR_EXIT_NORMAL);
    kit_mark();
}

// m29: it is not noticed, as in OTP.
PLAY(H69_a_child_that_removes_its_link_and_dies_is_still_listed, "+a -a +a -a")
{
    const tr_child children[] = { CHILD(a, .lonely = true) };
    tr_child_counts counts;
    tr_pid root = START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_which(self, root);
    TRT_NOTES(1, "a:up");
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_EEXIST);
    TRT_EQUAL(tr_supervisor_count_children(self, root, &counts), TR_OK);
    TRT_EQUAL(counts.active, 0);
    TRT_EQUAL(tr_supervisor_terminate_child(self, root, "a"), TR_OK);
    TRT_EQUAL(tr_supervisor_restart_child(self, root, "a", NULL), TR_OK);
}
