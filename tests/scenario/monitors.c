// SPDX-License-Identifier: MIT
// Monitors: exactly one notice each. Rows A06 A26 to A35 C04; G5.
#include "messages.h"
#include "scenario.h"

#include <string.h>

enum { MONITORS = 4 };

static struct {
    tr_pid target;
    unsigned downs;
    unsigned finished;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

TRT_ACTOR(waits)
{
    (void)trt_receive(self, &go_match, TR_INFINITY);
    return tr_exit_make(TR_EXIT_ERROR, 11, "told to");
}

TRT_ACTOR(dies_soon)
{
    trt_dawdle(self);
    return tr_exit_make(TR_EXIT_ERROR, 11, "told to");
}

TRT_ACTOR(monitors_many)
{
    tr_pid child = trt_child(self, &waits, 0);
    tr_ref refs[MONITORS];
    bool seen[MONITORS] = { false };
    for (int i = 0; i < MONITORS; i++) {
        TRT_EQUAL(tr_monitor(self, child, &refs[i]), TR_OK);
    }
    (void)tr_send(self, child, scn_go, 0);
    for (int i = 0; i < MONITORS; i++) {
        const tr_msg *msg = trt_next(self);
        const tr_down *down = trt_down_of(msg);
        TRT_CHECK(tr_pid_equal(down->pid, child));
        for (int k = 0; k < MONITORS; k++) {
            if (tr_ref_equal(refs[k], down->ref)) {
                TRT_CHECK(!seen[k]);
                seen[k] = true;
                w.downs++;
            }
        }
    }
    return TR_NORMAL;
}

// n monitors give n notices, each with its own reference.
TRT_SCENARIO(A26_monitors_stack)
{
    trt_spawn(&monitors_many, 0);
    trt_advance(20);
    TRT_EQUAL(w.downs, MONITORS);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(monitors_the_dead)
{
    tr_pid dead = trt_child(self, &dies_soon, 0);
    TRT_CHECK(trt_await_end(self, dead) != TR_EXIT_NONE);
    tr_ref ref;
    TRT_EQUAL(tr_monitor(self, dead, &ref), TR_OK);
    const tr_down *down = trt_down_of(trt_next(self));
    TRT_CHECK(tr_ref_equal(down->ref, ref) && tr_pid_equal(down->pid, dead));
    TRT_EQUAL(down->reason.tag, TR_EXIT_NOPROC);
    TRT_EQUAL(tr_demonitor(self, ref, true), TR_ENOENT);
    TRT_EQUAL(tr_monitor_named(self, "nobody", &ref), TR_OK);
    down = trt_down_of(trt_next(self));
    TRT_CHECK(tr_ref_equal(down->ref, ref) && tr_pid_is_none(down->pid));
    TRT_EQUAL(down->reason.tag, TR_EXIT_NOPROC);
    TRT_EQUAL(tr_monitor_named(self, "nobody", &ref), TR_OK);
    TRT_EQUAL(tr_demonitor(self, ref, true), TR_OK); // its notice has not been let in
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    TRT_EQUAL(tr_monitor_named(self, "nobody", &ref), TR_OK);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A28_a_monitor_of_the_dead_or_of_nobody_fires_at_once)
{
    trt_spawn(&monitors_the_dead, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(ends_as_told)
{
    const tr_exit_tag *tag = arg;
    trt_dawdle(self);
    return tr_exit_make(*tag, 11, *tag == TR_EXIT_ERROR ? "told to" : NULL);
}

TRT_ACTOR(reads_a_notice)
{
    const tr_exit_tag *tag = arg;
    tr_ref ref;
    tr_pid child = trt_child(self, &ends_as_told, TRT_ARG(tag), .monitor = &ref);
    const tr_msg *msg = trt_next(self);
    const tr_down *down = trt_down_of(msg);
    TRT_CHECK(tr_pid_equal(down->pid, child) && tr_ref_equal(down->ref, ref));
    TRT_CHECK(tr_msg_get_kind(msg) == TR_MSG_DOWN && tr_msg_ref_id(msg) == ref.id);
    TRT_CHECK(down->name == NULL);
    TRT_EQUAL(down->reason.tag, *tag);
    TRT_EQUAL(down->reason.code, 11);
    if (*tag == TR_EXIT_ERROR) {
        TRT_TEXT(down->reason.text, "told to");
    }
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A27_a_notice_says_reference_kind_target_and_reason)
{
    static const tr_exit_tag tags[] = { TR_EXIT_NORMAL, TR_EXIT_ERROR, TR_EXIT_SHUTDOWN };
    trt_spawn(&reads_a_notice, TRT_ARG(&tags[trt_choose(TR_COUNT(tags))]));
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(has_no_such_monitor)
{
    tr_ref unknown = tr_ref_new(self);
    TRT_EQUAL(tr_demonitor(self, unknown, trt_choose(2) == 0), TR_ENOENT);
    TRT_EQUAL(tr_demonitor(self, tr_no_ref(), false), TR_EINVAL);
    unknown.owner++;
    TRT_EQUAL(tr_demonitor(self, unknown, true), TR_EINVAL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A32_demonitor_of_nothing_is_none_and_of_another_s_an_error)
{
    trt_spawn(&has_no_such_monitor, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// Watches a dying actor and gives up at some moment; what demonitor answers must be true.
TRT_ACTOR(gives_up)
{
    const bool *flush = arg;
    tr_ref ref;
    tr_pid child = trt_child(self, &dies_soon, .monitor = &ref);
    trt_dawdle(self);
    trt_dawdle(self);
    tr_err err = tr_demonitor(self, ref, *flush);
    TRT_CHECK(err == TR_OK || err == TR_ENOENT);
    unsigned downs = trt_drain_of(self, &tr_down_type);
    (void)trt_await_end(self, child);
    (void)trt_receive(self, &go_match, 5);
    unsigned later = trt_drain_of(self, &tr_down_type);
    TRT_EQUAL(later, 0); // nothing is enqueued after demonitor
    TRT_EQUAL(downs, !*flush && err == TR_ENOENT ? 1 : 0);
    TRT_EQUAL(tr_demonitor(self, ref, *flush), TR_ENOENT);
    tr_test_trace(trt_test(), (uint64_t)err);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(A31_museum_akka_1335_demonitor_tells_whether_the_monitor_was_pending)
{
    bool flush = true;
    trt_spawn(&gives_up, TRT_ARG(&flush));
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
}

TRT_SCENARIO(A30_after_demonitor_nothing_is_enqueued)
{
    bool flush = false;
    trt_spawn(&gives_up, TRT_ARG(&flush));
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(watches_and_dies)
{
    for (int i = 0; i < MONITORS; i++) {
        tr_ref ref;
        TRT_EQUAL(tr_monitor(self, w.target, &ref), TR_OK);
    }
    trt_dawdle(self);
    return TR_NORMAL;
}

// Watchers that are gone get nothing; their records go with them.
TRT_SCENARIO(A34_museum_akka_17087_a_dead_watcher_leaves_no_monitor_behind)
{
    tr_links watched = { .which = TR_WATCHED };
    w.target = trt_spawn(&waits, 0);
    trt_spawn(&watches_and_dies, 0);
    trt_spawn(&watches_and_dies, 0);
    (void)tr_test_steps(trt_test(), trt_choose(60));
    if (trt_choose(2) == 0) {
        trt_quiet();
        TRT_EQUAL(tr_debug_links(trt_system(), w.target, TR_INFINITY, &watched), TR_OK);
        TRT_EQUAL(watched.count, 0);
    }
    TRT_EQUAL(scn_go_system_send(trt_system(), w.target, &(struct scn_go){ 0 }), TR_OK);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(spawns_monitored)
{
    for (int i = 0; i < 3; i++) {
        tr_ref ref;
        tr_pid child = trt_child(self, &dies_soon, .monitor = &ref);
        const tr_down *down = trt_down_of(trt_next(self));
        TRT_CHECK(tr_ref_equal(down->ref, ref) && tr_pid_equal(down->pid, child));
        TRT_EQUAL(down->reason.code, 11);
    }
    w.finished = 1;
    return TR_NORMAL;
}

// Never noproc.
TRT_SCENARIO(A06_spawn_with_monitor_is_atomic)
{
    trt_spawn(&spawns_monitored, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(named)
{
    trt_dawdle(self);
    return TR_NORMAL;
}

TRT_ACTOR(waits_for_name)
{
    for (int i = 0; i < 3; i++) {
        tr_ref ref;
        tr_pid child = trt_child(self, &named, .name = "the name", .monitor = &ref, .link = true);
        const tr_msg *msg =
            trt_next(self); // the link's exit or the monitor's down: either is first
        tr_pid found = child;
        TRT_EQUAL(tr_whereis(self, "the name", &found), TR_ENOENT);
        TRT_CHECK(tr_pid_equal(found, child));
        TRT_CHECK(!tr_is_alive(trt_system(), child));
        TRT_CHECK(tr_msg_is(msg, &tr_exited_type) || tr_msg_is(msg, &tr_down_type));
        (void)trt_next(self);
    }
    w.finished = 1;
    return TR_NORMAL;
}

// So the next may take it at once.
TRT_SCENARIO(C04_museum_otp_10285_a_name_is_free_before_anybody_hears_of_the_end)
{
    trt_spawn(&waits_for_name, .trap = true);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// Random monitors and demonitors against a target that dies at some moment: each reference that was
// not given up while pending fires exactly once, and no other does.
TRT_ACTOR(random_watcher)
{
    enum { STEPS = 8 };
    tr_ref refs[STEPS];
    unsigned fired[STEPS] = { 0 };
    bool off[STEPS] = { false };
    unsigned made = 0;
    for (int i = 0; i < STEPS; i++) {
        if (made == 0 || trt_choose(3) != 0) {
            TRT_EQUAL(tr_monitor(self, w.target, &refs[made++]), TR_OK);
        } else {
            unsigned pick = trt_choose(made);
            off[pick] |= tr_demonitor(self, refs[pick], false) == TR_OK;
        }
        trt_dawdle(self);
    }
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 10)) != NULL;) {
        for (unsigned k = 0; k < made; k++) {
            fired[k] += tr_ref_equal(refs[k], trt_down_of(msg)->ref);
        }
    }
    for (unsigned k = 0; k < made; k++) {
        TRT_EQUAL(fired[k], off[k] ? 0 : 1);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(A29_museum_otp_5746_random_monitors_fire_once_or_were_given_up)
{
    w.target = trt_spawn(&dies_soon, 0);
    trt_spawn(&random_watcher, 0);
    trt_spawn(&random_watcher, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 2);
}
