// SPDX-License-Identifier: MIT
#include "process/report.h"

#include "mailbox/type.h"
#include "port/clock.h"
#include "process/log.h"
#include "process/notice.h"
#include "process/reason.h"

static tr_pid parent_of(const struct tr_self *self)
{
    uint64_t parent = tri_actor_parent(self);
    return tri_pid_make(self->system, (uint32_t)(parent >> 32), (uint32_t)parent);
}

static void compose(struct tr_self *self, tr_exit reason, struct tri_log_record *record)
{
    char text[TRI_REASON_BYTES];
    const char *handling = self->current == NULL ? "" : tri_type_name(self->current->type);
    tri_reason_format(reason, text, sizeof text);
    tri_log_begin(record, TR_LOG_ERROR, TR_LOG_CRASH, "actor crashed");
    tri_log_actor(record, self, tri_actor_pid(self));
    tr_log_field fields[] = {
        tr_log_text("reason", text),
        tr_log_text("message", handling),
        tr_log_number("depth", (int64_t)tri_mailbox_depth(&self->box)),
        tr_log_pid("parent", parent_of(self)),
    };
    for (size_t i = 0; i < TR_COUNT(fields); i++) {
        tri_log_add(record, &fields[i]);
    }
}

// Whether an error may be reported now.
static bool may_report(struct tr_system *system)
{
    return tri_log_wants(system, TR_LOG_ERROR) && tri_log_may_report(system, tri_clock_ns());
}

static void put(struct tr_system *system, const struct tri_log_record *record)
{
    bool wake = false;
    (void)tri_log_put(system, record, &wake);
    if (wake) {
        tri_notice_wake(system);
    }
}

void tri_report_crash(struct tr_self *self, tr_exit reason)
{
    struct tri_log_record record;
    if (!tri_reason_clean(reason) && may_report(self->system)) {
        compose(self, reason, &record);
        put(self->system, &record);
    }
}

void tri_report_conflict(struct tr_system *system, const tr_type *type)
{
    struct tri_log_record record;
    char text[TRI_LOG_POOL_BYTES];
    if (tri_type_conflict(type, text, sizeof text) == 0 || !may_report(system)) {
        return;
    }
    tri_log_begin(&record, TR_LOG_ERROR, TR_LOG_TYPE_CONFLICT, "message type with two layouts");
    tr_log_field field = tr_log_text("types", text);
    tri_log_add(&record, &field);
    put(system, &record);
}
