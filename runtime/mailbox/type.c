// SPDX-License-Identifier: MIT
#include "mailbox/type.h"

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
    size_t name_bytes;
    char text[]; // name, NUL, signature, NUL
};

static struct {
    struct tri_lock lock;
    uint32_t count;
    struct entry *buckets[BUCKETS];
    tri_atomic(struct entry *) x_by_id[TYPES_MAX]; // written once, under the lock
} table;

const tr_type tr_down_type = { "troupe.down", "", sizeof(tr_down), _Alignof(tr_down),
                               TRI_TYPE_DOWN };
const tr_type tr_exited_type = { "troupe.exited", "", sizeof(tr_exited), _Alignof(tr_exited),
                                 TRI_TYPE_EXITED };

const tr_type tr_alarm_type = { "troupe.alarm", "", sizeof(tr_alarm), _Alignof(tr_alarm),
                                TRI_TYPE_ALARM };
const tr_type tr_dead_letter_type = { "troupe.dead_letter", "", sizeof(tr_dead_letter),
                                      _Alignof(tr_dead_letter), TRI_TYPE_DEAD_LETTER };

static const tr_type *const own_types[TRI_TYPE_FIRST] = {
    [TRI_TYPE_DOWN] = &tr_down_type,
    [TRI_TYPE_EXITED] = &tr_exited_type,
    [TRI_TYPE_ALARM] = &tr_alarm_type,
    [TRI_TYPE_DEAD_LETTER] = &tr_dead_letter_type,
};

static bool same_layout(const struct entry *entry, const tr_type *type)
{
    return entry->bytes == type->bytes && entry->align == type->align &&
           strcmp(entry->text + entry->name_bytes + 1, type->signature) == 0;
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
    struct entry *entry = tri_memory_alloc(sizeof *entry + name_bytes + signature_bytes + 2);
    if (entry == NULL) {
        return NULL;
    }
    entry->bytes = type->bytes;
    entry->align = type->align;
    entry->name_bytes = name_bytes;
    memcpy(entry->text, type->name, name_bytes + 1);
    memcpy(entry->text + name_bytes + 1, type->signature, signature_bytes + 1);
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

tr_err tri_type_intern(const tr_type *type, uint32_t *id)
{
    if (type->name == NULL || type->signature == NULL || type->name[0] == '\0' ||
        strlen(type->name) > NAME_MAX_BYTES || type->align > 16 || type->bytes > INT32_MAX) {
        return TR_EINVAL;
    }
    uint64_t hash = tri_hash_bytes(type->name, strlen(type->name));
    tri_lock_acquire(&table.lock);
    tr_err err = intern_locked(type, hash, id);
    tri_lock_release(&table.lock);
    return err;
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
    if (id < TRI_TYPE_FIRST && own_types[id] != NULL) {
        return own_types[id]->name;
    }
    // acquire [type-entry]: pairs with add.
    struct entry *entry = id < TYPES_MAX ? tri_load(&table.x_by_id[id], acquire) : NULL;
    return entry == NULL ? "?" : entry->text;
}
