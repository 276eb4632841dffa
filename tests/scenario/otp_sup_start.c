// SPDX-License-Identifier: MIT
// Supervisors: what a spec may be, the order of starts, starts that fail. Section H, measured m14
// to m20.
#include <string.h>

#include "otp_kit.h"

// A start that must fail; notes the text of the reason on track 2.
static tr_err start_badly(tr_self *self, const tr_supervisor_spec *spec)
{
    tr_pid untouched = tr_no_pid();
    tr_err err = tr_supervisor_start(self, spec, &untouched);
    tr_exit why = tr_call_reason(self);
    TRT_CHECK(err != TR_OK && tr_pid_is_none(untouched));
    trt_note(2, "%s", why.text == NULL ? "" : why.text);
    return err;
}

PLAY(H01_a_supervisor_traps_exits_and_answers_requests, "+a -a")
{
    const tr_child children[] = { CHILD(a, FINE, .restart = TR_TEMPORARY) };
    tr_child_counts counts;
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(tr_supervisor_count_children(self, kit.root, &counts), TR_OK);
    TRT_EQUAL(counts.specs, 0);
}

// Three defaults at once: one_for_one, one restart, five seconds.
PLAY(H02_defaults_are_one_for_one_with_one_restart_in_five_seconds, "+a +b -a +a | -a +a | -a -b")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE) };
    kit_start(self, &(tr_supervisor_spec){ .children = children, .child_count = 2 });
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_wait(self, 5000);
    kit_mark();
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_wait(self, 4000);
    kit_mark();
    kit_die(self, 'a', TR_EXIT_ERROR);
    TRT_EQUAL(kit_exit_of(self, kit.root), TR_EXIT_SHUTDOWN);
}

PLAY(H03_bad_flags_are_refused_at_the_start_and_named, "")
{
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec){ .strategy = 9 }), TR_EINVAL);
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec){ .intensity = -7 }), TR_EINVAL);
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec){ .period_ms = -1 }), TR_EINVAL);
    TRT_NOTES(2, "bad spec: strategy bad spec: intensity bad spec: period_ms");
}

PLAY(H05_a_bad_spec_is_refused_before_any_child_starts, "")
{
    const tr_child twins[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(a, FINE) };
    const tr_child leaves[] = { CHILD(c, FINE, .restart = 9) };
    const tr_supervisor_spec inner = SUP(TR_ONE_FOR_ONE, 1, leaves);
    const tr_child deep[] = { CHILD(a, FINE), TREE(s, &inner) };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 1, twins)), TR_EINVAL);
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 1, deep)), TR_EINVAL);
    TRT_NOTES(2, "bad spec: children[2].id is taken bad spec: children[1].children[0].restart");
}

PLAY(H10_children_start_in_order_each_after_the_init_of_the_one_before, "+a +b +c +d -d -c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FINE), CHILD(d, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
}

PLAY(H11_a_slow_init_makes_the_supervisor_wait, "+a | +s | -s -a")
{
    const tr_child first[] = { CHILD(a, FINE) };
    const tr_child slow = CHILD(s, .slow = true);
    START(self, TR_ONE_FOR_ONE, 1, first);
    kit.err[0] = TR_EBUSY; // no answer yet
    kit_add_meanwhile(self, &slow);
    TRT_EQUAL(kit.err[0], TR_EBUSY);
    kit_mark();
    kit_go(self, 's');
    TRT_EQUAL(kit.err[0], TR_OK);
    kit_mark();
}

PLAY(H13_a_child_that_answers_ignore_keeps_its_spec_unless_temporary, "?a ?b +c -c")
{
    const tr_child children[] = { CHILD(a, IGNORES(1, 9)),
                                  CHILD(b, IGNORES(1, 9), .restart = TR_TEMPORARY),
                                  CHILD(c, FINE) };
    START(self, TR_ONE_FOR_ONE, 1, children);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:none c:up");
}

// m20
PLAY(H14_a_failed_start_stops_the_earlier_children_in_reverse, "+a +b !c -b -a")
{
    const tr_child children[] = { CHILD(a, FINE), CHILD(b, FINE), CHILD(c, FAILS(1, 9)),
                                  CHILD(d, FINE) };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 9, children)), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_SHUTDOWN);
    TRT_NOTES(2, "failed_to_start_child c: nope");
}

PLAY(H14_the_reason_names_the_way_to_a_child_deep_in_the_tree, "+a !c -a")
{
    const tr_child leaves[] = { CHILD(c, FAILS(1, 9)) };
    const tr_supervisor_spec inner = SUP(TR_ONE_FOR_ONE, 9, leaves);
    const tr_child children[] = { CHILD(a, FINE), TREE(s, &inner) };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 9, children)), TR_EEXITED);
    TRT_NOTES(2, "failed_to_start_child s/c: nope");
}

PLAY(H15_the_first_start_is_never_retried, "!a")
{
    const tr_child children[] = { CHILD(a, FAILS(1, 1)) };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 9, children)), TR_EEXITED);
    kit_settle(self);
    TRT_EQUAL(kit.attempts[0], 1);
}

PLAY(E09_a_failed_start_leaves_no_exit_message_with_its_starter, "!a")
{
    const tr_child children[] = { CHILD(a, FAILS(1, 1)) };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 9, children)), TR_EEXITED);
    kit_settle(self);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
}

PLAY(H12_a_name_that_is_taken_fails_the_start, "+a -a")
{
    const tr_child children[] = { CHILD(a, FINE, .name = "same"), CHILD(b, FINE, .name = "same") };
    TRT_EQUAL(start_badly(self, &(tr_supervisor_spec)SUP(TR_ONE_FOR_ONE, 9, children)), TR_EEXITED);
    TRT_CHECK(strncmp(trt_notes(2), "failed_to_start_child b: ", 25) == 0);
}

// The specs, their ids, names and arguments may be forgotten as soon as the start has returned.
PLAY(specs_are_copied_with_all_they_point_to, "+a +b -a +a -b -a")
{
    struct child_args args[2] = { { .id = 'a' }, { .id = 'b' } };
    char ids[2][2] = { "a", "b" };
    tr_child children[2];
    for (int i = 0; i < 2; i++) {
        children[i] =
            (tr_child){ .id = ids[i], .server = &child_server, .trap = true, TR_ARGS_OF(&args[i]) };
    }
    START(self, TR_ONE_FOR_ONE, 1, children);
    memset(args, 0, sizeof args);
    memset(ids, 'z', sizeof ids);
    memset(children, 0, sizeof children);
    kit_die(self, 'a', TR_EXIT_ERROR);
    kit_which(self, kit.root);
    TRT_NOTES(1, "a:up b:up");
}
