// SPDX-License-Identifier: MIT
#include "mailbox/index.h"

#include <string.h>

#include "base/hash.h"
#include "port/memory.h"

struct queue {
    uint32_t type; // 0: free place
    struct tr_msg *first;
    struct tr_msg *last;
};

struct tri_index {
    uint32_t places; // a power of two, at least twice the types in use
    uint32_t used;
    struct queue queues[];
};

static struct queue *find(struct tri_index *index, uint32_t type)
{
    uint32_t place = (uint32_t)tri_hash_u64(type) & (index->places - 1);
    while (index->queues[place].type != 0 && index->queues[place].type != type) {
        place = (place + 1) & (index->places - 1);
    }
    return &index->queues[place];
}

static size_t size_of(uint32_t places)
{
    return sizeof(struct tri_index) + places * sizeof(struct queue);
}

static struct tri_index *make(uint32_t places)
{
    struct tri_index *index = tri_memory_alloc_zero(size_of(places));
    if (index != NULL) {
        index->places = places;
    }
    return index;
}

// Doubles the table; false without memory.
static bool grow(struct tri_mailbox *box)
{
    struct tri_index *old = box->index;
    struct tri_index *bigger = make(old->places * 2);
    if (bigger == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < old->places; i++) {
        if (old->queues[i].type != 0 && old->queues[i].first != NULL) {
            *find(bigger, old->queues[i].type) = old->queues[i];
            bigger->used++;
        }
    }
    box->index = bigger;
    tri_memory_free(old, size_of(old->places));
    return true;
}

void tri_index_add(struct tri_mailbox *box, struct tr_msg *msg)
{
    struct queue *queue = find(box->index, msg->type);
    if (queue->type == 0) {
        if (2 * (box->index->used + 1) > box->index->places) {
            if (!grow(box)) {
                tri_index_drop(box);
                return;
            }
            queue = find(box->index, msg->type);
        }
        queue->type = msg->type;
        box->index->used++;
    }
    msg->same = NULL;
    msg->flags |= TRI_FLAG_INDEXED;
    if (queue->first == NULL) {
        queue->first = msg;
    } else {
        queue->last->same = msg;
    }
    queue->last = msg;
}

// Taking the oldest of its type is O(1); a receive by sender or predicate may take from the middle.
void tri_index_remove(struct tri_mailbox *box, struct tr_msg *msg)
{
    struct queue *queue = find(box->index, msg->type);
    msg->flags &= (uint8_t)~TRI_FLAG_INDEXED;
    if (queue->first == msg) {
        queue->first = msg->same;
    } else {
        struct tr_msg *before = queue->first;
        while (before->same != msg) {
            before = before->same;
        }
        before->same = msg->same;
        if (queue->last == msg) {
            queue->last = before;
        }
    }
    if (box->length == 1) {
        tri_index_drop(box);
    }
}

bool tri_index_build(struct tri_mailbox *box)
{
    box->index = make(16);
    for (struct tr_msg *msg = box->first; msg != NULL && box->index != NULL;
         msg = tri_mailbox_next(box, msg)) {
        tri_index_add(box, msg);
    }
    return box->index != NULL;
}

void tri_index_drop(struct tri_mailbox *box)
{
    if (box->index == NULL) {
        return;
    }
    for (struct tr_msg *msg = box->first; msg != NULL; msg = tri_mailbox_next(box, msg)) {
        msg->flags &= (uint8_t)~TRI_FLAG_INDEXED;
    }
    tri_memory_free(box->index, size_of(box->index->places));
    box->index = NULL;
}

struct tr_msg *tri_index_first(const struct tri_mailbox *box, uint32_t type)
{
    return find(box->index, type)->first;
}
