// SPDX-License-Identifier: MIT
// Birth and death of actors.
//
// Purpose: everything between taking a free slot and giving it back (mailbox/slot.h has the rules).
// Birth: the spawner fills a START record with all that the child and its failure will need, and
//   pushes it. The worker that drains it makes the actor; init or run begin in the same activation.
// Death, in this order: generation retired, name freed, timers cancelled, relations told, private
//   list and inbound queue answered, heap freed, starter told, slot freed, mailbox idle.
// Threads: the worker that holds the actor; tri_birth_new and tri_birth_push by any.
// Ownership: a START record belongs to its actor once drained.
#ifndef TRI_PROCESS_BIRTH_H
#define TRI_PROCESS_BIRTH_H

#include "process/section.h"

// How a start ended, in the `spare` word of the reply to the starter.
enum tri_start { TRI_START_OK, TRI_START_FAILED, TRI_START_IGNORED };

// Tells a guest thread that waits: once, with how the start went and the reason of a failure or
// end.
typedef void (*tri_told)(void *context, enum tri_start start, tr_exit reason);

// Body of a START record.
struct tri_birth {
    const struct tr_actor_spec *spec;
    uint32_t state_bytes;
    uint32_t args_bytes;
    size_t heap_limit_bytes;
    struct tr_msg *link;  // the child's half of the link to its parent, or NULL
    struct tr_msg *watch; // the record of the parent's monitor, or NULL
    struct tr_msg *ack;   // reply to a starter that waits for init, or NULL
    tri_told tell;        // a waiting guest; NULL: nobody
    void *tell_context;
    bool tell_at_start; // told when the start is decided, else when the actor has ended
    uint32_t parent_slot;
    uint32_t parent_generation;
    uint32_t root_serial;
    uint32_t restarts;
    bool trap;
    bool pinned; // to the thread that runs it first
    bool large;
    char label[TRI_LABEL_BYTES];
    _Alignas(16) char args[];
};

// A free slot for a new actor: TR_OK, TR_ELIMIT, TR_ENOMEM.
tr_err tri_slot_get(struct tri_thread *t, struct tr_self **slot);
// The same, for a mailbox under a lock: a slot that was never used, or was always used so.
tr_err tri_slot_get_locked(struct tri_thread *t, struct tr_self **slot);
// Gives an unused or dead slot back.
void tri_slot_put(struct tri_thread *t, struct tr_self *slot);

// The worker: makes the actor that the START record describes.
void tri_birth_accept(struct tri_thread *t, struct tr_self *self, struct tr_msg *start);

// The actor's init has ended, or its body has begun: answers the starter.
void tri_birth_done(struct tri_thread *t, struct tr_self *self);
// Whether the starter was answered.
bool tri_birth_over(const struct tr_self *self);

// Ends the actor. On return the slot is no longer the caller's.
void tri_exit_actor(struct tri_thread *t, struct tr_self *self, tr_exit reason,
                    enum tri_start start);

#endif
