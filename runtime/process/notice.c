// SPDX-License-Identifier: MIT
#include "process/notice.h"

#include "base/check.h"
#include "port/bell.h"
#include "port/clock.h"
#include "port/memory.h"
#include "process/log.h"

static struct tri_alarm_on *on_of(struct tri_tree_node *node)
{
    return TRI_CONTAINER_OF(node, struct tri_alarm_on, node);
}

bool tri_notices_new(struct tr_system *system)
{
    system->notices = tri_memory_alloc_zero(sizeof *system->notices);
    if (system->notices != NULL) {
        tri_lock_init(&system->notices->lock);
    }
    return system->notices != NULL;
}

// Nobody lives any more whom a notice could be about or for.
void tri_notices_free(struct tr_system *system)
{
    struct tri_notices *notices = system->notices;
    if (notices == NULL) {
        return;
    }
    TRI_CHECK(tri_tree_empty(&notices->watchers), "a watcher outlived its actor");
    for (int kind = 0; kind < TR_ALARM_KINDS; kind++) {
        TRI_CHECK(tri_tree_empty(&notices->on[kind]), "an alarm outlived its actor");
    }
    tri_memory_free(notices, sizeof *notices);
    system->notices = NULL;
}

void tri_notice_wake(struct tr_system *system)
{
    if (system->bell != NULL) {
        tri_bell_ring(system->bell); // whoever steps tells
    } else {
        tri_park_wake(&system->monitor.park);
    }
}

static const char *const kind_texts[TR_ALARM_KINDS] = {
    [TR_ALARM_SPARES] = "spare threads",    [TR_ALARM_MAILBOX] = "mailbox depth",
    [TR_ALARM_ACTORS] = "number of actors", [TR_ALARM_NAMES] = "number of names",
    [TR_ALARM_TIMERS] = "number of timers", [TR_ALARM_STUCK] = "stuck threads",
};

static void log_change(struct tr_system *system, const tr_alarm *alarm, bool *wake)
{
    tr_log_level level = alarm->on ? TR_LOG_WARNING : TR_LOG_INFO;
    struct tri_log_record record;
    if (!tri_log_wants(system, level)) {
        return;
    }
    tri_log_begin(&record, level, TR_LOG_ALARM, kind_texts[alarm->kind]);
    if (!tr_pid_is_none(alarm->about)) {
        tri_log_label(&record, tri_actor_at(system, alarm->about.slot), alarm->about);
    }
    tr_log_field fields[] = { tr_log_text("alarm", alarm->on ? "on" : "off"),
                              tr_log_number("value", (int64_t)alarm->value),
                              tr_log_number("limit", (int64_t)alarm->limit) };
    for (size_t i = 0; i < TR_COUNT(fields); i++) {
        tri_log_add(&record, &fields[i]);
    }
    (void)tri_log_put(system, &record, wake);
}

// The alarm changed: for the watchers and the sink. True: somebody is to be told.
static bool publish(struct tr_system *system, tr_alarm *alarm)
{
    struct tri_notices *notices = system->notices;
    bool wake = !tri_tree_empty(&notices->watchers);
    alarm->time_ns = tri_clock_ns();
    notices->changes[notices->change_count++ % TRI_ALARM_CHANGES] = *alarm;
    log_change(system, alarm, &wake);
    return wake;
}

// The alarm that is on, or a place for it; NULL when there is none and none is wanted, or no
// memory.
static tr_alarm *place_of(struct tri_notices *notices, tr_alarm_kind kind, uint64_t key, bool make)
{
    if (key == 0) {
        return &notices->whole[kind];
    }
    struct tri_tree_node *node = tri_tree_find(&notices->on[kind], key);
    if (node == NULL && make) {
        struct tri_alarm_on *fresh = tri_memory_alloc_zero(sizeof *fresh);
        if (fresh == NULL) {
            return NULL;
        }
        node = &fresh->node;
        node->key = key;
        (void)tri_tree_insert(&notices->on[kind], node);
    }
    return node == NULL ? NULL : &on_of(node)->alarm;
}

static void forget(struct tri_notices *notices, tr_alarm_kind kind, uint64_t key)
{
    struct tri_tree_node *node = tri_tree_remove(&notices->on[kind], key);
    if (node != NULL) {
        tri_memory_free(on_of(node), sizeof(struct tri_alarm_on));
    }
}

// The lock is held.
static bool change(struct tr_system *system, const tr_alarm *wanted)
{
    struct tri_notices *notices = system->notices;
    uint64_t key = tri_key(wanted->about.slot, wanted->about.generation);
    tr_alarm *alarm = place_of(notices, wanted->kind, key, wanted->on);
    if (alarm == NULL) {
        return false; // off already, or no memory to remember it by
    }
    bool before = alarm->on;
    uint64_t since = alarm->time_ns;
    bool wake = false;
    *alarm = *wanted;
    alarm->time_ns = since;
    if (before != wanted->on) {
        wake = publish(system, alarm);
    }
    if (!wanted->on) {
        forget(notices, wanted->kind, key);
    }
    return wake;
}

bool tri_notice_alarm_locked(struct tr_system *system, tr_alarm_kind kind, bool on, uint64_t value,
                             uint64_t limit)
{
    tr_alarm wanted = { .kind = kind, .on = on, .value = value, .limit = limit };
    tri_lock_acquire(&system->notices->lock);
    bool wake = change(system, &wanted);
    tri_lock_release(&system->notices->lock);
    return wake;
}

// Whether alarms about the actor would find their end: it lives, and its end will look for them.
static bool will_end(struct tr_system *system, tr_pid about)
{
    struct tr_self *actor = tri_actor_at(system, about.slot);
    if (actor == NULL) {
        return false;
    }
    // relaxed: ordered by the fence.
    tri_store(&actor->x_alarmed, true, relaxed);
    // [alarm-fence]: the flag before the look at the generation; pairs with the fence in
    // tri_exit_actor: either the end of the actor sees the flag or this sees the end.
    tri_fence(seq_cst);
    return tri_slot_holds(&actor->slot, about.generation);
}

void tri_notice_alarm(struct tr_system *system, const tr_alarm *alarm)
{
    bool wake = false;
    tri_lock_acquire(&system->notices->lock);
    if (!alarm->on || tr_pid_is_none(alarm->about) || will_end(system, alarm->about)) {
        wake = change(system, alarm);
    }
    tri_lock_release(&system->notices->lock);
    if (wake) {
        tri_notice_wake(system);
    }
}

bool tri_notice_gauge(struct tr_system *system, tr_alarm_kind kind, const struct tri_gauge *gauge)
{
    return tri_notice_alarm_locked(system, kind, gauge->on, gauge->used, gauge->limit);
}

void tri_notice_gone(struct tr_system *system, uint64_t key)
{
    bool wake = false;
    tri_lock_acquire(&system->notices->lock);
    for (int kind = 0; kind < TR_ALARM_KINDS; kind++) {
        struct tri_tree_node *node = tri_tree_find(&system->notices->on[kind], key);
        if (node != NULL) {
            tr_alarm off = on_of(node)->alarm;
            off.on = false;
            off.value = 0;
            wake = change(system, &off) || wake;
        }
    }
    tri_lock_release(&system->notices->lock);
    if (wake) {
        tri_notice_wake(system);
    }
}
