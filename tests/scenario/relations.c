// SPDX-License-Identifier: MIT
// Questions to actors, monitors by name, what is told at an end and when; what a send promises.
// Rows A08 A33 A35 A37 A39 A47 B01 B17 B19.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid target;
    unsigned finished;
    unsigned taken;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

TRT_ACTOR(waits)
{
    (void)trt_receive(self, &go_match, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(relates_to_itself)
{
    tr_ref ref;
    tr_pid me = tr_self_pid(self);
    tr_links links = { .which = TR_LINKED };
    TRT_EQUAL(tr_link(self, me), TR_OK);
    TRT_EQUAL(tr_unlink(self, me), TR_OK);
    TRT_EQUAL(tr_link(self, me), TR_OK);
    TRT_EQUAL(tr_monitor(self, me, &ref), TR_OK);
    TRT_EQUAL(tr_monitor_named(self, "me", &ref), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    TRT_EQUAL(tr_links_of(self, me, 0, &links), TR_OK);
    TRT_EQUAL(links.count, 0);
    TRT_EQUAL(tr_demonitor(self, ref, true), TR_ENOENT);
    w.finished = 1;
    return TR_ERROR("end");
}

TRT_SCENARIO(A08_links_to_and_monitors_of_oneself_never_fire)
{
    trt_spawn(&relates_to_itself, .trap = trt_choose(2) == 0, .name = "me");
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(monitors_a_name)
{
    tr_ref ref;
    tr_pid found;
    tr_pid first = trt_child(self, &waits, .name = "post");
    TRT_EQUAL(tr_monitor_named(self, "post", &ref), TR_OK);
    if (trt_choose(2) == 0) { // the name goes to another actor, and is not followed
        TRT_EQUAL(tr_unregister(self, "post"), TR_OK);
        tr_pid second = trt_child(self, &waits, .name = "post");
        TRT_EQUAL(scn_go_send(self, second, NULL), TR_OK);
        (void)trt_await_end(self, second);
    }
    TRT_CHECK(trt_receive(self, &(tr_match){ .ref = ref }, 5) == NULL);
    TRT_EQUAL(scn_go_send(self, first, NULL), TR_OK);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, 5));
    TRT_CHECK(tr_pid_equal(down->pid, first));
    TRT_CHECK(down->name != NULL && strcmp(down->name, "post") == 0);
    TRT_EQUAL(down->reason.tag, TR_EXIT_NORMAL);
    TRT_EQUAL(tr_whereis(self, "post", &found), TR_ENOENT);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A33_a_monitor_by_name_is_resolved_once)
{
    trt_spawn(&monitors_a_name, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
}

// Arms a timer for its parent, and ends with it pending.
TRT_ACTOR(leaves_a_timer)
{
    struct scn_red red = { 0 };
    TRT_EQUAL(tr_send_after(self, 5, tr_self_parent(self), &scn_red_type, &red, NULL), TR_OK);
    trt_dawdle(self);
    return TR_NORMAL;
}

TRT_ACTOR(hears_of_the_end)
{
    bool link = trt_choose(2) == 0;
    tr_ref ref;
    tr_pid found;
    tr_pid child = trt_child(self, &leaves_a_timer, .name = "post", .link = link,
                             .monitor = link ? NULL : &ref);
    const tr_msg *msg = trt_next(self);
    TRT_CHECK(link ? tr_pid_equal(trt_exited_of(msg)->pid, child)
                   : tr_pid_equal(trt_down_of(msg)->pid, child));
    TRT_EQUAL(tr_whereis(self, "post", &found), TR_ENOENT);
    TRT_CHECK(!tr_is_alive(trt_system(), child));
    TRT_EQUAL(tr_probe(self, child, 0), TR_ENOPROC);
    TRT_CHECK(trt_receive(self, NULL, 20) == NULL); // nor does its timer fire
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A35_what_an_actor_owns_is_released_before_its_end_is_told)
{
    trt_spawn(&hears_of_the_end, .trap = true);
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(has_both_relations)
{
    tr_ref ref;
    (void)trt_child(self, &leaves_a_timer, .link = true, .monitor = &ref);
    bool exit_first = tr_msg_is(trt_next(self), &tr_exited_type);
    const tr_msg *second = trt_next(self);
    TRT_CHECK(tr_msg_is(second, exit_first ? &tr_down_type : &tr_exited_type));
    TRT_CHECK(trt_receive(self, NULL, 20) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

// In whatever order, which is not promised.
TRT_SCENARIO(A37_one_end_gives_one_exit_and_one_notice)
{
    trt_spawn(&has_both_relations, .trap = true);
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
}

enum { LONGER = 2 * TR_EXIT_TEXT_MAX };

TRT_ACTOR(has_a_long_reason)
{
    char text[LONGER + 1];
    memset(text, 'x', LONGER);
    text[*(const unsigned *)arg] = '\0';
    tr_exit_self(self, tr_exit_make(TR_EXIT_ERROR, INT32_MAX, text));
}

TRT_ACTOR(reads_a_long_reason)
{
    const unsigned *length = arg;
    unsigned kept = *length < TR_EXIT_TEXT_MAX ? *length : TR_EXIT_TEXT_MAX;
    tr_ref refs[2];
    tr_pid child = trt_child(self, &has_a_long_reason, TRT_ARG(length), .monitor = &refs[0]);
    TRT_EQUAL(tr_monitor(self, child, &refs[1]), TR_OK);
    for (int i = 0; i < 2; i++) {
        const tr_down *down = trt_down_of(trt_next(self));
        if (down->reason.tag != TR_EXIT_NOPROC) {
            TRT_EQUAL(down->reason.code, INT32_MAX);
            const char *text = down->reason.text == NULL ? "" : down->reason.text;
            TRT_EQUAL(strspn(text, "x"), kept);
            TRT_EQUAL(strlen(text), kept);
            w.finished = 1;
        }
    }
    return TR_NORMAL;
}

TRT_SCENARIO(A39_reasons_are_kept_whole_up_to_the_longest)
{
    unsigned length = trt_choose(LONGER + 1);
    trt_spawn(&reads_a_long_reason, TRT_ARG(&length));
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(is_busy_at_first)
{
    for (unsigned i = trt_choose(8); i > 0; i--) {
        trt_dawdle(self);
    }
    (void)trt_receive(self, &go_match, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(probes)
{
    tr_pid child = trt_child(self, &is_busy_at_first, 0);
    TRT_EQUAL(tr_probe(self, child, TR_INFINITY), TR_OK);
    TRT_EQUAL(tr_probe(self, tr_self_pid(self), 0), TR_OK);
    TRT_EQUAL(tr_exit_send(self, child, trt_choose(2) == 0 ? TR_KILL : TR_ERROR("x")), TR_OK);
    TRT_EQUAL(tr_probe(self, child, TR_INFINITY), TR_ENOPROC);
    TRT_CHECK(!tr_is_alive(trt_system(), child));
    TRT_EQUAL(tr_probe(self, tr_no_pid(), 0), TR_EINVAL);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A47_a_probe_is_ordered_after_the_signals_of_its_asker)
{
    trt_spawn(&probes, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// A question that is not answered in time leaves nothing behind, answered late or not.
TRT_ACTOR(asks_in_vain)
{
    tr_pid pids[2];
    tr_links links = { .which = TR_LINKED, .pids = pids, .capacity = 2 };
    tr_err err = tr_links_of(self, w.target, 0, &links);
    TRT_CHECK(err == TR_ETIMEDOUT || err == TR_OK);
    tr_test_trace(trt_test(), (uint64_t)err);
    TRT_CHECK(trt_receive(self, NULL, 10) == NULL);
    TRT_EQUAL(tr_links_of(self, w.target, TR_INFINITY, &links), TR_OK);
    TRT_EQUAL(tr_links_of(self, w.target, -1, &links), TR_EINVAL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(a_question_may_time_out)
{
    w.target = trt_spawn(&is_busy_at_first, 0);
    trt_spawn(&asks_in_vain, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.target);
}

TRT_ACTOR(sends_to_all)
{
    tr_pid dead = trt_child(self, &waits, 0);
    TRT_EQUAL(scn_go_send(self, dead, NULL), TR_OK);
    (void)trt_await_end(self, dead);
    for (uint32_t i = 0; i < 10; i++) {
        TRT_EQUAL(tr_send(self, w.target, scn_red, .n = i), TR_OK); // never full
        TRT_EQUAL(tr_send(self, dead, scn_red, .n = i), TR_OK);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B01_a_send_to_a_pid_neither_fails_nor_blocks)
{
    w.target = trt_spawn(&waits, 0);
    trt_spawn(&sends_to_all, 0);
    trt_quiet();
    TRT_EQUAL(trt_depth(w.target), 10);
    TRT_EQUAL(trt_totals().dead_lettered, 10);
    TRT_EQUAL(trt_totals().refused, 0);
    trt_kill(w.target);
}

TRT_ACTOR(reads_later)
{
    for (uint32_t i = 0; i < 4; i++) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i);
        w.taken++;
    }
    return TR_NORMAL;
}

TRT_ACTOR(writes_on)
{
    struct scn_red red = { 0 };
    for (; red.n < 4; red.n++) { // the same memory each time
        TRT_EQUAL(scn_red_send(self, w.target, &red), TR_OK);
    }
    red.n = 99;
    return TR_NORMAL;
}

TRT_SCENARIO(B17_a_message_is_a_copy)
{
    w.target = trt_spawn(&reads_later, 0);
    trt_spawn(&writes_on, 0);
    trt_quiet();
    TRT_EQUAL(w.taken, 4);
}

TRT_ACTOR(measures)
{
    for (uint32_t i = 1; i <= 5; i++) {
        TRT_EQUAL(tr_send(self, w.target, scn_red, .n = i), TR_OK);
        TRT_CHECK(trt_depth(w.target) >= i);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(B19_the_depth_counts_all_that_the_asker_sent)
{
    w.target = trt_spawn(&waits, 0);
    trt_spawn(&measures, 0);
    trt_spawn(&measures, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(trt_depth(w.target), 10);
    trt_kill(w.target);
}

enum { CHILDREN = 5 };

static size_t count_of(tr_self *self, tr_pid pid, tr_relation which)
{
    tr_links links = { .which = which };
    TRT_EQUAL(tr_links_of(self, pid, TR_INFINITY, &links), TR_OK);
    return links.count;
}

TRT_ACTOR(lists_relations)
{
    tr_pid children[CHILDREN];
    tr_pid pids[2];
    tr_pid me = tr_self_pid(self);
    tr_ref ref;
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = trt_child(self, &waits, .link = true, .monitor = i < 2 ? &ref : NULL);
    }
    TRT_EQUAL(count_of(self, me, TR_LINKED), CHILDREN);
    TRT_EQUAL(tr_unlink(self, children[0]), TR_OK);
    TRT_EQUAL(count_of(self, me, TR_LINKED), CHILDREN - 1); // its answer is still under way
    TRT_EQUAL(count_of(self, children[0], TR_LINKED), 0);
    TRT_EQUAL(count_of(self, children[1], TR_WATCHED), 1);
    TRT_EQUAL(count_of(self, me, TR_WATCHING), 2);
    tr_links links = { .which = TR_LINKED, .pids = pids, .capacity = 2 };
    TRT_EQUAL(tr_links_of(self, children[1], TR_INFINITY, &links), TR_OK);
    TRT_CHECK(links.count == 1 && tr_pid_equal(pids[0], me));
    TRT_EQUAL(tr_links_of(self, me, 0, &links), TR_OK); // two of four fit
    TRT_CHECK(links.count == CHILDREN - 1 && tr_is_alive(trt_system(), pids[1]));
    for (int i = 0; i < CHILDREN; i++) {
        TRT_EQUAL(scn_go_send(self, children[i], NULL), TR_OK);
    }
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(relations_are_listed_in_order_with_signals)
{
    trt_spawn(&lists_relations, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    tr_links links = { .which = TR_LINKED };
    TRT_EQUAL(tr_debug_links(trt_system(), tr_no_pid(), 0, &links), TR_ENOPROC);
    TRT_EQUAL(tr_debug_links(NULL, tr_no_pid(), 0, &links), TR_EINVAL);
}
