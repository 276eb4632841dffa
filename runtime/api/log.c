// SPDX-License-Identifier: MIT
#include <troupe/log.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "api/check.h"
#include "node/guest.h"
#include "process/log.h"
#include "process/notice.h"

#define LINE_BYTES 1024

static bool valid(tr_log_level level, const char *text, const tr_log_field *fields, size_t count)
{
    if (level < TR_LOG_DEBUG || level > TR_LOG_ERROR || text == NULL || count > TR_LOG_FIELDS_MAX ||
        (count != 0 && fields == NULL)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const tr_log_field *field = &fields[i];
        if (field->key == NULL || field->tag < TR_LOG_TAG_TEXT || field->tag > TR_LOG_TAG_PID ||
            (field->tag == TR_LOG_TAG_TEXT && field->value.text == NULL)) {
            return false;
        }
    }
    return true;
}

static void begin(struct tri_log_record *record, tr_log_level level, const char *text,
                  const tr_log_field *fields, size_t count)
{
    tri_log_begin(record, level, TR_LOG_USER, text);
    for (size_t i = 0; i < count; i++) {
        tri_log_add(record, &fields[i]);
    }
}

static tr_err put(struct tr_system *system, const struct tri_log_record *record)
{
    bool wake = false;
    bool queued = tri_log_put(system, record, &wake);
    if (wake) {
        tri_notice_wake(system);
    }
    return queued ? TR_OK : TR_EFULL;
}

tr_err tr_log(tr_self *self, tr_log_level level, const char *text, const tr_log_field *fields,
              size_t count)
{
    struct tri_log_record record;
    if (!valid(level, text, fields, count)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_OK;
    if (tri_log_wants(t->system, level)) {
        begin(&record, level, text, fields, count);
        tri_log_actor(&record, self, tri_actor_pid(self));
        err = put(t->system, &record);
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_system_log(tr_system *sys, tr_log_level level, const char *text,
                     const tr_log_field *fields, size_t count)
{
    struct tri_log_record record;
    struct tri_thread guest;
    if (sys == NULL || !valid(level, text, fields, count)) {
        return TR_EINVAL;
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    if (tri_log_wants(sys, level)) {
        begin(&record, level, text, fields, count);
        err = put(sys, &record);
    }
    tri_guest_leave(&guest);
    return err;
}

const char *tr_log_level_name(tr_log_level level)
{
    static const char *const names[] = { "?", "debug", "info", "warning", "error" };
    return (unsigned)level < TR_COUNT(names) ? names[level] : "?";
}

// Appends to a line, cutting what does not fit.
struct line {
    size_t used;
    char text[LINE_BYTES];
};

__attribute__((format(printf, 2, 3))) static void append(struct line *line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int bytes = vsnprintf(line->text + line->used, LINE_BYTES - line->used, format, list);
    va_end(list);
    size_t left = LINE_BYTES - line->used;
    line->used += bytes < 0 ? 0 : (size_t)bytes < left ? (size_t)bytes : left - 1;
}

static void append_field(struct line *line, const tr_log_field *field)
{
    append(line, " %s=", field->key);
    if (field->tag == TR_LOG_TAG_TEXT) {
        append(line, "\"%s\"", field->value.text);
    } else if (field->tag == TR_LOG_TAG_NUMBER) {
        append(line, "%" PRId64, field->value.number);
    } else {
        append(line, "<%" PRIu32 ".%" PRIu32 ">", field->value.pid.slot,
               field->value.pid.generation);
    }
}

void tr_log_stderr(const tr_log_event *event, void *context)
{
    struct line line = { 0 };
    (void)context;
    append(&line, "%" PRIu64 ".%06" PRIu64 " %s: %s", event->time_ns / 1000000000,
           event->time_ns / 1000 % 1000000, tr_log_level_name(event->level), event->text);
    if (!tr_pid_is_none(event->actor)) {
        append(&line, " actor=<%" PRIu32 ".%" PRIu32 ">", event->actor.slot,
               event->actor.generation);
    }
    if (event->name[0] != '\0' || event->label[0] != '\0') {
        append(&line, " name=%s", event->name[0] != '\0' ? event->name : event->label);
    }
    for (size_t i = 0; i < event->field_count; i++) {
        append_field(&line, &event->fields[i]);
    }
    if (event->suppressed != 0) {
        append(&line, " suppressed=%" PRIu64, event->suppressed);
    }
    (void)fprintf(stderr, "%s\n", line.text);
}
