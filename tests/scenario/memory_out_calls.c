// SPDX-License-Identifier: MIT
// Requests, collections, delegation, tasks and retries when memory runs out at every point.
#include "messages.h"
#include "scenario.h"

#include <troupe/retry.h>
#include <troupe/task.h>

static struct {
    tr_pid server;
    tr_pid helper;
} w;
TRT_WORLD(w);

static bool out_of_memory(tr_err err)
{
    return err == TR_OK || err == TR_ENOMEM || err == TR_EEXITED || err == TR_ENOPROC;
}

static tr_pid begin(const tr_actor_spec *spec)
{
    tr_pid pid = tr_no_pid();
    tr_err err = tr_system_spawn(trt_system(), spec, NULL, &pid);
    TRT_CHECK(err == TR_OK || err == TR_ENOMEM);
    return pid;
}

// The next message; NULL when there is no memory to wait with.
static const tr_msg *next(tr_self *self)
{
    const tr_msg *msg = NULL;
    tr_err err = tr_receive(self, NULL, TR_INFINITY, &msg);
    TRT_CHECK(err == TR_OK || err == TR_ENOMEM);
    return err == TR_OK ? msg : NULL;
}

TRT_ACTOR(answers)
{
    for (const tr_msg *msg = next(self); msg != NULL; msg = next(self)) {
        if (tr_msg_is(msg, &scn_ask_type)) {
            scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ scn_ask_of(msg)->n });
        }
    }
    return TR_NORMAL;
}

// A request that could not be handed on is still its own.
TRT_ACTOR(hands_on)
{
    for (const tr_msg *msg = next(self); msg != NULL; msg = next(self)) {
        tr_from from = tr_msg_from(msg);
        if (tr_delegate(self, from, w.helper) != TR_OK) {
            scn_ask_reply(self, from, &(struct scn_answer){ scn_ask_of(msg)->n });
        }
    }
    return TR_NORMAL;
}

TRT_ACTOR(asks)
{
    tr_requests all;
    const tr_msg *reply = NULL;
    tr_err made = tr_requests_new(self, &all);
    for (uint32_t i = 0; i < 4; i++) {
        tr_request asked;
        tr_pid to = i % 2 == 0 ? w.server : w.helper;
        tr_err err = scn_ask_request(self, to, &(struct scn_ask){ i }, &asked);
        TRT_CHECK(out_of_memory(err));
        if (err == TR_OK && made == TR_OK && i < 3) {
            TRT_EQUAL(tr_requests_add(self, all, asked, i), TR_OK);
        } else if (err == TR_OK) {
            err = tr_request_wait(self, asked, 50, &reply);
            TRT_CHECK(out_of_memory(err) || err == TR_ETIMEDOUT);
        }
    }
    for (uint64_t i = 0; made == TR_OK && i < 3; i++) {
        uint64_t label = 0;
        tr_err err = tr_requests_wait_any(self, all, 50, &label, &reply);
        TRT_CHECK(out_of_memory(err) || err == TR_ETIMEDOUT || err == TR_ENOENT);
        if (err == TR_OK) {
            TRT_EQUAL(scn_answer_of(reply)->n, label);
        }
    }
    return TR_NORMAL;
}

TRT_SCENARIO(requests_collections_and_delegation, .oom = true)
{
    w.helper = begin(&answers);
    w.server = begin(&hands_on);
    trt_quiet();
    (void)begin(&asks);
    trt_advance(1000);
}

static tr_exit give_one(tr_self *self, const void *args, tr_from to)
{
    const uint32_t *n = args;
    scn_ask_reply(self, to, &(struct scn_answer){ *n });
    return TR_NORMAL;
}

// A task that could not be attached to is gone, and does not take its starter along.
TRT_ACTOR(starts)
{
    uint32_t large[200] = { 0 };
    for (uint32_t i = 0; i < 3; i++) {
        const tr_msg *reply = NULL;
        tr_task task;
        large[0] = i;
        tr_task_opts opts = { .args = large, .args_bytes = sizeof large, .kill_late = true };
        tr_err err = tr_task_start(self, give_one, &opts, &task);
        TRT_CHECK(out_of_memory(err));
        if (err == TR_OK) {
            err = tr_task_await(self, task, 50, &reply);
            TRT_CHECK(out_of_memory(err) || err == TR_ETIMEDOUT);
        }
        if (err == TR_OK) {
            TRT_EQUAL(scn_answer_of(reply)->n, i);
        }
    }
    return TR_NORMAL;
}

TRT_SCENARIO(tasks, .oom = true)
{
    (void)begin(&starts);
    trt_advance(1000);
}

TRT_ACTOR(tries)
{
    const tr_msg *reply = NULL;
    tr_retry_policy policy = { .attempts = 3, .first_ms = 5, .try_ms = 20, .idempotent = true };
    tr_err err =
        tr_call_retry(self, w.server, &scn_ask_type, &(struct scn_ask){ 3 }, &policy, &reply);
    TRT_CHECK(out_of_memory(err) || err == TR_ETIMEDOUT);
    if (err == TR_OK) {
        TRT_EQUAL(scn_answer_of(reply)->n, 3);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(retries, .oom = true)
{
    w.helper = begin(&answers);
    w.server = begin(&hands_on);
    (void)begin(&tries);
    trt_advance(1000);
}
