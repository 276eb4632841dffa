// SPDX-License-Identifier: MIT
// Those who are told: see notice.h.
#include <string.h>

#include "mailbox/type.h"
#include "port/memory.h"
#include "process/deliver.h"
#include "process/log.h"
#include "process/notice.h"

struct tri_watcher {
    struct tri_tree_node node; // by actor
    bool wants[TRI_WATCHES];
    bool untaken[TRI_WATCHES]; // a notice is in its mailbox
    uint64_t change_next;      // the first change of an alarm that it was not told of
    uint64_t letters;          // dead letters that it was not told of, the latest of them below
    struct tri_letter letter;
};

static const struct {
    uint32_t type;
    uint32_t bytes;
} forms[TRI_WATCHES] = {
    [TRI_WATCH_ALARMS] = { TRI_TYPE_ALARM, sizeof(tr_alarm) },
    [TRI_WATCH_LETTERS] = { TRI_TYPE_DEAD_LETTER, sizeof(tr_dead_letter) },
};

static struct tri_watcher *watcher_of(struct tri_tree_node *node)
{
    return TRI_CONTAINER_OF(node, struct tri_watcher, node);
}

static bool is_due(const struct tri_notices *notices, const struct tri_watcher *watcher,
                   enum tri_watch what)
{
    if (!watcher->wants[what] || watcher->untaken[what]) {
        return false;
    }
    return what == TRI_WATCH_ALARMS ? watcher->change_next < notices->change_count
                                    : watcher->letters != 0;
}

static uint64_t key_of(const struct tr_self *self)
{
    return tri_key(self->index, self->generation);
}

static void remove_watcher(struct tri_notices *notices, struct tri_watcher *watcher)
{
    (void)tri_tree_remove(&notices->watchers, watcher->node.key);
    tri_memory_free(watcher, sizeof *watcher);
}

// The actor's record, made if it wants something for the first time; NULL: there is none.
static struct tri_watcher *find(struct tri_notices *notices, uint64_t key, bool make)
{
    struct tri_tree_node *node = tri_tree_find(&notices->watchers, key);
    if (node == NULL && make) {
        struct tri_watcher *watcher = tri_memory_alloc_zero(sizeof *watcher);
        if (watcher == NULL) {
            return NULL;
        }
        node = &watcher->node;
        node->key = key;
        (void)tri_tree_insert(&notices->watchers, node);
    }
    return node == NULL ? NULL : watcher_of(node);
}

// What an actor wants changes; a record that says nothing goes, but not while a notice is untaken:
// the next one must wait for it even so.
static void want(struct tri_notices *notices, struct tri_watcher *watcher, enum tri_watch what,
                 bool on)
{
    if (on && !watcher->wants[what]) {
        watcher->change_next =
            what == TRI_WATCH_ALARMS ? notices->change_count : watcher->change_next;
        watcher->letters = what == TRI_WATCH_LETTERS ? 0 : watcher->letters;
    }
    watcher->wants[what] = on;
    bool says = false;
    for (int i = 0; i < TRI_WATCHES; i++) {
        says = says || watcher->wants[i] || watcher->untaken[i];
    }
    if (!says) {
        remove_watcher(notices, watcher);
    }
}

bool tri_watch_set(struct tr_self *self, enum tri_watch what, bool on)
{
    struct tri_notices *notices = self->system->notices;
    tri_lock_acquire(&notices->lock);
    struct tri_watcher *watcher = find(notices, key_of(self), on);
    if (watcher != NULL) {
        want(notices, watcher, what, on);
    }
    tri_lock_release(&notices->lock);
    self->watching = self->watching || (on && watcher != NULL);
    return watcher != NULL || !on;
}

void tri_watch_taken(struct tr_self *self, const struct tr_msg *msg)
{
    struct tri_notices *notices = self->system->notices;
    if (msg->type != TRI_TYPE_ALARM && msg->type != TRI_TYPE_DEAD_LETTER) {
        return;
    }
    enum tri_watch what = msg->type == TRI_TYPE_ALARM ? TRI_WATCH_ALARMS : TRI_WATCH_LETTERS;
    bool wake = false;
    tri_lock_acquire(&notices->lock);
    struct tri_watcher *watcher = find(notices, key_of(self), false);
    if (watcher != NULL) {
        watcher->untaken[what] = false;
        wake = is_due(notices, watcher, what);
        want(notices, watcher, what, watcher->wants[what]);
    }
    tri_lock_release(&notices->lock);
    if (wake) {
        tri_notice_wake(self->system);
    }
}

void tri_watch_end(struct tr_self *self)
{
    struct tri_notices *notices = self->system->notices;
    tri_lock_acquire(&notices->lock);
    struct tri_watcher *watcher = find(notices, key_of(self), false);
    if (watcher != NULL) {
        remove_watcher(notices, watcher);
    }
    tri_lock_release(&notices->lock);
}

bool tri_watch_letter(struct tri_notices *notices, const struct tri_letter *letter)
{
    bool due = false;
    if (letter->type == TRI_TYPE_ALARM || letter->type == TRI_TYPE_DEAD_LETTER) {
        return false; // a watcher that passes its notices on to the dead would never come to rest
    }
    for (struct tri_tree_node *node = tri_tree_first(&notices->watchers); node != NULL;
         node = tri_tree_next_above(&notices->watchers, node->key)) {
        struct tri_watcher *watcher = watcher_of(node);
        if (watcher->wants[TRI_WATCH_LETTERS]) {
            watcher->letters++;
            watcher->letter = *letter;
            due = due || !watcher->untaken[TRI_WATCH_LETTERS];
        }
    }
    return due;
}

void tri_letter_show(const struct tri_letter *letter, tr_dead_letter *out)
{
    const char *name = tri_type_name(letter->type);
    size_t bytes = strlen(name) < sizeof out->type_name ? strlen(name) : sizeof out->type_name - 1;
    memset(out, 0, sizeof *out);
    out->reason = letter->reason;
    out->from = letter->from;
    out->to = letter->to;
    memcpy(out->type_name, name, bytes);
    out->bytes = letter->bytes;
    out->time_ns = letter->time_ns;
}

static void compose_letter(struct tri_watcher *watcher, tr_dead_letter *body)
{
    tri_letter_show(&watcher->letter, body);
    body->missed = watcher->letters - 1;
    watcher->letters = 0;
}

static void compose_alarm(const struct tri_notices *notices, struct tri_watcher *watcher,
                          tr_alarm *body)
{
    uint64_t count = notices->change_count;
    uint64_t oldest = count <= TRI_ALARM_CHANGES ? 0 : count - TRI_ALARM_CHANGES;
    uint64_t next = watcher->change_next < oldest ? oldest : watcher->change_next;
    *body = notices->changes[next % TRI_ALARM_CHANGES];
    body->missed = next - watcher->change_next;
    watcher->change_next = next + 1;
}

// The first watcher that is to be told something of that sort; NULL: nobody.
static struct tri_watcher *first_due(const struct tri_notices *notices, enum tri_watch what)
{
    struct tri_tree_node *node = tri_tree_first(&notices->watchers);
    while (node != NULL && !is_due(notices, watcher_of(node), what)) {
        node = tri_tree_next_above(&notices->watchers, node->key);
    }
    return node == NULL ? NULL : watcher_of(node);
}

static bool anybody_due(struct tri_notices *notices, enum tri_watch what)
{
    tri_lock_acquire(&notices->lock);
    bool due = first_due(notices, what) != NULL;
    tri_lock_release(&notices->lock);
    return due;
}

// Tells one watcher one thing, if there is any. False when memory is missing.
static bool tell_one(struct tri_thread *t, enum tri_watch what)
{
    struct tri_notices *notices = t->system->notices;
    uint64_t key = 0;
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, forms[what].bytes);
    if (msg == NULL) {
        return false;
    }
    msg->type = forms[what].type;
    tri_lock_acquire(&notices->lock);
    struct tri_watcher *watcher = first_due(notices, what);
    if (watcher != NULL) {
        key = watcher->node.key;
        watcher->untaken[what] = true;
        if (what == TRI_WATCH_LETTERS) {
            compose_letter(watcher, tri_body(msg));
        } else {
            compose_alarm(notices, watcher, tri_body(msg));
        }
    }
    tri_lock_release(&notices->lock);
    if (key != 0) {
        tri_deliver(t, (uint32_t)(key >> 32), (uint32_t)key, msg);
    } else {
        tri_msg_release(NULL, msg);
    }
    return true;
}

bool tri_notice_flush(struct tr_system *system)
{
    struct tri_thread t = { .system = system };
    bool memory = true;
    for (enum tri_watch what = 0; what < TRI_WATCHES; what++) {
        while (memory && anybody_due(system->notices, what)) {
            memory = tell_one(&t, what);
        }
    }
    tri_log_flush(system);
    return !memory;
}
