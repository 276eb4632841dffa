// SPDX-License-Identifier: MIT
// The wait-for graph: which actor waits for which, kept while the option detect_cycles is on.
//
// Purpose: a call that could never return is refused before it is sent.
// Structure: one edge for each actor that waits in a call, for requests, for the start of a child,
//   or for room in a mailbox: from it to the actor that must act. Edges stand in one tree, by the
//   actor that waits, under one lock; an edge is looked up and inserted in one step, so of calls
//   that close a cycle at the same time the last to come is refused.
// Invariants: each actor has one edge at most, so a walk from any actor is a path. The inserted
//   edges hold no cycle. An edge ends with the wait; it leads nowhere (holder 0) as soon as the
//   answer is on its way, so that nobody is refused for an actor that is about to go on.
// Who may answer: a holder that put a request into its book has gone on to other messages, and may
//   have given the tr_from away. A path ends there. So books change under the lock.
// Waits for what was sent before: the edge is announced, then the actor drains, then the edge gets
//   its holder. Who answers delivers first and settles then, who hands on does both under the lock:
//   an answer or a new holder is either drained, or finds the edge.
// Threads: any, inside a section. Ownership: an edge lies in the frame of the wait.
#ifndef TRI_PROCESS_WAITS_H
#define TRI_PROCESS_WAITS_H

#include "process/system.h"

#define TRI_CYCLE_MAX 16

// The first actors of a cycle, beginning with the one that was refused.
struct tri_cycle {
    uint32_t count; // all of them, also beyond the array
    uint64_t keys[TRI_CYCLE_MAX];
};

struct tri_edge {
    struct tri_tree_node node;   // by the key of the actor that waits
    uint64_t holder;             // key of the actor it waits for; 0: nobody, or not known yet
    uint64_t ref;                // the request; 0: room in the mailbox; or one of the following
    const struct tri_tree *book; // requests that the waiter itself has put aside
    bool over;                   // the answer is on its way
};

#define TRI_EDGE_ANY UINT64_MAX         // a collection, whose requests one actor holds
#define TRI_EDGE_START (UINT64_MAX - 1) // the start of a child

// Inserts the edge from `waiter` to `holder`. True when it closed a cycle: then it is not inserted,
// and *cycle is filled. An actor that has an edge already keeps that one.
bool tri_waits_begin(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge,
                     struct tri_cycle *cycle);
// Inserts the edge without a holder; and gives it the one that is known after a drain, unless it
// has changed since. True when that closed a cycle: then it is gone, and *cycle is filled.
void tri_waits_announce(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge);
bool tri_waits_confirm(struct tri_waits *waits, struct tri_edge *edge, uint64_t holder,
                       struct tri_cycle *cycle);
// The wait of this edge is over.
void tri_waits_end(struct tri_waits *waits, struct tri_edge *edge);
// The actor ends, in the middle of a wait perhaps.
void tri_waits_forget(struct tri_waits *waits, uint64_t waiter);
// The answer to the request is on its way to the actor that waits for it.
void tri_waits_settled(struct tri_waits *waits, uint64_t waiter, uint64_t ref);
// Under the lock: the request has another holder. True when that would close a cycle: nothing is
// changed then.
bool tri_waits_move(struct tri_waits *waits, uint64_t waiter, uint64_t ref, uint64_t holder);

#endif
