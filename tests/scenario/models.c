// SPDX-License-Identifier: MIT
// Random programs against plain models: what a selective receive takes (G12), and the one order of
// messages and signals between two actors (G1).
#include "messages.h"
#include "scenario.h"

enum { SENDERS = 3, SENDS = 16, RECEIVES = 40, SEEN_MAX = 96, REFS = 3, FROM = 1000 };

// A message as the model knows it.
struct seen {
    uint32_t n; // FROM × sender + its count
    const tr_type *type;
    uint64_t ref;
    tr_pid sender;
};

static struct {
    tr_pid sink;
    tr_alias alias;
    tr_ref refs[REFS];
    tr_pid senders[SENDERS];
    struct seen list[SEEN_MAX]; // the mailbox, oldest first
    unsigned length;
    unsigned scanned; // of the list, by the present scan
    struct seen fresh[SEEN_MAX];
    unsigned taken;
    unsigned finished;
} w;
TRT_WORLD(w);

static const tr_type *const types[] = { &scn_red_type, &scn_blue_type, &scn_green_type };

static struct seen describe(const tr_msg *msg)
{
    struct seen seen = { .ref = tr_msg_ref_id(msg), .sender = tr_msg_sender(msg) };
    for (unsigned i = 0; i < TR_COUNT(types); i++) {
        if (tr_msg_is(msg, types[i])) {
            seen.type = types[i];
            seen.n = *(const uint32_t *)tr_msg_body(msg);
        }
    }
    TRT_CHECK(seen.type != NULL);
    return seen;
}

// --- Selective receive ---------------------------------------------------------------------------

TRT_ACTOR(sends_at_random)
{
    const uint32_t *number = arg;
    for (uint32_t i = 0; i < SENDS; i++) {
        uint32_t n = FROM * *number + i;
        const tr_type *type = types[trt_choose(TR_COUNT(types))];
        tr_ref ref = w.refs[trt_choose(REFS)];
        TRT_EQUAL(trt_choose(2) == 0 ? tr_send_typed(self, w.sink, type, &n)
                                     : tr_send_ref(self, w.sink, type, &n, ref),
                  TR_OK);
        if (trt_choose(3) == 0) {
            trt_dawdle(self);
        }
    }
    return TR_NORMAL;
}

static bool look(const tr_msg *msg, void *unused)
{
    (void)unused;
    TRT_CHECK(w.scanned < SEEN_MAX);
    w.fresh[w.scanned++ % SEEN_MAX] = describe(msg);
    return false;
}

// Looks at the whole mailbox: what the model has must be there still, in order; what is new is at
// the young end.
static void look_at_all(tr_self *self)
{
    w.scanned = 0;
    TRT_CHECK(trt_receive(self, &(tr_match){ .predicate = look }, 0) == NULL);
    TRT_CHECK(w.scanned >= w.length);
    for (unsigned i = 0; i < w.scanned; i++) {
        TRT_CHECK(i >= w.length || w.list[i].n == w.fresh[i].n);
        w.list[i] = w.fresh[i];
    }
    w.length = w.scanned;
}

static bool is_even(const tr_msg *msg, void *unused)
{
    (void)unused;
    return *(const uint32_t *)tr_msg_body(msg) % 2 == 0;
}

struct tests {
    const tr_type *types[2];
    tr_match match;
};

static void draw_tests(struct tests *tests)
{
    *tests = (struct tests){ .types = { NULL } };
    tr_match *match = &tests->match;
    match->types = tests->types;
    match->type_count = trt_choose(3);
    for (size_t i = 0; i < match->type_count; i++) {
        tests->types[i] = types[trt_choose(TR_COUNT(types))];
    }
    if (trt_choose(3) == 0) {
        match->ref = w.refs[trt_choose(REFS)];
    }
    if (trt_choose(4) == 0) {
        match->sender = w.senders[trt_choose(SENDERS)];
    }
    match->predicate = trt_choose(4) == 0 ? is_even : NULL;
}

static bool model_fits(const struct tests *tests, const struct seen *seen)
{
    const tr_match *match = &tests->match;
    bool type = match->type_count == 0;
    for (size_t i = 0; i < match->type_count; i++) {
        type |= tests->types[i] == seen->type;
    }
    return type && (match->ref.id == 0 || match->ref.id == seen->ref) &&
           (tr_pid_is_none(match->sender) || tr_pid_equal(match->sender, seen->sender)) &&
           (match->predicate == NULL || seen->n % 2 == 0);
}

// The place of the message that must be taken; the length if there is none.
static unsigned model_first(const struct tests *tests)
{
    unsigned at = 0;
    while (at < w.length && !model_fits(tests, &w.list[at])) {
        at++;
    }
    return at;
}

static void model_take(unsigned at)
{
    for (; at + 1 < w.length; at++) {
        w.list[at] = w.list[at + 1];
    }
    w.length--;
}

static void receive_and_compare(tr_self *self)
{
    struct tests tests;
    draw_tests(&tests);
    look_at_all(self);
    unsigned first = model_first(&tests);
    const tr_msg *msg = trt_receive(self, &tests.match, trt_choose(2) == 0 ? 0 : 3);
    if (first < w.length) {
        TRT_CHECK(msg != NULL && describe(msg).n == w.list[first].n);
        model_take(first);
    } else if (msg != NULL) { // it has come since
        struct seen seen = describe(msg);
        TRT_CHECK(model_fits(&tests, &seen));
    }
    w.taken += msg != NULL;
}

TRT_ACTOR(receives_at_random)
{
    w.sink = tr_self_pid(self);
    for (unsigned i = 0; i < REFS; i++) {
        w.refs[i] = tr_ref_new(self);
    }
    for (uint32_t i = 0; i < SENDERS; i++) {
        w.senders[i] = trt_child(self, &sends_at_random, TRT_ARG(&i));
    }
    for (unsigned i = 0; i < RECEIVES; i++) {
        if (trt_choose(4) == 0) { // a mark further on
            w.refs[trt_choose(REFS)] = tr_ref_new(self);
        }
        receive_and_compare(self);
    }
    look_at_all(self);
    while (trt_receive(self, NULL, 5) != NULL) {
        w.taken++;
    }
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(random_receives_take_what_a_list_would_give)
{
    trt_spawn(&receives_at_random, 0);
    trt_advance(500);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.taken, SENDERS * SENDS);
}

// --- One order -----------------------------------------------------------------------------------

// Numbers all it does to the sink: messages by pid, name and alias, exit signals, links.
TRT_ACTOR(signals_at_random)
{
    for (int32_t i = 0; i < SENDS; i++) {
        struct scn_num num = { .from = *(const uint32_t *)arg, .seq = (uint32_t)i };
        tr_exit numbered = tr_exit_make(TR_EXIT_ERROR, i, NULL);
        switch (trt_choose(5)) {
        case 0:
            TRT_EQUAL(scn_num_send(self, w.sink, &num), TR_OK);
            break;
        case 1:
            TRT_EQUAL(tr_send_alias(self, w.alias, &scn_num_type, &num), TR_OK);
            break;
        case 2:
            TRT_EQUAL(tr_send_named(self, "sink", &scn_num_type, &num), TR_OK);
            break;
        case 3:
            TRT_EQUAL(tr_exit_send(self, w.sink, numbered), TR_OK);
            break;
        default:
            TRT_EQUAL(tr_link(self, w.sink), TR_OK);
            break;
        }
        if (trt_choose(3) == 0) {
            trt_dawdle(self);
        }
    }
    return tr_exit_make(TR_EXIT_ERROR, SENDS, NULL); // by the link, after all
}

TRT_ACTOR(checks_the_order)
{
    int32_t last[SENDERS] = { -1, -1, -1 };
    w.sink = tr_self_pid(self);
    TRT_EQUAL(tr_alias_new(self, TR_ALIAS_EXPLICIT, &w.alias), TR_OK);
    for (uint32_t i = 0; i < SENDERS; i++) {
        w.senders[i] = trt_child(self, &signals_at_random, TRT_ARG(&i), .link = true);
    }
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 10)) != NULL;) {
        const struct scn_num *num = scn_num_of(msg);
        int32_t seq = num != NULL ? (int32_t)num->seq : trt_exited_of(msg)->reason.code;
        for (uint32_t i = 0; i < SENDERS; i++) {
            if (tr_pid_equal(tr_msg_sender(msg), w.senders[i])) {
                TRT_CHECK(seq > last[i]);
                last[i] = seq;
                w.taken++;
            }
        }
    }
    for (uint32_t i = 0; i < SENDERS; i++) {
        TRT_EQUAL(last[i], SENDS); // one exit by the link, the last of all
    }
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(messages_and_signals_of_each_sender_keep_one_order)
{
    trt_spawn(&checks_the_order, .trap = true, .name = "sink");
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
}
