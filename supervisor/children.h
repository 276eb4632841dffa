// SPDX-License-Identifier: MIT
// The children of one supervisor, in the order of their specs.
//
// Purpose: walk them in both directions, find one by id or by pid in O(1).
// Invariants: ids are unique. A child is in the pid buckets exactly while it is RUNNING; its state
// and
//   pid change only through the functions below. Ids and slots are hashed; no address orders
//   anything.
// Threads: the supervisor. Ownership: all memory is of the supervisor's heap.
#ifndef TRI_SUPERVISOR_CHILDREN_H
#define TRI_SUPERVISOR_CHILDREN_H

#include "child.h"

struct tri_children {
    struct tri_child *first;
    struct tri_child *last;
    struct tri_child **by_id;  // bucket_count chains
    struct tri_child **by_pid; // bucket_count chains
    size_t bucket_count;       // a power of two
    size_t count;
};

void tri_children_init(tr_self *self, struct tri_children *children);

// Appends a stopped child with a copy of the spec. Its id must be new.
struct tri_child *tri_children_add(tr_self *self, struct tri_children *children,
                                   const struct tri_packed_child *spec);

// Takes a child that does not run out of the list and frees it.
void tri_children_remove(tr_self *self, struct tri_children *children, struct tri_child *child);

// NULL when there is none.
struct tri_child *tri_children_find(const struct tri_children *children, const char *id);
struct tri_child *tri_children_find_pid(const struct tri_children *children, tr_pid pid);

// A stopped or restarting child runs now.
void tri_children_set_running(struct tri_children *children, struct tri_child *child, tr_pid pid);

// A child does not run, or no longer; state is STOPPED or RESTARTING.
void tri_children_set_idle(struct tri_children *children, struct tri_child *child,
                           enum tri_child_state state);

// A child ended, or will not be tried again: it is stopped, and removed when it is temporary.
void tri_children_let_go(tr_self *self, struct tri_children *children, struct tri_child *child);

#endif
