// SPDX-License-Identifier: MIT
#include "children.h"

#include <string.h>

#define FIRST_BUCKETS 16

static size_t hash_id(const char *id)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (; *id != '\0'; id++) {
        value = (value ^ (unsigned char)*id) * UINT64_C(1099511628211);
    }
    return (size_t)(value ^ (value >> 32));
}

static struct tri_child **id_bucket(const struct tri_children *children, const char *id)
{
    return &children->by_id[hash_id(id) & (children->bucket_count - 1)];
}

// Slots of actors that live at the same time differ, so the low bits are spread well enough.
static struct tri_child **pid_bucket(const struct tri_children *children, tr_pid pid)
{
    return &children->by_pid[pid.slot & (children->bucket_count - 1)];
}

static void put_into_buckets(struct tri_children *children, struct tri_child *child)
{
    struct tri_child **bucket = id_bucket(children, child->spec->id);
    child->next_same_id = *bucket;
    *bucket = child;
    if (child->state == TRI_CHILD_RUNNING) {
        bucket = pid_bucket(children, child->pid);
        child->next_same_pid = *bucket;
        *bucket = child;
    }
}

static struct tri_child **new_buckets(tr_self *self, size_t count)
{
    struct tri_child **buckets = tr_alloc(self, count * sizeof(struct tri_child *));
    for (size_t i = 0; i < count; i++) {
        buckets[i] = NULL;
    }
    return buckets;
}

static void use_buckets(tr_self *self, struct tri_children *children, size_t count)
{
    children->by_id = new_buckets(self, count);
    children->by_pid = new_buckets(self, count);
    children->bucket_count = count;
    for (struct tri_child *child = children->first; child != NULL; child = child->next) {
        put_into_buckets(children, child);
    }
}

static void grow(tr_self *self, struct tri_children *children)
{
    struct tri_children old = *children;
    use_buckets(self, children, 2 * old.bucket_count);
    tr_free(self, old.by_id, old.bucket_count * sizeof(struct tri_child *));
    tr_free(self, old.by_pid, old.bucket_count * sizeof(struct tri_child *));
}

void tri_children_init(tr_self *self, struct tri_children *children)
{
    memset(children, 0, sizeof *children);
    use_buckets(self, children, FIRST_BUCKETS);
}

struct tri_child *tri_children_add(tr_self *self, struct tri_children *children,
                                   const struct tri_packed_child *spec)
{
    struct tri_child *child = tr_alloc(self, sizeof *child);
    *child = (struct tri_child){ .previous = children->last, .state = TRI_CHILD_STOPPED };
    child->spec = tr_alloc(self, spec->bytes);
    memcpy(child->spec, spec, spec->bytes);
    if (children->last == NULL) {
        children->first = child;
    } else {
        children->last->next = child;
    }
    children->last = child;
    children->count++;
    if (children->count > children->bucket_count) {
        grow(self, children);
    } else {
        put_into_buckets(children, child);
    }
    return child;
}

void tri_children_remove(tr_self *self, struct tri_children *children, struct tri_child *child)
{
    struct tri_child **at = id_bucket(children, child->spec->id);
    while (*at != child) {
        at = &(*at)->next_same_id;
    }
    *at = child->next_same_id;
    if (child->previous == NULL) {
        children->first = child->next;
    } else {
        child->previous->next = child->next;
    }
    if (child->next == NULL) {
        children->last = child->previous;
    } else {
        child->next->previous = child->previous;
    }
    children->count--;
    tr_free(self, child->spec, child->spec->bytes);
    tr_free(self, child, sizeof *child);
}

struct tri_child *tri_children_find(const struct tri_children *children, const char *id)
{
    struct tri_child *child = *id_bucket(children, id);
    while (child != NULL && strcmp(child->spec->id, id) != 0) {
        child = child->next_same_id;
    }
    return child;
}

struct tri_child *tri_children_find_pid(const struct tri_children *children, tr_pid pid)
{
    struct tri_child *child = *pid_bucket(children, pid);
    while (child != NULL && !tr_pid_equal(child->pid, pid)) {
        child = child->next_same_pid;
    }
    return child;
}

void tri_children_set_running(struct tri_children *children, struct tri_child *child, tr_pid pid)
{
    struct tri_child **bucket = pid_bucket(children, pid);
    child->state = TRI_CHILD_RUNNING;
    child->pid = pid;
    child->next_same_pid = *bucket;
    *bucket = child;
}

void tri_children_set_idle(struct tri_children *children, struct tri_child *child,
                           enum tri_child_state state)
{
    if (child->state == TRI_CHILD_RUNNING) {
        struct tri_child **at = pid_bucket(children, child->pid);
        while (*at != child) {
            at = &(*at)->next_same_pid;
        }
        *at = child->next_same_pid;
        child->pid = tr_no_pid();
    }
    child->state = state;
}

void tri_children_let_go(tr_self *self, struct tri_children *children, struct tri_child *child)
{
    tri_children_set_idle(children, child, TRI_CHILD_STOPPED);
    if (child->spec->restart == TR_TEMPORARY) {
        tri_children_remove(self, children, child);
    }
}
