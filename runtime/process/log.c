// SPDX-License-Identifier: MIT
#include "process/log.h"

#include <string.h>

#include "base/text.h"
#include "port/clock.h"
#include "port/memory.h"
#include "process/registry.h"

#define RECORDS 256u
#define USER_RECORDS (RECORDS / 4 * 3)
#define CRASH_REPORTS_PER_S 10u
#define NS_PER_S UINT64_C(1000000000)

struct tri_log {
    tr_log_opts opts;
    struct tri_lock lock; // guards all below
    uint32_t first;
    uint32_t count;
    uint64_t lost;            // since the last event that was queued
    uint64_t crash_credit_ns; // moment at which the rate of crash reports is used up to
    struct tri_log_record records[RECORDS];
};

bool tri_log_new(struct tr_system *system, const tr_log_opts *opts)
{
    if (opts->fn == NULL) {
        return true;
    }
    struct tri_log *log = tri_memory_alloc_zero(sizeof *log);
    if (log != NULL) {
        log->opts = *opts;
        if (opts->level == 0) {
            log->opts.level = TR_LOG_INFO;
        }
        if (opts->crash_reports_per_s == 0) {
            log->opts.crash_reports_per_s = CRASH_REPORTS_PER_S;
        }
        tri_lock_init(&log->lock);
    }
    system->log = log;
    return log != NULL;
}

void tri_log_free(struct tr_system *system)
{
    tri_memory_free(system->log, sizeof *system->log);
    system->log = NULL;
}

bool tri_log_wants(const struct tr_system *system, tr_log_level level)
{
    return system->log != NULL && level >= system->log->opts.level;
}

static void copy_text(char *to, const char *from, size_t max)
{
    size_t bytes = tri_text_length(from, max);
    memcpy(to, from, bytes);
    to[bytes] = '\0';
}

void tri_log_begin(struct tri_log_record *record, tr_log_level level, tr_log_kind kind,
                   const char *text)
{
    memset(record, 0, sizeof *record);
    record->level = level;
    record->kind = kind;
    record->time_ns = tri_clock_ns();
    copy_text(record->text, text, TR_LOG_TEXT_MAX);
}

void tri_log_actor(struct tri_log_record *record, const struct tr_self *self, tr_pid pid)
{
    record->actor = pid;
    tri_name_copy(self->system, self, tri_key(pid.slot, pid.generation), record->name);
    tri_actor_label(self, record->label);
}

void tri_log_label(struct tri_log_record *record, const struct tr_self *self, tr_pid pid)
{
    record->actor = pid;
    tri_actor_label(self, record->label);
}

// Copies a text into the pool and tells where it is; what does not fit is cut.
static uint16_t pool_text(struct tri_log_record *record, const char *text)
{
    uint32_t left = TRI_LOG_POOL_BYTES - record->pool_bytes;
    if (left == 0) {
        return TRI_LOG_POOL_BYTES - 1; // the pool's last NUL
    }
    uint32_t place = record->pool_bytes;
    size_t bytes = tri_text_length(text, left - 1);
    memcpy(record->pool + place, text, bytes);
    record->pool_bytes += (uint32_t)bytes + 1;
    return (uint16_t)place;
}

void tri_log_add(struct tri_log_record *record, const tr_log_field *field)
{
    struct tri_log_value *value = &record->values[record->value_count++];
    value->tag = field->tag;
    value->key = pool_text(record, field->key);
    if (field->tag == TR_LOG_TAG_TEXT) {
        value->text = pool_text(record, field->value.text);
    } else if (field->tag == TR_LOG_TAG_NUMBER) {
        value->number = field->value.number;
    } else {
        value->pid = field->value.pid;
    }
}

bool tri_log_put(struct tr_system *system, const struct tri_log_record *record, bool *wake)
{
    struct tri_log *log = system->log;
    uint32_t room = record->kind == TR_LOG_USER ? USER_RECORDS : RECORDS;
    tri_lock_acquire(&log->lock);
    bool queued = log->count < room;
    if (queued) {
        struct tri_log_record *place = &log->records[(log->first + log->count) % RECORDS];
        *wake = *wake || log->count == 0;
        *place = *record;
        place->suppressed = log->lost;
        log->lost = 0;
        log->count++;
    } else {
        log->lost++;
    }
    tri_lock_release(&log->lock);
    return queued;
}

bool tri_log_may_report(struct tr_system *system, uint64_t now_ns)
{
    struct tri_log *log = system->log;
    uint64_t interval = NS_PER_S / log->opts.crash_reports_per_s;
    tri_lock_acquire(&log->lock);
    if (log->crash_credit_ns < now_ns) {
        log->crash_credit_ns = now_ns;
    }
    // A second's worth may come at once.
    bool may = log->crash_credit_ns + interval <= now_ns + NS_PER_S;
    if (may) {
        log->crash_credit_ns += interval;
    } else {
        log->lost++;
    }
    tri_lock_release(&log->lock);
    return may;
}

// The oldest record; false when there is none.
static bool take(struct tri_log *log, struct tri_log_record *record)
{
    tri_lock_acquire(&log->lock);
    bool any = log->count != 0;
    if (any) {
        *record = log->records[log->first];
        log->count--;
        // An empty queue begins anew: what is never reached is never resident.
        log->first = log->count == 0 ? 0 : (log->first + 1) % RECORDS;
    }
    tri_lock_release(&log->lock);
    return any;
}

// The name of an actor that an alarm is about, if it lives still.
static void find_name(struct tr_system *system, struct tri_log_record *record)
{
    if (record->kind == TR_LOG_ALARM && record->actor.slot != 0) {
        const struct tr_self *actor = tri_actor_at(system, record->actor.slot);
        uint64_t key = tri_key(record->actor.slot, record->actor.generation);
        tri_name_copy(system, actor, key, record->name);
    }
}

static void tell(const struct tri_log *log, const struct tri_log_record *record)
{
    tr_log_field fields[TR_LOG_FIELDS_MAX];
    for (uint32_t i = 0; i < record->value_count; i++) {
        const struct tri_log_value *value = &record->values[i];
        fields[i].key = record->pool + value->key;
        fields[i].tag = value->tag;
        if (value->tag == TR_LOG_TAG_TEXT) {
            fields[i].value.text = record->pool + value->text;
        } else if (value->tag == TR_LOG_TAG_NUMBER) {
            fields[i].value.number = value->number;
        } else {
            fields[i].value.pid = value->pid;
        }
    }
    tr_log_event event = { .struct_bytes = sizeof event,
                           .level = record->level,
                           .kind = record->kind,
                           .text = record->text,
                           .actor = record->actor,
                           .name = record->name,
                           .label = record->label,
                           .fields = fields,
                           .field_count = record->value_count,
                           .time_ns = record->time_ns,
                           .suppressed = record->suppressed };
    log->opts.fn(&event, log->opts.context);
}

void tri_log_flush(struct tr_system *system)
{
    struct tri_log *log = system->log;
    struct tri_log_record record;
    if (log == NULL) {
        return;
    }
    // So many and no more: a sink that logs itself does not hold the thread for ever.
    for (uint32_t i = 0; i < RECORDS && take(log, &record); i++) {
        find_name(system, &record);
        tell(log, &record);
    }
}

void tri_log_finish(struct tr_system *system)
{
    struct tri_log_record record;
    tri_log_flush(system);
    if (system->log == NULL) {
        return;
    }
    tri_lock_acquire(&system->log->lock);
    uint64_t lost = system->log->lost;
    system->log->lost = 0;
    tri_lock_release(&system->log->lock);
    if (lost != 0) {
        tri_log_begin(&record, TR_LOG_WARNING, TR_LOG_LOST, "events were lost");
        record.suppressed = lost;
        tell(system->log, &record);
    }
}
