// SPDX-License-Identifier: MIT
// G12: a selective receive takes the oldest message that matches, and leaves the rest in order.
// Rows B07 B15; for
// B06 and B11 to B14 see receive_rows.c.
#include "messages.h"
#include "scenario.h"

enum { MESSAGES = 10 };

struct sent {
    unsigned colour; // 0 red, 1 blue, 2 green
    unsigned ref;    // 0 none, else 1 + index of the reference
    uint32_t n;
    bool taken;
};

static struct {
    tr_pid taker;
    tr_pid giver;
    struct sent sent[MESSAGES];
    unsigned looked; // calls of a predicate
} w;
TRT_WORLD(w);

static const tr_type *const colours[] = { &scn_red_type, &scn_blue_type, &scn_green_type };

static uint32_t n_of(const tr_msg *msg)
{
    return *(const uint32_t *)tr_msg_body(msg); // the three colours have one layout
}

// Sends what w.sent lists, once it knows the references.
TRT_ACTOR(giver)
{
    struct scn_refs refs = *scn_refs_of(trt_next(self));
    for (unsigned i = 0; i < MESSAGES; i++) {
        const struct sent *one = &w.sent[i];
        const tr_type *type = colours[one->colour];
        tr_err err = one->ref == 0
                         ? tr_send_typed(self, w.taker, type, &one->n)
                         : tr_send_ref(self, w.taker, type, &one->n, refs.ref[one->ref - 1]);
        TRT_EQUAL(err, TR_OK);
        if (trt_choose(3) == 0) {
            tr_yield(self);
        }
    }
    return TR_NORMAL;
}

static bool is_even(const tr_msg *msg, void *context)
{
    (void)context;
    return n_of(msg) % 2 == 0;
}

struct want {
    bool colour[3];
    unsigned ref;
    bool even;
};

static bool model_matches(const struct want *want, const struct sent *one)
{
    bool any = !want->colour[0] && !want->colour[1] && !want->colour[2];
    return !one->taken && (any || want->colour[one->colour]) &&
           (want->ref == 0 || want->ref == one->ref) && (!want->even || one->n % 2 == 0);
}

// Draws tests that one of the messages left passes.
static struct want draw_want(void)
{
    unsigned pick = trt_choose(MESSAGES);
    while (w.sent[pick].taken) {
        pick = (pick + 1) % MESSAGES;
    }
    const struct sent *one = &w.sent[pick];
    struct want want = { .ref = trt_choose(2) == 0 ? one->ref : 0,
                         .even = one->n % 2 == 0 && trt_choose(3) == 0 };
    if (trt_choose(2) == 0) {
        want.colour[one->colour] = true;
        want.colour[trt_choose(3)] = true;
    }
    return want;
}

static uint32_t take_wanted(tr_self *self, const struct want *want, const tr_ref *refs)
{
    const tr_type *types[3];
    size_t count = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (want->colour[i]) {
            types[count++] = colours[i];
        }
    }
    tr_match match = { .types = types,
                       .type_count = count,
                       .ref = want->ref == 0 ? tr_no_ref() : refs[want->ref - 1],
                       .sender = trt_choose(2) == 0 ? w.giver : tr_no_pid(),
                       .predicate = want->even ? is_even : NULL };
    const tr_msg *msg = trt_receive(self, &match, TR_INFINITY);
    return msg == NULL ? UINT32_MAX : n_of(msg);
}

TRT_ACTOR(taker)
{
    w.taker = tr_self_pid(self);
    struct scn_refs refs = { { tr_ref_new(self), tr_ref_new(self) } };
    TRT_EQUAL(scn_refs_send(self, w.giver, &refs), TR_OK);
    for (unsigned done = 0; done < MESSAGES; done++) {
        struct want want = draw_want();
        uint32_t n = take_wanted(self, &want, refs.ref);
        unsigned first = 0;
        while (first < MESSAGES && !model_matches(&want, &w.sent[first])) {
            first++;
        }
        TRT_EQUAL(n, w.sent[first].n);
        w.sent[first].taken = true;
    }
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    return TR_NORMAL;
}

// The model is the list of what was sent, in order: with one sender a receive without end must give
// the first that passes its tests, whenever the messages arrive (B06, B07, B12).
TRT_SCENARIO(any_selective_receive_equals_the_list_model)
{
    for (uint32_t i = 0; i < MESSAGES; i++) {
        w.sent[i] = (struct sent){ .colour = trt_choose(3), .ref = trt_choose(3), .n = 100 + i };
    }
    w.giver = trt_spawn(&giver, 0);
    trt_spawn(&taker, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
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

TRT_ACTOR(by_type)
{
    send_colours_to_self(self);
    trt_note(0, "%u", n_of(trt_next_of(self, &scn_green_type)));
    const tr_msg *msg =
        trt_receive(self, &(tr_match){ TR_TYPES(&scn_green_type, &scn_blue_type) }, TR_INFINITY);
    trt_note(0, "%u", n_of(msg));
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_num_type) }, 0) == NULL); // B11
    trt_note(0, "|");
    note_rest(self);
    return TR_NORMAL;
}

TRT_SCENARIO(B07_by_type_leaves_the_others_in_order, .traces = 1)
{
    trt_spawn(&by_type, 0);
    trt_quiet();
    TRT_NOTES(0, "2 1 | 0 3 4 5");
}

static bool count_and_refuse(const tr_msg *msg, void *context)
{
    (void)msg;
    w.looked++;
    return context != NULL && n_of(msg) == *(uint32_t *)context;
}

TRT_ACTOR(by_ref)
{
    send_colours_to_self(self);
    tr_ref ref = tr_ref_new(self);
    uint32_t n = 7;
    TRT_EQUAL(tr_send_ref(self, tr_self_pid(self), &scn_red_type, &n, ref), TR_OK);
    tr_match match = { .ref = ref, .predicate = count_and_refuse, .context = &n };
    const tr_msg *msg = trt_receive(self, &match, TR_INFINITY);
    TRT_EQUAL(n_of(msg), 7);
    TRT_CHECK(tr_msg_ref_id(msg) == ref.id);
    TRT_EQUAL(w.looked, 1); // the others do not carry the reference
    TRT_CHECK(trt_receive(self, &(tr_match){ .ref = ref }, 0) == NULL);
    note_rest(self);
    return TR_NORMAL;
}

// B15
TRT_SCENARIO(by_reference_looks_at_its_own_messages_only, .traces = 1)
{
    trt_spawn(&by_ref, 0);
    trt_quiet();
    TRT_NOTES(0, "0 1 2 3 4 5");
}

TRT_ACTOR(tell_taker)
{
    const uint32_t *n = arg;
    trt_dawdle(self);
    TRT_EQUAL(tr_send(self, w.taker, scn_red, .n = *n), TR_OK);
    TRT_EQUAL(tr_send(self, w.taker, scn_blue, .n = *n + 1), TR_OK);
    return TR_NORMAL;
}

TRT_ACTOR(by_sender)
{
    w.taker = tr_self_pid(self);
    uint32_t n = 10;
    tr_pid first = trt_child(self, &tell_taker, TRT_ARG(&n));
    n = 20;
    tr_pid second = trt_child(self, &tell_taker, TRT_ARG(&n));
    tr_pid from[] = { second, first, first, second };
    for (unsigned i = 0; i < TR_COUNT(from); i++) {
        const tr_msg *msg = trt_receive(self, &(tr_match){ .sender = from[i] }, TR_INFINITY);
        TRT_CHECK(tr_pid_equal(tr_msg_sender(msg), from[i]));
        trt_note(0, "%u", n_of(msg));
    }
    return TR_NORMAL;
}

TRT_SCENARIO(by_sender_takes_that_senders_oldest)
{
    trt_spawn(&by_sender, 0);
    trt_quiet();
    TRT_NOTES(0, "20 10 11 21");
}

TRT_ACTOR(by_predicate)
{
    send_colours_to_self(self);
    uint32_t n = 99;
    tr_match match = { .predicate = count_and_refuse, .context = &n };
    w.taker = tr_self_pid(self);
    trt_child(self, &tell_taker, TRT_ARG(&n));
    TRT_EQUAL(n_of(trt_receive(self, &match, TR_INFINITY)), 99);
    TRT_EQUAL(w.looked, 7); // six that were there and the one that came: each once
    TRT_EQUAL(n_of(trt_next_of(self, &scn_blue_type)), 1);
    for (uint32_t last = 0; last != 100;) {
        last = n_of(trt_next(self));
        trt_note(0, "%u", last);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(by_predicate_tests_each_message_once)
{
    trt_spawn(&by_predicate, 0);
    trt_quiet();
    TRT_NOTES(0, "0 2 3 4 5 100");
}

static bool receives_itself(const tr_msg *msg, void *context)
{
    const tr_msg *out = msg;
    w.looked++;
    TRT_EQUAL(tr_receive(context, NULL, 0, &out), TR_EBUSY);
    TRT_CHECK(out == msg);
    return true;
}

TRT_ACTOR(receive_in_predicate)
{
    (void)tr_send(self, tr_self_pid(self), scn_red, .n = 3);
    tr_match match = { .predicate = receives_itself, .context = self };
    TRT_EQUAL(n_of(trt_receive(self, &match, TR_INFINITY)), 3);
    TRT_EQUAL(w.looked, 1);
    return TR_NORMAL;
}

TRT_SCENARIO(a_predicate_cannot_receive, .traces = 1)
{
    trt_spawn(&receive_in_predicate, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

static void note_nested(tr_self *self, const tr_type *type, int depth)
{
    const tr_msg *msg = trt_next_of(self, type);
    trt_note(0, "%u", n_of(msg));
    if (depth > 0) {
        note_nested(self, depth % 2 == 0 ? &scn_red_type : &scn_green_type, depth - 1);
    }
}

TRT_ACTOR(nested)
{
    send_colours_to_self(self);
    note_nested(self, &scn_blue_type, 2);
    trt_note(0, "|");
    note_rest(self);
    return TR_NORMAL;
}

// A receive inside the handling of another does not disturb the position of the next.
TRT_SCENARIO(museum_otp_1626_nested_receives_leave_the_queue_in_order, .traces = 1)
{
    trt_spawn(&nested, 0);
    trt_quiet();
    TRT_NOTES(0, "1 0 2 | 3 4 5");
}
