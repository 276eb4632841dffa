// SPDX-License-Identifier: MIT
// Links made and undone from both sides at once. Rows A05 A10 A19 A20 A22 A25; G5.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid peer;
    tr_pid main;
    unsigned exits_before; // exits that were messages already when unlink returned
    unsigned exits;
    unsigned finished;
    bool link_last;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

static void link_and_unlink(tr_self *self, tr_pid other)
{
    for (uint32_t left = 2 + trt_choose(4); left > 0; left--) {
        TRT_EQUAL(trt_choose(2) == 0 ? tr_link(self, other) : tr_unlink(self, other), TR_OK);
        if (trt_choose(2) == 0) {
            tr_yield(self);
        }
    }
}

// Plays, waits for the word, dies with an error.
TRT_ACTOR(peer)
{
    tr_trap_exits(self, true);
    (void)trt_receive(self, &go_match, TR_INFINITY);
    link_and_unlink(self, w.main);
    (void)trt_receive(self, &go_match, TR_INFINITY);
    return TR_ERROR("over");
}

TRT_ACTOR(player)
{
    w.main = tr_self_pid(self);
    w.peer = trt_child(self, &peer, 0);
    (void)tr_send(self, w.peer, scn_go, 0);
    link_and_unlink(self, w.peer);
    (void)trt_receive(self, &go_match, 5); // the peer has played its part
    TRT_EQUAL(w.link_last ? tr_link(self, w.peer) : tr_unlink(self, w.peer), TR_OK);
    (void)tr_send(self, w.peer, scn_go, 0);
    (void)trt_await_end(self, w.peer);
    (void)trt_receive(self, &go_match, 5);
    w.exits = trt_drain_of(self, &tr_exited_type);
    w.finished = 1;
    return TR_NORMAL;
}

// After OTP's otp_17127_local_random: whatever both sides did at once, a last link or unlink
// decides, and the end of one gives the other exactly one exit or none.
TRT_SCENARIO(A20_museum_otp_4914_random_links_from_both_sides_end_consistent)
{
    w.link_last = tr_test_seed(trt_test()) % 2 == 0;
    trt_spawn(&player, .trap = true);
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.exits, w.link_last ? 1 : 0);
}

TRT_ACTOR(watching_peer)
{
    link_and_unlink(self, w.main);
    (void)trt_receive(self, &go_match, 20);
    w.exits = trt_drain_of(self, &tr_exited_type);
    w.finished = 1;
    return TR_NORMAL;
}

// The end comes from the other side: the peer sees what the player's last word left.
TRT_ACTOR(dying_player)
{
    w.main = tr_self_pid(self);
    w.peer = trt_child(self, &watching_peer, .trap = true);
    link_and_unlink(self, w.peer);
    (void)trt_receive(self, &go_match, 5);
    TRT_EQUAL(w.link_last ? tr_link(self, w.peer) : tr_unlink(self, w.peer), TR_OK);
    return TR_ERROR("over");
}

TRT_SCENARIO(museum_otp_5248_random_links_end_consistent_for_the_peer)
{
    w.link_last = tr_test_seed(trt_test()) % 2 == 0;
    trt_spawn(&dying_player, .trap = true);
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.exits, w.link_last ? 1 : 0);
}

TRT_ACTOR(dies_soon)
{
    trt_dawdle(self);
    return TR_ERROR("soon");
}

TRT_ACTOR(unlinks_the_dying)
{
    tr_pid child = trt_child(self, &dies_soon, .link = true);
    trt_dawdle(self);
    w.exits_before = trt_drain_of(self, &tr_exited_type);
    trt_dawdle(self);
    TRT_EQUAL(tr_unlink(self, child), TR_OK);
    w.exits_before += trt_drain_of(self, &tr_exited_type); // one that was there stays (A19)
    TRT_CHECK(w.exits_before <= 1);
    (void)trt_await_end(self, child);
    (void)trt_receive(self, &go_match, 5);
    TRT_EQUAL(trt_drain_of(self, &tr_exited_type), 0);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A19_museum_otp_6150_no_exit_arrives_after_unlink_returned)
{
    trt_spawn(&unlinks_the_dying, .trap = true);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
}

// The same without trapping: the actor either dies of the exit before unlink, or lives for good.
TRT_ACTOR(survives_unlink)
{
    tr_pid child = trt_child(self, &dies_soon, .link = true);
    trt_dawdle(self);
    TRT_EQUAL(tr_unlink(self, child), TR_OK);
    w.finished = 1;
    (void)trt_receive(self, &go_match, 5);
    (void)trt_await_end(self, child);
    w.finished = 2;
    return TR_NORMAL;
}

TRT_SCENARIO(an_actor_that_unlinked_in_time_survives)
{
    trt_spawn(&survives_unlink, 0);
    trt_advance(10);
    TRT_CHECK(w.finished == 0 || w.finished == 2);
    tr_test_trace(trt_test(), w.finished);
}

TRT_ACTOR(dies_with_text)
{
    return tr_exit_make(TR_EXIT_ERROR, 7, "true reason");
}

TRT_ACTOR(spawns_linked)
{
    for (int i = 0; i < 3; i++) {
        tr_pid child = trt_child(self, &dies_with_text, .link = true);
        trt_dawdle(self);
        const tr_exited *exited = trt_exited_of(trt_next(self));
        TRT_CHECK(tr_pid_equal(exited->pid, child));
        TRT_EQUAL(exited->reason.tag, TR_EXIT_ERROR);
        TRT_EQUAL(exited->reason.code, 7);
    }
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

// Never noproc, however fast the child dies.
TRT_SCENARIO(A05_spawn_with_link_is_atomic)
{
    trt_spawn(&spawns_linked, .trap = true);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(target)
{
    (void)trt_receive(self, &go_match, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(two_signals)
{
    tr_ref ref;
    tr_pid child = trt_child(self, &target, .monitor = &ref);
    trt_dawdle(self);
    TRT_EQUAL(tr_exit_send(self, child, tr_exit_make(TR_EXIT_ERROR, 1, "first")), TR_OK);
    TRT_EQUAL(tr_exit_send(self, child, tr_exit_make(TR_EXIT_ERROR, 2, "second")), TR_OK);
    TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
    TRT_EQUAL(trt_down_of(trt_next(self))->reason.code, 1);
    w.finished = 1;
    return TR_NORMAL;
}

// The first exit signal that is received decides.
TRT_SCENARIO(A25_the_first_of_two_exit_signals_decides)
{
    trt_spawn(&two_signals, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// Stays busy until an exit signal waits for it, and only then says whether it traps.
TRT_ACTOR(late_trapper)
{
    const bool *trap = arg;
    TRT_CHECK(tr_trap_exits(self, !*trap) == false);
    w.finished = 1;
    while (trt_depth(tr_self_pid(self)) == 0) {
        TRT_EQUAL(tr_unlink(self, w.main), TR_OK); // any call that neither waits nor takes
    }
    TRT_CHECK(tr_trap_exits(self, *trap) == !*trap);
    TRT_EQUAL(trt_exited_of(trt_next(self))->reason.tag, TR_EXIT_ERROR);
    w.exits++;
    return TR_NORMAL;
}

TRT_ACTOR(signals_late_trapper)
{
    const bool *trap = arg;
    tr_ref ref;
    w.main = tr_self_pid(self);
    tr_pid child = trt_child(self, &late_trapper, TRT_ARG(trap), .monitor = &ref);
    while (w.finished == 0) {
        tr_yield(self);
    }
    (void)tr_exit_send(self, child, TR_ERROR("x"));
    TRT_EQUAL(trt_down_of(trt_next(self))->reason.tag, *trap ? TR_EXIT_NORMAL : TR_EXIT_ERROR);
    return TR_NORMAL;
}

// Whether the receiver traps is asked when the signal is received, not when it is sent.
TRT_SCENARIO(A21_trapping_counts_when_the_signal_is_received, .workers = 3)
{
    bool trap = trt_choose(2) == 0;
    trt_spawn(&signals_late_trapper, TRT_ARG(&trap));
    trt_quiet();
    TRT_EQUAL(w.exits, trap);
}
