// SPDX-License-Identifier: MIT
// What a call may answer. Expected outcomes and the caller's misuse are values; an actor's failure
// is an exit reason; a broken invariant of the runtime aborts with a report.
#ifndef TROUPE_ERROR_H
#define TROUPE_ERROR_H

#include <troupe/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Result of almost every function. Out-parameters are untouched unless it is TR_OK.
typedef enum tr_err {
    TR_OK = 0,
    TR_EINVAL,       ///< an argument is NULL, negative, out of range or malformed
    TR_ENOMEM,       ///< the system is out of memory; nothing was changed
    TR_ENOPROC,      ///< no such actor, or not of this system
    TR_ENOTACTOR,    ///< an actor-only function outside its actor
    TR_ETIMEDOUT,    ///< the time given has passed
    TR_EFULL,        ///< a bounded mailbox is full
    TR_EEXITED,      ///< the called actor ended before it answered; see tr_call_reason
    TR_EIGNORED,     ///< init answered TR_IGNORE
    TR_EEXIST,       ///< the name or id is taken
    TR_ENOENT,       ///< no such name, child or pending timer
    TR_ENAMETOOLONG, ///< a name is longer than TR_NAME_MAX
    TR_EDEADLK,      ///< the call could never return: to oneself, or it closes a cycle of waits
    TR_EBUSY,        ///< not now: the thing is in use, or in the middle of a restart
    TR_ESTOPPED,     ///< the system is stopping or stopped
    TR_EFORKED,      ///< used in a forked child of the process that started the system
    TR_ELIMIT,       ///< a limit of the system is reached (actors, timers, names, types)
    TR_ECONFLICT,    ///< a message name is already used with another layout
    TR_ESYSTEM       ///< the operating system refused (threads, memory mappings)
} tr_err;

/// The error's name, such as "TR_ETIMEDOUT".
/// @param err  any value; an unknown one gives "TR_E?"
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_err_name(tr_err err);

/// What the error means, as half a sentence.
/// @param err  any value
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_err_text(tr_err err);

/// The tag's name as Erlang writes it: "normal", "shutdown", "killed", "noproc", …
/// @param tag  any value
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_exit_tag_name(tr_exit_tag tag);

/// Writes a reason for people: "normal", "shutdown: over", "error: no pong (3)".
/// @param reason  the reason
/// @param buffer  receives the text, always NUL-terminated, cut if need be
/// @param bytes   size of buffer
/// @return the length of the whole text in bytes without the NUL, as snprintf does
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API size_t tr_exit_format(tr_exit reason, char *buffer, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
