// SPDX-License-Identifier: MIT
#include "process/holding.h"

struct entry {
    struct tri_tree_node tree;
    struct tr_blob *blob;
    uint32_t count;
};

static struct entry *entry_of(struct tri_tree_node *node)
{
    return (struct entry *)(void *)node;
}

static void add_to_charge(struct tr_self *self, size_t bytes)
{
    // relaxed: a statistic with one writer.
    size_t charged = tri_load(&self->x_blob_bytes, relaxed);
    tri_store(&self->x_blob_bytes, charged + bytes, relaxed);
}

tr_err tri_hold(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob)
{
    if (!tri_heap_charge(&self->heap, blob->bytes)) {
        return TR_ELIMIT;
    }
    struct entry *entry = tri_heap_alloc(&self->heap, tri_blocks_here(t), sizeof *entry);
    if (entry == NULL) {
        tri_heap_discharge(&self->heap, blob->bytes);
        return TR_ENOMEM;
    }
    *entry = (struct entry){ .tree.key = blob->id, .blob = blob, .count = 1 };
    (void)tri_tree_insert(&self->blobs, &entry->tree);
    add_to_charge(self, blob->bytes);
    return TR_OK;
}

tr_err tri_hold_more(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob)
{
    struct tri_tree_node *node = tri_tree_find(&self->blobs, blob->id);
    if (node != NULL) {
        entry_of(node)->count++;
        return TR_OK;
    }
    tr_err err = tri_hold(t, self, blob);
    if (err == TR_OK) {
        tri_blob_ref(blob);
    }
    return err;
}

static void remove_entry(struct tri_thread *t, struct tr_self *self, struct entry *entry)
{
    struct tr_blob *blob = entry->blob;
    (void)tri_tree_remove(&self->blobs, entry->tree.key);
    tri_heap_free(&self->heap, tri_blocks_here(t), entry, sizeof *entry);
    tri_heap_discharge(&self->heap, blob->bytes);
    add_to_charge(self, 0 - blob->bytes);
    tri_blob_unref(tri_blocks_here(t), blob);
}

bool tri_hold_less(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob)
{
    struct tri_tree_node *node = tri_tree_find(&self->blobs, blob->id);
    if (node != NULL && --entry_of(node)->count == 0) {
        remove_entry(t, self, entry_of(node));
    }
    return node != NULL;
}

void tri_hold_nothing(struct tri_thread *t, struct tr_self *self)
{
    for (struct tri_tree_node *node = tri_tree_first(&self->blobs); node != NULL;
         node = tri_tree_first(&self->blobs)) {
        remove_entry(t, self, entry_of(node));
    }
}
