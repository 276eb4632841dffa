// SPDX-License-Identifier: MIT
// Links and exit signals. Rows A07 to A22; G5: exactly one exit per link, none after unlink.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid a, b, c;
    unsigned exits;
} w;
TRT_WORLD(w);

// How an exit signal comes, and what becomes of its receiver: rows A11 to A17.
struct table_row {
    bool by_link; // else by tr_exit_send
    tr_exit_tag tag;
    bool trap;
    tr_exit_tag end; // TR_EXIT_NONE: lives
    bool message;    // gets it as a message
};

static const struct table_row table[] = {
    { false, TR_EXIT_KILL, false, TR_EXIT_KILLED, false }, // A14
    { false, TR_EXIT_KILL, true, TR_EXIT_KILLED, false },
    { false, TR_EXIT_NORMAL, false, TR_EXIT_NONE, false }, // A17
    { false, TR_EXIT_NORMAL, true, TR_EXIT_NONE, true },
    { false, TR_EXIT_ERROR, false, TR_EXIT_ERROR, false },
    { false, TR_EXIT_ERROR, true, TR_EXIT_NONE, true },
    { false, TR_EXIT_KILLED, false, TR_EXIT_KILLED, false },
    { false, TR_EXIT_KILLED, true, TR_EXIT_NONE, true },
    { false, TR_EXIT_SHUTDOWN, false, TR_EXIT_SHUTDOWN, false },
    { false, TR_EXIT_SHUTDOWN, true, TR_EXIT_NONE, true },
    { true, TR_EXIT_NORMAL, false, TR_EXIT_NONE, false }, // A12
    { true, TR_EXIT_NORMAL, true, TR_EXIT_NONE, true },   // A13
    { true, TR_EXIT_ERROR, false, TR_EXIT_ERROR, false }, // A11
    { true, TR_EXIT_ERROR, true, TR_EXIT_NONE, true },
    { true, TR_EXIT_KILL, false, TR_EXIT_KILL, false }, // A15
    { true, TR_EXIT_KILL, true, TR_EXIT_NONE, true },
    { true, TR_EXIT_SHUTDOWN, false, TR_EXIT_SHUTDOWN, false },
    { true, TR_EXIT_SHUTDOWN, true, TR_EXIT_NONE, true },
};

TRT_ACTOR(receiver)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (tr_msg_is(msg, &scn_go_type)) {
            return TR_NORMAL;
        }
        const tr_exited *exited = trt_exited_of(msg);
        TRT_CHECK(tr_pid_equal(exited->pid, w.b));
        TRT_CHECK(exited->reason.text != NULL && strcmp(exited->reason.text, "why") == 0);
        TRT_EQUAL(exited->reason.code, 42);
        trt_note(0, "%s", tr_exit_tag_name(exited->reason.tag));
    }
}

TRT_ACTOR(sends_exit)
{
    const struct table_row *row = arg;
    w.b = tr_self_pid(self);
    tr_exit reason = tr_exit_make(row->tag, 42, "why");
    if (row->by_link) {
        TRT_EQUAL(tr_link(self, w.a), TR_OK);
        return reason;
    }
    TRT_EQUAL(tr_exit_send(self, w.a, reason), TR_OK);
    return TR_NORMAL;
}

TRT_ACTOR(await_end)
{
    const tr_pid *pid = arg;
    trt_note(1, "%s", tr_exit_tag_name(trt_await_end(self, *pid)));
    return TR_NORMAL;
}

// One row of the table that fits, by the seed.
static const struct table_row *pick(bool by_link, bool (*fits)(const struct table_row *row))
{
    const struct table_row *fitting[TR_COUNT(table)];
    unsigned count = 0;
    for (unsigned i = 0; i < TR_COUNT(table); i++) {
        if (table[i].by_link == by_link && fits(&table[i])) {
            fitting[count++] = &table[i];
        }
    }
    return fitting[tr_test_seed(trt_test()) % count];
}

static void act_as_the_table_says(const struct table_row *row)
{
    w.a = trt_spawn(&receiver, .trap = row->trap);
    trt_spawn(&await_end, TRT_ARG(&w.a));
    trt_quiet();
    trt_spawn(&sends_exit, TRT_ARG(row));
    trt_quiet();
    TRT_CHECK(tr_is_alive(trt_system(), w.a) == (row->end == TR_EXIT_NONE));
    TRT_NOTES(0, row->message ? tr_exit_tag_name(row->tag) : "");
    if (row->end == TR_EXIT_NONE) {
        TRT_EQUAL(scn_go_system_send(trt_system(), w.a, &(struct scn_go){ 0 }), TR_OK);
        trt_quiet();
    }
    TRT_NOTES(1, tr_exit_tag_name(row->end == TR_EXIT_NONE ? TR_EXIT_NORMAL : row->end));
}

static bool ends_with_it(const struct table_row *row)
{
    return !row->trap && row->tag != TR_EXIT_NORMAL;
}

static bool is_normal_to_it(const struct table_row *row)
{
    return !row->trap && row->tag == TR_EXIT_NORMAL;
}

static bool is_trapped(const struct table_row *row)
{
    return row->trap;
}

static bool is_kill(const struct table_row *row)
{
    return row->tag == TR_EXIT_KILL;
}

static bool is_normal(const struct table_row *row)
{
    return row->tag == TR_EXIT_NORMAL;
}

static bool is_another(const struct table_row *row)
{
    return row->tag != TR_EXIT_NORMAL && row->tag != TR_EXIT_KILL;
}

TRT_SCENARIO(A11_an_exit_over_a_link_ends_its_receiver_with_the_same_reason)
{
    act_as_the_table_says(pick(true, ends_with_it));
}

TRT_SCENARIO(A12_a_normal_exit_over_a_link_is_ignored)
{
    act_as_the_table_says(pick(true, is_normal_to_it));
}

TRT_SCENARIO(A13_one_that_traps_gets_every_exit_over_a_link_as_a_message)
{
    act_as_the_table_says(pick(true, is_trapped));
}

TRT_SCENARIO(A14_an_explicit_kill_ends_any_receiver_with_killed)
{
    act_as_the_table_says(pick(false, is_kill));
}

TRT_SCENARIO(A15_a_kill_over_a_link_is_a_reason_like_any_other)
{
    act_as_the_table_says(pick(true, is_kill));
}

TRT_SCENARIO(A17_an_explicit_normal_is_dropped_or_a_message)
{
    act_as_the_table_says(pick(false, is_normal));
}

TRT_SCENARIO(other_explicit_exits_act_as_those_over_links)
{
    act_as_the_table_says(pick(false, is_another));
}

TRT_ACTOR(ends_itself)
{
    const struct table_row *row = arg;
    tr_trap_exits(self, row->trap);
    w.a = w.b = tr_self_pid(self);
    (void)tr_exit_send(self, w.a, tr_exit_make(row->tag, 42, "why"));
    if (row->end == TR_EXIT_NONE) {
        const tr_msg *msg = trt_receive(self, NULL, 0);
        TRT_EQUAL(trt_exited_of(msg)->reason.tag, row->tag);
        return TR_SHUTDOWN;
    }
    TRT_CHECK(!"an exit signal to oneself acts before the call returns");
    return TR_NORMAL;
}

static const struct table_row self_table[] = {
    { false, TR_EXIT_NORMAL, false, TR_EXIT_NORMAL, false }, // A17
    { false, TR_EXIT_NORMAL, true, TR_EXIT_NONE, true },
    { false, TR_EXIT_ERROR, false, TR_EXIT_ERROR, false },
    { false, TR_EXIT_ERROR, true, TR_EXIT_NONE, true },
    { false, TR_EXIT_KILL, false, TR_EXIT_KILLED, false },
    { false, TR_EXIT_KILL, true, TR_EXIT_KILLED, false },
};

TRT_ACTOR(parent_of_one)
{
    tr_ref ref;
    const struct table_row *row = arg;
    trt_child(self, &ends_itself, TRT_ARG(row), .monitor = &ref);
    tr_exit_tag expected = row->end == TR_EXIT_NONE ? TR_EXIT_SHUTDOWN : row->end;
    TRT_EQUAL(trt_down_of(trt_next(self))->reason.tag, expected);
    w.exits++;
    return TR_NORMAL;
}

// A17 for oneself.
TRT_SCENARIO(exit_signals_to_oneself_act_at_once)
{
    const struct table_row *row = &self_table[tr_test_seed(trt_test()) % TR_COUNT(self_table)];
    trt_spawn(&parent_of_one, TRT_ARG(row));
    trt_quiet();
    TRT_EQUAL(w.exits, 1);
}

// a linked to b linked to c; b may trap.
TRT_ACTOR(chain_c)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(chain_b)
{
    w.c = trt_child(self, &chain_c, .link = true);
    const tr_exited *exited = trt_exited_of(trt_next(self));
    TRT_CHECK(tr_pid_equal(exited->pid, w.a));
    TRT_EQUAL(exited->reason.tag, TR_EXIT_KILLED);
    w.exits++;
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(chain_a)
{
    const bool *trap = arg;
    w.a = tr_self_pid(self);
    w.b = trt_child(self, &chain_b, .link = true, .trap = *trap);
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

// Killing a gives b and c `killed`; a b that traps stops it.
TRT_SCENARIO(A16_a_kill_spreads_along_a_chain_as_killed)
{
    bool trap = tr_test_seed(trt_test()) % 2 == 0;
    trt_spawn(&chain_a, TRT_ARG(&trap));
    trt_quiet();
    trt_spawn(&await_end, TRT_ARG(&w.b));
    trt_spawn(&await_end, TRT_ARG(&w.c));
    trt_quiet();
    trt_kill(w.a);
    TRT_EQUAL(w.exits, trap);
    TRT_NOTES(1, trap ? "" : "killed killed");
    TRT_CHECK(tr_is_alive(trt_system(), w.c) == trap);
    trt_kill(w.b);
    TRT_NOTES(1, "killed killed");
}

TRT_ACTOR(linked_twice)
{
    tr_trap_exits(self, true);
    const bool *unlink = arg;
    tr_pid peer = trt_child(self, &chain_c, .link = true);
    TRT_EQUAL(tr_link(self, peer), TR_OK);
    TRT_EQUAL(tr_link(self, peer), TR_OK);
    if (*unlink) {
        TRT_EQUAL(tr_unlink(self, peer), TR_OK);
    }
    TRT_EQUAL(tr_exit_send(self, peer, TR_ERROR("x")), TR_OK);
    (void)trt_await_end(self, peer);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 10);
    w.exits = trt_drain_of(self, &tr_exited_type);
    return TR_NORMAL;
}

TRT_SCENARIO(A07_repeated_links_are_one_and_one_unlink_ends_it)
{
    bool unlink = tr_test_seed(trt_test()) % 2 == 0;
    trt_spawn(&linked_twice, TRT_ARG(&unlink));
    trt_advance(20);
    TRT_EQUAL(w.exits, unlink ? 0 : 1);
}

// Links to the one that will end, from its own side or from the other's.
TRT_ACTOR(linked_peer)
{
    const bool *by_peer = arg;
    if (*by_peer) {
        TRT_EQUAL(tr_link(self, w.b), TR_OK);
    }
    (void)trt_next_of(self, &scn_go_type); // the links are made
    const tr_exited *exited = trt_exited_of(trt_next(self));
    TRT_CHECK(tr_pid_equal(exited->pid, w.b));
    TRT_EQUAL(exited->reason.code, 42);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.exits++;
    return TR_NORMAL;
}

enum { PEERS = 4 };

TRT_ACTOR(ends_linked)
{
    tr_pid peers[PEERS];
    bool by_peer = trt_choose(2) == 0;
    w.b = tr_self_pid(self);
    for (int i = 0; i < PEERS; i++) {
        peers[i] = trt_child(self, &linked_peer, TRT_ARG(&by_peer), .trap = true);
        if (!by_peer || trt_choose(2) == 0) {
            TRT_EQUAL(tr_link(self, peers[i]), TR_OK);
        }
    }
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 5);
    for (int i = 0; i < PEERS; i++) {
        TRT_EQUAL(scn_go_send(self, peers[i], NULL), TR_OK);
    }
    return tr_exit_make(TR_EXIT_ERROR, 42, "why");
}

TRT_SCENARIO(A10_each_linked_peer_gets_one_exit_with_sender_and_reason)
{
    trt_spawn(&ends_linked, 0);
    trt_advance(20);
    TRT_EQUAL(w.exits, PEERS);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(dies_at_once)
{
    return TR_NORMAL;
}

TRT_ACTOR(links_the_dead)
{
    tr_pid dead = trt_child(self, &dies_at_once, 0);
    (void)trt_await_end(self, dead);
    TRT_EQUAL(tr_link(self, dead), TR_ENOPROC); // and lives on
    TRT_EQUAL(tr_unlink(self, dead), TR_OK);
    tr_trap_exits(self, true);
    TRT_EQUAL(tr_link(self, dead), TR_OK);
    const tr_exited *exited = trt_exited_of(trt_next(self));
    TRT_CHECK(tr_pid_equal(exited->pid, dead));
    TRT_EQUAL(exited->reason.tag, TR_EXIT_NOPROC);
    TRT_EQUAL(tr_link(self, dead), TR_OK); // the link is gone with its exit: again the same
    TRT_EQUAL(trt_exited_of(trt_next(self))->reason.tag, TR_EXIT_NOPROC);
    TRT_EQUAL(tr_exit_send(self, dead, TR_KILL), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.exits = 1;
    return TR_ERROR("end");
}

TRT_SCENARIO(A09_a_link_to_the_dead_fails_or_is_a_message)
{
    trt_spawn(&links_the_dead, 0);
    trt_advance(10);
    TRT_EQUAL(w.exits, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(signals_the_dead)
{
    static const tr_exit_tag tags[] = { TR_EXIT_KILL, TR_EXIT_NORMAL, TR_EXIT_ERROR };
    tr_pid dead = trt_child(self, &dies_at_once, 0);
    (void)trt_await_end(self, dead);
    for (unsigned i = 0; i < TR_COUNT(tags); i++) {
        TRT_EQUAL(tr_exit_send(self, dead, tr_exit_make(tags[i], 0, NULL)), TR_OK);
    }
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.exits = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(A18_an_explicit_exit_to_the_dead_succeeds_silently)
{
    trt_spawn(&signals_the_dead, .trap = trt_choose(2) == 0);
    trt_advance(10);
    TRT_EQUAL(w.exits, 1);
}
