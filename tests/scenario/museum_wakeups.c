// SPDX-License-Identifier: MIT
// Bugs that other runtimes had in waking, sleeping and taking turns; docs/bug-museum.md has them
// all. Each scenario is named by the project and the number of the thread that tells the story.
#include "messages.h"
#include "scenario.h"

enum { MANY = 12 };

static struct {
    tr_pid first;
    tr_pid second;
    tr_pid narrow;
    unsigned handled;
    unsigned finished;
    unsigned inside;
    bool twice;
    uint64_t ended_ns;
} w;
TRT_WORLD(w);

TRT_ACTOR(sleeps_long)
{
    (void)trt_receive(self, NULL, 100000);
    return TR_NORMAL;
}

TRT_ACTOR(naps)
{
    uint64_t start = tr_now_ns();
    (void)trt_next(self);
    start = tr_now_ns();
    TRT_CHECK(trt_receive(self, NULL, 20) == NULL);
    TRT_EQUAL(trt_ms_since(start), 20);
    w.finished++;
    return TR_NORMAL;
}

// A timeout that is set while the worker computes how long to sleep is in time all the same.
TRT_SCENARIO(museum_heph_437_a_short_timeout_beside_a_long_one_is_in_time)
{
    tr_pid sleeper = trt_spawn(&sleeps_long, 0);
    tr_pid pid = trt_spawn(&naps, 0);
    (void)tr_test_steps(trt_test(), trt_choose(40));
    TRT_EQUAL(scn_go_system_send(trt_system(), pid, NULL), TR_OK);
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
    trt_kill(sleeper);
}

TRT_ACTOR(counts)
{
    for (w.handled = 0; w.handled < MANY; w.handled++) {
        (void)trt_next(self);
    }
    return TR_NORMAL;
}

// A message from outside that comes while the workers decide to sleep is handled.
TRT_SCENARIO(museum_ponyc_2560_a_guest_wakes_workers_that_are_falling_asleep)
{
    tr_pid pid = trt_spawn(&counts, 0);
    for (unsigned i = 0; i < MANY; i++) {
        (void)tr_test_steps(trt_test(), trt_choose(12));
        TRT_EQUAL(scn_go_system_send(trt_system(), pid, NULL), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(w.handled, MANY);
}

// After a burst, and after waits that came and went, no worker goes on searching.
TRT_SCENARIO(museum_ponyc_2926_a_system_comes_to_rest_after_each_burst)
{
    for (unsigned round = 0; round < 3; round++) {
        tr_pid pid = trt_spawn(&counts, 0);
        for (unsigned i = 0; i < MANY; i++) {
            TRT_EQUAL(scn_go_system_send(trt_system(), pid, NULL), TR_OK);
        }
        trt_quiet();
        TRT_EQUAL(tr_test_steps(trt_test(), 1000), 0);
    }
}

TRT_ACTOR(narrow)
{
    (void)trt_next_of(self, &scn_go_type);
    (void)trt_drain_of(self, &scn_red_type);
    (void)trt_receive(self, NULL, 10);
    return TR_NORMAL;
}

TRT_ACTOR(blocked)
{
    TRT_EQUAL(tr_send(self, w.narrow, scn_red, .n = 1), TR_OK);
    TRT_EQUAL(tr_send(self, w.narrow, scn_red, .n = 2), TR_OK);
    w.handled++;
    (void)trt_next(self);
    w.finished++;
    return TR_NORMAL;
}

// A sender that waits for room is not run by messages that come for it.
TRT_SCENARIO(museum_ponyc_3974_messages_do_not_run_a_blocked_sender)
{
    w.narrow = trt_spawn(&narrow, .mailbox = { .capacity = 1, .block_ms = TR_INFINITY });
    tr_pid pid = trt_spawn(&blocked, 0);
    trt_quiet();
    for (unsigned i = 0; i < 3; i++) {
        TRT_EQUAL(scn_blue_system_send(trt_system(), pid, &(struct scn_blue){ i }), TR_OK);
        trt_quiet();
    }
    TRT_EQUAL(trt_state(pid), TR_STATE_BLOCKED);
    TRT_EQUAL(w.handled, 0);
    trt_kill(w.narrow);
    TRT_EQUAL(w.handled, 1);
    TRT_EQUAL(w.finished, 1);
}

// That everything waits for room is quiet, and no reason to end or to forget anybody.
TRT_SCENARIO(museum_ponyc_3551_senders_that_all_wait_are_not_the_end)
{
    w.narrow = trt_spawn(&narrow, .mailbox = { .capacity = 1, .block_ms = TR_INFINITY });
    tr_pid pids[4];
    for (unsigned i = 0; i < TR_COUNT(pids); i++) {
        pids[i] = trt_spawn(&blocked, 0);
    }
    trt_advance(60000);
    TRT_EQUAL(trt_alive_count(), 5);
    trt_kill(w.narrow);
    TRT_EQUAL(w.handled, 4);
    for (unsigned i = 0; i < TR_COUNT(pids); i++) {
        TRT_EQUAL(scn_go_system_send(trt_system(), pids[i], NULL), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(w.finished, 4);
}

static tr_next enter_alone(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    w.twice = w.twice || w.inside != 0;
    w.inside++;
    tr_yield(self);
    trt_dawdle(self);
    w.inside--;
    w.handled++;
    return tr_msg_is(msg, &scn_blue_type) ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec alone = { .label = "alone", .on_message = enter_alone };

TRT_ACTOR(pours)
{
    for (unsigned i = 0; i < 4; i++) {
        TRT_EQUAL(tr_send(self, w.first, scn_red, .n = i), TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// However many wake it at once, an actor is in one run queue and run by one worker.
TRT_SCENARIO(museum_ponyc_4075_an_actor_is_run_by_one_worker, .workers = 4)
{
    w.first = trt_spawn(&alone, 0);
    for (unsigned i = 0; i < 4; i++) {
        (void)trt_spawn(&pours, 0);
    }
    trt_quiet();
    TRT_EQUAL(w.handled, 16);
    TRT_CHECK(!w.twice);
    TRT_EQUAL(scn_blue_system_send(trt_system(), w.first, &(struct scn_blue){ 0 }), TR_OK);
}

TRT_ACTOR(talks_to_itself)
{
    for (uint32_t i = 0; i < 30 && !w.finished; i++) {
        TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_red, .n = i), TR_OK);
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i);
        w.handled++;
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(ends_it)
{
    w.finished = 1;
    return TR_NORMAL;
}

TRT_ACTOR(starts_talkers)
{
    (void)trt_child(self, &ends_it, 0);
    (void)trt_child(self, &talks_to_itself, 0);
    (void)trt_child(self, &talks_to_itself, 0);
    return TR_NORMAL;
}

// Actors that send to themselves for ever leave others their turn.
TRT_SCENARIO(museum_akka_17341_self_messages_starve_nobody, .workers = 1)
{
    (void)trt_spawn(&starts_talkers, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(w.handled < 30); // they saw that it had its turn
}

TRT_ACTOR(takes_its_own)
{
    const tr_type *const *type = arg;
    for (unsigned i = 0; i < 5; i++) {
        TRT_CHECK(tr_msg_is(trt_next_of(self, *type), *type));
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(sends_both)
{
    for (uint32_t i = 0; i < 5; i++) {
        TRT_EQUAL(tr_send(self, w.first, scn_red, .n = i), TR_OK);
        TRT_EQUAL(tr_send(self, w.first, scn_blue, .n = i), TR_OK);
        TRT_EQUAL(tr_send(self, w.second, scn_red, .n = i), TR_OK);
        TRT_EQUAL(tr_send(self, w.second, scn_blue, .n = i), TR_OK);
    }
    return TR_NORMAL;
}

// A message that does not fit uses up no wake of one that does.
TRT_SCENARIO(museum_raven_403_a_wake_by_another_message_is_not_lost)
{
    const tr_type *red = &scn_red_type;
    const tr_type *blue = &scn_blue_type;
    w.first = trt_spawn(&takes_its_own, TRT_ARG(&red));
    w.second = trt_spawn(&takes_its_own, TRT_ARG(&blue));
    (void)trt_spawn(&sends_both, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
}

TRT_ACTOR(waits_for_blue)
{
    uint64_t start = tr_now_ns();
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 40) == NULL);
    TRT_EQUAL(trt_ms_since(start), 40);
    w.finished = 1;
    return TR_NORMAL;
}

// Being woken by what does not fit is no timeout.
TRT_SCENARIO(museum_hew_2796_a_stale_wake_is_no_timeout)
{
    tr_pid pid = trt_spawn(&waits_for_blue, 0);
    for (uint32_t i = 0; i < 6; i++) {
        trt_advance(trt_choose(6));
        TRT_EQUAL(scn_red_system_send(trt_system(), pid, &(struct scn_red){ i }), TR_OK);
    }
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(plays)
{
    for (uint32_t i = 0; i < 400 && !w.finished; i++) {
        (void)trt_next(self);
        w.handled++;
        if (w.handled == 5) {
            (void)trt_child(self, &ends_it, 0);
        }
        TRT_EQUAL(
            tr_send(self, tr_pid_equal(tr_self_pid(self), w.first) ? w.second : w.first, scn_go, 0),
            TR_OK);
    }
    return TR_NORMAL;
}

TRT_ACTOR(starts_the_pair)
{
    w.first = trt_child(self, &plays, 0);
    w.second = trt_child(self, &plays, 0);
    TRT_EQUAL(tr_send(self, w.first, scn_go, 0), TR_OK);
    return TR_NORMAL;
}

// A pair that readies each other for ever leaves the third of their worker its turn.
TRT_SCENARIO(museum_tokio_4941_a_chatty_pair_starves_nobody, .workers = 1)
{
    (void)trt_spawn(&starts_the_pair, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(w.handled < 400);
    (void)tr_system_exit_send(trt_system(), w.first, TR_KILL);
    (void)tr_system_exit_send(trt_system(), w.second, TR_KILL);
}

TRT_ACTOR(blocks)
{
    for (;;) {
        tr_blocking_begin(self);
        tr_blocking_end(self);
        (void)trt_receive(self, NULL, 1);
    }
    return TR_NORMAL;
}

// Actors that block their threads do not hold the stop up, at whatever step it comes.
TRT_SCENARIO(museum_tokio_6463_a_stop_finds_blocked_threads, .stops = true)
{
    for (unsigned i = 0; i < 4; i++) {
        (void)trt_spawn(&blocks, 0);
    }
    (void)tr_test_steps(trt_test(), trt_choose(300));
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK);
}

// Senders that wait for room keep no worker from the one that could make it.
TRT_SCENARIO(museum_akka_15317_blocked_senders_block_no_worker, .workers = 1)
{
    w.narrow = trt_spawn(&narrow, .mailbox = { .capacity = 1, .block_ms = TR_INFINITY });
    tr_pid pids[3];
    for (unsigned i = 0; i < TR_COUNT(pids); i++) {
        pids[i] = trt_spawn(&blocked, 0);
    }
    trt_quiet();
    (void)trt_spawn(&ends_it, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.narrow);
    for (unsigned i = 0; i < TR_COUNT(pids); i++) {
        trt_kill(pids[i]);
    }
}
