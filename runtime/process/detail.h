// SPDX-License-Identifier: MIT
// What is kept of an actor's last call that failed.
//
// Purpose: an error explains itself; calls that succeed pay nothing.
// Threads: the worker that holds the actor. Ownership: the actor's, made at its first failed call.
#ifndef TRI_PROCESS_DETAIL_H
#define TRI_PROCESS_DETAIL_H

#include <troupe/detail.h>

#include "port/clock.h"
#include "process/waits.h"
#include "process/section.h"

// When a wait began, by the P's clock as it was last looked at, and how long it may last.
struct tri_span {
    uint64_t start_ns;
    int64_t timeout_ms;
};

static inline struct tri_span tri_span_begin(const struct tri_thread *t, int64_t timeout_ms)
{
    uint64_t now_ns = t->processor != NULL ? t->processor->now_ns : tri_clock_ns();
    return (struct tri_span){ now_ns, timeout_ms };
}

// Of a call that was refused before it waited.
static inline struct tri_span tri_span_none(int64_t timeout_ms)
{
    return (struct tri_span){ UINT64_MAX, timeout_ms };
}

// Notes that a call to `to`, a key, failed. Nothing without memory.
void tri_detail_note(struct tri_thread *t, struct tr_self *self, tr_err err, uint64_t to,
                     const struct tri_span *span);
// The same of a call to oneself.
void tri_detail_note_self(struct tri_thread *t, struct tr_self *self, int64_t timeout_ms);
// What was noted last was a call that would have closed this cycle.
void tri_detail_note_cycle(struct tr_self *self, const struct tri_cycle *cycle);

// What was noted; NULL if nothing was.
const tr_detail *tri_detail_of(const struct tr_self *self);

// The actor ends.
void tri_detail_fini(struct tri_thread *t, struct tr_self *self);

#endif
