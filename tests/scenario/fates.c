// SPDX-License-Identifier: MIT
// G2: each message has one fate, counted exactly. G6: a stale pid reaches nobody. Rows A18 A46 B17.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid first;
    tr_pid second;
    uint32_t taken;
    unsigned finished;
} w;
TRT_WORLD(w);

TRT_ACTOR(keeps_waiting)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

// Messages that wait when their receiver dies, and those sent later, are dead letters.
TRT_SCENARIO(museum_kameo_335_dead_letters_are_counted_exactly)
{
    uint32_t before = trt_choose(4);
    uint32_t after = trt_choose(4);
    tr_pid pid = trt_spawn(&keeps_waiting, 0);
    struct scn_red red = { 1 };
    for (uint32_t i = 0; i < before; i++) {
        TRT_EQUAL(scn_red_system_send(trt_system(), pid, &red), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(trt_totals().waiting, before);
    TRT_EQUAL(trt_totals().dead_lettered, 0);
    trt_kill(pid);
    for (uint32_t i = 0; i < after; i++) {
        TRT_EQUAL(scn_red_system_send(trt_system(), pid, &red), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(trt_totals().dead_lettered, before + after);
    TRT_EQUAL(trt_totals().accepted, before + after);
    TRT_EQUAL(trt_totals().refused, 0);
}

TRT_ACTOR(pours)
{
    for (uint32_t i = 0; i < 6; i++) {
        TRT_EQUAL(tr_send(self, w.first, scn_red, .n = i), TR_OK);
        if (trt_choose(2) == 0) {
            tr_yield(self);
        }
    }
    return TR_NORMAL;
}

TRT_ACTOR(takes_some)
{
    const uint32_t *count = arg;
    for (; w.taken < *count; w.taken++) {
        (void)trt_next(self);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// Senders race with the death of the receiver: each message was received or is a dead letter.
TRT_SCENARIO(museum_crossbeam_1084_messages_that_race_with_death_have_one_fate)
{
    uint32_t count = 1 + trt_choose(8);
    w.first = trt_spawn(&takes_some, TRT_ARG(&count));
    trt_spawn(&pours, 0);
    trt_spawn(&pours, 0);
    trt_quiet();
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.accepted, 12);
    TRT_EQUAL(totals.received, count);
    TRT_EQUAL(totals.dead_lettered, 12 - count);
}

// The identities hold between any two steps.
TRT_SCENARIO(fates_add_up_at_every_step, .seeds = 300)
{
    uint32_t count = 9;
    w.first = trt_spawn(&takes_some, TRT_ARG(&count));
    trt_spawn(&pours, 0);
    trt_spawn(&pours, 0);
    do {
        tr_totals now = trt_totals();
        TRT_EQUAL(now.accepted + now.refused, now.attempted);
        TRT_EQUAL(now.received + now.dropped + now.dead_lettered + now.waiting, now.accepted);
    } while (tr_test_steps(trt_test(), 1) == 1);
}

TRT_ACTOR(own_number)
{
    const uint32_t *number = arg;
    for (;;) {
        const tr_msg *msg = trt_receive(self, NULL, 3);
        if (msg == NULL) {
            return TR_NORMAL;
        }
        TRT_EQUAL(scn_red_of(msg)->n, *number); // never another's
        w.taken++;
    }
}

// Spawns actors one after the other, so that slots are used again, and goes on writing to the old
// ones, each message with the number of the actor it is meant for.
TRT_ACTOR(writes_to_the_past)
{
    enum { ACTORS = 8 };
    tr_pid pids[ACTORS];
    for (uint32_t i = 0; i < ACTORS; i++) {
        pids[i] = trt_child(self, &own_number, TRT_ARG(&i));
        for (uint32_t k = 0; k <= i; k++) {
            TRT_CHECK(k == i || !tr_pid_equal(pids[k], pids[i]));
            TRT_EQUAL(tr_send(self, pids[k], scn_red, .n = k), TR_OK);
        }
        if (trt_choose(2) == 0) {
            TRT_EQUAL(tr_exit_send(self, pids[i], TR_KILL), TR_OK);
            TRT_CHECK(trt_await_end(self, pids[i]) != TR_EXIT_NONE);
        }
        (void)trt_receive(self, NULL, trt_choose(8));
    }
    w.finished++;
    return TR_NORMAL;
}

// G6
TRT_SCENARIO(A46_a_stale_pid_reaches_nobody)
{
    trt_spawn(&writes_to_the_past, 0);
    trt_spawn(&writes_to_the_past, 0);
    trt_advance(300);
    TRT_EQUAL(w.finished, 2);
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.received, w.taken);
    TRT_EQUAL(totals.received + totals.dead_lettered, totals.attempted);
}

TR_MESSAGE(page, { unsigned char bytes[3000]; });

TRT_ACTOR(passes_on)
{
    const tr_msg *msg = trt_next(self);
    tr_msg *own = tr_msg_keep(self, msg);
    TRT_CHECK(own == msg);
    TRT_CHECK(trt_receive(self, NULL, 1) == NULL);
    TRT_EQUAL(((const unsigned char *)tr_msg_body(own))[2999], 0x5a); // kept beyond a receive
    TRT_EQUAL(tr_send_move(self, w.second, &own), TR_OK);
    TRT_CHECK(own == NULL);
    return TR_NORMAL;
}

TRT_ACTOR(reads_page)
{
    const struct scn_page *page = scn_page_of(trt_next(self));
    TRT_CHECK(page->bytes[0] == 0x5a && page->bytes[2999] == 0x5a);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(moves)
{
    struct scn_page *page = NULL;
    tr_msg *msg = scn_page_new(self, &page);
    TRT_CHECK(msg != NULL && page->bytes[0] == 0 && page->bytes[2999] == 0);
    memset(page->bytes, 0x5a, sizeof page->bytes);
    TRT_EQUAL(tr_send_move(self, w.first, &msg), TR_OK);
    TRT_CHECK(msg == NULL);
    msg = scn_page_new(self, &page);
    tr_msg_free(self, msg);
    tr_msg_free(self, NULL);
    return TR_NORMAL;
}

// B17: moved messages change hands; no byte is lost on the way.
TRT_SCENARIO(messages_are_moved_and_kept)
{
    w.second = trt_spawn(&reads_page, 0);
    w.first = trt_spawn(&passes_on, 0);
    trt_spawn(&moves, 0);
    trt_advance(5);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().attempted, 2);
}

TRT_ACTOR(moves_into_full)
{
    uint32_t *n;
    void *body = NULL;
    tr_msg *msg = tr_msg_new(self, &scn_red_type, &body);
    n = body;
    *n = 5;
    TRT_EQUAL(tr_send(self, w.first, scn_red, .n = 4), TR_OK);
    TRT_EQUAL(tr_send_move(self, w.first, &msg), TR_EFULL);
    TRT_CHECK(msg != NULL && *(const uint32_t *)tr_msg_body(msg) == 5); // still the sender's
    TRT_EQUAL(tr_send_move(self, w.second, &msg), TR_OK);
    TRT_CHECK(msg == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_move_that_is_refused_leaves_the_message)
{
    w.first = trt_spawn(&keeps_waiting, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_FAIL });
    w.second = trt_spawn(&keeps_waiting, 0);
    trt_spawn(&moves_into_full, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().refused, 1);
    trt_kill(w.first);
    trt_kill(w.second);
    TRT_EQUAL(trt_totals().dead_lettered, 2);
}

TRT_ACTOR(dies_holding)
{
    const tr_msg *msg = trt_next_of(self, &scn_page_type);
    tr_msg *own = tr_msg_keep(self, msg);
    TRT_CHECK(own != NULL);
    void *body = NULL;
    tr_msg *unsent = tr_msg_new(self, &scn_page_type, &body);
    TRT_CHECK(unsent != NULL);
    return TR_ERROR("with two messages in hand");
}

// Kept and unsent messages go with the actor; the census of the run finds what is left.
TRT_SCENARIO(messages_in_hand_go_with_their_actor)
{
    w.first = trt_spawn(&dies_holding, 0);
    static const struct scn_page page;
    TRT_EQUAL(scn_page_system_send(trt_system(), w.first, &page), TR_OK);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}
