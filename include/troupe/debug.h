// SPDX-License-Identifier: MIT
// Looking into a live system from any thread, without stopping it.
#ifndef TROUPE_DEBUG_H
#define TROUPE_DEBUG_H

#include <troupe/dead.h>
#include <troupe/error.h>
#include <troupe/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What an actor is doing.
typedef enum tr_state {
    TR_STATE_FREE = 0, ///< no actor
    TR_STATE_STARTING, ///< spawned, not yet run
    TR_STATE_RUNNABLE, ///< has something to do and waits for a worker
    TR_STATE_RUNNING,  ///< on a worker now
    TR_STATE_IDLE,     ///< waits for any message
    TR_STATE_WAITING,  ///< inside tr_receive
    TR_STATE_CALLING,  ///< inside a call
    TR_STATE_BLOCKED,  ///< waits for room in a full mailbox
    TR_STATE_EXITING   ///< its end was decided
} tr_state;

/// One actor at one moment. Set it to zero or TR_ACTOR_INFO_INIT first.
typedef struct tr_actor_info {
    size_t struct_bytes;        ///< size known to the caller, from TR_ACTOR_INFO_INIT
    tr_pid pid;                 ///< the actor
    char name[TR_NAME_MAX + 1]; ///< registered name, may be empty
    char label[32];             ///< what it is, from its spec, may be empty
    tr_state state;             ///< what it is doing
    size_t mailbox_depth;       ///< messages and signals waiting, exact
    uint64_t handled_count;     ///< messages taken since it was spawned
    uint32_t restarts;          ///< how often its supervisor restarted it
    size_t heap_bytes;          ///< private heap, and the blobs it holds
    bool has_stack;             ///< whether it holds a stack
    tr_priority priority;       ///< who runs first
    bool pinned;                ///< runs on one thread only
    size_t blob_bytes;          ///< of the blobs it holds
    int64_t state_ms;           ///< for how long it has been doing it; may be off by one activation
    const char *handling;       ///< type of the message it handles, for ever; NULL: none
    tr_pid waits_for;           ///< who must act, while it is calling or blocked; may be none
} tr_actor_info;

#define TR_ACTOR_INFO_INIT                                                                         \
    {                                                                                              \
        sizeof(tr_actor_info), { 0, 0, 0, 0 }, "", "", TR_STATE_FREE, 0, 0, 0, 0, false,           \
            TR_PRIORITY_NORMAL, false, 0, 0, NULL,                                                 \
        {                                                                                          \
            0, 0, 0, 0                                                                             \
        }                                                                                          \
    }

/// Reads one actor. Constant time; works while the actor is stuck.
/// @param pid   the actor
/// @param info  receives what is known
/// @return TR_OK; TR_ENOPROC (dead); TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_info(tr_system *sys, tr_pid pid, tr_actor_info *info);

/// Calls a function for every actor alive, in slot order. Actors born meanwhile may be missed.
/// @param each     returns false to end the walk; must not call into the system's debug functions
/// @param context  handed to each
/// @return TR_OK; TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: valid until each returns]
TR_API tr_err tr_debug_each(tr_system *sys, bool (*each)(const tr_actor_info *info, void *context),
                            void *context);

/// Fates of all messages and requests (replies count as messages; signals are not counted) and
/// numbers of all things. The identities attempted = accepted + refused and accepted = received +
/// dropped + dead_lettered + waiting hold exactly when the system is quiet; live, waiting is an
/// estimate and never negative.
typedef struct tr_totals {
    uint64_t attempted;     ///< sends tried
    uint64_t accepted;      ///< taken in, whatever became of it
    uint64_t refused;       ///< full, timed out, no memory, stopped, invalid
    uint64_t received;      ///< handled by their receiver
    uint64_t dropped;       ///< by a mailbox policy
    uint64_t dead_lettered; ///< that nobody receives for another reason, a late reply too
    uint64_t unreceived[TR_DEAD_REASONS]; ///< the last two by their reasons
    uint64_t waiting;                     ///< in mailboxes
    uint64_t spawned;                     ///< actors ever
    uint64_t exited;                      ///< actors ended
    uint64_t steals;                      ///< actors moved to an idle worker
    uint64_t handoffs;                    ///< processors handed from a stuck thread to another
    uint64_t parks;                       ///< times a worker went to sleep
    uint64_t late_hooks;                  ///< hooks of tr_defer that took longer than TR_DEFER_MS
    uint64_t pinned_ready; ///< pinned actors that could run and wait for their thread
    uint64_t blobs;        ///< alive
    uint64_t blob_bytes;   ///< of those
} tr_totals;

/// Reads the totals.
/// @param totals  receives them
/// @return TR_OK; TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_totals(tr_system *sys, tr_totals *totals);

/// Name of a state: "running", "waiting", …
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_state_name(tr_state state);

#ifdef __cplusplus
}
#endif

#endif
