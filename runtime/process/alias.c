// SPDX-License-Identifier: MIT
#include "process/alias.h"

#include "process/block.h"
#include "process/dead.h"
#include "process/relation.h"

struct alias_body {
    struct tr_msg *watch;
};

static struct alias_body *body_of(struct tr_msg *record)
{
    return tri_body(record);
}

struct tr_msg *tri_alias_record(struct tri_thread *t, uint64_t ref, tr_alias_mode mode,
                                struct tr_msg *watch)
{
    struct tr_msg *record =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_ALIAS, sizeof(struct alias_body));
    if (record != NULL) {
        record->flags = TRI_FLAG_ACTIVE;
        record->ref = ref;
        record->spare = mode;
        record->tree.key = ref;
        body_of(record)->watch = watch;
    }
    return record;
}

// The record of an alias that is on; NULL if there is none.
static struct tr_msg *find_active(struct tr_self *self, uint64_t ref)
{
    struct tri_tree_node *node = tri_tree_find(&self->monitors, ref);
    struct tr_msg *record = node == NULL ? NULL : tri_msg_of_tree(node);
    return record != NULL && record->kind == TRI_KIND_ALIAS &&
                   (record->flags & TRI_FLAG_ACTIVE) != 0
               ? record
               : NULL;
}

// The record goes when it is neither an alias nor a watch any more.
static void tidy_up(struct tri_thread *t, struct tr_self *self, struct tr_msg *record)
{
    if ((record->flags & TRI_FLAG_ACTIVE) == 0 && body_of(record)->watch == NULL) {
        (void)tri_tree_remove(&self->monitors, record->tree.key);
        tri_msg_release(tri_blocks_here(t), record);
    }
}

static void drop(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if ((msg->flags & TRI_FLAG_CREDITED) != 0) {
        tri_block_return(t, self, msg);
    }
    tri_dead(t, TR_DEAD_ALIAS_OFF, tri_actor_pid(self), msg);
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
}

void tri_on_aliased(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tr_msg *record = find_active(self, msg->ref);
    if (record == NULL) {
        drop(t, self, msg);
        return;
    }
    msg->kind = TRI_KIND_SEND;
    tri_mailbox_append(&self->box, msg);
    if (record->spare == TR_ALIAS_REPLY) {
        record->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
        if (!tri_monitor_end(t, self, msg->ref)) {
            tidy_up(t, self, record);
        }
    }
}

bool tri_alias_off(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    struct tr_msg *record = find_active(self, ref);
    if (record == NULL) {
        return false;
    }
    record->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
    tidy_up(t, self, record);
    return true;
}

struct tr_msg *tri_alias_take_watch(struct tri_thread *t, struct tr_self *self,
                                    struct tr_msg *record)
{
    struct tr_msg *watch = body_of(record)->watch;
    if (watch == NULL) {
        return NULL;
    }
    body_of(record)->watch = NULL;
    if (record->spare != TR_ALIAS_EXPLICIT) {
        record->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
    }
    tidy_up(t, self, record);
    return watch;
}

struct tr_msg *tri_alias_watch(struct tr_msg *record)
{
    return body_of(record)->watch;
}

struct tr_msg *tri_alias_fini(struct tri_thread *t, struct tr_msg *record)
{
    struct tr_msg *watch = body_of(record)->watch;
    tri_msg_release(tri_blocks_here(t), record);
    return watch;
}
