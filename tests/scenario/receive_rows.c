// SPDX-License-Identifier: MIT
// Rows B06 and B11 to B14: the order of a selective receive, and what it leaves behind.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid taker;
    tr_self *self;
    unsigned looked; // calls of a predicate
} w;
TRT_WORLD(w);

static const tr_type *const colours[] = { &scn_red_type, &scn_blue_type, &scn_green_type };

static uint32_t n_of(const tr_msg *msg)
{
    return *(const uint32_t *)tr_msg_body(msg); // the three colours have one layout
}

static void send_colours_to_self(tr_self *self)
{
    for (uint32_t i = 0; i < 6; i++) {
        TRT_EQUAL(tr_send_typed(self, tr_self_pid(self), colours[i % 3], &i), TR_OK);
    }
}

static void note_rest(tr_self *self)
{
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 0)) != NULL;) {
        trt_note(0, "%u", n_of(msg));
    }
}

static bool is_number(const tr_msg *msg, void *context)
{
    return n_of(msg) == *(uint32_t *)context;
}

TRT_ACTOR(tell_taker)
{
    const uint32_t *n = arg;
    trt_dawdle(self);
    TRT_EQUAL(tr_send(self, w.taker, scn_red, .n = *n), TR_OK);
    TRT_EQUAL(tr_send(self, w.taker, scn_blue, .n = *n + 1), TR_OK);
    return TR_NORMAL;
}

TRT_ACTOR(two_clauses)
{
    send_colours_to_self(self);
    tr_match green_first = { TR_TYPES(&scn_green_type, &scn_blue_type) };
    for (const tr_msg *msg; (msg = trt_receive(self, &green_first, 0)) != NULL;) {
        trt_note(0, "%u", n_of(msg));
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B06_the_order_of_messages_wins_over_that_of_the_types, .traces = 1)
{
    trt_spawn(&two_clauses, 0);
    trt_quiet();
    TRT_NOTES(0, "1 2 4 5");
}

TRT_ACTOR(times_out)
{
    uint32_t n = 99;
    send_colours_to_self(self);
    tr_match never = { .predicate = is_number, .context = &n };
    tr_match numbers = { TR_TYPES(&scn_num_type) };
    TRT_CHECK(trt_receive(self, &numbers, trt_choose(2) * 20) == NULL);
    TRT_CHECK(trt_receive(self, &never, trt_choose(2) * 20) == NULL);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 6);
    note_rest(self);
    return TR_NORMAL;
}

TRT_SCENARIO(B11_a_timeout_leaves_the_mailbox_as_it_was)
{
    trt_spawn(&times_out, 0);
    trt_advance(50);
    TRT_NOTES(0, "0 1 2 3 4 5");
}

// Others run while it looks: the receive that is refused is a point where the scheduler may choose.
static bool is_number_slowly(const tr_msg *msg, void *context)
{
    const tr_msg *none;
    TRT_EQUAL(tr_receive(w.self, NULL, 0, &none), TR_EBUSY);
    return is_number(msg, context);
}

TRT_ACTOR(scans)
{
    uint32_t n = 99;
    w.self = self;
    w.taker = tr_self_pid(self);
    send_colours_to_self(self);
    trt_child(self, &tell_taker, TRT_ARG(&n));
    for (unsigned i = 0; i < 3; i++) {
        tr_match match = { .predicate = is_number_slowly, .context = &n };
        TRT_EQUAL(n_of(trt_receive(self, &match, TR_INFINITY)), 99);
        trt_child(self, &tell_taker, TRT_ARG(&n));
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B12_what_arrives_during_a_scan_is_not_missed, .workers = 4)
{
    trt_spawn(&scans, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

static bool fails_at(const tr_msg *msg, void *context)
{
    w.looked++;
    if (n_of(msg) == *(const uint32_t *)context) {
        tr_exit_self(w.self, tr_exit_make(TR_EXIT_ERROR, 7, NULL));
    }
    return false;
}

TRT_ACTOR(filters)
{
    uint32_t never = 99;
    uint32_t at = 3;
    w.self = self;
    send_colours_to_self(self);
    TRT_CHECK(trt_receive(self, &(tr_match){ .predicate = fails_at, .context = &never }, 0) ==
              NULL);
    TRT_EQUAL(w.looked, 6);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 6);
    TRT_EQUAL(n_of(trt_next(self)), 0); // the next scan begins at the oldest
    TRT_CHECK(trt_receive(self, &(tr_match){ .predicate = fails_at, .context = &at }, 0) == NULL);
    TRT_CHECK(false);
    return TR_NORMAL;
}

// A filter that refuses, and one that ends its actor: what it looked at is dropped with the actor.
TRT_SCENARIO(B13_a_filter_that_fails_takes_nothing, .traces = 1)
{
    trt_spawn(&filters, 0);
    trt_quiet();
    TRT_EQUAL(w.looked, 9);
    TRT_EQUAL(trt_totals().received, 1);
    TRT_EQUAL(trt_totals().dead_lettered, 5);
}

static tr_next on_blue(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (scn_go_of(msg) != NULL) {
        send_colours_to_self(self);
    } else if (scn_blue_of(msg) != NULL) {
        trt_note(0, "%u", n_of(msg));
        if (n_of(msg) == 1) {
            trt_note(0, "(%u)", n_of(trt_next_of(self, &scn_red_type)));
        }
    } else {
        trt_note(0, "%u", n_of(msg));
    }
    return TR_CONTINUE;
}

TRT_SCENARIO(B14_a_receive_inside_a_handler_leaves_its_place_in_the_queue, .traces = 1)
{
    static const tr_actor_spec handler = { .label = "blue", .on_message = on_blue };
    tr_pid pid = trt_spawn(&handler, 0);
    TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_go_type, NULL), TR_OK);
    trt_quiet();
    TRT_NOTES(0, "0 1 (3) 2 4 5");
    trt_kill(pid);
}
