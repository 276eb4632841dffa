// SPDX-License-Identifier: MIT
// gen_server-style modules: private state, one handler per message type.
//
//   TR_SERVER(counter, TR_CAST(add), TR_CALL(get));
//
// makes `counter_server` from these functions, whose absence or wrong type is a compile error. A
// message declared as TR_CALL that comes as a plain send, or the reverse, ends the server with a
// reason that names it; a message nobody handles is dropped when there is no TR_INFO:
//   tr_next counter_init(tr_self *, struct counter *, const struct counter_args *);
//   tr_next counter_on_add(tr_self *, struct counter *, const struct counter_add *);
//   tr_next counter_on_get(tr_self *, struct counter *, const struct counter_get *, tr_from);
// Further entries: TR_CAST_OF(module, name), TR_CALL_OF(module, name) for messages of another
// module (handler counter_on_<module>_<name>), TR_INFO (tr_next counter_on_info(tr_self *, struct
// counter *, const tr_msg *)) for everything else, TR_TERMINATE (void counter_on_terminate(tr_self
// *, struct counter *, tr_exit)). A server without arguments declares `struct counter_args;` only.
// Other files see the server through TR_SERVER_DECLARE(counter) in its header. TR_SERVER is for C;
// from C++ fill a tr_server by hand.
#ifndef TROUPE_SERVER_H
#define TROUPE_SERVER_H

#include <troupe/actor.h>
#include <troupe/message.h>
#include <troupe/typed.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One entry of a server's table of handlers.
typedef struct tr_server_handler {
    const tr_type *type; ///< the message
    bool call;           ///< true: must come as a request; false: must come as a plain message
    tr_next (*handle)(tr_self *self, void *state, const tr_msg *msg); ///< typed thunk
} tr_server_handler;

/// A server module. Usually made by TR_SERVER.
typedef struct tr_server {
    const char *name;                                              ///< the module's name
    size_t state_bytes;                                            ///< size of the private state
    const tr_server_handler *handlers;                             ///< by message type
    size_t handler_count;                                          ///< how many
    tr_next (*init)(tr_self *self, void *state, const void *args); ///< prepares the zeroed state
    tr_next (*on_info)(tr_self *self, void *state, const tr_msg *msg); ///< the rest; may be NULL
    void (*on_terminate)(tr_self *self, void *state, tr_exit reason);  ///< last act; may be NULL
} tr_server;

/// Options of a server's start; zero means default.
typedef struct tr_server_opts {
    const void *args;         ///< copied; handed to init
    size_t args_bytes;        ///< size of args
    const char *name;         ///< registered before init runs
    bool link;                ///< link to the starter, which becomes the parent (OTP's start_link)
    bool trap;                ///< the server traps exits; terminate is then called on shutdown
    int64_t start_timeout_ms; ///< longest init; 0 = for ever
    tr_mailbox_opts mailbox;  ///< its mailbox
    uint32_t restarts;        ///< shown by the debug API
} tr_server_opts;

/// Starts a server and returns when its init is done.
/// @param server  the module; lives as long as the server
/// @param opts    options, or NULL
/// @param out     receives the pid
/// @return TR_OK; TR_EEXITED (init stopped: tr_call_reason); TR_EIGNORED; TR_ETIMEDOUT (init was
///   killed); TR_EEXIST (name taken); TR_EINVAL; TR_ENOMEM; TR_ESTOPPED
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps opts]
TR_API TR_MUST_CHECK tr_err tr_server_start(tr_self *self, const tr_server *server,
                                            const tr_server_opts *opts, tr_pid *out);

/// Starts a server from a thread that is no actor; link is refused.
/// @return as tr_server_start
/// [any-thread] [never-suspends] [owner: caller keeps opts]
TR_API TR_MUST_CHECK tr_err tr_system_server_start(tr_system *sys, const tr_server *server,
                                                   const tr_server_opts *opts, tr_pid *out);

/// Stops a server after the messages before it, with terminate, and waits for its end.
/// @param pid         the server
/// @param reason      its exit reason
/// @param timeout_ms  milliseconds; the stop stays in effect when it passes
/// @return TR_OK it ended with that reason; TR_EEXITED with another (tr_call_reason); TR_ENOPROC;
///   TR_ETIMEDOUT; TR_EDEADLK (oneself)
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_server_stop(tr_self *self, tr_pid pid, tr_exit reason,
                                           int64_t timeout_ms);

#ifdef __cplusplus
}
#endif

#include <troupe/server_macros.h>

#endif
