// SPDX-License-Identifier: MIT
// Requests without waiting at once: send now, take the reply later, or hand a request on.
//
//   tr_request asked;
//   tr_request_send(self, server, &counter_get_type, NULL, &asked);
//   … other work …
//   tr_request_wait(self, asked, 500, &reply);  // TR_ETIMEDOUT leaves the request open
//
// A reply goes straight to its request. It never stands in the queue of messages, so taking it
// costs the same however many messages wait and requests are open. The exception is a posted
// request, whose reply comes as a message: for servers, which have to go on serving.
// TR_REQUEST(get, total) declares counter_get_request(), counter_get_post(), counter_get_take().
#ifndef TROUPE_REQUEST_H
#define TROUPE_REQUEST_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An open request of one actor. Stale handles are recognised.
typedef struct tr_request {
    uint64_t id; ///< unique; 0 is none
} tr_request;

/// A collection of open requests of one actor, to be waited for together.
typedef struct tr_requests {
    uint64_t id; ///< unique; 0 is none
} tr_requests;

/// Sends a request and returns. It stays open until its reply or failure is taken, or it is
/// abandoned; open requests are abandoned when the actor ends.
/// @param to    the server; a dead one is fine: the request fails with TR_ENOPROC when it is taken
/// @param type  the request's type
/// @param body  its body
/// @param out   receives the handle
/// @return TR_OK; TR_EDEADLK (oneself); TR_ENOPROC (not of this system); TR_EFULL; TR_ETIMEDOUT
///   (blocked too long); TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_request_send(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                              tr_request *out);

/// As tr_request_send, but the reply comes as a message of kind TR_MSG_REPLY with the request's id
/// as its reference; a failure comes as one of type tr_failed_type. To be told apart by
/// tr_request_check. A posted request cannot be waited for, but it can be abandoned.
/// @return as tr_request_send
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_request_post(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                              tr_request *out);

/// Waits for the reply of an open request. On TR_OK, TR_EEXITED and TR_ENOPROC the request is gone;
/// otherwise it is open as before.
/// @param request     the handle
/// @param timeout_ms  milliseconds; 0 polls; TR_INFINITY
/// @param reply       receives the reply
/// @return TR_OK; TR_ETIMEDOUT; TR_EEXITED (the server ended first; tr_call_reason says why);
///   TR_ENOPROC (it was dead); TR_ENOENT (no such open request); TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call or wait of this actor]
TR_API TR_MUST_CHECK tr_err tr_request_wait(tr_self *self, tr_request request, int64_t timeout_ms,
                                            const tr_msg **reply);

/// Gives an open request up. Its reply is a dead letter (TR_DEAD_LATE_REPLY), now or when it comes.
/// @return TR_OK; TR_ENOENT (no such open request); TR_EINVAL
/// [actor-only] [never-suspends]
TR_API tr_err tr_request_abandon(tr_self *self, tr_request request);

/// Whether a message is the answer to a posted request.
/// @param request  the handle
/// @param msg      any message of this actor
/// @return TR_OK (it is the reply); TR_EEXITED or TR_ENOPROC (it says why there is none; the body
///   is the tr_exit); TR_ENOENT (it is something else); TR_EINVAL
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_request_check(tr_request request, const tr_msg *msg);

/// Makes an empty collection. It goes with the actor, or by tr_requests_free.
/// @param out  receives the handle
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: the actor]
TR_API tr_err tr_requests_new(tr_self *self, tr_requests *out);

/// Puts an open request into a collection. One that has its reply already counts as arrived now.
/// @param all      the collection
/// @param request  an open request that was sent, not posted
/// @param label    the caller's, to tell the requests apart
/// @return TR_OK; TR_ENOENT (no such collection or request); TR_EEXIST (it is in a collection);
///   TR_EINVAL (posted)
/// [actor-only] [never-suspends]
TR_API tr_err tr_requests_add(tr_self *self, tr_requests all, tr_request request, uint64_t label);

/// Waits for any request of a collection, and takes the one whose answer arrived first.
/// @param all         the collection
/// @param timeout_ms  milliseconds; 0 polls; TR_INFINITY
/// @param label       receives the label of the request that is over, on TR_OK, TR_EEXITED and
///   TR_ENOPROC alike; may be NULL
/// @param reply       receives the reply
/// @return as tr_request_wait; TR_ENOENT also when the collection is empty
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call or wait of this actor]
TR_API TR_MUST_CHECK tr_err tr_requests_wait_any(tr_self *self, tr_requests all, int64_t timeout_ms,
                                                 uint64_t *label, const tr_msg **reply);

/// How many open requests a collection holds.
/// @return the number; 0 when there is no such collection
/// [actor-only] [never-suspends]
TR_API size_t tr_requests_count(tr_self *self, tr_requests all);

/// Abandons all requests of a collection, and the collection.
/// @return TR_OK; TR_ENOENT (no such collection); TR_EINVAL
/// [actor-only] [never-suspends]
TR_API tr_err tr_requests_free(tr_self *self, tr_requests all);

/// Hands a request on to another actor, which receives it as if the caller had sent it there: it
/// answers it, or its end does. Afterwards the request is none of this actor's business. A full
/// mailbox is not waited for.
/// @param from  a request that this actor received and has not answered
/// @param to    who is to answer; a dead actor answers with `noproc`
/// @return TR_OK; TR_ENOENT (not held by this actor, or answered, or given up by its caller);
///   TR_EFULL (of policy block as well); TR_ENOPROC (not of this system); TR_EINVAL; TR_ENOMEM:
///   then the request is still this actor's
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_delegate(tr_self *self, tr_from from, tr_pid to);

#ifdef __cplusplus
}
#endif

#endif
