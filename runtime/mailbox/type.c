// SPDX-License-Identifier: MIT
#include "mailbox/type.h"

#include <stdio.h>
#include <string.h>
#include <troupe/alarm.h>
#include <troupe/dead.h>

#include "base/hash.h"
#include "port/lock.h"
#include "port/memory.h"

#define NAME_MAX_BYTES 255
#define BUCKETS 1024
#define TYPES_MAX 65536

struct entry {
    struct entry *next; // in its bucket
    uint32_t id;
    uint32_t bytes;
    uint32_t align;
    const char *signature; // these point into text
    const char *place;
    char text[]; // name, NUL, signature, NUL, place, NUL
};

static struct {
    struct tri_lock lock;
    uint32_t count;
    struct entry *buckets[BUCKETS];
    tri_atomic(struct entry *) x_by_id[TYPES_MAX]; // written once, under the lock
} table;

#define OWN_TYPE(name, body, id)                                                                   \
    {                                                                                              \
        name, "", sizeof(body), _Alignof(body), id, NULL                                           \
    }

const tr_type tr_down_type = OWN_TYPE("troupe.down", tr_down, TRI_TYPE_DOWN);
const tr_type tr_exited_type = OWN_TYPE("troupe.exited", tr_exited, TRI_TYPE_EXITED);

const tr_type tr_alarm_type = OWN_TYPE("troupe.alarm", tr_alarm, TRI_TYPE_ALARM);
const tr_type tr_dead_letter_type =
    OWN_TYPE("troupe.dead_letter", tr_dead_letter, TRI_TYPE_DEAD_LETTER);
const tr_type tr_failed_type = OWN_TYPE("troupe.failed", tr_exit, TRI_TYPE_FAILED);

static const tr_type *const own_types[TRI_TYPE_FIRST] = {
    [TRI_TYPE_DOWN] = &tr_down_type,     [TRI_TYPE_EXITED] = &tr_exited_type,
    [TRI_TYPE_ALARM] = &tr_alarm_type,   [TRI_TYPE_DEAD_LETTER] = &tr_dead_letter_type,
    [TRI_TYPE_FAILED] = &tr_failed_type,
};

static const char *place_of(const tr_type *type)
{
    return type->place == NULL ? "?" : type->place;
}

static bool same_layout(const struct entry *entry, const tr_type *type)
{
    return entry->bytes == type->bytes && entry->align == type->align &&
           strcmp(entry->signature, type->signature) == 0;
}

// The runtime's own type of that name; NULL: none.
static const tr_type *find_own(const char *name)
{
    for (uint32_t id = 1; id < TRI_TYPE_FIRST; id++) {
        if (strcmp(own_types[id]->name, name) == 0) {
            return own_types[id];
        }
    }
    return NULL;
}

static struct entry *find(struct entry *bucket, const char *name)
{
    for (struct entry *entry = bucket; entry != NULL; entry = entry->next) {
        if (strcmp(entry->text, name) == 0) {
            return entry;
        }
    }
    return NULL;
}

static struct entry *add(const tr_type *type, uint64_t hash)
{
    size_t name_bytes = strlen(type->name);
    size_t signature_bytes = strlen(type->signature);
    size_t place_bytes = strlen(place_of(type));
    struct entry *entry =
        tri_memory_alloc(sizeof *entry + name_bytes + signature_bytes + place_bytes + 3);
    if (entry == NULL) {
        return NULL;
    }
    char *signature = entry->text + name_bytes + 1;
    char *place = signature + signature_bytes + 1;
    entry->bytes = type->bytes;
    entry->align = type->align;
    entry->signature = signature;
    entry->place = place;
    memcpy(entry->text, type->name, name_bytes + 1);
    memcpy(signature, type->signature, signature_bytes + 1);
    memcpy(place, place_of(type), place_bytes + 1);
    entry->id = TRI_TYPE_FIRST + table.count++;
    entry->next = table.buckets[hash % BUCKETS];
    table.buckets[hash % BUCKETS] = entry;
    // release [type-entry]: the entry's text before its address; pairs with tri_type_name.
    tri_store(&table.x_by_id[entry->id], entry, release);
    return entry;
}

static tr_err intern_locked(const tr_type *type, uint64_t hash, uint32_t *id)
{
    struct entry *entry = find(table.buckets[hash % BUCKETS], type->name);
    if (entry != NULL && !same_layout(entry, type)) {
        return TR_ECONFLICT;
    }
    if (entry == NULL && TRI_TYPE_FIRST + table.count >= TYPES_MAX) {
        return TR_ELIMIT;
    }
    if (entry == NULL) {
        entry = add(type, hash);
    }
    if (entry == NULL) {
        return TR_ENOMEM;
    }
    *id = entry->id;
    // relaxed: the number alone is cached.
    tri_store((tri_atomic(uint32_t) *)(uintptr_t)&type->x_id, entry->id, relaxed);
    return TR_OK;
}

static bool well_formed(const tr_type *type)
{
    return type->name != NULL && type->signature != NULL && type->name[0] != '\0' &&
           strlen(type->name) <= NAME_MAX_BYTES && type->align <= 16 && type->bytes <= INT32_MAX;
}

tr_err tri_type_intern(const tr_type *type, uint32_t *id)
{
    if (!well_formed(type)) {
        return TR_EINVAL;
    }
    if (find_own(type->name) != NULL) {
        return TR_ECONFLICT;
    }
    uint64_t hash = tri_hash_bytes(type->name, strlen(type->name));
    tri_lock_acquire(&table.lock);
    tr_err err = intern_locked(type, hash, id);
    tri_lock_release(&table.lock);
    return err;
}

// Both descriptions of a name; the lock is held.
static int write_conflict(const struct entry *known, const tr_type *type, char *text, size_t bytes)
{
    return snprintf(text, bytes, "%s at %s has %s (%u bytes), and at %s %s (%u bytes)", type->name,
                    known->place, known->signature, (unsigned)known->bytes, place_of(type),
                    type->signature, (unsigned)type->bytes);
}

size_t tri_type_conflict(const tr_type *type, char *text, size_t bytes)
{
    int length = 0;
    text[0] = '\0';
    if (!well_formed(type)) {
        return 0;
    }
    const tr_type *own = find_own(type->name);
    if (own != NULL && own != type) {
        length = snprintf(text, bytes, "%s at %s has the name of a type of the runtime", own->name,
                          place_of(type));
    }
    uint64_t hash = tri_hash_bytes(type->name, strlen(type->name));
    tri_lock_acquire(&table.lock);
    const struct entry *entry = find(table.buckets[hash % BUCKETS], type->name);
    if (entry != NULL && !same_layout(entry, type)) {
        length = write_conflict(entry, type, text, bytes);
    }
    tri_lock_release(&table.lock);
    return length < 0 ? 0 : (size_t)length;
}

uint32_t tri_type_count(void)
{
    tri_lock_acquire(&table.lock);
    uint32_t count = table.count;
    tri_lock_release(&table.lock);
    return count;
}

const char *tri_type_name(uint32_t id)
{
    if (id < TRI_TYPE_FIRST && id != 0) {
        return own_types[id]->name;
    }
    // acquire [type-entry]: pairs with add.
    struct entry *entry = id < TYPES_MAX ? tri_load(&table.x_by_id[id], acquire) : NULL;
    return entry == NULL ? "?" : entry->text;
}
