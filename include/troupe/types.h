// SPDX-License-Identifier: MIT
// Handles and values that every other header uses.
//
// Handles are small structs by value; all zero means "none". Objects that own memory are opaque
// pointers. A function that may only be used by an actor takes its `tr_self *self`; a thread that
// is no actor (a guest) uses the functions that take a `tr_system *`.
//
// Every public function documents one effect line in this vocabulary:
//   [any-thread | actor-only]        who may call it
//   [never-suspends | may-suspend]   whether the actor may be switched out inside it
//   [may-exit]                       whether the actor may end inside it
//   [owner: …]                       who owns what was passed or returned, and for how long
#ifndef TROUPE_TYPES_H
#define TROUPE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TR_API __attribute__((visibility("default")))
#define TR_MUST_CHECK __attribute__((warn_unused_result))
#define TR_NORETURN __attribute__((noreturn))
#else
#define TR_API
#define TR_MUST_CHECK
#define TR_NORETURN
#endif

/// A running system: workers, actors, names, timers. Several may live in one process.
typedef struct tr_system tr_system;
/// The actor that is running, as it sees itself. Valid only inside that actor's own code.
typedef struct tr_self tr_self;
/// A message: a typed body with its envelope.
typedef struct tr_msg tr_msg;

/// The identity of an actor. A pid is never reused for another actor.
typedef struct tr_pid {
    uint32_t slot;       ///< place in the system's actor table, never 0
    uint32_t generation; ///< occupant of that place, never 0
    uint32_t system;     ///< index of the system in this process, from 1
    uint32_t creation;   ///< tells this system from an earlier one with the same index
} tr_pid;

/// A reference: unique in its system, made by one actor to recognise an answer or an event.
typedef struct tr_ref {
    uint64_t id;    ///< unique; 0 is none
    uint32_t owner; ///< slot of the actor that made it
    uint32_t mark;  ///< arrival number of the owner's mailbox when it was made
} tr_ref;

/// A timer that was armed. Stale handles are recognised.
typedef struct tr_timer {
    uint32_t slot;       ///< place in the system's timer table
    uint32_t generation; ///< use of that place, never 0
} tr_timer;

/// Whom to answer: the handle of one request. May be stored, and given to another actor.
typedef struct tr_from {
    tr_pid caller;   ///< the actor that waits
    uint64_t ref_id; ///< the request
} tr_from;

/// Why an actor ended, or shall end. Reasons `normal` and `shutdown` are clean ends.
typedef enum tr_exit_tag {
    TR_EXIT_NONE = 0,
    TR_EXIT_NORMAL,       ///< done
    TR_EXIT_SHUTDOWN,     ///< asked to stop; with a text it is OTP's {shutdown, Term}
    TR_EXIT_KILL,         ///< as a signal: unconditional, the receiver ends with TR_EXIT_KILLED
    TR_EXIT_KILLED,       ///< ended by TR_EXIT_KILL, or over its heap limit
    TR_EXIT_NOPROC,       ///< the other actor did not exist
    TR_EXIT_NOCONNECTION, ///< the other node is unreachable
    TR_EXIT_TIMEOUT,      ///< a call or a start took too long
    TR_EXIT_CALLING_SELF, ///< an actor called itself
    TR_EXIT_BAD_RETURN,   ///< a callback returned what it may not
    TR_EXIT_ERROR         ///< anything else; the text and the code say what
} tr_exit_tag;

/// An exit reason: a tag, a number of the user's choice and an optional text.
/// The text is borrowed: the runtime copies up to TR_EXIT_TEXT_MAX bytes wherever it keeps a
/// reason; in a message it lives as long as the message.
typedef struct tr_exit {
    tr_exit_tag tag;
    int32_t code;
    const char *text; ///< NULL or a NUL-terminated text
} tr_exit;

/// Longest text that is kept with a reason, in bytes without the NUL; longer ones are cut.
#define TR_EXIT_TEXT_MAX 55

/// Waits for ever.
#define TR_INFINITY INT64_MAX
/// Where an option's zero means "default", this is the number zero.
#define TR_ZERO (-1)
/// As a shutdown time: kill at once.
#define TR_BRUTAL (-2)

/// Longest name of an actor in bytes, without the NUL.
#define TR_NAME_MAX 63

/// Number of elements of an array.
#define TR_COUNT(array) (sizeof(array) / sizeof((array)[0]))

// The few value helpers below are inline: they touch no runtime state and may be used anywhere.

/// No actor.
/// @return the pid that is all zero
/// [any-thread] [never-suspends]
static inline tr_pid tr_no_pid(void)
{
    tr_pid none = { 0, 0, 0, 0 };
    return none;
}

/// Whether a pid means no actor.
/// @return true for the zero pid
/// [any-thread] [never-suspends]
static inline bool tr_pid_is_none(tr_pid pid)
{
    return pid.slot == 0;
}

/// Whether two pids mean the same actor.
/// @return true when they do
/// [any-thread] [never-suspends]
static inline bool tr_pid_equal(tr_pid a, tr_pid b)
{
    return a.slot == b.slot && a.generation == b.generation && a.system == b.system &&
           a.creation == b.creation;
}

/// No reference.
/// @return the reference that is all zero
/// [any-thread] [never-suspends]
static inline tr_ref tr_no_ref(void)
{
    tr_ref none = { 0, 0, 0 };
    return none;
}

/// Whether two references are the same.
/// @return true when they are
/// [any-thread] [never-suspends]
static inline bool tr_ref_equal(tr_ref a, tr_ref b)
{
    return a.id == b.id;
}

/// A reason of its parts.
/// @param tag   what kind of end
/// @param code  a number of the user's choice
/// @param text  NULL or a text, which is borrowed
/// @return the reason
/// [any-thread] [never-suspends] [owner: caller keeps]
static inline tr_exit tr_exit_make(tr_exit_tag tag, int32_t code, const char *text)
{
    tr_exit reason;
    reason.tag = tag;
    reason.code = code;
    reason.text = text;
    return reason;
}

#define TR_NORMAL tr_exit_make(TR_EXIT_NORMAL, 0, NULL)
#define TR_SHUTDOWN tr_exit_make(TR_EXIT_SHUTDOWN, 0, NULL)
#define TR_KILL tr_exit_make(TR_EXIT_KILL, 0, NULL)
#define TR_ERROR(text) tr_exit_make(TR_EXIT_ERROR, 0, (text))

/// What a callback of a handler-style actor wants next. Made by the macros below.
typedef struct tr_next {
    uint16_t kind; ///< one of enum tr_next_kind
    uint16_t tag;  ///< for TR_STOP: the reason's tag
    int32_t code;  ///< for TR_STOP: the reason's code
    const char *text;
} tr_next;

enum tr_next_kind {
    TR_NEXT_NONE = 0, ///< never valid: a callback that forgot to answer
    TR_NEXT_CONTINUE,
    TR_NEXT_STOP,
    TR_NEXT_IGNORE
};

/// What a callback answers; the macros below are the usual way.
/// @param kind    what comes next
/// @param reason  for TR_NEXT_STOP
/// @return the answer
/// [any-thread] [never-suspends] [owner: caller keeps]
static inline tr_next tr_next_make(enum tr_next_kind kind, tr_exit reason)
{
    tr_next next;
    next.kind = (uint16_t)kind;
    next.tag = (uint16_t)reason.tag;
    next.code = reason.code;
    next.text = reason.text;
    return next;
}

/// Goes on with the next message.
#define TR_CONTINUE tr_next_make(TR_NEXT_CONTINUE, tr_exit_make(TR_EXIT_NONE, 0, NULL))
/// Ends the actor with a reason, after its terminate callback. The text must outlive the callback's
/// frame (a literal, or memory of the state or heap).
#define TR_STOP(reason) tr_next_make(TR_NEXT_STOP, (reason))
/// Only from init: the actor does not start, and that is no failure.
#define TR_IGNORE tr_next_make(TR_NEXT_IGNORE, tr_exit_make(TR_EXIT_NORMAL, 0, NULL))

#ifdef __cplusplus
}
#endif

#endif
