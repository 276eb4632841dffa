// SPDX-License-Identifier: MIT
#include <troupe/request.h>

#include "api/check.h"
#include "process/cycle.h"
#include "process/deadline.h"
#include "process/detail.h"
#include "process/request.h"
#include "process/spawn.h"

tr_err tr_requests_new(tr_self *self, tr_requests *out)
{
    if (out == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *record = tri_pool_record(t, self, tri_ref_id(t));
    if (record != NULL) {
        out->id = record->ref;
    }
    tri_section_leave(t);
    return record == NULL ? TR_ENOMEM : TR_OK;
}

static tr_err add(struct tr_self *self, uint64_t all, uint64_t ref, uint64_t label)
{
    struct tr_msg *pool = tri_pool_find(self, all);
    struct tr_msg *record = tri_request_find(self, ref);
    if (pool == NULL || record == NULL) {
        return TR_ENOENT;
    }
    const struct tri_request *request = tri_body(record);
    if (request->posted) {
        return TR_EINVAL;
    }
    if (request->pool != NULL) {
        return TR_EEXIST;
    }
    tri_pool_add(tri_body(pool), record, label);
    return TR_OK;
}

tr_err tr_requests_add(tr_self *self, tr_requests all, tr_request request, uint64_t label)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = add(self, all.id, request.id, label);
    tri_section_leave(t);
    return err;
}

// The actor that holds all open requests of a collection; 0 when several do.
static uint64_t common_holder(const struct tri_pool *pool)
{
    uint64_t holder = 0;
    for (struct tri_link *link = tri_list_first(&pool->open); link != NULL;
         link = tri_list_next(&pool->open, link)) {
        uint64_t one = tri_request_holder(TRI_CONTAINER_OF(link, struct tri_request, link));
        if (holder != 0 && one != holder) {
            return 0;
        }
        holder = one;
    }
    return holder;
}

// Waits while cycles are looked for.
static tr_err suspend_watched(struct tri_thread **t, struct tr_self *self, struct tri_pool *pool,
                              struct tri_wait *wait, int64_t timeout_ms)
{
    struct tri_edge edge = { .ref = TRI_EDGE_ANY };
    tr_err err = TR_OK;
    tri_cycle_expect(*t, self, &edge);
    if (tri_pool_first(pool) == NULL) {
        if (tri_cycle_refuse_known(*t, self, &edge, common_holder(pool), timeout_ms)) {
            return TR_EDEADLK;
        }
        err = tri_suspend_until(t, self, wait, timeout_ms);
    }
    tri_waits_end(&(*t)->system->waits, &edge);
    return err;
}

// The record of the first answer of a collection; NULL: *err says why.
static struct tr_msg *first_answer(struct tri_thread **t, struct tr_self *self,
                                   struct tri_pool *pool, int64_t timeout_ms, tr_err *err)
{
    struct tr_msg *first = tri_pool_first(pool);
    *err = TR_ETIMEDOUT;
    if (first != NULL || timeout_ms == 0 || !tri_deadline_limit(self, &timeout_ms)) {
        return first;
    }
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .pool = pool };
    *err = (*t)->system->detect_cycles ? suspend_watched(t, self, pool, &wait, timeout_ms)
                                       : tri_suspend_until(t, self, &wait, timeout_ms);
    tri_exit_if_doomed(*t, self);
    return tri_pool_first(pool);
}

// Notes a failure: of the request that is over, or of the oldest open one.
static void note(struct tri_thread *t, struct tr_self *self, tr_err err, uint64_t holder,
                 const struct tri_span *span)
{
    if (err != TR_OK && err != TR_EDEADLK && holder != 0) {
        tri_detail_note(t, self, err, holder, span);
    }
}

static uint64_t oldest_holder(const struct tri_pool *pool)
{
    struct tri_link *first = tri_list_first(&pool->open);
    return first == NULL ? 0
                         : tri_request_holder(TRI_CONTAINER_OF(first, struct tri_request, link));
}

static tr_err wait_any(struct tri_thread **t, struct tr_self *self, struct tri_pool *pool,
                       int64_t timeout_ms, uint64_t *label)
{
    tr_err err = TR_OK;
    if (pool->count == 0) {
        return TR_ENOENT;
    }
    struct tri_span span = tri_span_begin(*t, timeout_ms);
    tri_reply_forget(*t, self);
    struct tr_msg *record = first_answer(t, self, pool, timeout_ms, &err);
    if (record == NULL) {
        note(*t, self, err, timeout_ms == 0 ? 0 : oldest_holder(pool), &span);
        return err;
    }
    const struct tri_request *request = tri_body(record);
    if (label != NULL) {
        *label = request->label;
    }
    uint64_t holder = tri_request_holder(request);
    tri_request_take(*t, self, record);
    err = tri_reply_outcome(self->reply);
    note(*t, self, err, holder, &span);
    return err;
}

tr_err tr_requests_wait_any(tr_self *self, tr_requests all, int64_t timeout_ms, uint64_t *label,
                            const tr_msg **reply)
{
    if (all.id == 0 || timeout_ms < 0 || reply == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tri_api_act(&t, self);
    if (timeout_ms != 0 && !tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_requests_wait_any");
    }
    struct tr_msg *pool = tri_pool_find(self, all.id);
    tr_err err = pool == NULL ? TR_ENOENT : wait_any(&t, self, tri_body(pool), timeout_ms, label);
    if (err == TR_OK) {
        *reply = self->reply;
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

size_t tr_requests_count(tr_self *self, tr_requests all)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return 0;
    }
    struct tr_msg *pool = tri_pool_find(self, all.id);
    size_t count = pool == NULL ? 0 : ((const struct tri_pool *)tri_body(pool))->count;
    tri_section_leave(t);
    return count;
}

tr_err tr_requests_free(tr_self *self, tr_requests all)
{
    if (all.id == 0) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *pool = tri_pool_find(self, all.id);
    if (pool != NULL) {
        tri_pool_abandon(t, self, pool);
    }
    tri_section_leave(t);
    return pool == NULL ? TR_ENOENT : TR_OK;
}
