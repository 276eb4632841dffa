// SPDX-License-Identifier: MIT
// Actors that do anything the public face offers, in any order and to anybody: nothing is lost,
// nothing is left over, and no misuse harms the runtime.
#include "messages.h"
#include "scenario.h"

#include <troupe/alarm.h>
#include <troupe/alias.h>
#include <troupe/batch.h>
#include <troupe/blob.h>
#include <troupe/dead.h>
#include <troupe/exits.h>
#include <troupe/mailbox.h>
#include <troupe/registry.h>
#include <troupe/relations.h>
#include <troupe/request.h>
#include <troupe/retry.h>
#include <troupe/schedule.h>
#include <troupe/task.h>
#include <troupe/timer.h>

enum { KNOWN = 8, BIRTHS = 40, ACTS = 25 };

// What the actors tell each other by a short way: anything may be stale when it is used.
static struct {
    tr_pid pid[KNOWN];
    tr_alias alias[KNOWN];
    tr_timer timer[KNOWN];
    tr_from from[KNOWN];
    tr_ref ref[KNOWN];
    tr_request request[KNOWN];
    unsigned births;
    unsigned hooks;
} w;
TRT_WORLD(w);

static unsigned any(void)
{
    return trt_choose(KNOWN);
}

static tr_pid anybody(void)
{
    return w.pid[any()];
}

static const char *any_name(void)
{
    static const char *const names[] = { "one", "two", "three" };
    return names[trt_choose(3)];
}

static void birth(tr_self *self);

// ---- messages

static bool odd(const tr_msg *msg, void *context)
{
    tr_self *self = context;
    if (trt_choose(8) == 0) {
        (void)tr_send(self, anybody(), scn_num, .seq = 1);
    }
    if (trt_choose(8) == 0) {
        tr_yield(self);
    }
    return tr_msg_bytes(msg) % 8 != 0;
}

static void send_some(tr_self *self)
{
    unsigned count = trt_choose(2) == 0 ? 1 : 6;
    for (unsigned i = 0; i < count; i++) {
        switch (trt_choose(5)) {
        case 0:
            (void)tr_send(self, anybody(), scn_num, .seq = i);
            break;
        case 1:
            (void)tr_send(self, anybody(), scn_red, .n = i);
            break;
        case 2:
            (void)tr_send_alias(self, w.alias[any()], &scn_blue_type, &(struct scn_blue){ i });
            break;
        case 3:
            (void)tr_send_named(self, any_name(), &scn_go_type, NULL);
            break;
        default:
            (void)tr_send_ref(self, anybody(), &scn_blue_type, &(struct scn_blue){ i },
                              w.ref[any()]);
            break;
        }
    }
}

static void send_blob(tr_self *self)
{
    tr_blob *blob = NULL;
    void *data = NULL;
    if (tr_blob_new(self, 1 + trt_choose(3000), &data, &blob) != TR_OK) {
        return;
    }
    (void)tr_send_blob(self, anybody(), &scn_num_type, &(struct scn_num){ 0 }, blob);
    TRT_EQUAL(tr_blob_freeze(self, blob), TR_OK);
    for (unsigned i = trt_choose(4); i > 0; i--) {
        (void)tr_send_blob(self, anybody(), &scn_num_type, &(struct scn_num){ 0 }, blob);
    }
    if (trt_choose(2) == 0) {
        TRT_EQUAL(tr_blob_unref(self, blob), TR_OK);
    }
}

// What an actor does with a message that it has.
static void use(tr_self *self, const tr_msg *msg)
{
    tr_msg *kept;
    switch (tr_msg_get_kind(msg)) {
    case TR_MSG_CALL:
        w.from[any()] = tr_msg_from(msg);
        if (trt_choose(2) == 0) {
            (void)scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
        } else if (trt_choose(2) == 0) {
            (void)tr_delegate(self, tr_msg_from(msg), anybody());
        }
        break;
    case TR_MSG_SEND:
        if (trt_choose(6) == 0) {
            kept = tr_msg_keep(self, msg);
            TRT_CHECK(kept != NULL);
            if (trt_choose(2) == 0 && tr_send_move(self, anybody(), &kept) == TR_OK) {
                TRT_CHECK(kept == NULL);
            }
            if (kept != NULL && trt_choose(2) == 0) {
                tr_msg_free(self, kept);
            }
        } else if (tr_msg_blob(msg) != NULL && trt_choose(2) == 0) {
            (void)(tr_blob_ref(self, tr_msg_blob(msg)) == TR_OK);
        }
        break;
    default:
        break;
    }
}

static void receive_many(tr_self *self, const tr_match *match)
{
    const tr_msg *msgs[4];
    size_t count;
    if (tr_receive_batch(self, match, trt_choose(3) * 5, msgs, 4, &count) == TR_OK) {
        for (size_t i = 0; i < count; i++) {
            use(self, msgs[i]);
        }
    }
}

static void receive(tr_self *self)
{
    static const tr_type *const types[] = { &scn_num_type, &scn_ask_type, &scn_red_type };
    tr_match match = { 0 };
    const tr_msg *msg;
    if (trt_choose(3) == 0) {
        match.types = types;
        match.type_count = 1 + trt_choose(3);
    }
    if (trt_choose(4) == 0) {
        match.predicate = odd;
        match.context = self;
    }
    if (trt_choose(8) == 0) {
        match.ref = w.ref[any()];
    }
    if (trt_choose(8) == 0) {
        match.sender = anybody();
    }
    if (trt_choose(4) == 0) {
        receive_many(self, &match);
    } else if (tr_receive(self, &match, trt_choose(3) * 5, &msg) == TR_OK) {
        use(self, msg);
    }
}

// ---- requests

static void ask(tr_self *self)
{
    struct scn_answer answer;
    (void)(scn_ask_call(self, anybody(), &(struct scn_ask){ 0 }, trt_choose(10), &answer) == TR_OK);
}

static void ask_later(tr_self *self)
{
    tr_requests all;
    tr_request request = { 0 };
    const tr_msg *reply;
    bool posted = trt_choose(3) == 0;
    tr_err err =
        posted ? tr_request_post(self, anybody(), &scn_ask_type, &(struct scn_ask){ 0 }, &request)
               : scn_ask_request(self, anybody(), &(struct scn_ask){ 0 }, &request);
    if (err != TR_OK) {
        return;
    }
    w.request[any()] = request;
    if (trt_choose(2) == 0) {
        TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
        TRT_CHECK((tr_requests_add(self, all, request, 1) == TR_OK) == !posted);
        (void)(tr_requests_wait_any(self, all, trt_choose(8), NULL, &reply) == TR_OK);
        if (trt_choose(2) == 0) {
            TRT_EQUAL(tr_requests_free(self, all), TR_OK);
        }
    } else if (trt_choose(2) == 0) {
        (void)(tr_request_wait(self, request, trt_choose(8), &reply) == TR_OK);
    } else {
        (void)tr_request_abandon(self, w.request[any()]);
    }
}

static tr_exit work(tr_self *self, const void *args, tr_from to)
{
    (void)args;
    send_some(self);
    if (trt_choose(2) == 0) {
        (void)scn_ask_reply(self, to, &(struct scn_answer){ 0 });
    }
    return TR_NORMAL;
}

static void run_task(tr_self *self)
{
    const tr_msg *reply;
    tr_task task;
    tr_task_opts opts = { .kill_late = trt_choose(2) == 0, .link = trt_choose(2) == 0 };
    if (tr_task_start_sized(self, work, &opts, sizeof opts, &task) == TR_OK) {
        (void)(tr_task_await(self, task, trt_choose(6), &reply) == TR_OK);
    }
}

// ---- relations

static void relate(tr_self *self)
{
    tr_links links = { .which = TR_LINKED };
    switch (trt_choose(9)) {
    case 0:
        (void)tr_link(self, anybody());
        break;
    case 1:
        (void)tr_unlink(self, anybody());
        break;
    case 2:
        (void)tr_monitor(self, anybody(), &w.ref[any()]);
        break;
    case 3:
        (void)tr_demonitor(self, w.ref[any()], trt_choose(2) == 0);
        break;
    case 4:
        (void)(tr_monitor_named(self, any_name(), &w.ref[any()]) == TR_OK);
        break;
    case 5:
        (void)(tr_register(self, any_name(), anybody()) == TR_OK);
        break;
    case 6:
        (void)tr_unregister(self, any_name());
        break;
    case 7:
        (void)tr_links_of(self, anybody(), 5, &links);
        break;
    default:
        tr_trap_exits(self, trt_choose(2) == 0);
        break;
    }
}

static void use_aliases(tr_self *self)
{
    unsigned at = any();
    switch (trt_choose(3)) {
    case 0:
        (void)(tr_alias_new(self, trt_choose(2) == 0 ? TR_ALIAS_EXPLICIT : TR_ALIAS_REPLY,
                            &w.alias[at]) == TR_OK);
        break;
    case 1:
        (void)(tr_monitor_alias(self, anybody(), (tr_alias_mode)trt_choose(3), &w.alias[at]) ==
               TR_OK);
        w.ref[any()] = w.alias[at].ref;
        break;
    default:
        (void)tr_unalias(self, w.alias[at]);
        break;
    }
}

// ---- time

static void use_timers(tr_self *self)
{
    struct scn_red red = { 0 };
    int64_t ms = trt_choose(12);
    int64_t left;
    unsigned at = any();
    switch (trt_choose(8)) {
    case 0:
        (void)tr_send_after(self, ms, anybody(), &scn_red_type, &red, &w.timer[at]);
        break;
    case 1:
        (void)tr_send_every(self, ms, 1 + trt_choose(6), anybody(), &scn_red_type, &red,
                            &w.timer[at]);
        break;
    case 2:
        (void)tr_send_named_every(self, ms, 1 + trt_choose(6), any_name(), &scn_red_type, &red,
                                  &w.timer[at]);
        break;
    case 3:
        (void)tr_timer_set(self, any_name(), ms, &scn_red_type, &red);
        break;
    case 4:
        (void)tr_timer_unset(self, any_name());
        break;
    case 5:
        (void)tr_timer_cancel(self, w.timer[at], &left);
        break;
    case 6:
        (void)tr_system_timer_cancel(trt_system(), w.timer[at], NULL);
        break;
    default:
        (void)tr_sleep(self, ms);
        break;
    }
}

// ---- ends

static void last_act(tr_self *self, void *arg)
{
    (void)arg;
    w.hooks++;
    send_some(self);
    relate(self);
    ask(self);
    use_aliases(self);
    if (trt_choose(6) == 0) {
        birth(self);
    }
    if (trt_choose(4) == 0) {
        tr_exit_self(self, TR_ERROR("in a hook"));
    }
}

static void no_exit(tr_self *self)
{
    tr_noexit_begin(self);
    send_some(self);
    ask(self);
    tr_noexit_end(self);
}

static void kill(tr_self *self)
{
    static const tr_exit_tag tags[] = { TR_EXIT_KILL, TR_EXIT_ERROR, TR_EXIT_NORMAL };
    (void)tr_exit_send(self, anybody(), tr_exit_make(tags[trt_choose(3)], 0, "sent"));
}

static void watch(tr_self *self)
{
    if (trt_choose(2) == 0) {
        (void)tr_alarm_subscribe(self, trt_choose(2) == 0);
    } else {
        (void)tr_dead_letters_watch(self, trt_choose(2) == 0);
    }
}

static void act(tr_self *self)
{
    static void (*const acts[])(tr_self * self) = {
        send_some,  send_some, send_blob, ask,      ask_later, relate, use_aliases,
        use_timers, no_exit,   birth,     run_task, watch,     kill,
    };
    unsigned which = trt_choose(sizeof acts / sizeof acts[0] + 3);
    if (which < sizeof acts / sizeof acts[0]) {
        acts[which](self);
    } else if (which % 3 == 0) {
        (void)(tr_defer(self, last_act, NULL) == TR_OK);
    } else if (which % 3 == 1) {
        (void)tr_set_priority(self, (tr_priority)trt_choose(4));
    } else {
        (void)scn_ask_reply(self, w.from[any()], &(struct scn_answer){ 0 });
    }
}

TRT_ACTOR(roamer)
{
    w.pid[any()] = tr_self_pid(self);
    for (unsigned i = trt_choose(ACTS); i > 0; i--) {
        act(self);
        receive(self);
    }
    return trt_choose(2) == 0 ? TR_NORMAL : TR_ERROR("done");
}

static tr_next handle(tr_self *self, void *state, const tr_msg *msg)
{
    static const tr_type *const types[] = { &scn_num_type, &scn_ask_type };
    tr_match match = { .types = types, .type_count = 1 + trt_choose(2) };
    unsigned *left = state;
    w.pid[any()] = tr_self_pid(self);
    switch (trt_choose(7)) {
    case 0:
        (void)(tr_postpone(self) == TR_OK);
        return TR_CONTINUE;
    case 1:
        (void)tr_retry_postponed(self);
        break;
    case 2:
        (void)tr_set_accept(self, trt_choose(2) == 0 ? &match : NULL);
        break;
    case 3:
        receive(self);
        (void)(trt_choose(2) == 0 && tr_postpone(self) == TR_OK);
        break;
    case 4:
        act(self);
        break;
    default:
        use(self, msg);
        break;
    }
    return ++*left > ACTS ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static void say(tr_self *self, void *state, tr_exit reason)
{
    (void)state;
    (void)reason;
    send_some(self);
    (void)(tr_postpone(self) == TR_OK);
}

static const tr_actor_spec handler = {
    .label = "handler", .on_message = handle, .terminate = say, .state_bytes = sizeof(unsigned)
};

static tr_spawn_opts any_options(void)
{
    tr_spawn_opts opts = { .trap = trt_choose(4) == 0,
                           .pinned = trt_choose(6) == 0,
                           .priority = (tr_priority)trt_choose(4),
                           .stack = trt_choose(6) == 0 ? TR_STACK_LARGE : TR_STACK_DEFAULT };
    if (trt_choose(2) == 0) {
        opts.mailbox.capacity = 1 + trt_choose(4);
        opts.mailbox.policy = trt_choose(4);
        opts.mailbox.block_ms = 3;
        opts.mailbox.bytes = trt_choose(2) * 60;
        opts.mailbox.high = trt_choose(2) * opts.mailbox.capacity;
    }
    return opts;
}

static void birth(tr_self *self)
{
    tr_spawn_opts opts = any_options();
    tr_pid child;
    tr_ref ref;
    if (w.births >= BIRTHS) {
        return;
    }
    w.births++;
    opts.link = trt_choose(3) == 0;
    opts.wait_init = trt_choose(3) == 0;
    opts.monitor = trt_choose(3) == 0 ? &ref : NULL;
    opts.name = trt_choose(4) == 0 ? any_name() : NULL;
    if (tr_spawn(self, trt_choose(2) == 0 ? &roamer : &handler, &opts, &child) == TR_OK) {
        w.pid[any()] = child;
    }
}

static bool note_pid(const tr_actor_info *info, void *context)
{
    *(tr_pid *)context = info->pid;
    return false;
}

// Time passes between the kills: one that waits in a section without exits ends after its wait.
static void kill_all(void)
{
    for (tr_pid pid = { 0 };; pid = tr_no_pid()) {
        TRT_EQUAL(tr_debug_each(trt_system(), note_pid, &pid), TR_OK);
        if (tr_pid_is_none(pid)) {
            return;
        }
        trt_kill(pid);
        trt_advance(1);
    }
}

static void begin(void)
{
    for (unsigned i = 0; i < KNOWN; i++) {
        tr_spawn_opts opts = any_options();
        w.pid[i] = trt_spawn_with(i % 2 == 0 ? &roamer : &handler, &opts);
    }
}

TRT_SCENARIO(actors_may_do_anything)
{
    begin();
    trt_advance(20);
    trt_advance(2000);
    kill_all();
}

TRT_SCENARIO(actors_may_do_anything_while_cycles_are_detected,
             .system = { .detect_cycles = true, .inherit_deadlines = true })
{
    begin();
    trt_advance(2000);
    kill_all();
}

TRT_SCENARIO(a_system_may_stop_in_the_middle_of_anything, .stops = true)
{
    begin();
    (void)tr_test_steps(test, trt_choose(400));
    TRT_EQUAL(tr_system_stop(trt_system(), 5000, NULL), TR_OK);
}
