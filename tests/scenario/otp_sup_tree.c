// SPDX-License-Identifier: MIT
// Supervisors below supervisors, and trees started by a thread. Section H, measured m25, m26.
#include <string.h>

#include "otp_kit.h"

// Supervisor s with child c, under a root that has child a as well.
#define INNER(most)                                                                                \
    const tr_child leaves[] = { CHILD(c, FINE) };                                                  \
    const tr_supervisor_spec inner = SUP(TR_ONE_FOR_ONE, most, leaves)

// m25
PLAY(H66_a_permanent_supervisor_that_gave_up_is_restarted, "+a +c -c +c -c -a")
{
    INNER(TR_ZERO);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'c', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:up s:up");
}

// m25, with nothing tolerated above either.
PLAY(H68_giving_up_escalates_to_the_root, "+a +c -c -a")
{
    INNER(TR_ZERO);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner) };
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_die(self, 'c', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

// m26: `shutdown` is a clean end, so the tree has a hole.
PLAY(H66_a_transient_supervisor_that_gave_up_is_not_restarted, "+a +c -c -a")
{
    INNER(TR_ZERO);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner, .restart = TR_TRANSIENT) };
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_die(self, 'c', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:up s:none");
}

PLAY(H66_a_temporary_supervisor_that_gave_up_is_forgotten, "+a +c -c -a")
{
    INNER(TR_ZERO);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner, .restart = TR_TEMPORARY) };
    START(self, TR_ONE_FOR_ONE, TR_ZERO, children);
    kit_die(self, 'c', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:up");
}

// Each life of s tolerates one restart of c.
PLAY(H67_a_restarted_supervisor_counts_from_zero_again, "+c -c +c -c +c -c +c -c")
{
    INNER(1);
    const tr_child children[] = { TREE(s, &inner) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'c', TR_EXIT_ERROR);
    kit_die(self, 'c', TR_EXIT_ERROR);
    kit_die(self, 'c', TR_EXIT_ERROR);
    TRT_CHECK(tr_is_alive(trt_system(), kit.root));
}

// H04: its shutdown time is TR_INFINITY, so even a long stop below it is waited for.
PLAY(H04_a_supervisor_below_has_all_the_time_it_needs, "+a +x -a")
{
    const tr_child leaves[] = { DEAF(x, .shutdown_ms = 60000) };
    const tr_supervisor_spec inner = SUP(TR_ONE_FOR_ONE, 1, leaves);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 60000);
}

PLAY(H04_a_worker_has_five_seconds, "+x")
{
    const tr_child children[] = { DEAF(x) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(kit_stop(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    TRT_EQUAL(trt_ms_since(start_ns), 5000);
}

PLAY(H24_a_group_restart_stops_a_tree_below_as_a_whole, "+a +c +b -a -b -c +a +c +b -b -c -a")
{
    INNER(1);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner), CHILD(b, FINE) };
    START(self, TR_ONE_FOR_ALL, 1, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
}

// --- Guests --------------------------------------------------------------------------------------

static const struct child_args a_args = { .id = 'a' };
static const struct child_args b_args = { .id = 'b' };
static const struct child_args bad_args = { .id = 'b', .fail_from = 1, .fail_to = 99 };
#define GUEST_CHILD(letter, pointer)                                                               \
    {                                                                                              \
        .id = letter, .server = &child_server, .trap = true, TR_ARGS_OF(pointer)                   \
    }
static const tr_child good_children[] = { GUEST_CHILD("a", &a_args), GUEST_CHILD("b", &b_args) };
static const tr_child bad_children[] = { GUEST_CHILD("a", &a_args), GUEST_CHILD("b", &bad_args) };
static const tr_supervisor_spec good = SUP(TR_ONE_FOR_ONE, TR_ZERO, good_children, .name = "root");
static const tr_supervisor_spec bad = SUP(TR_ONE_FOR_ONE, 1, bad_children);

TRT_SCENARIO(a_guest_starts_a_tree_that_lives_on)
{
    tr_pid root = tr_no_pid();
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &good, &root, NULL, 0), TR_OK);
    trt_quiet();
    TRT_NOTES(0, "+a +b");
    TRT_CHECK(tr_is_alive(trt_system(), root));
    trt_kill(kit_pid('b'));
    TRT_NOTES(0, "+a +b -a");
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_SCENARIO(a_guest_stops_the_tree_it_started)
{
    tr_pid root = tr_no_pid();
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &good, &root, NULL, 0), TR_OK);
    TRT_EQUAL(tr_system_exit_send(trt_system(), root, TR_ERROR("enough")), TR_OK);
    trt_quiet();
    TRT_NOTES(0, "+a +b -b -a");
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_SCENARIO(a_guest_is_told_why_a_tree_did_not_start)
{
    tr_pid root = tr_no_pid();
    char text[80] = "";
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &bad, &root, text, sizeof text), TR_EEXITED);
    TRT_TEXT(text, "shutdown: failed_to_start_child b: nope");
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &(tr_supervisor_spec){ .intensity = -5 },
                                         &root, text, sizeof text),
              TR_EINVAL);
    TRT_CHECK(strstr(text, "bad spec: intensity") != NULL);
    trt_quiet();
    TRT_NOTES(0, "+a !b -a");
    TRT_CHECK(tr_pid_is_none(root));
    TRT_EQUAL(trt_alive_count(), 0);
}

// Does to the tree what its argument says, once it is up.
TRT_ACTOR(meddler)
{
    tr_pid root = tr_no_pid();
    do {
        kit_wait(self, 10);
    } while (tr_whereis(self, "root", &root) != TR_OK);
    switch (*(const char *)arg) {
    case 'n':
        TRT_EQUAL(tr_server_stop(self, root, TR_NORMAL, TR_INFINITY), TR_OK);
        break;
    case 's':
        TRT_EQUAL(tr_server_stop(self, root, TR_SHUTDOWN, TR_INFINITY), TR_OK);
        break;
    case 'k':
        tr_exit_send(self, root, TR_KILL);
        break;
    default:
        tr_exit_send(self, kit_pid('b'), TR_KILL);
        break;
    }
    return TR_NORMAL;
}

static tr_err supervise_with(char what)
{
    trt_spawn(&meddler, TRT_ARG(&what));
    tr_err err = tr_supervise(trt_system(), &good);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
    return err;
}

TRT_SCENARIO(tr_supervise_ends_well_when_the_root_is_asked_to_stop)
{
    TRT_EQUAL(supervise_with('n'), TR_OK);
    kit.attempts[1] = 0;
    TRT_EQUAL(supervise_with('s'), TR_OK);
    TRT_NOTES(0, "+a +b -b -a +a +b -b -a");
}

// Giving up ends the root with `shutdown` as well, and yet it is no success.
TRT_SCENARIO(tr_supervise_says_when_the_root_gave_up_or_was_killed)
{
    TRT_EQUAL(supervise_with('b'), TR_EEXITED);
    kit.attempts[1] = 0;
    TRT_EQUAL(supervise_with('k'), TR_EEXITED);
}

TRT_SCENARIO(tr_supervise_fails_when_the_tree_does_not_start)
{
    TRT_EQUAL(tr_supervise(trt_system(), &bad), TR_EEXITED);
    trt_quiet();
    TRT_NOTES(0, "+a !b -a");
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(stopper)
{
    kit_wait(self, 10);
    (void)tr_system_stop(trt_system(), 10000, NULL);
    return TR_NORMAL;
}

TRT_SCENARIO(tr_supervise_ends_well_when_the_system_is_stopped, .stops = true)
{
    trt_spawn(&stopper, 0);
    TRT_EQUAL(tr_supervise(trt_system(), &good), TR_OK);
}

TRT_SCENARIO(stopping_the_system_stops_a_tree_in_reverse, .stops = true)
{
    tr_pid root = tr_no_pid();
    TRT_EQUAL(tr_system_supervisor_start(trt_system(), &good, &root, NULL, 0), TR_OK);
    TRT_EQUAL(tr_system_stop(trt_system(), 10000, NULL), TR_OK);
    TRT_NOTES(0, "+a +b -b -a");
}
