// SPDX-License-Identifier: MIT
// The look at the clock: what is pending gets its deadline, what is due fires.
//
// Purpose: one clock read serves all that was armed since the last one, so nothing fires early.
// Invariants: a look fires a bounded number of moments, however many are due. An interval's next
//   shot is counted from the moment the last one was due, not from when it was sent.
// Threads: the holder of the P. Ownership: a moment's record is shared as process/timer.h says.
#ifndef TRI_PROCESS_TICK_H
#define TRI_PROCESS_TICK_H

#include "process/section.h"

// Looks at the clock: gives pending moments their deadline and fires what is due. True when more is
// due than one look handles.
bool tri_time_poll(struct tri_thread *t);

// Reads the clock and gives pending moments their deadline, in the middle of an activation. They
// stay out of the wheel until the next look, in case they are cancelled.
void tri_time_date(struct tri_processor *p);

// Whether moments were armed since the last look.
static inline bool tri_time_pending(const struct tri_processor *p)
{
    return !tri_list_empty(&p->pending) || !tri_list_empty(&p->dated);
}

// When the P must look again at the latest, UINT64_MAX for never.
uint64_t tri_time_next(const struct tri_processor *p);

// Frees what the P's wheel still holds: alarms that were forgotten, and timers that were cancelled
// on another P. Everybody has ended.
void tri_time_fini(struct tri_processor *p);

#endif
