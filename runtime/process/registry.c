// SPDX-License-Identifier: MIT
#include "process/registry.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "port/memory.h"
#include "process/deliver.h"
#include "process/notice.h"

#define FIRST_BUCKETS 256

tr_err tri_registry_init(struct tr_system *system)
{
    system->name_buckets = FIRST_BUCKETS;
    system->names = tri_memory_alloc_zero(FIRST_BUCKETS * sizeof *system->names);
    return system->names == NULL ? TR_ENOMEM : TR_OK;
}

void tri_registry_fini(struct tr_system *system)
{
    for (uint32_t i = 0; system->names != NULL && i < system->name_buckets; i++) {
        while (system->names[i] != NULL) {
            struct tri_name *entry = system->names[i];
            system->names[i] = entry->next;
            tri_memory_free(entry, sizeof *entry);
        }
    }
    tri_memory_free(system->names, system->name_buckets * sizeof *system->names);
}

static void unlock(struct tr_system *system)
{
    bool wake = system->names_told;
    system->names_told = false;
    tri_lock_release(&system->names_lock);
    if (wake) {
        tri_notice_wake(system);
    }
}

tr_err tri_name_check(const char *name)
{
    if (name == NULL || name[0] == '\0') {
        return TR_EINVAL;
    }
    return tri_text_length(name, TR_NAME_MAX + 1) > TR_NAME_MAX ? TR_ENAMETOOLONG : TR_OK;
}

static struct tri_name **find(struct tr_system *system, const char *name, uint64_t hash)
{
    struct tri_name **place = &system->names[hash & (system->name_buckets - 1)];
    while (*place != NULL && ((*place)->hash != hash || strcmp((*place)->text, name) != 0)) {
        place = &(*place)->next;
    }
    return place;
}

static void unlink_entry(struct tr_system *system, struct tri_name *entry)
{
    struct tri_name **place = &system->names[entry->hash & (system->name_buckets - 1)];
    while (*place != entry) {
        place = &(*place)->next;
    }
    *place = entry->next;
    if (tri_gauge_less(&system->named)) {
        system->names_told |= tri_notice_gauge(system, TR_ALARM_NAMES, &system->named);
    }
    tri_memory_free(entry, sizeof *entry);
}

// The entry of a name, NULL if nobody alive has it or is being spawned with it. An actor that dies
// is without name from the moment its slot is retired, though it has not come to release it.
static struct tri_name *find_live(struct tr_system *system, const char *name, uint64_t hash)
{
    struct tri_name *entry = *find(system, name, hash);
    if (entry == NULL || entry->owner == 0) {
        return entry;
    }
    struct tr_self *owner = tri_actor_at(system, (uint32_t)(entry->owner >> 32));
    if (tri_slot_holds(&owner->slot, (uint32_t)entry->owner)) {
        return entry;
    }
    // relaxed: guarded by the lock; the slot is not free before its name is released.
    tri_store(&owner->x_name, NULL, relaxed);
    unlink_entry(system, entry);
    return NULL;
}

// Doubles the buckets when they are full; without memory the chains grow instead.
static void grow(struct tr_system *system)
{
    uint32_t count = system->name_buckets * 2;
    struct tri_name **bigger = tri_memory_alloc_zero(count * sizeof *bigger);
    if (bigger == NULL) {
        return;
    }
    for (uint32_t i = 0; i < system->name_buckets; i++) {
        while (system->names[i] != NULL) {
            struct tri_name *entry = system->names[i];
            system->names[i] = entry->next;
            entry->next = bigger[entry->hash & (count - 1)];
            bigger[entry->hash & (count - 1)] = entry;
        }
    }
    tri_memory_free(system->names, system->name_buckets * sizeof *bigger);
    system->names = bigger;
    system->name_buckets = count;
}

static struct tri_name *insert(struct tr_system *system, const char *name, uint64_t hash)
{
    struct tri_name *entry = tri_memory_alloc(sizeof *entry);
    if (entry == NULL) {
        return NULL;
    }
    if (system->named.used >= system->name_buckets) {
        grow(system);
    }
    if (tri_gauge_more(&system->named)) {
        system->names_told |= tri_notice_gauge(system, TR_ALARM_NAMES, &system->named);
    }
    entry->hash = hash;
    entry->owner = 0;
    memcpy(entry->text, name, strlen(name) + 1);
    entry->next = system->names[hash & (system->name_buckets - 1)];
    system->names[hash & (system->name_buckets - 1)] = entry;
    return entry;
}

tr_err tri_name_reserve(struct tr_system *system, const char *name, struct tri_name **out)
{
    uint64_t hash = tri_hash_bytes(name, strlen(name));
    tr_err err = TR_EEXIST;
    tri_lock_acquire(&system->names_lock);
    if (find_live(system, name, hash) == NULL) {
        struct tri_name *entry = insert(system, name, hash);
        err = entry == NULL ? TR_ENOMEM : TR_OK;
        *out = entry;
    }
    unlock(system);
    return err;
}

void tri_name_show(struct tri_thread *t, struct tri_name *entry, struct tr_self *slot,
                   struct tr_msg *start)
{
    tri_lock_acquire(&t->system->names_lock);
    entry->owner = tri_key(slot->index, start->to_generation);
    // relaxed: guarded by the lock.
    tri_store(&slot->x_name, entry, relaxed);
    tri_push(t, slot, start);
    unlock(t->system);
}

void tri_name_forget(struct tr_system *system, struct tri_name *entry)
{
    tri_lock_acquire(&system->names_lock);
    unlink_entry(system, entry);
    unlock(system);
}

void tri_name_release(struct tr_system *system, struct tr_self *self)
{
    // acquire [name]: pairs with the release in tri_name_add.
    if (tri_load(&self->x_name, acquire) == NULL) {
        return;
    }
    tri_lock_acquire(&system->names_lock);
    // relaxed: guarded by the lock.
    struct tri_name *entry = tri_load(&self->x_name, relaxed);
    tri_store(&self->x_name, NULL, relaxed);
    if (entry != NULL) {
        unlink_entry(system, entry);
    }
    unlock(system);
}

tr_err tri_name_remove(struct tr_system *system, const char *name)
{
    uint64_t hash = tri_hash_bytes(name, strlen(name));
    tr_err err = TR_ENOENT;
    tri_lock_acquire(&system->names_lock);
    struct tri_name *entry = find_live(system, name, hash);
    if (entry != NULL && entry->owner != 0) {
        // relaxed: guarded by the lock.
        tri_store(&tri_actor_at(system, (uint32_t)(entry->owner >> 32))->x_name, NULL, relaxed);
        unlink_entry(system, entry);
        err = TR_OK;
    }
    unlock(system);
    return err;
}

tr_err tri_name_add(struct tr_system *system, const char *name, uint64_t owner)
{
    uint64_t hash = tri_hash_bytes(name, strlen(name));
    struct tr_self *self = tri_actor_at(system, (uint32_t)(owner >> 32));
    tr_err err = TR_EEXIST;
    tri_lock_acquire(&system->names_lock);
    // relaxed: guarded by the lock. An actor that dies now finds its name in tri_name_release.
    if (self == NULL || !tri_slot_holds(&self->slot, (uint32_t)owner)) {
        err = TR_ENOPROC;
    } else if (find_live(system, name, hash) == NULL && tri_load(&self->x_name, relaxed) == NULL) {
        struct tri_name *entry = insert(system, name, hash);
        err = entry == NULL ? TR_ENOMEM : TR_OK;
        if (entry != NULL) {
            entry->owner = owner;
            // release [name]: pairs with tri_name_release.
            tri_store(&self->x_name, entry, release);
            // [name-fence]: the name before the second look; pairs with tri_exit_actor.
            tri_fence(seq_cst);
            if (!tri_slot_holds(&self->slot, (uint32_t)owner)) {
                // relaxed: guarded by the lock.
                tri_store(&self->x_name, NULL, relaxed);
                unlink_entry(system, entry);
                err = TR_ENOPROC;
            }
        }
    }
    unlock(system);
    return err;
}

uint64_t tri_name_find(struct tr_system *system, const char *name)
{
    uint64_t hash = tri_hash_bytes(name, strlen(name));
    tri_lock_acquire(&system->names_lock);
    struct tri_name *entry = find_live(system, name, hash);
    uint64_t owner = entry == NULL ? 0 : entry->owner;
    unlock(system);
    return owner;
}

void tri_name_copy(struct tr_system *system, const struct tr_self *self, uint64_t key,
                   char text[TR_NAME_MAX + 1])
{
    text[0] = '\0';
    // relaxed: a hint that spares the lock for nameless actors.
    if (tri_load(&self->x_name, relaxed) == NULL) {
        return;
    }
    tri_lock_acquire(&system->names_lock);
    // relaxed: guarded by the lock.
    struct tri_name *entry = tri_load(&self->x_name, relaxed);
    if (entry != NULL && entry->owner == key) {
        memcpy(text, entry->text, sizeof entry->text);
    }
    unlock(system);
}
