// SPDX-License-Identifier: MIT
#include "process/request.h"

#include "mailbox/type.h"
#include "process/dead.h"
#include "process/deliver.h"
#include "process/wait.h"

static struct tri_request *request_of(struct tr_msg *record)
{
    return tri_body(record);
}

static struct tr_msg *record_of(void *body)
{
    return (struct tr_msg *)body - 1;
}

struct tr_msg *tri_request_record(struct tri_thread *t, tr_pid to, uint64_t ref, bool posted)
{
    struct tr_msg *record =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_CALL_DONE, sizeof(struct tri_request));
    if (record != NULL) {
        *request_of(record) = (struct tri_request){ .posted = posted };
        record->from_slot = to.slot;
        record->from_generation = to.generation;
        record->ref = ref;
        record->tree.key = ref;
    }
    return record;
}

struct tr_msg *tri_pool_record(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    struct tr_msg *record =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_REPLY, sizeof(struct tri_pool));
    if (record != NULL) {
        struct tri_pool *pool = tri_body(record);
        tri_list_init(&pool->open);
        tri_list_init(&pool->answered);
        pool->count = 0;
        record->ref = ref;
        record->tree.key = ref;
        (void)tri_tree_insert(&self->requests, &record->tree);
    }
    return record;
}

static struct tr_msg *find(const struct tr_self *self, uint64_t ref, enum tri_kind kind)
{
    struct tri_tree_node *node = tri_tree_find(&self->requests, ref);
    struct tr_msg *record = node == NULL ? NULL : tri_msg_of_tree(node);
    return record != NULL && record->kind == kind ? record : NULL;
}

struct tr_msg *tri_request_find(const struct tr_self *self, uint64_t ref)
{
    return find(self, ref, TRI_KIND_CALL_DONE);
}

struct tr_msg *tri_pool_find(const struct tr_self *self, uint64_t ref)
{
    return find(self, ref, TRI_KIND_REPLY);
}

struct tr_msg *tri_pool_first(struct tri_pool *pool)
{
    struct tri_link *first = tri_list_first(&pool->answered);
    return first == NULL ? NULL : record_of(TRI_CONTAINER_OF(first, struct tri_request, link));
}

uint64_t tri_request_holder(const struct tri_request *request)
{
    const struct tr_msg *record = (const struct tr_msg *)(const void *)request - 1;
    return tri_key(record->from_slot, record->from_generation);
}

void tri_pool_add(struct tri_pool *pool, struct tr_msg *record, uint64_t label)
{
    struct tri_request *request = request_of(record);
    request->pool = pool;
    request->label = label;
    pool->count++;
    tri_list_push_back(request->reply != NULL ? &pool->answered : &pool->open, &request->link);
}

// The record leaves the tree and its collection.
static void withdraw(struct tr_self *self, struct tr_msg *record)
{
    struct tri_request *request = request_of(record);
    (void)tri_tree_remove(&self->requests, record->ref);
    if (request->pool != NULL) {
        tri_list_remove(&request->link);
        request->pool->count--;
    }
}

// The record becomes the signal that tells the request's holder, unless it was the one who
// answered, or is dead.
static void tell(struct tri_thread *t, struct tr_msg *record, const struct tr_msg *reply)
{
    uint32_t slot = record->from_slot;
    uint32_t generation = record->from_generation;
    bool knows =
        reply != NULL && ((reply->flags & TRI_FLAG_FAILED) != 0 ||
                          (reply->from_slot == slot && reply->from_generation == generation));
    if (knows) {
        tri_msg_release(tri_blocks_here(t), record);
    } else {
        tri_deliver(t, slot, generation, record);
    }
}

void tri_request_take(struct tri_thread *t, struct tr_self *self, struct tr_msg *record)
{
    struct tr_msg *reply = request_of(record)->reply;
    withdraw(self, record);
    if (reply != NULL) {
        if ((reply->flags & TRI_FLAG_COUNTED) != 0) {
            TRI_COUNT(t, x_received);
        }
        self->reply = reply;
    }
    tell(t, record, self->reply);
}

void tri_request_abandon(struct tri_thread *t, struct tr_self *self, struct tr_msg *record)
{
    struct tr_msg *reply = request_of(record)->reply;
    withdraw(self, record);
    tell(t, record, reply);
    if (reply != NULL) {
        tri_dead(t, TR_DEAD_LATE_REPLY, tri_actor_pid(self), reply);
        tri_mailbox_free(&self->box, tri_blocks_here(t), reply);
    }
}

void tri_pool_abandon(struct tri_thread *t, struct tr_self *self, struct tr_msg *record)
{
    struct tri_pool *pool = tri_body(record);
    while (pool->count != 0) {
        struct tri_link *link = tri_list_first(&pool->open);
        link = link != NULL ? link : tri_list_first(&pool->answered);
        tri_request_abandon(t, self, record_of(TRI_CONTAINER_OF(link, struct tri_request, link)));
    }
    (void)tri_tree_remove(&self->requests, record->ref);
    tri_msg_release(tri_blocks_here(t), record);
}

void tri_requests_end(struct tri_thread *t, struct tr_self *self)
{
    for (struct tri_tree_node *node = tri_tree_first(&self->requests); node != NULL;
         node = tri_tree_first(&self->requests)) {
        struct tr_msg *record = tri_msg_of_tree(node);
        if (record->kind == TRI_KIND_CALL_DONE) {
            tri_request_abandon(t, self, record);
        } else {
            tri_pool_abandon(t, self, record);
        }
    }
}

// The reply of a posted request is a message from here on.
static void hand_to_mailbox(struct tri_thread *t, struct tr_self *self, struct tr_msg *record,
                            struct tr_msg *reply)
{
    withdraw(self, record);
    tell(t, record, reply);
    if ((reply->flags & TRI_FLAG_FAILED) != 0) {
        reply->type = TRI_TYPE_FAILED;
    }
    tri_mailbox_append(&self->box, reply);
}

bool tri_request_answered(struct tri_thread *t, struct tr_self *self, struct tr_msg *reply)
{
    struct tr_msg *record = tri_request_find(self, reply->ref);
    struct tri_request *request = record == NULL ? NULL : request_of(record);
    if (request == NULL || request->reply != NULL) {
        return false;
    }
    if (request->posted) {
        hand_to_mailbox(t, self, record, reply);
        return true;
    }
    request->reply = reply;
    if (request->pool != NULL) {
        tri_list_remove(&request->link);
        tri_list_push_back(&request->pool->answered, &request->link);
        if (self->wait != NULL && self->wait->pool == request->pool) {
            self->wait->done = true;
        }
    }
    return true;
}

void tri_request_moved(struct tri_thread *t, struct tr_self *self, struct tr_msg *moved)
{
    struct tri_wait *wait = self->wait;
    struct tr_msg *record = tri_request_find(self, moved->ref);
    bool waited =
        wait != NULL && wait->what == TRI_WAIT_REPLY && wait->request == moved->ref && !wait->done;
    if (waited) {
        wait->target = tri_key(moved->from_slot, moved->from_generation);
        // relaxed: for people.
        tri_store(&self->x_target, wait->target, relaxed);
    }
    if (record != NULL) {
        record->from_slot = moved->from_slot;
        record->from_generation = moved->from_generation;
    }
    if (waited || record != NULL) {
        tri_msg_release(tri_blocks_here(t), moved);
    } else {
        tri_moved_on(t, moved);
    }
}

void tri_request_tell_done(struct tri_thread *t, uint64_t holder, uint64_t ref)
{
    struct tr_msg *done = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_CALL_DONE, 0);
    if (done != NULL) {
        done->ref = ref;
        tri_deliver(t, (uint32_t)(holder >> 32), (uint32_t)holder, done);
    }
}

void tri_request_forsake(struct tri_thread *t, struct tr_self *self)
{
    const struct tri_wait *wait = self->wait;
    if (wait != NULL && wait->what == TRI_WAIT_REPLY && wait->target != 0 && !wait->done &&
        tri_request_find(self, wait->request) == NULL) {
        tri_request_tell_done(t, wait->target, wait->request);
    }
}

tr_err tri_reply_outcome(const struct tr_msg *reply)
{
    if ((reply->flags & TRI_FLAG_FAILED) == 0) {
        return TR_OK;
    }
    const struct tri_reason *reason = (const void *)(reply + 1);
    if (reason->public.tag == TR_EXIT_NONE) {
        return (tr_err)reason->public.code; // the runtime's answer, not an actor's end
    }
    return reason->public.tag == TR_EXIT_NOPROC ? TR_ENOPROC : TR_EEXITED;
}

void tri_reply_forget(struct tri_thread *t, struct tr_self *self)
{
    if (self->reply != NULL) {
        tri_mailbox_free(&self->box, tri_blocks_here(t), self->reply);
        self->reply = NULL;
    }
}
