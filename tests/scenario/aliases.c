// SPDX-License-Identifier: MIT
// Aliases: addresses that their owner can switch off. Rows A40 to A43, B04; G12 for aliases.
#include "messages.h"
#include "scenario.h"

enum { SENDS = 6 };

TR_MESSAGE(via, {
    tr_alias alias;
    uint32_t count;
});

static struct {
    tr_pid sink;
    tr_alias alias;
    unsigned taken;
    unsigned downs;
    unsigned finished;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

// Sends red 0, red 1, … through an alias.
TRT_ACTOR(sends_through)
{
    const struct scn_via *via = arg;
    for (uint32_t i = 0; i < via->count; i++) {
        TRT_EQUAL(tr_send_alias(self, via->alias, &scn_red_type, &(struct scn_red){ i }), TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

static void start_sender(tr_self *self, tr_alias alias, uint32_t count)
{
    struct scn_via via = { alias, count };
    (void)trt_child(self, &sends_through, TRT_ARG(&via));
}

// Takes what waits; each must carry the alias's reference and come in order.
static void take_reds(tr_self *self, tr_alias alias)
{
    const tr_msg *msg;
    const tr_match match = { .ref = alias.ref };
    while ((msg = trt_receive(self, &match, 0)) != NULL) {
        TRT_CHECK(scn_red_of(msg) != NULL && scn_red_of(msg)->n == w.taken);
        TRT_CHECK(tr_msg_ref_id(msg) == alias.ref.id);
        w.taken++;
    }
}

TRT_ACTOR(switches_off)
{
    tr_alias alias;
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_EXPLICIT, &alias), TR_OK);
    start_sender(self, alias, SENDS);
    for (uint32_t left = trt_choose(4); left > 0; left--) {
        trt_dawdle(self);
        take_reds(self, alias);
    }
    TRT_EQUAL(tr_unalias(self, alias), TR_OK);
    TRT_EQUAL(tr_unalias(self, alias), TR_ENOENT);
    take_reds(self, alias); // what was in the mailbox stays there
    unsigned taken = w.taken;
    (void)trt_receive(self, &go_match, 5);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 0); // the rest never came so far
    take_reds(self, alias);
    TRT_EQUAL(w.taken, taken);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A40_an_alias_that_is_off_drops_before_the_mailbox)
{
    uint64_t dead = trt_totals().dead_lettered;
    trt_spawn(&switches_off, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().dead_lettered - dead, SENDS - w.taken);
}

TRT_ACTOR(takes_one)
{
    tr_alias alias;
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_REPLY, &alias), TR_OK);
    start_sender(self, alias, 2);
    start_sender(self, alias, 2);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 0);
    TRT_EQUAL(tr_unalias(self, alias), TR_ENOENT);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A41_a_one_shot_alias_lets_one_message_in)
{
    uint64_t dead = trt_totals().dead_lettered;
    trt_spawn(&takes_one, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().dead_lettered - dead, 3);
    TRT_EQUAL(trt_totals().unreceived[TR_DEAD_ALIAS_OFF], 3);
}

// Answers its parent through the alias none to two times, and ends.
TRT_ACTOR(answers_and_ends)
{
    const struct scn_via *via = scn_via_of(trt_next(self));
    tr_alias alias = via->alias;
    for (uint32_t i = 0; i < via->count; i++) {
        TRT_EQUAL(tr_send_alias(self, alias, &scn_red_type, &(struct scn_red){ i }), TR_OK);
    }
    trt_dawdle(self);
    return TR_ERROR("over");
}

static void count_answers(tr_self *self, int64_t timeout_ms)
{
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, timeout_ms)) != NULL;) {
        w.taken += scn_red_of(msg) != NULL;
        w.downs += tr_msg_is(msg, &tr_down_type);
    }
}

// What arrives, by the mode: of `count` answers and one end.
TRT_ACTOR(asks_by_alias)
{
    const tr_alias_mode *mode = arg;
    tr_alias alias;
    tr_pid child = trt_child(self, &answers_and_ends, 0);
    TRT_EQUAL(tr_monitor_alias(self, child, *mode, &alias), TR_OK);
    struct scn_via via = { alias, trt_choose(3) };
    TRT_EQUAL(scn_via_send(self, child, &via), TR_OK);
    bool give_up = trt_choose(2) == 0;
    if (give_up) {
        trt_dawdle(self);
        (void)tr_demonitor(self, alias.ref, true);
        count_answers(self, 0);
        TRT_EQUAL(w.downs, 0);
        TRT_CHECK(*mode != TR_ALIAS_EXPLICIT || tr_unalias(self, alias) == TR_OK);
        unsigned taken = w.taken;
        count_answers(self, 5);
        TRT_EQUAL(w.taken, taken); // off
    } else {
        count_answers(self, 5);
        bool one = *mode == TR_ALIAS_REPLY && via.count > 0;
        TRT_EQUAL(w.taken, one ? 1 : via.count);
        TRT_EQUAL(w.downs, one ? 0 : 1);
        TRT_EQUAL(tr_demonitor(self, alias.ref, true), TR_ENOENT);
        TRT_EQUAL(tr_unalias(self, alias), *mode == TR_ALIAS_EXPLICIT ? TR_OK : TR_ENOENT);
    }
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A42_a_monitor_whose_reference_is_an_alias)
{
    tr_alias_mode mode = (tr_alias_mode)trt_choose(3);
    trt_spawn(&asks_by_alias, TRT_ARG(&mode));
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Unalias leaves the monitor, demonitor leaves an explicit alias.
TRT_ACTOR(one_half_each)
{
    const bool *unalias = arg;
    tr_alias alias;
    tr_pid child = trt_child(self, &answers_and_ends, 0);
    TRT_EQUAL(tr_monitor_alias(self, child, TR_ALIAS_EXPLICIT, &alias), TR_OK);
    struct scn_via via = { alias, 1 };
    if (*unalias) {
        TRT_EQUAL(tr_unalias(self, alias), TR_OK);
    } else {
        TRT_EQUAL(tr_demonitor(self, alias.ref, false), TR_OK);
    }
    TRT_EQUAL(scn_via_send(self, child, &via), TR_OK);
    count_answers(self, 5);
    TRT_EQUAL(w.taken, *unalias ? 0 : 1);
    TRT_EQUAL(w.downs, *unalias ? 1 : 0);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(alias_and_monitor_of_one_reference_end_apart)
{
    bool unalias = tr_test_seed(trt_test()) % 2 == 0;
    trt_spawn(&one_half_each, TRT_ARG(&unalias));
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(meddles)
{
    struct scn_via via = *scn_via_of(trt_next(self));
    tr_alias none = { tr_no_pid(), tr_no_ref() };
    tr_alias mine = { tr_self_pid(self), via.alias.ref };
    TRT_EQUAL(tr_unalias(self, via.alias), TR_EINVAL);
    TRT_EQUAL(tr_unalias(self, mine), TR_ENOENT);
    TRT_EQUAL(tr_unalias(self, none), TR_EINVAL);
    TRT_EQUAL(tr_send_alias(self, none, &scn_red_type, &(struct scn_red){ 0 }), TR_EINVAL);
    // On or off: the sender is told the same.
    TRT_EQUAL(tr_send_alias(self, via.alias, &scn_red_type, &(struct scn_red){ 0 }), TR_OK);
    TRT_EQUAL(tr_send_alias(self, via.alias, &scn_red_type, &(struct scn_red){ 1 }), TR_OK);
    TRT_EQUAL(tr_send_alias(self, mine, &scn_red_type, &(struct scn_red){ 1 }), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    return TR_NORMAL;
}

TRT_ACTOR(is_meddled_with)
{
    struct scn_via via = { .count = 0 };
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_REPLY, &via.alias), TR_OK);
    TRT_EQUAL(scn_via_send(self, trt_child(self, &meddles, 0), &via), TR_OK);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 0);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A43_an_alias_is_switched_off_by_its_owner_alone)
{
    trt_spawn(&is_meddled_with, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// One sender, one receiver, three addresses.
TRT_ACTOR(sends_three_ways)
{
    for (uint32_t i = 0; i < 2 * SENDS; i++) {
        struct scn_red red = { i };
        uint32_t way = trt_choose(3);
        TRT_EQUAL(way == 0   ? scn_red_send(self, w.sink, &red)
                  : way == 1 ? tr_send_alias(self, w.alias, &scn_red_type, &red)
                             : tr_send_named(self, "sink", &scn_red_type, &red),
                  TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(takes_in_order)
{
    w.sink = tr_self_pid(self);
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_EXPLICIT, &w.alias), TR_OK);
    (void)trt_child(self, &sends_three_ways, 0);
    while (w.taken < 2 * SENDS) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, w.taken);
        w.taken++;
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B04_pid_name_and_alias_of_one_receiver_share_one_order)
{
    trt_spawn(&takes_in_order, .name = "sink");
    trt_quiet();
    TRT_EQUAL(w.taken, 2 * SENDS);
}

TRT_ACTOR(off_and_bounded)
{
    tr_alias alias;
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_EXPLICIT, &alias), TR_OK);
    TRT_EQUAL(tr_unalias(self, alias), TR_OK);
    start_sender(self, alias, SENDS);
    start_sender(self, alias, SENDS);
    (void)trt_receive(self, &go_match, 50); // nobody waits 50 ms for room
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 0);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(what_an_alias_drops_gives_its_room_back)
{
    trt_spawn(&off_and_bounded, .mailbox = { .capacity = 2, .block_ms = 20 });
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().refused, 0);
}

TRT_ACTOR(leaves_an_alias)
{
    tr_alias_mode mode = (tr_alias_mode)(2 * trt_choose(2));
    TRT_EQUAL(tr_alias_new(self, mode, &w.alias), TR_OK);
    return TR_NORMAL;
}

TRT_ACTOR(stays)
{
    TRT_CHECK(scn_go_of(trt_next(self)) != NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(ends_while_it_watches)
{
    tr_alias alias;
    tr_alias_mode mode = (tr_alias_mode)trt_choose(3);
    TRT_EQUAL(tr_monitor_alias(self, w.sink, mode, &alias), TR_OK);
    trt_dawdle(self);
    return TR_NORMAL;
}

// The watched actor forgets the watch too: nothing is left of it at the end.
TRT_SCENARIO(an_owner_may_end_before_the_actor_it_watches_by_alias)
{
    w.sink = trt_spawn(&stays, 0);
    for (int i = 0; i < 3; i++) {
        (void)trt_spawn(&ends_while_it_watches, 0);
    }
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 1);
    tr_links watched = { .which = TR_WATCHED };
    TRT_EQUAL(tr_debug_links(trt_system(), w.sink, TR_INFINITY, &watched), TR_OK);
    TRT_EQUAL(watched.count, 0);
    TRT_EQUAL(scn_go_system_send(trt_system(), w.sink, &(struct scn_go){ 0 }), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// The alias of an actor that ended is off, also for the slot's next occupant.
TRT_SCENARIO(aliases_end_with_their_owner)
{
    trt_spawn(&leaves_an_alias, 0);
    trt_quiet();
    tr_pid next[3];
    for (int i = 0; i < 3; i++) {
        next[i] = trt_spawn(&stays, 0);
    }
    tr_alias stolen = { next[0], w.alias.ref };
    struct scn_red red = { 0 };
    TRT_EQUAL(tr_system_send_alias(trt_system(), w.alias, &scn_red_type, &red), TR_OK);
    TRT_EQUAL(tr_system_send_alias(trt_system(), stolen, &scn_red_type, &red), TR_OK);
    trt_quiet();
    for (int i = 0; i < 3; i++) {
        TRT_EQUAL(scn_go_system_send(trt_system(), next[i], &(struct scn_go){ 0 }), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(trt_totals().dead_lettered, 2);
}

TRT_ACTOR(slow_and_bounded)
{
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_EXPLICIT, &w.alias), TR_OK);
    (void)trt_receive(self, &go_match, 5);
    while (trt_receive(self, &(tr_match){ .ref = w.alias.ref }, 20) != NULL) {
        w.taken++;
    }
    return TR_NORMAL;
}

// A guest waits for room as it does when it sends to a pid.
TRT_SCENARIO(guests_send_through_aliases)
{
    trt_spawn(&slow_and_bounded, .mailbox = { .capacity = 1 });
    trt_quiet();
    for (int i = 0; i < 3; i++) {
        struct scn_red red = { 0 };
        TRT_EQUAL(tr_system_send_alias(trt_system(), w.alias, &scn_red_type, &red), TR_OK);
    }
    trt_advance(50);
    TRT_EQUAL(w.taken, 3);
}
