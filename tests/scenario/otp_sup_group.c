// SPDX-License-Identifier: MIT
// Supervisors: one_for_all and rest_for_one. Section H, measured m7, m9, m10, m12 to m17.
#include "otp_kit.h"

#define ABCD CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE), CHILD(d, FINE)

// m14
PLAY(H21_one_for_all_stops_in_reverse_then_starts_all,
     "+a +b +c +d | -b -d -c -a +a +b +c +d | -d -c -b -a")
{
    const tr_child children[] = { ABCD };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kit_mark();
    kit_die(self, 'b', TR_EXIT_ERROR);
    kit_mark();
}

// m15
PLAY(H22_rest_for_one_leaves_the_earlier_ones_alone, "+a +b +c +d -b -d -c +b +c +d -d -c -b -a")
{
    const tr_child children[] = { ABCD };
    START(self, TR_REST_FOR_ONE, 1, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
    TRT_EQUAL(kit.attempts[0], 1);
}

// m16: a crashes; b is temporary, c ended cleanly, d was stopped by hand, e had answered ignore.
PLAY(H23_a_group_restart_revives_the_stopped_and_drops_the_temporary,
     "+a +b +c +d ?e -c -d | -a -b +a +c +d ?e | -d -c -a")
{
    const tr_child children[] = {
        CHILD(a, FINE),
        CHILD(b, FINE, .restart = TR_TEMPORARY),
        CHILD(c, FINE, .restart = TR_TRANSIENT),
        CHILD(d, FINE),
        CHILD(e, IGNORES(1, 9)),
    };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kit_die(self, 'c', TR_EXIT_NORMAL);
    TRT_EQUAL(tr_supervisor_terminate_child(self, kit.root, "d"), TR_OK);
    kit_mark();
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_mark();
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:up c:up d:up e:none");
}

// H24: b is killed at once and says nothing, c gets no time, d obeys.
PLAY(H24_a_group_restart_stops_each_child_with_its_own_setting,
     "+a +b +c +d -a -d +a +b +c +d -d -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE, .shutdown_ms = TR_BRUTAL),
                                  DEAF(c, .shutdown_ms = 30), CHILD(d, FINE) };
    START(self, TR_ONE_FOR_ALL, 1, children);
    uint64_t start_ns = tr_now_ns();
    kit_die(self, 'a', TR_EXIT_ERROR);
    while (kit.attempts[3] < 2) {
        kit_settle(self);
    }
    TRT_CHECK(trt_ms_since(start_ns) >= 30 && trt_ms_since(start_ns) < 40);
}

// m17
PLAY(H25_a_temporary_child_that_crashes_leaves_its_siblings_alone, "+a +b +c -b -c -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE, .restart = TR_TEMPORARY),
                                  CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
}

PLAY(H25_a_transient_child_that_ends_cleanly_leaves_its_siblings_alone, "+a +b +c -b -c -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE, .restart = TR_TRANSIENT),
                                  CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kit_die(self, 'b', TR_EXIT_SHUTDOWN);
}

// Kills three children while the supervisor is busy, in the order given, then lets it go on.
// The child that keeps it busy is temporary: a group restart removes it.
static void kill_three(tr_self *self, const char *order)
{
    const tr_child slow = CHILD(s, .slow = true, .restart = TR_TEMPORARY);
    kit_add_meanwhile(self, &slow);
    for (; *order != '\0'; order++) {
        kit_kill(self, *order);
    }
    kit_go(self, 's');
}

// m9: the group stop takes the exit messages of the others.
PLAY(H26_one_for_all_counts_simultaneous_deaths_once, "+a +b +c +s -s +a +b +c | -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kill_three(self, "abc");
    kit_mark();
}

// m10
PLAY(H26_rest_for_one_counts_deaths_after_the_pivot_once, "+a +b +c +s -s +a +b +c | -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    START(self, TR_REST_FOR_ONE, 1, children);
    kill_three(self, "abc");
    kit_mark();
}

// m10, the other order: c is restarted, then b is one too many.
PLAY(m10_rest_for_one_counts_deaths_from_the_last_to_the_first_each, "+a +b +c +s -s +c -c")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    START(self, TR_REST_FOR_ONE, 1, children);
    kill_three(self, "cba");
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m7
PLAY(H30_a_group_restart_counts_once, "+a +b +c -b -c -a +a +b +c -b -c -a +a +b +c -b -c -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ALL, 2, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
    kit_die(self, 'b', TR_EXIT_ERROR);
    kit_die(self, 'b', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m12
PLAY(H37_one_for_all_begins_anew_when_a_sibling_fails_to_start,
     "+a +b +c +d | -a -d -c -b +a +b !c -b -a +a +b !c -b -a +a +b +c +d | -d -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FAILS(2, 3)),
                                  CHILD(d, FINE) };
    START(self, TR_ONE_FOR_ALL, 3, children);
    kit_mark();
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_mark();
}

PLAY(H37_one_for_all_gives_up_when_a_sibling_fails_too_often,
     "+a +b +c | -a -c -b +a !b -a +a !b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FAILS(2, 99)), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ALL, 2, children);
    kit_mark();
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m13: b stays up, the pivot moves to c.
PLAY(H38_rest_for_one_goes_on_from_the_sibling_that_failed,
     "+a +b +c +d | -b -d -c +b !c !c +c +d | -d -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FAILS(2, 3)),
                                  CHILD(d, FINE) };
    START(self, TR_REST_FOR_ONE, 3, children);
    kit_mark();
    kit_die(self, 'b', TR_EXIT_ERROR);
    kit_mark();
}
