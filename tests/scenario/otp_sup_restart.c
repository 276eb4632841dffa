// SPDX-License-Identifier: MIT
// Supervisors: which ends lead to a restart, and how often. Section H, measured m1 to m11, m17,
// m18, m22, m30.
#include "otp_kit.h"

PLAY(H16_a_permanent_child_is_restarted_after_any_end, "+a -a +a -a +a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_NORMAL);
    kit_die(self, 'a', TR_EXIT_SHUTDOWN);
    kit_die(self, 'a', TR_EXIT_ERROR);
}

PLAY(H16_each_normal_end_of_a_permanent_child_counts, "+a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'a', TR_EXIT_NORMAL);
    kit_die(self, 'a', TR_EXIT_NORMAL);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

PLAY(H17_a_transient_child_is_restarted_after_failures_only, "+a +b +c -a +a -b -c -a")
{
    const tr_child children[] = { CHILD(a, FINE, .restart = TR_TRANSIENT),
                                  CHILD(b, FINE, .restart = TR_TRANSIENT),
                                  CHILD(c, FINE, .restart = TR_TRANSIENT) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_die(self, 'b', TR_EXIT_NORMAL);
    kit_die(self, 'c', TR_EXIT_SHUTDOWN);
}

PLAY(H17_killed_is_a_failure, "+a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE, .restart = TR_TRANSIENT) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_kill(self, 'a');
    kit_settle(self);
}

PLAY(H18_a_temporary_child_is_never_restarted_and_its_spec_goes, "+a +b -a -b")
{
    const tr_child children[] = { CHILD(a, FINE, .restart = TR_TEMPORARY), CHILD(b, FINE) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "b:up");
}

PLAY(H19_a_transient_child_that_ended_cleanly_can_be_started_by_hand, "+a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE, .restart = TR_TRANSIENT) };
    tr_pid again = tr_no_pid();
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_NORMAL);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:none");
    TRT_EQUAL(tr_supervisor_restart_child(self, kit.root, "a", &again), TR_OK);
    TRT_CHECK(tr_pid_equal(again, kit_pid('a')));
}

// m18
PLAY(H20_a_restarted_child_keeps_its_place, "+a +b +c -b +b -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
}

// m22
PLAY(H27_exits_of_strangers_are_ignored, "+a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_system_exit_send(trt_system(), kit.root, TR_SHUTDOWN), TR_OK);
    kit_settle(self);
    TRT_CHECK(tr_is_alive(trt_system(), kit.root));
}

PLAY(H71_unexpected_messages_are_dropped, "+a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_down forged = { .pid = tr_self_pid(self) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    TRT_EQUAL(tr_send_typed(self, kit.root, &tr_down_type, &forged), TR_OK);
    kit_settle(self);
    kit_die(self, 'a', TR_EXIT_ERROR);
}

// m6
PLAY(H28_intensity_zero_tolerates_no_restart, "+a +b -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

PLAY(H28_n_restarts_are_tolerated_and_the_next_ends_the_supervisor, "+a -a +a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    START(self, TR_ONE_FOR_ONE, 2, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// The window is exact: the second restart is counted at an age of one period and not beyond.
PLAY(H29_a_restart_counts_until_it_is_older_than_the_period, "+a -a +a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_supervisor_spec spec = SUP(TR_ONE_FOR_ONE, 1, children);
    spec.period_ms = 1000;
    kit_start(self, &spec);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_wait(self, 1000);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_wait(self, 990);
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

PLAY(H30_the_count_is_of_the_supervisor_not_of_each_child, "+a +b -a +a -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_die(self, 'b', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m11: the crash is count one, each failed attempt counts again.
PLAY(H31_failed_attempts_count, "+a -a !a !a !a")
{
    const tr_child children[] = { CHILD(a, FAILS(2, 99)) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

PLAY(H31_a_failed_attempt_is_repeated_until_it_succeeds, "+a -a !a !a +a -a")
{
    const tr_child children[] = { CHILD(a, FAILS(2, 3)) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
}

PLAY(H34_a_supervisor_that_gives_up_stops_the_rest_in_reverse, "+a +b +c +d -b -d -c -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE), CHILD(d, FINE) };
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_die(self, 'b', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m8: three deaths wait for a supervisor that is busy; each counts.
PLAY(m8_one_for_one_counts_simultaneous_deaths_one_by_one, "+a +b +c +s +a +b -s -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE) };
    const tr_child slow = CHILD(s, .slow = true);
    START(self, TR_ONE_FOR_ONE, 2, children);
    kit_add_meanwhile(self, &slow);
    kit_kill(self, 'a');
    kit_kill(self, 'b');
    kit_kill(self, 'c');
    kit_go(self, 's');
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// --- A restart that fails again and again -------------------------------------------------------

// A child whose first start succeeds and whose further ones fail after ten milliseconds; it leaves
// no notes.
static tr_next mute_init(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    kit.pid[0] = tr_self_pid(self);
    if (++kit.attempts[0] == 1) {
        return TR_CONTINUE;
    }
    kit_wait(self, 10);
    return TR_STOP(TR_ERROR("nope"));
}

static const tr_server mute_server = { .name = "mute", .init = mute_init };
static const tr_child mute_children[] = { { .id = "a", .server = &mute_server } };

// m30
PLAY(H35_a_supervisor_in_a_restart_loop_answers, "")
{
    START(self, TR_ONE_FOR_ONE, 1000000, mute_children);
    kit_kill(self, 'a');
    kit_wait(self, 55);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:restarting");
    TRT_EQUAL(tr_supervisor_restart_child(self, kit.root, "a", NULL), TR_EBUSY);
    TRT_EQUAL(tr_supervisor_delete_child(self, kit.root, "a"), TR_EBUSY);
    TRT_EQUAL(tr_supervisor_start_child(self, kit.root, &mute_children[0], NULL), TR_EBUSY);
}

PLAY(H39_an_attempt_that_is_due_is_dropped_when_the_child_was_stopped_by_hand, "")
{
    START(self, TR_ONE_FOR_ONE, 1000000, mute_children);
    kit_kill(self, 'a');
    kit_wait(self, 55);
    TRT_EQUAL(tr_supervisor_terminate_child(self, kit.root, "a"), TR_OK);
    unsigned attempts = kit.attempts[0];
    kit_wait(self, 100);
    TRT_EQUAL(kit.attempts[0], attempts);
    TRT_CHECK(attempts >= 5);
}

PLAY(H47_a_supervisor_in_a_restart_loop_obeys_its_parent, "")
{
    START(self, TR_ONE_FOR_ONE, 1000000, mute_children);
    kit_kill(self, 'a');
    kit_wait(self, 55);
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    TRT_CHECK(kit.attempts[0] <= 8);
}

PLAY(H40_a_child_that_answers_ignore_on_restart_is_kept_without_pid, "+a -a ?a")
{
    const tr_child children[] = { CHILD(a, IGNORES(2, 9)) };
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:none");
}

// A child learns, and the list shows, how often it was restarted.
PLAY(the_debug_functions_show_how_often_a_child_was_restarted, "+a -a +a -a +a -a")
{
    const tr_child children[] = { CHILD(a, FINE) };
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_child_info child;
    size_t count = 0;
    START(self, TR_ONE_FOR_ONE, 3, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(tr_debug_info(trt_system(), kit_pid('a'), &info), TR_OK);
    TRT_EQUAL(info.restarts, 2);
    TRT_EQUAL(tr_supervisor_which_children(self, kit.root, &child, 1, &count), TR_OK);
    TRT_EQUAL(child.restarts, 2);
}
