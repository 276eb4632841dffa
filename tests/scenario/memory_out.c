// SPDX-License-Identifier: MIT
// Memory runs out at every point (G9): each call answers TR_ENOMEM or ends its actor cleanly, and
// nothing is lost. Each scenario is played for every allocation in it, see oom.h.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid peer;
    unsigned starts;
} w;
TRT_WORLD(w);

// An answer that memory may change.
#define MAY(call) may(__LINE__, #call, (call))

static bool may(int line, const char *what, tr_err err)
{
    if (err != TR_OK && err != TR_ENOMEM) {
        trt_equal_at(__FILE__, line, what, err, TR_ENOMEM);
    }
    return err == TR_OK;
}

static const tr_msg *wait_for(tr_self *self, int64_t ms)
{
    const tr_msg *msg = NULL;
    tr_err err = tr_receive(self, NULL, ms, &msg);
    TRT_CHECK(err == TR_OK || err == TR_ETIMEDOUT || err == TR_ENOMEM);
    return err == TR_OK ? msg : NULL;
}

// Begins a play: the scenario's actor, if there is memory for it.
static void begin(const tr_actor_spec *spec)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .trap = true };
    (void)MAY(tr_system_spawn(trt_system(), spec, &opts, &pid));
    trt_advance(100);
}

TRT_ACTOR(waits)
{
    (void)wait_for(self, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(branch)
{
    const unsigned depth = *(const unsigned *)arg;
    const unsigned below = depth - 1;
    for (unsigned i = 0; i < 2 && depth > 0; i++) {
        tr_spawn_opts opts = { TRT_ARG(&below), .link = true };
        (void)MAY(tr_spawn(self, &waits, &opts, NULL));
        (void)MAY(tr_spawn(self, &branch, &opts, NULL));
    }
    (void)wait_for(self, 20);
    return TR_NORMAL;
}

TRT_ACTOR(tree)
{
    const unsigned depth = 2;
    tr_spawn_opts opts = { TRT_ARG(&depth), .link = true };
    (void)MAY(tr_spawn(self, &branch, &opts, NULL));
    (void)wait_for(self, 30);
    return TR_SHUTDOWN;
}

TRT_SCENARIO(a_tree_of_spawns, .oom = true)
{
    begin(&tree);
}

TRT_ACTOR(relates)
{
    tr_pid child[3] = { 0 };
    tr_ref ref[3] = { 0 };
    for (unsigned i = 0; i < TR_COUNT(child); i++) {
        tr_spawn_opts opts = { .monitor = i == 0 ? &ref[0] : NULL, .link = i == 1 };
        if (!MAY(tr_spawn(self, &waits, &opts, &child[i]))) {
            return TR_NORMAL;
        }
    }
    (void)MAY(tr_link(self, child[2]));
    (void)MAY(tr_link(self, child[2]));
    (void)MAY(tr_monitor(self, child[1], &ref[1]));
    (void)MAY(tr_monitor(self, child[2], &ref[2]));
    (void)MAY(tr_unlink(self, child[1]));
    if (ref[2].id != 0) {
        TRT_EQUAL(tr_demonitor(self, ref[2], true), TR_OK);
    }
    for (unsigned i = 0; i < TR_COUNT(child); i++) {
        (void)MAY(tr_exit_send(self, child[i], TR_KILL));
    }
    while (wait_for(self, 5) != NULL) {}
    return TR_NORMAL;
}

TRT_SCENARIO(links_and_monitors, .oom = true)
{
    begin(&relates);
}

TRT_ACTOR(answers)
{
    for (;;) {
        const tr_msg *msg = wait_for(self, TR_INFINITY);
        if (msg != NULL && tr_msg_get_kind(msg) == TR_MSG_CALL) {
            (void)MAY(tr_reply_typed(self, tr_msg_from(msg), &scn_answer_type,
                                     &(struct scn_answer){ 1 }));
        }
    }
    return TR_NORMAL;
}

TRT_ACTOR(calls)
{
    struct scn_answer answer;
    tr_spawn_opts opts = { .link = true };
    if (!MAY(tr_spawn(self, &answers, &opts, &w.peer))) {
        return TR_NORMAL;
    }
    for (int i = 0; i < 3; i++) {
        tr_err err = scn_ask_call(self, w.peer, &(struct scn_ask){ 1 }, 5, &answer);
        TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_ETIMEDOUT || err == TR_EEXITED ||
                  err == TR_ENOPROC);
    }
    return TR_SHUTDOWN;
}

TRT_SCENARIO(calls_and_replies, .oom = true)
{
    begin(&calls);
}

TRT_ACTOR(arms)
{
    tr_timer timer[4] = { 0 };
    for (unsigned i = 0; i < TR_COUNT(timer); i++) {
        (void)MAY(tr_send_after(self, 2 + i, tr_self_pid(self), &scn_go_type, NULL, &timer[i]));
    }
    if (timer[1].generation != 0) {
        TRT_EQUAL(tr_timer_cancel(self, timer[1], NULL), TR_OK);
    }
    while (wait_for(self, 10) != NULL) {}
    return TR_NORMAL;
}

TRT_SCENARIO(timers_and_deadlines, .oom = true)
{
    begin(&arms);
}

TRT_ACTOR(names)
{
    tr_pid child = tr_no_pid();
    tr_pid found = tr_no_pid();
    tr_spawn_opts opts = { .name = "oom child", .link = true };
    bool born = MAY(tr_spawn(self, &waits, &opts, &child));
    TRT_EQUAL(tr_whereis(self, "oom child", &found), born ? TR_OK : TR_ENOENT);
    bool named = MAY(tr_register(self, "oom self", tr_self_pid(self)));
    TRT_EQUAL(tr_whereis(self, "oom self", &found), named ? TR_OK : TR_ENOENT);
    if (named) {
        (void)MAY(tr_send_named(self, "oom self", &scn_go_type, NULL));
    }
    return TR_SHUTDOWN;
}

TRT_SCENARIO(registered_names, .oom = true)
{
    tr_pid found = tr_no_pid();
    begin(&names);
    TRT_EQUAL(tr_system_whereis(trt_system(), "oom child", &found), TR_ENOENT);
    TRT_EQUAL(tr_system_whereis(trt_system(), "oom self", &found), TR_ENOENT);
}

TRT_ACTOR(takes_slowly)
{
    while (wait_for(self, 8) != NULL) {
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(fills)
{
    for (unsigned i = 0; i < 4; i++) {
        tr_err err = scn_red_send(self, w.peer, &(struct scn_red){ i });
        TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_ETIMEDOUT);
    }
    return TR_NORMAL;
}

TRT_ACTOR(bounds)
{
    tr_spawn_opts bounded = { .mailbox = { .capacity = 2, .block_ms = 20 }, .link = true };
    tr_spawn_opts linked = { .link = true };
    if (!MAY(tr_spawn(self, &takes_slowly, &bounded, &w.peer))) {
        return TR_NORMAL;
    }
    for (int i = 0; i < 3; i++) {
        (void)MAY(tr_spawn(self, &fills, &linked, NULL));
    }
    while (wait_for(self, 30) != NULL) {}
    return TR_NORMAL;
}

TRT_SCENARIO(senders_that_wait_for_room, .oom = true)
{
    begin(&bounds);
}

TRT_ACTOR(passes_blobs)
{
    void *data = NULL;
    tr_blob *blob = NULL;
    tr_spawn_opts opts = { .link = true };
    if (!MAY(tr_blob_new(self, 3000, &data, &blob))) {
        return TR_NORMAL;
    }
    memset(data, 1, 3000);
    TRT_EQUAL(tr_blob_freeze(self, blob), TR_OK);
    for (int i = 0; i < 3; i++) {
        tr_pid child = tr_self_pid(self);
        (void)MAY(tr_spawn(self, &takes_slowly, &opts, &child));
        (void)MAY(tr_send_blob(self, child, &scn_go_type, NULL, blob));
    }
    (void)MAY(tr_send_blob(self, tr_self_pid(self), &scn_go_type, NULL, blob));
    TRT_EQUAL(tr_blob_unref(self, blob), TR_OK);
    const tr_msg *msg = wait_for(self, 5);
    if (msg != NULL && tr_msg_blob(msg) != NULL) {
        (void)MAY(tr_blob_ref(self, tr_msg_blob(msg)));
    }
    return TR_NORMAL;
}

TRT_SCENARIO(blobs_for_several, .oom = true)
{
    begin(&passes_blobs);
    TRT_EQUAL(trt_totals().blobs, 0);
}

// A server that fails now and then, and one that does not, under a supervisor.
static tr_next plain_init(tr_self *self, void *state, const void *args)
{
    (void)self;
    (void)state;
    (void)args;
    w.starts++;
    return TR_CONTINUE;
}

static tr_next plain_info(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    return tr_msg_is(msg, &scn_red_type) ? TR_STOP(TR_ERROR("red")) : TR_CONTINUE;
}

static const tr_server plain = {
    .name = "plain", .state_bytes = 200, .init = plain_init, .on_info = plain_info
};

static const tr_child children[] = {
    { .id = "one", .server = &plain, .name = "oom one" },
    { .id = "two", .server = &plain, .trap = true },
};
static const tr_supervisor_spec root = { .strategy = TR_ONE_FOR_ALL,
                                         .intensity = 3,
                                         .children = children,
                                         .child_count = TR_COUNT(children) };

TRT_ACTOR(supervises)
{
    tr_pid pid = tr_no_pid();
    tr_pid one = tr_no_pid();
    tr_err err = tr_supervisor_start(self, &root, &pid);
    TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED);
    for (int i = 0; i < 2 && err == TR_OK; i++) {
        if (tr_whereis(self, "oom one", &one) == TR_OK) {
            (void)MAY(scn_red_send(self, one, &(struct scn_red){ 1 }));
        }
        (void)wait_for(self, 10);
    }
    const tr_child more = { .id = "three", .server = &plain };
    if (err == TR_OK && tr_is_alive(trt_system(), pid)) {
        err = tr_supervisor_start_child(self, pid, &more, NULL);
        TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED || err == TR_ENOPROC ||
                  err == TR_ETIMEDOUT);
    }
    return TR_SHUTDOWN;
}

TRT_SCENARIO(a_supervisor_that_restarts, .oom = true)
{
    begin(&supervises);
}

TRT_ACTOR(serves)
{
    tr_pid pid = tr_no_pid();
    tr_server_opts opts = { .name = "oom server", .link = true };
    tr_err err = tr_server_start(self, &plain, &opts, &pid);
    TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED);
    if (err == TR_OK) {
        (void)MAY(scn_blue_send(self, pid, &(struct scn_blue){ 1 }));
        err = tr_server_stop(self, pid, TR_NORMAL, 50);
        TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED || err == TR_ENOPROC ||
                  err == TR_ETIMEDOUT);
    }
    return TR_SHUTDOWN;
}

TRT_SCENARIO(a_server_and_its_stop, .oom = true)
{
    begin(&serves);
}

static void count_hook(tr_self *self, void *arg)
{
    unsigned *left = arg;
    (void)self;
    --*left;
    (void)MAY(scn_go_send(self, tr_self_parent(self), &(struct scn_go){ 0 }));
}

static unsigned hooks_left;

TRT_ACTOR(defers)
{
    for (int i = 0; i < 3; i++) {
        hooks_left += MAY(tr_defer(self, count_hook, &hooks_left));
    }
    void *some = tr_try_alloc(self, 5000);
    tr_free(self, some, 5000);
    (void)wait_for(self, 5);
    (void)tr_alloc(self, 50000); // ends it without memory
    return TR_NORMAL;
}

TRT_ACTOR(spawns_defers)
{
    tr_spawn_opts opts = { .link = true, .stack = TR_STACK_LARGE };
    (void)MAY(tr_spawn(self, &defers, &opts, NULL));
    while (wait_for(self, 10) != NULL) {}
    return TR_NORMAL;
}

TRT_SCENARIO(hooks_and_heaps, .oom = true)
{
    hooks_left = 0;
    begin(&spawns_defers);
    TRT_EQUAL(hooks_left, 0);
}

TRT_ACTOR(sorts)
{
    const tr_msg *msg = NULL;
    for (uint32_t i = 0; i < 100; i++) {
        (void)MAY(i % 2 == 0 ? scn_red_send(self, tr_self_pid(self), &(struct scn_red){ i })
                             : scn_blue_send(self, tr_self_pid(self), &(struct scn_blue){ i }));
    }
    for (int i = 0; i < 60; i++) {
        if (tr_receive(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 0, &msg) != TR_OK) {
            break;
        }
        tr_msg *kept = tr_msg_keep(self, msg);
        if (kept != NULL && scn_blue_of(kept)->n % 4 == 1) {
            (void)MAY(tr_send_move(self, tr_self_pid(self), &kept));
        }
    }
    while (tr_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 0, &msg) == TR_OK) {}
    return TR_NORMAL;
}

TRT_SCENARIO(a_long_mailbox_and_its_index, .oom = true)
{
    begin(&sorts);
}

TRT_ACTOR(asks_twice)
{
    for (uint32_t i = 0; i < 2; i++) {
        tr_request request;
        (void)MAY(scn_ask_request(self, w.peer, &(struct scn_ask){ i }, &request));
    }
    (void)wait_for(self, 30);
    return TR_NORMAL;
}

TRT_ACTOR(takes_batches)
{
    w.peer = tr_self_pid(self);
    for (uint32_t i = 0; i < 40; i++) {
        (void)MAY(scn_red_send(self, w.peer, &(struct scn_red){ i }));
    }
    (void)tr_spawn(self, &asks_twice, NULL, NULL);
    for (;;) {
        const tr_msg *msgs[8];
        size_t count = 0;
        tr_match odd = { TR_TYPES(&scn_red_type, &scn_ask_type) };
        tr_err err = tr_receive_batch(self, &odd, 20, msgs, 8, &count);
        if (err != TR_OK) {
            TRT_CHECK(err == TR_ETIMEDOUT || err == TR_ENOMEM);
            return TR_NORMAL;
        }
        const struct scn_ask *ask = scn_ask_of(msgs[count - 1]);
        if (ask != NULL && ask->n == 0) {
            scn_ask_reply(self, tr_msg_from(msgs[count - 1]), &(struct scn_answer){ 1 });
        }
    }
}

TRT_SCENARIO(batches_and_their_requests, .oom = true)
{
    begin(&takes_batches);
}

TRT_ACTOR(addresses)
{
    tr_alias alias;
    tr_ref ref;
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { .wait_init = true, .link = true, .monitor = &ref };
    if (MAY(tr_alias_new(self, TR_ALIAS_EXPLICIT, &alias))) {
        (void)MAY(tr_send_alias(self, alias, &scn_go_type, NULL));
        TRT_EQUAL(tr_unalias(self, alias), TR_OK);
    }
    tr_err err = tr_spawn(self, &waits, &opts, &child);
    TRT_CHECK(err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED);
    if (err == TR_OK && MAY(tr_monitor_alias(self, child, TR_ALIAS_REPLY, &alias))) {
        (void)MAY(tr_exit_send(self, child, TR_KILL));
    }
    while (wait_for(self, 5) != NULL) {}
    return TR_NORMAL;
}

TRT_SCENARIO(aliases_and_starts_that_are_waited_for, .oom = true)
{
    begin(&addresses);
}
