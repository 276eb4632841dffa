// SPDX-License-Identifier: MIT
#include "mailbox/drop.h"

static struct tr_msg *msg_of(struct tri_locked_node *node)
{
    return (struct tr_msg *)(void *)node;
}

// The private part as the search sees it.
static void show_private(struct tri_mailbox *box)
{
    const struct tri_locked *list = &box->locked->list;
    box->first = list->first == list->fresh ? NULL : msg_of(list->first);
    box->last = msg_of(tri_locked_private_last(list));
}

static bool charged(const struct tri_limits *limits, const struct tr_msg *msg)
{
    return (msg->flags & TRI_FLAG_CREDITED) != 0 && msg->to_generation == limits->generation &&
           limits->drops_oldest;
}

static bool droppable(const struct tri_locked_node *node, const void *limits)
{
    return charged(limits, (const struct tr_msg *)(const void *)node);
}

// Whether more waits than the bound allows, what is in the owner's hand not counted.
static bool over(const struct tri_limits *limits)
{
    const struct tr_msg *pinned = (const void *)limits->list.pinned;
    bool in_hand = pinned != NULL && charged(limits, pinned);
    uint64_t bytes = limits->used_bytes - (in_hand ? pinned->bytes : 0);
    return limits->used - (in_hand ? 1 : 0) > limits->capacity || bytes > limits->bytes_max;
}

// Takes a node out of the list; the cursor moves on.
static void unlink_node(struct tri_mailbox *box, struct tri_locked_node *node)
{
    struct tri_locked *list = &box->locked->list;
    if (box->cursor == msg_of(node)) {
        struct tri_locked_node *next = tri_locked_next(node);
        box->cursor = next == list->fresh ? NULL : msg_of(next);
    }
    tri_locked_unlink(list, node);
}

static struct tr_msg *trim(struct tri_mailbox *box)
{
    struct tri_limits *limits = box->locked;
    struct tr_msg *dropped = NULL;
    while (over(limits)) {
        struct tri_locked_node *node = tri_locked_victim(&limits->list, droppable, limits);
        unlink_node(box, node);
        tri_limits_discharge(limits, msg_of(node)->bytes);
        // relaxed: out of the list.
        tri_store(&node->link.x_next, dropped == NULL ? NULL : &dropped->node, relaxed);
        dropped = msg_of(node);
        // relaxed: guarded by the lock. release [depth]: pairs with tri_mailbox_depth.
        tri_store(&limits->x_dropped, tri_load(&limits->x_dropped, relaxed) + 1, release);
    }
    if (dropped != NULL) { // else the owner may be looking: it alone changes the private part
        show_private(box);
    }
    return dropped;
}

bool tri_drop_push(struct tri_mailbox *box, struct tr_msg *msg, struct tr_msg **dropped)
{
    struct tri_limits *limits = box->locked;
    tri_lock_acquire(limits->lock);
    if (charged(limits, msg)) {
        tri_limits_charge(limits, msg->bytes);
    }
    bool idle = tri_locked_push(&limits->list, &msg->chain);
    *dropped = trim(box);
    tri_lock_release(limits->lock);
    return idle;
}

// What is in the owner's hand is beside the bound.
static void take_out(struct tri_mailbox *box, struct tr_msg *msg)
{
    unlink_node(box, &msg->chain);
    if (charged(box->locked, msg)) {
        tri_limits_discharge(box->locked, msg->bytes);
    }
}

static bool stays(const struct tri_limits *limits, const struct tr_msg *msg)
{
    return msg->to_generation == limits->live &&
           (msg->kind == TRI_KIND_SEND || msg->kind == TRI_KIND_CALL);
}

struct tr_msg *tri_drop_drain(struct tri_mailbox *box)
{
    struct tri_limits *limits = box->locked;
    tri_lock_acquire(limits->lock);
    struct tr_msg *msg = msg_of(tri_locked_drain(&limits->list));
    while (msg != NULL && stays(limits, msg)) {
        msg->arrival = ++box->arrival;
        msg = msg_of(tri_locked_drain(&limits->list));
    }
    if (msg != NULL) {
        take_out(box, msg);
    }
    show_private(box);
    tri_lock_release(limits->lock);
    return msg;
}

void tri_drop_append(struct tri_mailbox *box, struct tr_msg *msg)
{
    tri_lock_acquire(box->locked->lock);
    msg->arrival = ++box->arrival;
    tri_locked_insert(&box->locked->list, &msg->chain);
    if (charged(box->locked, msg)) {
        tri_limits_charge(box->locked, msg->bytes);
    }
    show_private(box);
    tri_lock_release(box->locked->lock);
}

void tri_drop_take(struct tri_mailbox *box, struct tr_msg *msg)
{
    struct tri_limits *limits = box->locked;
    tri_lock_acquire(limits->lock);
    take_out(box, msg);
    show_private(box);
    tri_lock_release(limits->lock);
    tri_mailbox_count_taken(box);
}

// It stays pinned until the handler is done with it.
void tri_drop_put_back(struct tri_mailbox *box, struct tr_msg *msg)
{
    struct tri_limits *limits = box->locked;
    tri_lock_acquire(limits->lock);
    struct tr_msg *older = tri_mailbox_older(box, msg);
    struct tri_locked_node *younger =
        older == NULL ? limits->list.first : tri_locked_next(&older->chain);
    tri_locked_join(&limits->list, older == NULL ? NULL : &older->chain, &msg->chain, younger);
    if (charged(limits, msg)) {
        tri_limits_charge(limits, msg->bytes);
    }
    limits->list.pinned = &msg->chain;
    show_private(box);
    tri_lock_release(limits->lock);
    tri_mailbox_count_back(box);
}

bool tri_drop_idle(struct tri_mailbox *box)
{
    struct tri_limits *limits = box->locked;
    tri_lock_acquire(limits->lock);
    bool idle = tri_locked_idle(&limits->list);
    tri_lock_release(limits->lock);
    return idle;
}

struct tr_msg *tri_drop_pin(struct tri_mailbox *box, struct tr_msg *msg)
{
    box->locked->list.pinned = msg == NULL ? NULL : &msg->chain;
    return trim(box);
}

void tri_drop_live(struct tri_mailbox *box, uint32_t generation)
{
    tri_lock_acquire(box->locked->lock);
    box->locked->live = generation;
    tri_lock_release(box->locked->lock);
}
