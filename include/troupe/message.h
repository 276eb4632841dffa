// SPDX-License-Identifier: MIT
// Messages: types, sending, receiving, calling and replying.
//
// Most programs use the typed macros of <troupe/typed.h>, which are declarations over these.
#ifndef TROUPE_MESSAGE_H
#define TROUPE_MESSAGE_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A message type: its qualified name and its layout. Describe it once per translation unit with
/// TR_MESSAGE; equal names with equal layouts are one type, also across shared objects.
typedef struct tr_type {
    const char *name;      ///< qualified: "counter.add"
    const char *signature; ///< the fields as the preprocessor spells them
    uint32_t bytes;        ///< size of the body, 0 for an empty message
    uint32_t align;        ///< alignment of the body, at most 16
    uint32_t x_id;         ///< the runtime's: interned identity, 0 before first use
    const char *place;     ///< where it is described, "file:line"; NULL: not told
} tr_type;

/// Explains TR_ECONFLICT: writes both descriptions of the name, with their sizes and places.
/// @param type    a description
/// @param buffer  receives the text, always NUL-terminated, cut if need be
/// @param bytes   size of buffer
/// @return the length of the whole text; 0 when the description is in no conflict
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API size_t tr_type_conflict(const tr_type *type, char *buffer, size_t bytes);

/// Type of the message a monitor sends; the body is a struct tr_down. Such a message carries the
/// monitor's reference as its reference.
TR_API extern const tr_type tr_down_type;
/// Type of the message an exit signal becomes for a trapping actor; the body is a struct tr_exited.
TR_API extern const tr_type tr_exited_type;

/// Type of the message that says why a posted request (tr_request_post) has no reply; the body is a
/// tr_exit, and it carries the request's number as its reference.
TR_API extern const tr_type tr_failed_type;

/// How a message came.
typedef enum tr_msg_kind {
    TR_MSG_SEND = 1, ///< by a send or a timer
    TR_MSG_CALL,     ///< a request: answer it with tr_reply
    TR_MSG_REPLY,    ///< the answer to a call, or to a posted request
    TR_MSG_EXIT,     ///< an exit signal, type tr_exited_type
    TR_MSG_DOWN      ///< a monitor's notice, type tr_down_type
} tr_msg_kind;

/// The message's kind.
/// @return the kind
/// [any-thread] [never-suspends]
TR_API tr_msg_kind tr_msg_get_kind(const tr_msg *msg);

/// Whether the message has this type.
/// @return true when it has
/// [any-thread] [never-suspends]
TR_API bool tr_msg_is(const tr_msg *msg, const tr_type *type);

/// Name of the message's type.
/// @return the qualified name; lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_msg_type_name(const tr_msg *msg);

/// The body.
/// @return the body, 16-byte aligned; for an empty message a valid address of no bytes
/// [any-thread] [never-suspends] [owner: valid as long as the message]
TR_API const void *tr_msg_body(const tr_msg *msg);

/// Size of the body in bytes.
/// @return the size
/// [any-thread] [never-suspends]
TR_API size_t tr_msg_bytes(const tr_msg *msg);

/// Who sent it.
/// @return the pid; none when the runtime did, or a guest. A guest that has to wait (for a reply,
///   or for room) is represented by an actor while it waits: its pid then.
/// [any-thread] [never-suspends]
TR_API tr_pid tr_msg_sender(const tr_msg *msg);

/// Id of the reference it carries.
/// @return the id, 0 when it carries none
/// [any-thread] [never-suspends]
TR_API uint64_t tr_msg_ref_id(const tr_msg *msg);

/// For a request: whom to answer.
/// @return the handle; its caller is none for a message that is no request
/// [any-thread] [never-suspends]
TR_API tr_from tr_msg_from(const tr_msg *msg);

/// Sends a copy of a body. A dead or never existing pid is fine (counted as dead letter). A full
/// mailbox does what its policy says: block suspends the actor up to the mailbox's block time.
/// @param to    receiver
/// @param type  the message's type
/// @param body  type->bytes bytes; NULL allowed when that is 0
/// @return TR_OK; TR_EFULL; TR_ETIMEDOUT (blocked too long); TR_EINVAL; TR_ENOMEM; TR_ECONFLICT
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_typed(tr_self *self, tr_pid to, const tr_type *type, const void *body);

/// As tr_send_typed; the message carries a reference, by which it can be received.
/// @return as tr_send_typed
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_ref(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                          tr_ref ref);

/// Sends to the actor that has the name now.
/// @return as tr_send_typed; TR_ENOENT when nobody has the name
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_named(tr_self *self, const char *name, const tr_type *type, const void *body);

/// Makes a message to be filled and moved, without a copy.
/// @param type  its type
/// @param body  receives the address of the zeroed body
/// @return the message, or NULL (arguments, memory); free it with tr_msg_free if it is not sent
/// [actor-only] [never-suspends] [owner: the caller frees or moves it]
TR_API TR_MUST_CHECK tr_msg *tr_msg_new(tr_self *self, const tr_type *type, void **body);

/// Sends a message itself: *msg becomes NULL on TR_OK and stays the caller's otherwise.
/// @param to   receiver
/// @param msg  a message from tr_msg_new or tr_msg_keep
/// @return as tr_send_typed
/// [actor-only] [may-suspend] [may-exit] [owner: takes msg on TR_OK]
TR_API tr_err tr_send_move(tr_self *self, tr_pid to, tr_msg **msg);

/// Keeps the message that is being handled, or was received last, beyond its usual life.
/// @param msg  the message; not a request, exit or down
/// @return the same message, now the caller's; NULL when it is not this actor's current message
/// [actor-only] [never-suspends] [owner: the caller frees or moves it]
TR_API TR_MUST_CHECK tr_msg *tr_msg_keep(tr_self *self, const tr_msg *msg);

/// Frees a message of tr_msg_new or tr_msg_keep. NULL is allowed.
/// [actor-only] [never-suspends] [owner: takes msg]
TR_API void tr_msg_free(tr_self *self, tr_msg *msg);

/// Sends from a thread that is no actor; a full mailbox with policy block makes the thread wait.
/// @return as tr_send_typed; TR_ESTOPPED; TR_EDEADLK (it would have to wait, in a thread of the
///   system's own)
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_send(tr_system *sys, tr_pid to, const tr_type *type, const void *body);

/// A new reference of the caller.
/// @return the reference
/// [actor-only] [never-suspends]
TR_API tr_ref tr_ref_new(tr_self *self);

/// What tr_receive takes: all tests that are given must hold. Zero takes anything.
typedef struct tr_match {
    const tr_type *const *types;                         ///< any of these types; see TR_TYPES
    size_t type_count;                                   ///< how many; 0 = every type
    tr_ref ref;                                          ///< carries this reference
    tr_pid sender;                                       ///< sent by this actor
    bool (*predicate)(const tr_msg *msg, void *context); ///< own test; may not wait or send
    void *context;                                       ///< for predicate
} tr_match;

/// Initialises the two type fields of a tr_match (C only).
#define TR_TYPES(...)                                                                              \
    .types = (const tr_type *const[]){ __VA_ARGS__ },                                              \
    .type_count = sizeof((const tr_type *const[]){ __VA_ARGS__ }) / sizeof(const tr_type *)

/// Receives the oldest message that matches; others stay in order. The timeout counts from the
/// call. A wait by reference costs nothing for messages older than the reference; a wait by types
/// costs nothing for messages of other types; tests by sender and predicate look at each message
/// once.
/// @param match       what to take; NULL takes anything
/// @param timeout_ms  milliseconds; 0 polls; TR_INFINITY
/// @param out         receives the message
/// @return TR_OK; TR_ETIMEDOUT (the mailbox is unchanged); TR_EINVAL (negative timeout); TR_EBUSY
///   (inside a predicate, or where it may not suspend)
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next tr_receive]
TR_API TR_MUST_CHECK tr_err tr_receive(tr_self *self, const tr_match *match, int64_t timeout_ms,
                                       const tr_msg **out);

/// Sends a request and waits for its reply. The reply never passes the queue of other messages; one
/// that is late is a dead letter.
/// @param to          the server
/// @param type        the request's type
/// @param body        its body
/// @param timeout_ms  milliseconds; TR_INFINITY
/// @param reply       receives the reply
/// @return TR_OK; TR_ETIMEDOUT; TR_EEXITED (it ended first, `normal` included; tr_call_reason says
///   why); TR_ENOPROC (it was dead); TR_EDEADLK (oneself); TR_EFULL; TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call of this actor]
TR_API TR_MUST_CHECK tr_err tr_call_typed(tr_self *self, tr_pid to, const tr_type *type,
                                          const void *body, int64_t timeout_ms,
                                          const tr_msg **reply);

/// Why the last call, or spawn with wait_init, of this actor failed.
/// @return the reason; its text is valid until the next call
/// [actor-only] [never-suspends] [owner: valid until the next call of this actor]
TR_API tr_exit tr_call_reason(const tr_self *self);

/// Answers a request, now or later, from the actor that received it or any other. A caller that is
/// gone or no longer waits is no error.
/// @param from  the request's handle
/// @param type  the reply's type
/// @param body  its body
/// @return TR_OK; TR_EINVAL; TR_ENOMEM (nothing was sent)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_reply_typed(tr_self *self, tr_from from, const tr_type *type, const void *body);

/// A call from a thread that is no actor: the thread waits.
/// @param reply_type   type the reply must have
/// @param reply_body   receives reply_type->bytes bytes; may be NULL when that is 0
/// @return as tr_call_typed, but see tr_system_call_why for the reason of a failure; TR_EINVAL also
///   when the reply has another type; TR_ESTOPPED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_system_call(tr_system *sys, tr_pid to, const tr_type *type,
                                           const void *body, int64_t timeout_ms,
                                           const tr_type *reply_type, void *reply_body);

#ifdef __cplusplus
}
#endif

#endif
