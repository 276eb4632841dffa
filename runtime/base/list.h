// SPDX-License-Identifier: MIT
// A doubly linked list whose links live inside the things listed.
//
// Purpose: queues and sets with O(1) removal of any member and no memory of their own.
// Invariants: a list is a ring through its root. A link with next == NULL is in no list: links
//   start zeroed, and leaving a list zeroes them again.
// Threads: none of its own; the owner of the list only. Ownership: members belong to the caller.
#ifndef TRI_BASE_LIST_H
#define TRI_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct tri_link {
    struct tri_link *prev;
    struct tri_link *next;
};

struct tri_list {
    struct tri_link root; // root.next is the first member, root.prev the last
};

// The object of the given type whose member is at pointer.
#define TRI_CONTAINER_OF(pointer, type, member)                                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

static inline void tri_list_init(struct tri_list *list)
{
    list->root.prev = &list->root;
    list->root.next = &list->root;
}

static inline bool tri_list_empty(const struct tri_list *list)
{
    return list->root.next == &list->root;
}

static inline bool tri_link_listed(const struct tri_link *link)
{
    return link->next != NULL;
}

static inline void tri_list_insert(struct tri_link *before, struct tri_link *link)
{
    link->prev = before->prev;
    link->next = before;
    before->prev->next = link;
    before->prev = link;
}

static inline void tri_list_push_back(struct tri_list *list, struct tri_link *link)
{
    tri_list_insert(&list->root, link);
}

static inline void tri_list_push_front(struct tri_list *list, struct tri_link *link)
{
    tri_list_insert(list->root.next, link);
}

// The link must be in a list.
static inline void tri_list_remove(struct tri_link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->prev = NULL;
    link->next = NULL;
}

// The first member, or NULL.
static inline struct tri_link *tri_list_first(const struct tri_list *list)
{
    return tri_list_empty(list) ? NULL : list->root.next;
}

// The member after this one, or NULL.
static inline struct tri_link *tri_list_next(const struct tri_list *list,
                                             const struct tri_link *link)
{
    return link->next == &list->root ? NULL : link->next;
}

// Takes the first member out; NULL when there is none.
static inline struct tri_link *tri_list_pop_front(struct tri_list *list)
{
    struct tri_link *link = tri_list_first(list);

    if (link != NULL) {
        tri_list_remove(link);
    }
    return link;
}

// Moves all members of one list behind those of another, in order.
static inline void tri_list_append(struct tri_list *to, struct tri_list *from)
{
    if (tri_list_empty(from)) {
        return;
    }
    from->root.next->prev = to->root.prev;
    from->root.prev->next = &to->root;
    to->root.prev->next = from->root.next;
    to->root.prev = from->root.prev;
    tri_list_init(from);
}

#endif
