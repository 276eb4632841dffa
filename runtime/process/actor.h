// SPDX-License-Identifier: MIT
// The control block of an actor: the type-stable record behind a slot.
//
// Purpose: everything one occupant of a slot is, and what outlives it.
// Zones: senders' line (any thread, by atomics); owner (the worker that runs the actor); seen (x_
//   fields that the debug functions read; written by the owner).
// Invariants: box, slot and bound are never reset between occupants. An owner field belongs to the
//   worker that holds the actor, that is: between the scheduling that followed a push which found
//   the queue idle, and the tri_mailbox_idle that gave it up. A suspended actor keeps `stack`.
// States (x_state): FREE → STARTING → RUNNING ⇄ IDLE/WAITING/CALLING/BLOCKED/RUNNABLE → EXITING →
//   FREE.
// Threads: as the zones say. Ownership: the system's actor table owns the record for ever.
#ifndef TRI_PROCESS_ACTOR_H
#define TRI_PROCESS_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <troupe/actor.h>
#include <troupe/debug.h>

#include "base/list.h"
#include "base/tree.h"
#include "mailbox/bound.h"
#include "mailbox/limits.h"
#include "mailbox/mailbox.h"
#include "mailbox/slot.h"
#include "memory/heap.h"
#include "memory/returns.h"
#include "platform/context.h"
#include "port/lock.h"
#include "process/rank.h"

#define TRI_LABEL_BYTES 24
#define TRI_INLINE_STATE_BYTES 64
#define TRI_BLOCK_MS 5000 // longest wait of a sender by default

struct tri_birth;
struct tri_wait;
struct tri_alarm;
struct tri_name;
struct tri_offer;
struct tri_hook;
struct tri_reason;
struct tri_timer;

struct tr_self {
    // Senders' line: it ends inside the box, behind the queue's tail.
    struct tri_slot slot;
    struct tri_lock waiters_lock; // guards waiters
    struct tri_bound bound;
    tri_atomic(struct tri_limits *) x_limits; // of a slot that needed them once; else NULL
    struct tri_list waiters;                  // blocked senders, first come first served
    struct tri_mailbox box;

    // Owner.
    tri_atomic(struct tr_self *) x_run_next; // link in the injector
    struct tri_return_node follower;         // link among the followers of a P
    struct tr_self *free_next; // link in a free list: stale mail may queue a free slot to run
    struct tr_system *system;
    uint32_t index;          // the slot's number, fixed
    uint32_t generation;     // of the occupant; 0: none
    uint32_t dying;          // of the occupant that is being buried
    struct tr_msg *held;     // a drained signal that could not be claimed yet
    struct tr_msg *doom;     // the exit signal that ends it, once received; see tri_doomed
    struct tr_msg *current;  // message being handled, or received last
    struct tr_msg *kept;     // messages that user code holds, linked by prev and same
    struct tr_msg *batch;    // messages received together (process/batch.h)
    struct tri_offer *offer; // what a handler skips; NULL until first needed
    struct tr_msg *reply;    // last reply, and why the last call failed
    struct tr_msg *detail;   // of the last call that failed (process/detail.h)
    const struct tr_actor_spec *spec;
    void *state;             // of a handler-style actor
    struct tri_birth *birth; // arguments, until init is done or, for a process, until the end
    struct tri_stack *stack; // while suspended
    struct tri_context context;
    struct tri_wait *wait;                // what a suspended actor waits for; on its own stack
    struct tri_alarm *alarm;              // deadline of a wait; NULL until first needed
    struct tri_tree links;                // by peer
    struct tri_tree monitors;             // watches of this actor, by reference
    struct tri_tree watchers;             // who watches this actor, by reference
    struct tri_tree calls;                // requests taken and not yet answered, by reference
    struct tri_tree requests;             // own open requests, and their collections, by reference
    struct tri_tree given_up;             // callers that gave up requests not yet taken
    struct tri_list timers;               // armed by this actor
    struct tri_tree blobs;                // that it holds, by id
    tri_atomic(size_t) x_blob_bytes;      // of them all
    struct tri_hook *hooks;               // what it does last, newest first; on its heap
    const struct tri_reason *ending;      // why it ends, while its hooks run; else NULL
    const char *nosuspend_place;          // of the outermost section
    struct tri_timer *named_timers;       // those of them that have a name
    tri_atomic(struct tri_name *) x_name; // its registered name; guarded by the names' lock
    struct tri_heap heap;
    uint32_t given_up_count;
    uint32_t state_bytes;
    int32_t budget;       // reductions left in this activation
    int32_t overdraft;    // what a handler may let the budget sink to
    uint32_t batch_round; // number of the last batch
    // longest wait for room in a mailbox; a call counts it down from its timeout
    int64_t room_ms;
    bool trap;
    bool answered;     // the current request has its reply
    bool batching;     // a batch is held
    bool in_predicate; // inside a match callback
    bool turn;         // suspended only until its turn comes, whatever `wait` says
    bool started;      // init or run has begun
    bool acked;        // process-style with init_ack: tr_init_done was called
    bool large;        // its stack is of class TR_STACK_LARGE
    bool serves;       // its terminate is still to be called when it ends by itself
    uint8_t noexit;    // sections that put exits off, nested
    uint8_t nosuspend; // sections that refuse to suspend, nested
    bool watching;     // is or was told of alarms or dead letters
    bool follows;      // its next turn is on P follow_to (process/follow.h)
    uint8_t follow_to;
    tri_atomic(bool) x_alarmed; // an alarm may be on about this actor, or one before it here
    uint32_t stop_signalled;    // generation that the system's stop has signalled; monitor only

    // Seen.
    tri_atomic(uint8_t) x_state; // tr_state
    tri_atomic(uint8_t) x_home;  // P that runs it, or ran it last
    tri_atomic(uint32_t) x_rank; // process/rank.h: where it waits when it can run
    tri_atomic(bool) x_has_stack;
    tri_atomic(uint32_t) x_type;        // of the message taken last; 0: none yet
    tri_atomic(uint64_t) x_since_ns;    // process/doing.h
    tri_atomic(uint64_t) x_target;      // key of the actor it waited for last
    tri_atomic(uint64_t) x_parent;      // key; 0: a root
    tri_atomic(uint32_t) x_root_serial; // order of spawning among roots, from 1
    tri_atomic(uint32_t) x_restarts;
    tri_atomic(uint64_t) x_handled;
    tri_atomic(uint64_t) x_label[TRI_LABEL_BYTES / 8];
    _Alignas(16) char inline_state[TRI_INLINE_STATE_BYTES];
};

// What senders write and what the owner writes with each message lie on different cache lines.
_Static_assert(offsetof(struct tr_self, box.queue.anchor) == 64, "the senders' line");

// The limits of the mailbox; NULL in a slot that never needed them.
static inline struct tri_limits *tri_actor_limits(const struct tr_self *self)
{
    // acquire [limits]: pairs with tri_limits_provide.
    return tri_load(&self->x_limits, acquire);
}

// The longest wait of a sender in milliseconds.
static inline int64_t tri_actor_block_ms(const struct tr_self *self)
{
    const struct tri_limits *limits = tri_actor_limits(self);
    // relaxed: fixed at the receiver's birth.
    return limits == NULL ? TRI_BLOCK_MS : tri_load(&limits->x_block_ms, relaxed);
}

static inline void tri_actor_set_state(struct tr_self *self, tr_state state)
{
    // relaxed: for people; nothing is ordered by it.
    tri_store(&self->x_state, (uint8_t)state, relaxed);
}

static inline tr_state tri_actor_state(const struct tr_self *self)
{
    // relaxed: for people; nothing is ordered by it.
    return (tr_state)tri_load(&self->x_state, relaxed);
}

static inline uint32_t tri_actor_rank(const struct tr_self *self)
{
    // relaxed: who found the mailbox idle is ordered after the last occupant's writes by that; a
    // stale value queues the actor where it may wait as well.
    return tri_load(&self->x_rank, relaxed);
}

static inline void tri_actor_set_rank(struct tr_self *self, uint32_t rank)
{
    // relaxed: see tri_actor_rank.
    tri_store(&self->x_rank, rank, relaxed);
}

// Copies the label, TRI_LABEL_BYTES with a NUL at the end.
static inline void tri_actor_label(const struct tr_self *self, char *text)
{
    for (size_t i = 0; i < TRI_LABEL_BYTES / 8; i++) {
        // relaxed: for people; a label that changes meanwhile is a mixture of two.
        uint64_t word = tri_load(&self->x_label[i], relaxed);
        memcpy(text + 8 * i, &word, 8);
    }
    text[TRI_LABEL_BYTES - 1] = '\0';
}

static inline void tri_actor_set_label(struct tr_self *self, const char text[TRI_LABEL_BYTES])
{
    for (size_t i = 0; i < TRI_LABEL_BYTES / 8; i++) {
        uint64_t word;
        memcpy(&word, text + 8 * i, 8);
        // relaxed: for people.
        tri_store(&self->x_label[i], word, relaxed);
    }
}

// Whether the exit signal that was received ends the actor now: not in a section that puts exits
// off, and not when it is ending already.
static inline bool tri_doomed(const struct tr_self *self)
{
    return self->doom != NULL && self->noexit == 0 && self->ending == NULL;
}

// Whether the actor may be suspended now: not in its hooks, nor in a section that refuses, nor in a
// match callback.
static inline bool tri_may_suspend(const struct tr_self *self)
{
    return self->nosuspend == 0 && self->ending == NULL && !self->in_predicate;
}

// Key of the parent, 0 for a root.
static inline uint64_t tri_actor_parent(const struct tr_self *self)
{
    // relaxed: written once at birth; others read it as a hint.
    return tri_load(&self->x_parent, relaxed);
}

// Key of an actor in relation trees.
static inline uint64_t tri_key(uint32_t slot, uint32_t generation)
{
    return (uint64_t)slot << 32 | generation;
}

#endif
