// SPDX-License-Identifier: MIT
#include "process/relation.h"

#include <string.h>

#include "process/alias.h"
#include "process/deliver.h"

static uint64_t sender_key(const struct tr_msg *msg)
{
    return tri_key(msg->from_slot, msg->from_generation);
}

struct tr_msg *tri_link_half(struct tri_thread *t, tr_pid owner, uint64_t peer)
{
    struct tr_msg *half =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_LINK, sizeof(struct tri_exited_body));
    if (half != NULL) {
        half->flags = TRI_FLAG_ACTIVE;
        half->from_slot = owner.slot;
        half->from_generation = owner.generation;
        half->spare = 0;
        half->tree.key = peer;
    }
    return half;
}

struct tr_msg *tri_monitor_record(struct tri_thread *t, uint64_t ref, uint64_t target)
{
    struct tr_msg *record = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_DEMONITOR, 0);
    if (record != NULL) {
        record->ref = ref;
        record->from_slot = (uint32_t)(target >> 32);
        record->from_generation = (uint32_t)target;
        record->tree.key = ref;
    }
    return record;
}

struct tr_msg *tri_watch_record(struct tri_thread *t, tr_pid watcher, tr_ref ref, const char *name)
{
    size_t name_bytes = name == NULL ? 0 : strlen(name) + 1;
    struct tr_msg *record = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_MONITOR,
                                          (uint32_t)(sizeof(struct tri_down_body) + name_bytes));
    if (record != NULL) {
        struct tri_down_body *body = tri_body(record);
        body->public.name = name == NULL ? NULL : memcpy(body + 1, name, name_bytes);
        record->ref = ref.id;
        record->spare = ref.mark;
        record->from_slot = watcher.slot;
        record->from_generation = watcher.generation;
        record->tree.key = ref.id;
    }
    return record;
}

void tri_on_link(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    msg->tree.key = sender_key(msg);
    msg->flags |= TRI_FLAG_ACTIVE;
    if (!tri_tree_insert(&self->links, &msg->tree)) {
        tri_msg_release(tri_blocks_here(t), msg);
    }
}

void tri_on_unlink(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_tree_node *half = tri_tree_find(&self->links, sender_key(msg));
    uint32_t slot = msg->from_slot;
    uint32_t generation = msg->from_generation;
    if (half != NULL && (tri_msg_of_tree(half)->flags & TRI_FLAG_ACTIVE) != 0) {
        (void)tri_tree_remove(&self->links, half->key);
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(half));
    }
    msg->kind = TRI_KIND_UNLINK_ACK;
    msg->from_slot = self->index;
    msg->from_generation = self->generation;
    tri_deliver(t, slot, generation, msg);
}

void tri_on_unlink_ack(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_tree_node *node = tri_tree_find(&self->links, sender_key(msg));
    struct tr_msg *half = node == NULL ? NULL : tri_msg_of_tree(node);
    if (half != NULL && (half->flags & TRI_FLAG_ACTIVE) == 0 && half->spare == msg->spare) {
        (void)tri_tree_remove(&self->links, node->key);
        tri_msg_release(tri_blocks_here(t), half);
    }
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
}

void tri_on_monitor(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    (void)t;
    msg->tree.key = msg->ref;
    (void)tri_tree_insert(&self->watchers, &msg->tree);
}

void tri_on_demonitor(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_tree_node *record = tri_tree_remove(&self->watchers, msg->ref);
    if (record != NULL) {
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(record));
    }
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
}

bool tri_link_fired(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg)
{
    struct tri_tree_node *node = tri_tree_find(&self->links, sender_key(msg));
    struct tr_msg *half = node == NULL ? NULL : tri_msg_of_tree(node);
    if (half == NULL || (half->flags & TRI_FLAG_ACTIVE) == 0) {
        return false;
    }
    (void)tri_tree_remove(&self->links, node->key);
    tri_msg_release(tri_blocks_here(t), half);
    return true;
}

// Takes the record of a pending watch out; NULL if there is none.
static struct tr_msg *take_watch(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    struct tri_tree_node *node = tri_tree_find(&self->monitors, ref);
    struct tr_msg *record = node == NULL ? NULL : tri_msg_of_tree(node);
    if (record != NULL && record->kind == TRI_KIND_ALIAS) {
        return tri_alias_take_watch(t, self, record);
    }
    if (record != NULL) {
        (void)tri_tree_remove(&self->monitors, ref);
    }
    return record;
}

bool tri_monitor_fired(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg)
{
    struct tr_msg *record = take_watch(t, self, msg->ref);
    if (record == NULL) {
        return false;
    }
    tri_msg_release(tri_blocks_here(t), record);
    return true;
}

// Sends the record of a watch to the watched actor, which forgets its own.
static void send_demonitor(struct tri_thread *t, struct tr_self *self, uint32_t own_generation,
                           struct tr_msg *record)
{
    uint32_t slot = record->from_slot;
    uint32_t generation = record->from_generation;
    record->from_slot = self->index;
    record->from_generation = own_generation;
    if (slot == 0) {
        tri_msg_release(tri_blocks_here(t), record); // of a name that nobody had
    } else {
        tri_deliver(t, slot, generation, record);
    }
}

bool tri_monitor_end(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    struct tr_msg *record = take_watch(t, self, ref);
    if (record == NULL) {
        return false;
    }
    send_demonitor(t, self, self->generation, record);
    return true;
}

void tri_monitor_flush(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    tri_mailbox_look(&self->box);
    struct tr_msg *msg = self->box.first;
    while (msg != NULL && (msg->kind != TRI_KIND_DOWN || msg->ref != ref)) {
        msg = tri_mailbox_next(&self->box, msg);
    }
    tri_mailbox_looked(&self->box); // a notice is never dropped
    if (msg != NULL) {
        tri_mailbox_take(&self->box, msg);
        tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    }
}

void tri_link_forget(struct tri_thread *t, struct tr_self *self, uint64_t peer)
{
    struct tri_tree_node *half = tri_tree_remove(&self->links, peer);
    if (half != NULL) {
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(half));
    }
}

static void end_links(struct tri_thread *t, struct tr_self *self, tr_pid pid, tr_exit reason,
                      uint64_t silent)
{
    for (struct tri_tree_node *node = tri_tree_first(&self->links); node != NULL;
         node = tri_tree_first(&self->links)) {
        struct tr_msg *half = tri_msg_of_tree(node);
        uint64_t peer = node->key;
        (void)tri_tree_remove(&self->links, peer);
        if (peer == silent || (half->flags & TRI_FLAG_ACTIVE) == 0) {
            tri_msg_release(tri_blocks_here(t), half);
        } else {
            tri_send_exit(t, pid, half, peer, reason);
        }
    }
}

static void end_monitors(struct tri_thread *t, struct tr_self *self)
{
    for (struct tri_tree_node *node = tri_tree_first(&self->monitors); node != NULL;
         node = tri_tree_first(&self->monitors)) {
        struct tr_msg *record = tri_msg_of_tree(node);
        (void)tri_tree_remove(&self->monitors, node->key);
        if (record->kind == TRI_KIND_ALIAS) {
            record = tri_alias_fini(t, record);
        }
        if (record != NULL) {
            send_demonitor(t, self, self->dying, record);
        }
    }
}

void tri_relations_end(struct tri_thread *t, struct tr_self *self, tr_pid pid, tr_exit reason,
                       bool silent_parent)
{
    uint64_t silent = silent_parent ? tri_actor_parent(self) : 0;
    end_links(t, self, pid, reason, silent);
    for (struct tri_tree_node *node = tri_tree_first(&self->watchers); node != NULL;
         node = tri_tree_first(&self->watchers)) {
        (void)tri_tree_remove(&self->watchers, node->key);
        tri_send_down(t, pid, tri_msg_of_tree(node), reason);
    }
    end_monitors(t, self);
}
