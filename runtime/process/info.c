// SPDX-License-Identifier: MIT
#include "process/info.h"

#include "process/alias.h"
#include "process/deliver.h"

struct tr_msg *tri_info_question(struct tri_thread *t, uint32_t which, uint32_t capacity)
{
    size_t bytes = sizeof(struct tri_info) + capacity * sizeof(uint64_t);
    struct tr_msg *msg = tri_msg_alloc_roomy(tri_blocks_here(t), TRI_KIND_INFO, (uint32_t)bytes);
    if (msg != NULL) {
        *(struct tri_info *)tri_body(msg) = (struct tri_info){ which, capacity, 0 };
    }
    return msg;
}

static void add(struct tri_info *info, uint64_t key)
{
    if (info->count < info->capacity) {
        info->keys[info->count] = key;
    }
    info->count++;
}

static uint64_t other_side(const struct tr_msg *record)
{
    return tri_key(record->from_slot, record->from_generation);
}

static void add_node(struct tri_info *info, struct tri_tree_node *node)
{
    struct tr_msg *record = tri_msg_of_tree(node);
    if (info->which == TR_LINKED) {
        if ((record->flags & TRI_FLAG_ACTIVE) != 0) {
            add(info, node->key);
        }
        return;
    }
    if (record->kind == TRI_KIND_ALIAS) {
        record = tri_alias_watch(record);
    }
    if (record != NULL && record->from_slot != 0) {
        add(info, other_side(record));
    }
}

void tri_info_fill(struct tr_self *self, struct tri_info *info)
{
    const struct tri_tree *tree = info->which == TR_LINKED     ? &self->links
                                  : info->which == TR_WATCHING ? &self->monitors
                                                               : &self->watchers;
    info->count = 0;
    for (struct tri_tree_node *node = tri_tree_first(tree); node != NULL;
         node = tri_tree_next_above(tree, node->key)) {
        add_node(info, node);
    }
}

void tri_on_info(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    uint32_t slot = msg->from_slot;
    uint32_t generation = msg->from_generation;
    tri_info_fill(self, tri_body(msg));
    msg->kind = TRI_KIND_REPLY;
    msg->from_slot = self->index;
    msg->from_generation = self->generation;
    tri_deliver(t, slot, generation, msg);
}
