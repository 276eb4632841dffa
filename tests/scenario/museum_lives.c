// SPDX-License-Identifier: MIT
// Bugs that other runtimes had in births, ends, names, receives and timers; docs/bug-museum.md has
// them all.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid pid;
    unsigned begun;
    unsigned early;
    unsigned handled;
    unsigned finished;
    bool done;
} w;
TRT_WORLD(w);

static tr_next says_goodbye_message(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_STOP(TR_SHUTDOWN);
}

static void says_goodbye(tr_self *self, void *state, tr_exit reason)
{
    (void)state;
    (void)reason;
    TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_red, .n = 1), TR_OK);
    TRT_EQUAL(tr_send(self, w.pid, scn_red, .n = 2), TR_OK);
    w.finished++;
}

static const tr_actor_spec goodbye = { .label = "goodbye",
                                       .on_message = says_goodbye_message,
                                       .terminate = says_goodbye };

// What an actor sends in its last act, to itself too, has one fate and holds nothing.
TRT_SCENARIO(museum_caf_1724_last_words_are_sent_and_leave_nothing)
{
    tr_pid pid = trt_spawn(&goodbye, 0);
    w.pid = pid;
    TRT_EQUAL(scn_go_system_send(trt_system(), pid, NULL), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().dead_lettered, 2);
    TRT_EQUAL(trt_totals().waiting, 0);
}

TRT_ACTOR(obeys)
{
    w.begun++;
    trt_dawdle(self);
    (void)trt_next(self);
    return TR_NORMAL;
}

TRT_ACTOR(bears_and_ends)
{
    for (unsigned i = 0; i < 3; i++) {
        (void)trt_child(self, &obeys, .link = true);
        trt_dawdle(self);
    }
    return TR_ERROR("gone");
}

// A parent may end before its linked child has begun: the child hears of it.
TRT_SCENARIO(museum_otp_6114_a_parent_that_ends_early_takes_its_children_along)
{
    tr_pid pid = trt_spawn(&bears_and_ends, 0);
    (void)tr_test_steps(trt_test(), trt_choose(60));
    if (trt_choose(2) == 0) {
        (void)tr_system_exit_send(trt_system(), pid, TR_KILL);
    }
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

static tr_next late_init(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    trt_dawdle(self);
    w.done = true;
    return TR_CONTINUE;
}

static tr_next late_message(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    w.early += !w.done;
    return ++w.handled == 4 ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec late = { .label = "late",
                                    .init = late_init,
                                    .on_message = late_message };

TRT_ACTOR(finds_by_name)
{
    tr_err err = TR_ENOENT;
    for (unsigned sent = 0; sent < 2; sent += err == TR_OK) {
        err = tr_send_named(self, "late", &scn_go_type, NULL);
        tr_yield(self);
    }
    return TR_NORMAL;
}

// Whoever finds a newborn by its name reaches one that is whole: nothing comes before its init.
TRT_SCENARIO(museum_otp_6479_what_can_be_seen_is_whole)
{
    (void)trt_spawn(&finds_by_name, 0);
    (void)trt_spawn(&finds_by_name, 0);
    (void)tr_test_steps(trt_test(), trt_choose(20));
    (void)trt_spawn(&late, .name = "late");
    trt_quiet();
    TRT_EQUAL(w.handled, 4);
    TRT_EQUAL(w.early, 0);
}

TRT_ACTOR(knows_its_name)
{
    tr_pid found = tr_no_pid();
    TRT_EQUAL(tr_whereis(self, "child", &found), TR_OK);
    TRT_CHECK(tr_pid_equal(found, tr_self_pid(self)));
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(names_its_child)
{
    tr_pid me = tr_no_pid();
    TRT_EQUAL(tr_whereis(self, "parent", &me), TR_OK);
    tr_pid child = trt_child(self, &knows_its_name, .name = "child");
    (void)trt_await_end(self, child);
    return TR_NORMAL;
}

// A name given at the spawn is there before the actor runs.
TRT_SCENARIO(museum_otp_10290_names_come_before_the_first_step)
{
    (void)trt_spawn(&names_its_child, .name = "parent");
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(takes_by_reference)
{
    tr_ref ref = tr_ref_new(self);
    tr_match match = { .ref = ref };
    TRT_EQUAL(tr_send_ref(self, w.pid, &scn_refs_type, &(struct scn_refs){ { ref } }, ref), TR_OK);
    TRT_CHECK(trt_receive(self, &match, TR_INFINITY) != NULL);
    for (uint32_t i = 0; i < 6; i++) {
        TRT_EQUAL(scn_red_of(trt_next_of(self, &scn_red_type))->n, i);
    }
    w.finished = 1;
    return TR_NORMAL;
}

TRT_ACTOR(gives_it_back)
{
    const tr_msg *msg = trt_next(self);
    tr_pid to = tr_msg_sender(msg);
    tr_ref ref = ((const struct scn_refs *)tr_msg_body(msg))->ref[0];
    for (uint32_t i = 0; i < 6; i++) {
        TRT_EQUAL(tr_send(self, to, scn_red, .n = i), TR_OK);
        if (i == 3) {
            TRT_EQUAL(tr_send_ref(self, to, &scn_go_type, NULL, ref), TR_OK);
        }
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

static bool look(const tr_actor_info *info, void *context)
{
    *(size_t *)context += info->mailbox_depth;
    return true;
}

// Looking into actors while they receive by reference moves nothing: they find all messages.
TRT_SCENARIO(museum_otp_5078_looking_in_skips_no_message)
{
    size_t sum = 0;
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    w.pid = trt_spawn(&gives_it_back, 0);
    tr_pid pid = trt_spawn(&takes_by_reference, 0);
    for (unsigned i = 0; i < 10; i++) {
        (void)tr_test_steps(trt_test(), trt_choose(8));
        (void)tr_debug_info(trt_system(), pid, &info);
        TRT_EQUAL(tr_debug_each(trt_system(), look, &sum), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(makes_references_in_vain)
{
    TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_red, .n = 1), TR_OK);
    tr_ref unused = tr_ref_new(self);
    TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_red, .n = 2), TR_OK);
    TRT_CHECK(trt_receive(self, &(tr_match){ .ref = unused }, 0) == NULL);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 1);
    TRT_CHECK(trt_receive(self, &(tr_match){ .ref = unused }, 5) == NULL);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 2);
    w.finished = 1;
    return TR_NORMAL;
}

// A reference that is never received by hides no message from another receive.
TRT_SCENARIO(museum_otp_2434_a_reference_without_its_receive_hides_nothing)
{
    (void)trt_spawn(&makes_references_in_vain, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(plans_far_ahead)
{
    for (unsigned i = 0; i < 5; i++) {
        TRT_EQUAL(tr_send_after(self, 3600000, tr_self_pid(self), &scn_red_type,
                                &(struct scn_red){ i }, NULL),
                  TR_OK);
    }
    (void)trt_receive(self, NULL, 7200000);
    return TR_NORMAL;
}

// Messages for far later hold nobody: the system stops at once, and frees them.
TRT_SCENARIO(museum_caf_698_delayed_messages_do_not_hold_the_stop, .stops = true)
{
    uint64_t start = tr_now_ns();
    (void)trt_spawn(&plans_far_ahead, 0);
    (void)trt_spawn(&plans_far_ahead, 0);
    (void)tr_test_steps(trt_test(), trt_choose(60));
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK);
    TRT_CHECK(trt_ms_since(start) < 100);
}

TRT_ACTOR(resets)
{
    tr_timer timer;
    int64_t left = 0;
    while (!w.done) {
        TRT_EQUAL(tr_send_after(self, 50, tr_self_pid(self), &scn_red_type, &(struct scn_red){ 0 },
                                &timer),
                  TR_OK);
        TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 2) == NULL);
        TRT_EQUAL(tr_timer_cancel(self, timer, &left), TR_OK);
    }
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 0);
    return TR_NORMAL;
}

TRT_ACTOR(is_on_time)
{
    uint64_t start = tr_now_ns();
    TRT_CHECK(trt_receive(self, NULL, 60) == NULL);
    TRT_EQUAL(trt_ms_since(start), 60);
    w.done = true;
    return TR_NORMAL;
}

// Timers that are set anew all the time delay no other, and never fire themselves.
TRT_SCENARIO(museum_go_38119_resets_delay_no_other_timer, .seeds = 300)
{
    (void)trt_spawn(&resets, 0);
    (void)trt_spawn(&is_on_time, 0);
    trt_advance(100);
    TRT_CHECK(w.done);
}

TRT_ACTOR(starts_a_narrow_one)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .name = "late", .wait_init = true, .mailbox = { .capacity = 1 } };
    TRT_EQUAL(tr_spawn(self, &late, &opts, &pid), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

// A mailbox for one message that is full before the start is over does not hold the start.
TRT_SCENARIO(museum_kameo_84_a_full_mailbox_does_not_hold_the_start)
{
    (void)trt_spawn(&finds_by_name, 0);
    (void)trt_spawn(&finds_by_name, 0);
    (void)trt_spawn(&starts_a_narrow_one, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.handled, 4);
    TRT_EQUAL(w.early, 0);
}

TRT_ACTOR(keeps_and_passes_on)
{
    const tr_msg *msg = trt_next(self);
    tr_msg *kept = tr_msg_keep(self, msg);
    TRT_CHECK(kept != NULL && tr_msg_keep(self, msg) == NULL);
    bool at_once = trt_choose(2) == 0;
    if (!at_once) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, 2);
    }
    TRT_EQUAL(scn_red_of(kept)->n, 1);
    TRT_EQUAL(tr_send(self, w.pid, scn_blue, .n = 0), TR_OK);
    TRT_EQUAL(tr_send_move(self, w.pid, &kept), TR_OK);
    TRT_CHECK(kept == NULL);
    TRT_EQUAL(tr_send(self, w.pid, scn_blue, .n = 1), TR_OK);
    w.begun = at_once ? 1 : 2;
    return TR_NORMAL;
}

TRT_ACTOR(takes_three)
{
    TRT_EQUAL(scn_blue_of(trt_next(self))->n, 0);
    const tr_msg *msg = trt_next(self);
    TRT_EQUAL(scn_red_of(msg)->n, 1);
    TRT_CHECK(tr_pid_equal(tr_msg_sender(msg), *(const tr_pid *)arg));
    TRT_EQUAL(scn_blue_of(trt_next(self))->n, 1);
    w.finished = 1;
    return TR_NORMAL;
}

// A kept message was received; passed on it is another message, in its place among the others.
TRT_SCENARIO(a_kept_message_was_received_and_is_passed_on_as_another)
{
    tr_pid keeper = trt_spawn(&keeps_and_passes_on, 0);
    w.pid = trt_spawn(&takes_three, TRT_ARG(&keeper));
    TRT_EQUAL(scn_red_system_send(trt_system(), keeper, &(struct scn_red){ 1 }), TR_OK);
    TRT_EQUAL(scn_red_system_send(trt_system(), keeper, &(struct scn_red){ 2 }), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().accepted, 5);
    TRT_EQUAL(trt_totals().received, 3 + w.begun);
    TRT_EQUAL(trt_totals().dead_lettered, 2 - w.begun);
}
