// SPDX-License-Identifier: MIT
// Message types by number: names and layouts interned in a process-wide table.
//
// Purpose: one 32-bit id for equal names with equal layouts, whichever translation unit or shared
//   object describes them. Invariants: ids never change and are never reused; names are copied, so
//   a descriptor may be unloaded. Ids order nothing.
// Threads: any. Ownership: the table lives as long as the process.
#ifndef TRI_MAILBOX_TYPE_H
#define TRI_MAILBOX_TYPE_H

#include <stdint.h>
#include <troupe/actor.h>
#include <troupe/message.h>

#include "base/atomic.h"

// Ids of the runtime's own types.
enum {
    TRI_TYPE_DOWN = 1,
    TRI_TYPE_EXITED,
    TRI_TYPE_ALARM,
    TRI_TYPE_DEAD_LETTER,
    TRI_TYPE_FAILED,
    TRI_TYPE_FIRST,
};

// Finds or makes the id. TR_EINVAL for a malformed descriptor, TR_ECONFLICT for a name that is
// known with another layout, TR_ENOMEM.
tr_err tri_type_intern(const tr_type *type, uint32_t *id);

// Writes how a descriptor contradicts what is known of its name; 0, and an empty text, if it does
// not. As snprintf.
size_t tri_type_conflict(const tr_type *type, char *text, size_t bytes);

// How many types were interned.
uint32_t tri_type_count(void);

// The qualified name of an id.
const char *tri_type_name(uint32_t id);

// The id of a descriptor, interned at first use and cached in it.
static inline tr_err tri_type_id(const tr_type *type, uint32_t *id)
{
    if (type == NULL) {
        return TR_EINVAL;
    }
    // relaxed: the cached number is all that is read; the table has its own lock.
    uint32_t cached = tri_load((tri_atomic(uint32_t) *)(uintptr_t)&type->x_id, relaxed);
    if (cached != 0) {
        *id = cached;
        return TR_OK;
    }
    return tri_type_intern(type, id);
}

#endif
