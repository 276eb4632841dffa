// SPDX-License-Identifier: MIT
#include <troupe/request.h>

#include "api/check.h"
#include "process/book.h"
#include "process/cycle.h"
#include "process/deadline.h"
#include "process/detail.h"
#include "process/receive.h"
#include "process/request.h"
#include "process/send.h"
#include "process/spawn.h"

// What a request is made of.
struct asked {
    tr_pid to;
    const tr_type *type;
    const void *body;
    bool posted;
};

// Sends the composed request, and opens it. On an error both are still the caller's.
static tr_err open_request(struct tri_thread **t, struct tr_self *self, tr_pid to,
                           struct tr_msg *msg, struct tr_msg *record)
{
    tri_kept_add(self, record); // goes with a sender that ends while it waits for room
    msg->ref = record->ref;
    tr_err err = tri_send(t, self, to, msg);
    tri_kept_remove(self, record);
    if (err == TR_OK) {
        record->tree.key = record->ref;
        (void)tri_tree_insert(&self->requests, &record->tree);
    }
    return err;
}

static tr_err send_request(struct tri_thread **t, struct tr_self *self, const struct asked *asked,
                           uint64_t *ref)
{
    struct tr_msg *msg = NULL;
    if (tr_pid_equal(asked->to, tri_actor_pid(self))) {
        tri_detail_note_self(*t, self, TR_INFINITY);
        return TR_EDEADLK;
    }
    tr_err err = tri_compose(*t, TRI_KIND_CALL, asked->type, asked->body, &msg);
    if (err != TR_OK) {
        return err;
    }
    int64_t left_ms = TR_INFINITY;
    (void)tri_deadline_limit(self, &left_ms); // a deadline that has passed travels as well
    tri_deadline_stamp(self, msg, left_ms);
    struct tr_msg *record = tri_request_record(*t, asked->to, tri_ref_id(*t), asked->posted);
    err = record == NULL ? TR_ENOMEM : open_request(t, self, asked->to, msg, record);
    if (err == TR_OK) {
        *ref = record->ref;
        return TR_OK;
    }
    tri_msg_release(tri_blocks_here(*t), msg);
    if (record != NULL) {
        tri_msg_release(tri_blocks_here(*t), record);
    }
    return err;
}

static tr_err ask(tr_self *self, const struct asked *asked, tr_request *out)
{
    if (asked->type == NULL || (asked->body == NULL && asked->type->bytes != 0) || out == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    uint64_t ref = 0;
    tr_err err = send_request(&t, self, asked, &ref);
    if (err == TR_OK) {
        out->id = ref;
        tri_send_spend(&t, self);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_request_send(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                       tr_request *out)
{
    struct asked asked = { .to = to, .type = type, .body = body };
    return ask(self, &asked, out);
}

tr_err tr_request_post(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                       tr_request *out)
{
    struct asked asked = { .to = to, .type = type, .body = body, .posted = true };
    return ask(self, &asked, out);
}

static uint64_t holder_of(const struct tr_msg *record)
{
    return tri_key(record->from_slot, record->from_generation);
}

// The reply of a request that is over becomes the last reply.
static tr_err take(struct tri_thread *t, struct tr_self *self, struct tr_msg *record,
                   const struct tri_span *span, const struct tr_msg **reply)
{
    uint64_t holder = holder_of(record);
    tri_request_take(t, self, record);
    tr_err err = tri_reply_outcome(self->reply);
    if (err != TR_OK) {
        tri_detail_note(t, self, err, holder, span);
    }
    if (err == TR_OK) {
        *reply = self->reply;
    }
    return err;
}

// Waits while cycles are looked for.
static tr_err suspend_watched(struct tri_thread **t, struct tr_self *self, struct tr_msg *record,
                              struct tri_wait *wait, int64_t timeout_ms)
{
    struct tri_edge edge = { .ref = record->ref };
    const struct tri_request *request = tri_body(record);
    tr_err err = TR_OK;
    tri_cycle_expect(*t, self, &edge);
    if (request->reply == NULL) {
        if (tri_cycle_refuse_known(*t, self, &edge, holder_of(record), timeout_ms)) {
            return TR_EDEADLK;
        }
        err = tri_suspend_until(t, self, wait, timeout_ms);
    }
    tri_waits_end(&(*t)->system->waits, &edge);
    return err;
}

static tr_err suspend_for(struct tri_thread **t, struct tr_self *self, struct tr_msg *record,
                          int64_t timeout_ms)
{
    struct tri_wait wait = { .what = TRI_WAIT_REPLY,
                             .request = record->ref,
                             .target = holder_of(record) };
    struct tri_span span = tri_span_begin(*t, timeout_ms);
    if (timeout_ms == 0 || !tri_deadline_limit(self, &timeout_ms)) {
        return TR_ETIMEDOUT;
    }
    tr_err err = (*t)->system->detect_cycles ? suspend_watched(t, self, record, &wait, timeout_ms)
                                             : tri_suspend_until(t, self, &wait, timeout_ms);
    tri_exit_if_doomed(*t, self);
    if (err != TR_OK && err != TR_EDEADLK) {
        tri_detail_note(*t, self, err, holder_of(record), &span);
    }
    return err;
}

static tr_err wait_for_one(struct tri_thread **t, struct tr_self *self, uint64_t ref,
                           int64_t timeout_ms, const struct tr_msg **reply)
{
    struct tr_msg *record = tri_request_find(self, ref);
    if (record == NULL) {
        return TR_ENOENT;
    }
    struct tri_request *request = tri_body(record);
    if (request->posted) {
        return TR_EINVAL;
    }
    struct tri_span span = tri_span_begin(*t, timeout_ms);
    tri_reply_forget(*t, self);
    if (request->reply == NULL) {
        tr_err err = suspend_for(t, self, record, timeout_ms);
        if (err != TR_OK) {
            return err;
        }
    }
    return take(*t, self, record, &span, reply);
}

tr_err tr_request_wait(tr_self *self, tr_request request, int64_t timeout_ms, const tr_msg **reply)
{
    if (request.id == 0 || timeout_ms < 0 || reply == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tri_api_act(&t, self);
    if (timeout_ms != 0 && !tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_request_wait");
    }
    tr_err err = wait_for_one(&t, self, request.id, timeout_ms, reply);
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_request_abandon(tr_self *self, tr_request request)
{
    if (request.id == 0) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *record = tri_request_find(self, request.id);
    if (record != NULL) {
        tri_request_abandon(t, self, record);
    }
    tri_section_leave(t);
    return record == NULL ? TR_ENOENT : TR_OK;
}

tr_err tr_request_check(tr_request request, const tr_msg *msg)
{
    if (request.id == 0 || msg == NULL) {
        return TR_EINVAL;
    }
    if (msg->kind != TRI_KIND_REPLY || msg->ref != request.id) {
        return TR_ENOENT;
    }
    return tri_reply_outcome(msg);
}

tr_err tr_delegate(tr_self *self, tr_from from, tr_pid to)
{
    if (from.ref_id == 0 || tr_pid_is_none(to)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_ENOPROC;
    if (tri_pid_local(t->system, to)) {
        struct tr_msg *request = tri_book_find(self, from);
        err = request == NULL ? TR_ENOENT : tri_book_pass(t, self, request, to);
        if (err == TR_EFULL || err == TR_EDEADLK) {
            struct tri_span none = tri_span_none(0);
            tri_detail_note(t, self, err, tri_key(to.slot, to.generation), &none);
        }
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}
