// SPDX-License-Identifier: MIT
// The queue of log events between whoever has something to say and the system's sink.
//
// Purpose: the sink is user code, which never runs in a section or under a lock; events are
//   composed where they arise and handed over by the thread that drains the queue.
// Invariants: the queue is made with the system and never grows; what finds it full is lost and
//   counted, and the next event carries the count. The last quarter is for the runtime's own
//   events, so that a talkative actor does not hide a crash.
// Threads: everything by any thread; tri_log_flush by one thread at a time: the monitor, or in host
//   mode whoever steps the system. Ownership: the system owns the queue; NULL without a sink.
#ifndef TRI_PROCESS_LOG_H
#define TRI_PROCESS_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <troupe/log.h>

#include "process/system.h"

#define TRI_LOG_POOL_BYTES 256

struct tri_log_value {
    tr_log_tag tag;
    uint16_t key;  // where it begins in the pool
    uint16_t text; // likewise
    int64_t number;
    tr_pid pid;
};

// An event with copies of all its texts.
struct tri_log_record {
    tr_log_level level;
    tr_log_kind kind;
    tr_pid actor;
    uint64_t time_ns;
    uint64_t suppressed;
    char name[TR_NAME_MAX + 1];
    char label[TRI_LABEL_BYTES];
    char text[TR_LOG_TEXT_MAX + 1];
    uint32_t value_count;
    uint32_t pool_bytes;
    struct tri_log_value values[TR_LOG_FIELDS_MAX];
    char pool[TRI_LOG_POOL_BYTES];
};

// A system's queue, NULL without a sink; false without memory.
bool tri_log_new(struct tr_system *system, const tr_log_opts *opts);
void tri_log_free(struct tr_system *system);

// Whether anybody wants events of that level.
bool tri_log_wants(const struct tr_system *system, tr_log_level level);

// Begins a record: time, kind, level and text.
void tri_log_begin(struct tri_log_record *record, tr_log_level level, tr_log_kind kind,
                   const char *text);
// Says whose it is: name and label.
void tri_log_actor(struct tri_log_record *record, const struct tr_self *self, tr_pid pid);
// Says whose it is where no lock may be taken: the label; the name is looked up when it is told.
void tri_log_label(struct tri_log_record *record, const struct tr_self *self, tr_pid pid);
// Adds a field; keys and texts that do not fit are cut.
void tri_log_add(struct tri_log_record *record, const tr_log_field *field);

// Queues a copy. False when it was lost. Takes no other lock and wakes nobody: *wake tells to call
// tri_notice_wake once no lock is held.
bool tri_log_put(struct tr_system *system, const struct tri_log_record *record, bool *wake);

// Whether a crash report may be made now; one that may not is counted as suppressed.
bool tri_log_may_report(struct tr_system *system, uint64_t now_ns);

// Tells the sink what is queued now, on the calling thread.
void tri_log_flush(struct tr_system *system);
// As above, and that some were lost after the last.
void tri_log_finish(struct tr_system *system);

#endif
