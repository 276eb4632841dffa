// SPDX-License-Identifier: MIT
// Actors: what they are made of, how they begin, how they relate and how they end.
//
// A process-style actor is a function with receives in it. A handler-style actor is a set of
// callbacks with private state; it holds no stack between messages.
#ifndef TROUPE_ACTOR_H
#define TROUPE_ACTOR_H

#include <troupe/error.h>
#include <troupe/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Body of a process-style actor. Its result is the exit reason.
/// @param arg  private copy of the arguments given at spawn, NULL if there were none
typedef tr_exit (*tr_run_fn)(tr_self *self, const void *arg);

/// What an actor does: either run, or on_message with its companions.
typedef struct tr_actor_spec {
    const char *label; ///< what it is, for people; copied; may be NULL
    tr_run_fn run;     ///< process-style body; NULL for a handler-style actor
    /// Handler-style: prepares the zeroed state. TR_CONTINUE, TR_STOP(reason) or TR_IGNORE. May be
    /// NULL.
    tr_next (*init)(tr_self *self, void *state, const void *args);
    /// Handler-style: handles one message. TR_CONTINUE or TR_STOP(reason).
    tr_next (*on_message)(tr_self *self, void *state, const tr_msg *msg);
    /// Handler-style: last act. Called when on_message answered TR_STOP or the actor called
    /// tr_exit_self after its init; not when an exit signal or its heap limit ends it. May be NULL.
    void (*terminate)(tr_self *self, void *state, tr_exit reason);
    size_t state_bytes; ///< size of the private state
    bool init_ack;      ///< process-style: the start is over at tr_init_done, not when run begins
} tr_actor_spec;

/// How large a stack an actor runs on.
typedef enum tr_stack_class {
    TR_STACK_DEFAULT = 0, ///< 64 KiB (256 KiB under AddressSanitizer)
    TR_STACK_LARGE        ///< 1 MiB (4 MiB under AddressSanitizer)
} tr_stack_class;

/// What a full bounded mailbox does to a sender.
typedef enum tr_policy {
    TR_MAILBOX_BLOCK = 0,   ///< the sending actor waits its turn, first come first served
    TR_MAILBOX_FAIL,        ///< the send answers TR_EFULL
    TR_MAILBOX_DROP_NEWEST, ///< the send answers TR_OK and its message is dropped; a call: TR_EFULL
    TR_MAILBOX_DROP_OLDEST  ///< the oldest waiting message is dropped; a dropped call: TR_EFULL
} tr_policy;

/// Shape of a mailbox; zero is unbounded. Signals and replies are never subject to the bound.
typedef struct tr_mailbox_opts {
    uint32_t capacity; ///< most messages waiting; 0 = unbounded
    tr_policy policy;  ///< what happens when it is full
    int64_t block_ms;  ///< longest wait of a blocked sender; 0 = 5,000; TR_INFINITY
    /// TR_ALARM_MAILBOX comes on when so many messages wait that the bound concerns; 0 = never
    uint32_t high;
    uint32_t low;   ///< and goes off when no more than these wait; below high
    uint64_t bytes; ///< most bytes of bodies waiting; 0 = unbounded; a larger body: TR_ELIMIT
} tr_mailbox_opts;

/// Options of a spawn; zero means default everywhere.
typedef struct tr_spawn_opts {
    const void *args;        ///< copied; handed to run or init
    size_t args_bytes;       ///< size of args
    const char *name;        ///< registered before the actor runs; copied
    bool link;               ///< links parent and child before the child runs
    bool trap;               ///< the child traps exits from its first moment
    bool wait_init;          ///< returns only when init is done; failures of init are returned
    int64_t init_timeout_ms; ///< with wait_init; 0 = for ever; the child is killed when it passes
    tr_ref *monitor; ///< if not NULL the parent monitors the child and receives the reference
    tr_mailbox_opts mailbox; ///< the child's mailbox
    size_t state_bytes;      ///< size of the state when the spec serves several; 0 = the spec's
    const char *label;       ///< what it is, for people; copied; NULL = the spec's
    size_t heap_limit_bytes; ///< most heap; 0 = unlimited; above it the actor ends `killed`
    uint32_t restarts;       ///< shown by the debug API: how often this actor was restarted before
    tr_priority priority;    ///< who runs first; see <troupe/schedule.h>
    bool pinned;             ///< runs on one thread only: the one on which it first ran
    tr_stack_class stack;    ///< what it runs on
} tr_spawn_opts;

/// Spawns an actor whose parent is the caller.
/// @param self  the parent
/// @param spec  what it does; must live as long as the actor
/// @param opts  options, or NULL
/// @param out   receives the pid; may be NULL
/// @return TR_OK; TR_EINVAL; TR_ENOMEM; TR_ELIMIT (too many actors); TR_EEXIST (name taken);
///   TR_ESTOPPED; with wait_init: TR_EEXITED (init failed, reason by tr_call_reason), TR_EIGNORED,
///   TR_ETIMEDOUT. After an error no actor, name, link or message of it is left.
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps spec and opts]
static inline tr_err tr_spawn(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts,
                              tr_pid *out);
/// As tr_spawn, which passes the size of the options known to the caller.
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_spawn_sized(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts,
                             size_t opts_bytes, tr_pid *out);

static inline tr_err tr_spawn(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts,
                              tr_pid *out)
{
    return tr_spawn_sized(self, spec, opts, sizeof(tr_spawn_opts), out);
}

/// Spawns an actor without parent from a thread that is no actor. link and monitor are refused.
/// With wait_init the thread waits.
/// @param sys  the system
/// @return as tr_spawn; TR_EDEADLK (wait_init in a thread of the system's own)
/// [any-thread] [never-suspends] [owner: caller keeps spec and opts]
static inline tr_err tr_system_spawn(tr_system *sys, const tr_actor_spec *spec,
                                     const tr_spawn_opts *opts, tr_pid *out);
/// As tr_system_spawn, which passes the size of the options known to the caller.
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_spawn_sized(tr_system *sys, const tr_actor_spec *spec,
                                    const tr_spawn_opts *opts, size_t opts_bytes, tr_pid *out);

static inline tr_err tr_system_spawn(tr_system *sys, const tr_actor_spec *spec,
                                     const tr_spawn_opts *opts, tr_pid *out)
{
    return tr_system_spawn_sized(sys, spec, opts, sizeof(tr_spawn_opts), out);
}

/// For a process-style actor whose spec says init_ack: its start has succeeded. A starter that
/// waits (wait_init) goes on. An actor that ends before it called this has failed to start.
/// @return TR_OK; TR_EINVAL (its spec does not say init_ack); TR_EBUSY (its start was over)
/// [actor-only] [never-suspends]
TR_API tr_err tr_init_done(tr_self *self);

/// For a process-style actor whose start is not over: ends it. A starter that waits hears why, and
/// receives neither exit signal nor notice of it.
/// @param reason  the reason; the text is copied
/// [actor-only] [never-suspends] [may-exit]
TR_API TR_NORETURN void tr_init_fail(tr_self *self, tr_exit reason);

/// The actor's own pid.
/// @return the pid
/// [actor-only] [never-suspends]
TR_API tr_pid tr_self_pid(const tr_self *self);

/// The pid of the actor that spawned it; none when a guest did.
/// @return the pid; it may have ended
/// [actor-only] [never-suspends]
TR_API tr_pid tr_self_parent(const tr_self *self);

/// The system the actor lives in.
/// @return the system
/// [actor-only] [never-suspends] [owner: valid until the system is freed]
TR_API tr_system *tr_self_system(const tr_self *self);

/// Ends the actor now with a reason. Its frames are abandoned.
/// @param reason  the reason; the text is copied
/// [actor-only] [never-suspends] [may-exit]
TR_API TR_NORETURN void tr_exit_self(tr_self *self, tr_exit reason);

/// Sends an exit signal (OTP's exit/2): `kill` ends any receiver with `killed`; `normal` is dropped
/// by a receiver that does not trap; another reason ends a receiver that does not trap, and is a
/// message of type tr_exited_type to one that does. To oneself it acts before the call returns.
/// @param to      receiver; a dead one is fine
/// @param reason  the reason; the text is copied
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [may-exit] [owner: caller keeps]
TR_API tr_err tr_exit_send(tr_self *self, tr_pid to, tr_exit reason);

/// As tr_exit_send, from a thread that is no actor.
/// @return TR_OK; TR_EINVAL; TR_ENOMEM; TR_ESTOPPED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_exit_send(tr_system *sys, tr_pid to, tr_exit reason);

/// Turns exit signals into messages (OTP's trap_exit).
/// @param on  true to trap
/// @return whether it trapped before
/// [actor-only] [never-suspends]
TR_API bool tr_trap_exits(tr_self *self, bool on);

/// Links two actors: when one ends the other receives an exit signal. At most one link per pair.
/// Linking a dead actor: a trapping caller gets TR_OK and a message `noproc`.
/// @param other  the peer
/// @return TR_OK; TR_ENOPROC (dead, and the caller does not trap); TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_link(tr_self *self, tr_pid other);

/// Removes the link; afterwards no exit signal of it is received.
/// @param other  the peer
/// @return TR_OK, also when there was none; TR_ENOPROC (not of this system); TR_EINVAL; TR_ENOMEM
///   (the link stays)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_unlink(tr_self *self, tr_pid other);

/// Watches an actor: exactly one message of type tr_down_type arrives when it ends, at once with
/// `noproc` when it has ended already.
/// @param target  the actor to watch
/// @param out     receives the reference the message will carry
/// @return TR_OK; TR_ENOPROC (not of this system); TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_monitor(tr_self *self, tr_pid target, tr_ref *out);

/// Ends a watch. With flush, a tr_down message of it that already waits is removed.
/// @param ref    the reference tr_monitor gave
/// @param flush  whether to remove the message
/// @return TR_OK the watch was pending; TR_ENOENT it had fired, was ended before or is unknown;
///   TR_EINVAL (none, or another actor's reference); TR_EBUSY (flush inside a match's predicate)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_demonitor(tr_self *self, tr_ref ref, bool flush);

/// Body of a message of type tr_down_type.
typedef struct tr_down {
    tr_ref ref;     ///< the monitor
    tr_pid pid;     ///< who ended
    tr_exit reason; ///< why; the text lives as long as the message
    /// For tr_monitor_named: the name, which lives as long as the message; else NULL.
    const char *name;
} tr_down;

/// Body of a message of type tr_exited_type, which a trapping actor receives.
typedef struct tr_exited {
    tr_pid pid;     ///< who sent the signal
    tr_exit reason; ///< why; the text lives as long as the message
} tr_exited;

/// Whether an actor is alive. False as soon as its end was decided.
/// @return true when alive
/// [any-thread] [never-suspends]
TR_API bool tr_is_alive(tr_system *sys, tr_pid pid);

/// Lets other actors run.
/// [actor-only] [may-suspend] [may-exit]
TR_API void tr_yield(tr_self *self);

/// Memory on the actor's private heap, 16-byte aligned; it goes with the actor. Never NULL: over
/// its limit, or out of memory, the actor ends with `killed`.
/// @param bytes  how much
/// @return the memory, not cleared
/// [actor-only] [never-suspends] [may-exit] [owner: the actor]
TR_API void *tr_alloc(tr_self *self, size_t bytes);

/// As tr_alloc, but NULL instead of an end.
/// @param bytes  how much
/// @return the memory, not cleared; NULL over the limit, or out of memory
/// [actor-only] [never-suspends] [owner: the actor]
TR_API void *tr_try_alloc(tr_self *self, size_t bytes);

/// Gives memory of tr_alloc or tr_try_alloc back to the actor's heap. NULL is allowed.
/// @param memory  what was returned
/// @param bytes   the size asked for then
/// [actor-only] [never-suspends] [owner: takes memory]
TR_API void tr_free(tr_self *self, void *memory, size_t bytes);

/// Says that the actor is about to block its thread in a system call: the processor is handed to
/// another thread at once. Between begin and end only plain C may run, no function of Troupe.
/// [actor-only] [never-suspends]
TR_API void tr_blocking_begin(tr_self *self);

/// Ends what tr_blocking_begin began.
/// [actor-only] [may-suspend] [may-exit]
TR_API void tr_blocking_end(tr_self *self);

#ifdef __cplusplus
}
#endif

#endif
