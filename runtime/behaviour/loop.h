// SPDX-License-Identifier: MIT
// The loop of a server: one handler-style actor that serves every tr_server module.
//
// Purpose: find the handler of a message, obey tr.stop and the parent's exit, call on_terminate.
// Invariants: the actor's state is a struct tri_loop followed by the module's own state, which is
//   therefore 16-byte aligned. on_terminate runs once, on the actor's stack and before the reason
//   is handed to the runtime, so it may receive and call. After an exit signal that is not trapped,
//   or kill, it does not run.
// Threads: the actor. Ownership: the module (const tr_server) outlives the actor.
#ifndef TRI_BEHAVIOUR_LOOP_H
#define TRI_BEHAVIOUR_LOOP_H

#include <troupe/server.h>

#define TRI_LOOP_HINT_BITS 3

struct tri_loop {
    const tr_server *server;
    tr_pid parent; // whose exit ends the server; none: signals from no actor do
    // By hash of the type: 1 + index of the handler that was found last.
    uint8_t hints[1 << TRI_LOOP_HINT_BITS];
};

_Static_assert(sizeof(struct tri_loop) % 16 == 0, "the module's state stays aligned");

// What is handed to the actor at spawn; the module's arguments follow it.
struct tri_loop_args {
    const tr_server *server;
    uint32_t has_args; // else init receives NULL
    uint32_t linked;   // the starter is the parent
};

_Static_assert(sizeof(struct tri_loop_args) % 16 == 0, "the arguments stay aligned");

// The actor. Spawn it with state_bytes of tri_loop_state_bytes.
extern const tr_actor_spec tri_loop_actor;

static inline size_t tri_loop_state_bytes(const tr_server *server)
{
    return sizeof(struct tri_loop) + server->state_bytes;
}

#endif
