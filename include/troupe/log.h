// SPDX-License-Identifier: MIT
// The log: what the runtime and the actors have to say to people.
//
// The library writes nothing anywhere by itself. A host that wants to hear gives a sink in
// tr_system_opts; events are queued where they arise and handed to the sink by the system's own
// thread (in host mode: by the thread that steps the system), one after another, in the order in
// which they were queued. Whatever was queued before a stop is told before tr_system_stop returns.
#ifndef TROUPE_LOG_H
#define TROUPE_LOG_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How grave an event is.
typedef enum tr_log_level {
    TR_LOG_DEBUG = 1, ///< for whoever searches a mistake
    TR_LOG_INFO,      ///< worth knowing
    TR_LOG_WARNING,   ///< somebody should look at it
    TR_LOG_ERROR      ///< something failed
} tr_log_level;

/// What an event is about.
typedef enum tr_log_kind {
    TR_LOG_USER = 0,      ///< from tr_log or tr_system_log
    TR_LOG_CRASH,         ///< an actor ended with another reason than normal and shutdown
    TR_LOG_ALARM,         ///< an alarm came on or went off
    TR_LOG_TYPE_CONFLICT, ///< one message name with two layouts
    TR_LOG_LATE_HOOK,     ///< a hook of tr_defer took longer than TR_DEFER_MS
    TR_LOG_LOST           ///< last event of a stop, when some were lost after the last one told
} tr_log_kind;

/// What the value of a field is.
typedef enum tr_log_tag { TR_LOG_TAG_TEXT = 1, TR_LOG_TAG_NUMBER, TR_LOG_TAG_PID } tr_log_tag;

/// One named value of an event.
typedef struct tr_log_field {
    const char *key; ///< its name
    tr_log_tag tag;  ///< which of the values below it has
    union {
        const char *text;
        int64_t number;
        tr_pid pid;
    } value;
} tr_log_field;

/// Most fields of an event.
#define TR_LOG_FIELDS_MAX 8
/// Longest text of an event in bytes, without the NUL; longer ones are cut. Keys and texts of
/// fields share another 256 bytes.
#define TR_LOG_TEXT_MAX 127

/// An event as the sink sees it; all of it is valid until the sink returns.
typedef struct tr_log_event {
    size_t struct_bytes; ///< size known to the library
    tr_log_level level;  ///< how grave
    tr_log_kind kind;    ///< about what
    const char *text;    ///< one line for people
    tr_pid actor;        ///< the actor it is about or from; may be none
    const char *name;    ///< its registered name, may be empty
    const char *label;   ///< what it is, from its spec, may be empty
    const tr_log_field *fields;
    size_t field_count;
    uint64_t time_ns;    ///< when it arose, on the system's monotonic clock
    uint64_t suppressed; ///< events lost before this one: crash reports above their rate, and
                         ///< events that found the queue full
} tr_log_event;

/// Receives the events. It runs on a thread of the system that no actor uses, never twice at once.
/// It may use every function that is [any-thread] [never-suspends]; it may not stop the system. A
/// sink that blocks delays the hand-off of processors from stuck threads, and the stop.
typedef void (*tr_log_fn)(const tr_log_event *event, void *context);

/// Where the log of a system goes; zero is nowhere.
typedef struct tr_log_opts {
    tr_log_fn fn;                 ///< the sink; NULL: nothing is logged
    void *context;                ///< handed to fn
    tr_log_level level;           ///< least level that is told; 0 = TR_LOG_INFO
    uint32_t crash_reports_per_s; ///< most crash reports a second; 0 = 10
} tr_log_opts;

/// A field with a text.
/// @return the field
/// [any-thread] [never-suspends] [owner: caller keeps]
static inline tr_log_field tr_log_text(const char *key, const char *text)
{
    tr_log_field field;
    field.key = key;
    field.tag = TR_LOG_TAG_TEXT;
    field.value.text = text;
    return field;
}

/// A field with a number.
/// @return the field
/// [any-thread] [never-suspends] [owner: caller keeps]
static inline tr_log_field tr_log_number(const char *key, int64_t number)
{
    tr_log_field field;
    field.key = key;
    field.tag = TR_LOG_TAG_NUMBER;
    field.value.number = number;
    return field;
}

/// A field with a pid.
/// @return the field
/// [any-thread] [never-suspends] [owner: caller keeps]
static inline tr_log_field tr_log_pid(const char *key, tr_pid pid)
{
    tr_log_field field;
    field.key = key;
    field.tag = TR_LOG_TAG_PID;
    field.value.pid = pid;
    return field;
}

/// Logs an event in the name of the actor. Everything is copied.
/// @param level   how grave; below the sink's least level nothing happens
/// @param text    one line
/// @param fields  named values, or NULL
/// @param count   how many, at most TR_LOG_FIELDS_MAX
/// @return TR_OK, also without a sink; TR_EINVAL; TR_EFULL (the sink is behind: lost and counted)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_log(tr_self *self, tr_log_level level, const char *text,
                     const tr_log_field *fields, size_t count);

/// As tr_log, from a thread that is no actor.
/// @return as tr_log; TR_ESTOPPED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_log(tr_system *sys, tr_log_level level, const char *text,
                            const tr_log_field *fields, size_t count);

/// A ready sink: one line an event on the standard error stream. The context is not used.
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API void tr_log_stderr(const tr_log_event *event, void *context);

/// The level's name: "debug", "info", "warning", "error".
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_log_level_name(tr_log_level level);

#ifdef __cplusplus
}
#endif

#endif
