// SPDX-License-Identifier: MIT
// Names: a hash table of the system behind one short lock.
//
// Purpose: a name means at most one live actor; it is withdrawn before the end of its actor is
// told. Reserved names: a spawn reserves the name first (so a taken one fails at once) and shows it
// when the
//   actor exists; a reserved name is invisible to lookups.
// Threads: any. Ownership: the table owns entries.
#ifndef TRI_PROCESS_REGISTRY_H
#define TRI_PROCESS_REGISTRY_H

#include <troupe/types.h>

#include "process/system.h"

struct tri_name {
    struct tri_name *next;
    uint64_t hash;
    uint64_t owner; // key; 0: reserved
    char text[TR_NAME_MAX + 1];
};

tr_err tri_registry_init(struct tr_system *system);
void tri_registry_fini(struct tr_system *system);

// TR_EINVAL, TR_ENAMETOOLONG for a name that cannot be.
tr_err tri_name_check(const char *name);
// Reserves a name for an actor to be: TR_EEXIST when it is taken; TR_ENOMEM.
tr_err tri_name_reserve(struct tr_system *system, const char *name, struct tri_name **out);
// Pushes START and makes the name visible in one step, so nobody who finds the name is too early.
void tri_name_show(struct tri_thread *t, struct tri_name *entry, struct tr_self *slot,
                   struct tr_msg *start);
// The reservation is not used.
void tri_name_forget(struct tr_system *system, struct tri_name *entry);
// The actor ends: its name is free.
void tri_name_release(struct tr_system *system, struct tr_self *self);
// Takes a name from its actor, which may be any: TR_ENOENT.
tr_err tri_name_remove(struct tr_system *system, const char *name);
// Gives a living actor a name.
tr_err tri_name_add(struct tr_system *system, const char *name, uint64_t owner);
// Key of the actor that has the name, 0 for nobody.
uint64_t tri_name_find(struct tr_system *system, const char *name);
// Copies the actor's name, an empty text when it has none; for inspection by any thread.
void tri_name_copy(struct tr_system *system, const struct tr_self *self, uint64_t key,
                   char text[TR_NAME_MAX + 1]);

#endif
