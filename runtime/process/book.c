// SPDX-License-Identifier: MIT
#include "process/book.h"

#include <string.h>

#include "port/point.h"
#include "process/batch.h"
#include "process/block.h"
#include "process/deliver.h"
#include "process/waits.h"

static bool handles(const struct tr_self *self, uint64_t ref)
{
    const struct tr_msg *current = self->current;
    return current != NULL && current->kind == TRI_KIND_CALL && current->ref == ref;
}

struct tr_msg *tri_book_find(const struct tr_self *self, tr_from from)
{
    if (handles(self, from.ref_id)) {
        return self->answered ? NULL : self->current;
    }
    struct tri_tree_node *node = tri_tree_find(&self->calls, from.ref_id);
    return node == NULL ? NULL : tri_msg_of_tree(node);
}

void tri_book_enter(struct tr_self *self, struct tr_msg *request)
{
    struct tri_lock *watched = self->system->detect_cycles ? &self->system->waits.lock : NULL;
    request->tree.key = request->ref;
    if (watched != NULL) {
        tri_lock_acquire(watched);
    }
    (void)tri_tree_insert(&self->calls, &request->tree);
    if (watched != NULL) {
        tri_lock_release(watched);
    }
}

static struct tri_tree_node *take_out(struct tr_self *self, uint64_t ref)
{
    if (!self->system->detect_cycles) {
        return tri_tree_remove(&self->calls, ref);
    }
    tri_lock_acquire(&self->system->waits.lock);
    struct tri_tree_node *node = tri_tree_remove(&self->calls, ref);
    tri_lock_release(&self->system->waits.lock);
    return node;
}

void tri_book_settle(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    if (handles(self, ref)) {
        self->answered = true;
        return;
    }
    struct tri_tree_node *node = take_out(self, ref);
    struct tr_msg *request = node == NULL ? NULL : tri_msg_of_tree(node);
    if (request != NULL && tri_batch_holds(self, request)) {
        tri_batch_add(self, request);
    } else if (request != NULL) {
        tri_msg_release(tri_blocks_here(t), request);
    }
}

// What is kept of callers that gave up is forgotten.
static void forget_given_up(struct tri_thread *t, struct tr_self *self)
{
    for (struct tri_tree_node *node = tri_tree_first(&self->given_up); node != NULL;
         node = tri_tree_first(&self->given_up)) {
        (void)tri_tree_remove(&self->given_up, node->key);
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(node));
    }
    self->given_up_count = 0;
}

static void mark_given_up(struct tr_self *self)
{
    for (struct tr_msg *msg = self->box.first; msg != NULL;
         msg = tri_mailbox_next(&self->box, msg)) {
        if (msg->kind == TRI_KIND_CALL && tri_tree_find(&self->given_up, msg->ref) != NULL) {
            msg->flags |= TRI_FLAG_GIVEN_UP;
        }
    }
}

// The same in a list under a lock, which is short, and from which requests may be dropped.
static void mark_in_list(struct tr_self *self, uint64_t ref)
{
    tri_mailbox_look(&self->box);
    struct tr_msg *msg = self->box.first;
    while (msg != NULL && (msg->kind != TRI_KIND_CALL || msg->ref != ref)) {
        msg = tri_mailbox_next(&self->box, msg);
    }
    if (msg != NULL) {
        msg->flags |= TRI_FLAG_GIVEN_UP;
    }
    tri_mailbox_looked(&self->box);
}

void tri_book_done(struct tri_thread *t, struct tr_self *self, struct tr_msg *done)
{
    if (handles(self, done->ref)) {
        self->answered = true; // it need not go into the book
    } else if (tri_tree_find(&self->calls, done->ref) != NULL) {
        tri_book_settle(t, self, done->ref);
    } else if (self->box.locked != NULL) {
        mark_in_list(self, done->ref);
    } else if (self->box.length != 0) {
        done->tree.key = done->ref;
        if (tri_tree_insert(&self->given_up, &done->tree)) {
            self->given_up_count++;
            done = NULL;
        }
    }
    if (done != NULL) {
        tri_msg_release(tri_blocks_here(t), done);
    }
    if (self->given_up_count > self->box.length) {
        mark_given_up(self);
        forget_given_up(t, self);
    }
}

void tri_book_taken_slowly(struct tri_thread *t, struct tr_self *self, struct tr_msg *request)
{
    struct tri_tree_node *done = tri_tree_remove(&self->given_up, request->ref);
    if (done != NULL) {
        self->given_up_count--;
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(done));
        request->flags |= TRI_FLAG_GIVEN_UP;
    }
    self->answered = (request->flags & TRI_FLAG_GIVEN_UP) != 0;
}

// Credit of a living receiver; a dead one needs none.
static tr_err take_room(struct tr_self *to, struct tr_msg *msg)
{
    switch (tri_block_take(to, msg->to_generation, msg->bytes)) {
    case TRI_BOUND_FULL:
    case TRI_BOUND_WAIT:
    case TRI_BOUND_DROPS:
        return TR_EFULL;
    case TRI_BOUND_TOO_BIG:
        return TR_ELIMIT;
    case TRI_BOUND_TAKEN:
        msg->flags |= TRI_FLAG_CREDITED;
        break;
    case TRI_BOUND_FREE:
    case TRI_BOUND_STALE:
        break;
    default:
        return TR_EFULL;
    }
    return TR_OK;
}

static struct tr_msg *copy_request(struct tri_thread *t, struct tr_msg *request)
{
    struct tr_msg *copy = tri_msg_alloc_roomy(tri_blocks_here(t), TRI_KIND_CALL, request->bytes);
    if (copy != NULL) {
        memcpy(tri_body(copy), tri_body(request), request->bytes);
        copy->type = request->type;
        copy->from_slot = request->from_slot;
        copy->from_generation = request->from_generation;
        copy->ref = request->ref;
        copy->spare = request->spare;
    }
    return copy;
}

static bool closes_cycle(struct tri_thread *t, const struct tr_msg *request, tr_pid to)
{
    return t->system->detect_cycles &&
           tri_waits_move(&t->system->waits, tri_key(request->from_slot, request->from_generation),
                          request->ref, tri_key(to.slot, to.generation));
}

// Nothing is changed on an error.
static tr_err may_pass(struct tri_thread *t, const struct tr_self *self, struct tr_msg *copy,
                       tr_pid to)
{
    struct tr_self *receiver = tri_actor_at(t->system, to.slot);
    copy->to_generation = to.generation;
    if (closes_cycle(t, copy, to)) {
        return TR_EDEADLK;
    }
    tr_err err = receiver == NULL ? TR_OK : take_room(receiver, copy);
    if (err != TR_OK) {
        (void)closes_cycle(t, copy, tri_actor_pid(self)); // as before; who runs closes none
    }
    return err;
}

// The request first: a caller that hears of its new holder may give up there at once.
static tr_err pass_copy(struct tri_thread *t, const struct tr_self *self, struct tr_msg *copy,
                        struct tr_msg *moved, tr_pid to)
{
    tr_pid caller = tri_pid_make(t->system, copy->from_slot, copy->from_generation);
    tr_err err = may_pass(t, self, copy, to);
    if (err == TR_OK) {
        copy->flags |= TRI_FLAG_COUNTED;
        moved->ref = copy->ref;
        moved->from_slot = to.slot;
        moved->from_generation = to.generation;
        tri_deliver(t, to.slot, to.generation, copy);
        tri_deliver(t, caller.slot, caller.generation, moved);
    }
    return err;
}
static tr_err pass_watched(struct tri_thread *t, const struct tr_self *self, struct tr_msg *copy,
                           struct tr_msg *moved, tr_pid to)
{
    if (!t->system->detect_cycles) {
        return pass_copy(t, self, copy, moved, to);
    }
    tri_lock_acquire(&t->system->waits.lock);
    tr_err err = pass_copy(t, self, copy, moved, to);
    tri_lock_release(&t->system->waits.lock);
    return err;
}

tr_err tri_book_pass(struct tri_thread *t, struct tr_self *self, struct tr_msg *request, tr_pid to)
{
    struct tr_msg *moved = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_MOVED, 0);
    struct tr_msg *copy = copy_request(t, request);
    uint64_t ref = request->ref;
    tr_err err = TR_ENOMEM;
    TRI_COUNT(t, x_attempted);
    tri_point(TRI_POINT_SEND);
    if (moved != NULL && copy != NULL) {
        err = pass_watched(t, self, copy, moved, to);
    }
    if (err == TR_OK) {
        tri_book_settle(t, self, ref);
        return TR_OK;
    }
    TRI_COUNT(t, x_refused);
    if (moved != NULL) {
        tri_msg_release(tri_blocks_here(t), moved);
    }
    if (copy != NULL) {
        tri_msg_release(tri_blocks_here(t), copy);
    }
    return err;
}

void tri_book_end(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    forget_given_up(t, self);
    for (struct tri_tree_node *node = tri_tree_first(&self->calls); node != NULL;
         node = tri_tree_first(&self->calls)) {
        (void)tri_tree_remove(&self->calls, node->key);
        tri_reply_failed(t, tri_msg_of_tree(node), reason);
    }
}
