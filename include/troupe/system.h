// SPDX-License-Identifier: MIT
// Starting and stopping a system.
#ifndef TROUPE_SYSTEM_H
#define TROUPE_SYSTEM_H

#include <troupe/debug.h>
#include <troupe/error.h>
#include <troupe/log.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Most workers a system can have.
#define TR_WORKERS_MAX 56

/// How an overflow of an actor's stack is caught.
typedef enum tr_guard {
    TR_GUARD_BEST = 0, ///< as an option: the best that the kernel offers
    TR_GUARD_INSTALL,  ///< guard pages without mappings of their own (Linux 6.13 and later)
    TR_GUARD_PROTECT,  ///< guard pages, for the first 8,000 stacks; then a canary
    TR_GUARD_CANARY    ///< a word below that is looked at whenever the stack changes hands
} tr_guard;

/// Options of a system; zero means default everywhere.
typedef struct tr_system_opts {
    uint32_t workers;    ///< worker threads; 0 = one per core; at most TR_WORKERS_MAX
    uint32_t actors_max; ///< most actors alive at once; 0 = 4,000,000
    uint32_t spares_max; ///< most extra threads that stand in for stuck ones; 0 = 64
    uint32_t reductions; ///< messages taken and sent per activation; 0 = 2,000
    /// A call, request or blocked send that closes a cycle of waiting actors answers TR_EDEADLK at
    /// once; tr_error_detail names them. Costs a lock at each wait.
    bool detect_cycles;
    /// A call made while serving a call ends by the deadline of the caller that is served.
    bool inherit_deadlines;
    bool declared_only;  ///< no processor is taken from a thread that does not declare blocking
    bool host;           ///< no threads: the host steps the system, see <troupe/host.h>
    tr_log_opts log;     ///< where the log goes; zero: nowhere
    uint32_t timers_max; ///< most timers armed at once; 0 = 4,194,304
    tr_guard guard;      ///< of stacks, for the whole process from now on; 0 = leave it as it is
} tr_system_opts;

/// An actor that did not end in time, as tr_system_stop reports it.
typedef struct tr_refuser {
    tr_pid pid;
    char name[TR_NAME_MAX + 1]; ///< registered name or label, may be empty
    char label[32];             ///< what it is, from its spec, may be empty
    tr_state state;             ///< what it was doing
} tr_refuser;

/// What tr_system_stop found.
typedef struct tr_stop_report {
    uint32_t refuser_count;  ///< actors that were still alive at the deadline
    tr_refuser refusers[16]; ///< the first of them
} tr_stop_report;

/// Starts a system.
/// @param opts  options, or NULL for all defaults
/// @param out   receives the system
/// @return TR_OK; TR_EINVAL (no out, too many workers); TR_ENOMEM; TR_ESYSTEM (no threads)
/// [any-thread] [never-suspends] [owner: the caller frees *out with tr_system_free]
TR_MUST_CHECK static inline tr_err tr_system_start(const tr_system_opts *opts, tr_system **out);
/// As tr_system_start, which passes the size of the options known to the caller.
/// [any-thread] [never-suspends] [owner: the caller frees *out with tr_system_free]
TR_API TR_MUST_CHECK tr_err tr_system_start_sized(const tr_system_opts *opts, size_t opts_bytes,
                                                  tr_system **out);

static inline tr_err tr_system_start(const tr_system_opts *opts, tr_system **out)
{
    return tr_system_start_sized(opts, sizeof(tr_system_opts), out);
}

/// Stops a system: no more spawns and guest calls, every actor receives exit signal `shutdown` in
/// reverse order of spawning roots, after half the time `kill`; then the workers end. Called by an
/// actor it only begins the stop. A second call waits for the first.
/// @param sys          the system
/// @param deadline_ms  time for all of it in milliseconds; TR_INFINITY waits
/// @param report       receives the actors that refused, or NULL
/// @return TR_OK all ended; TR_ETIMEDOUT some refused, the system is abandoned: a thread that is
///   stuck ends at its next call of the runtime, and tr_system_free waits for that; TR_EINVAL;
///   TR_EFORKED
/// [any-thread] [may-suspend] [owner: caller keeps]
TR_API tr_err tr_system_stop(tr_system *sys, int64_t deadline_ms, tr_stop_report *report);

/// Frees a stopped system. NULL is allowed.
/// @return TR_OK; TR_EBUSY while it runs, or while threads of refusers, guests or their blobs
///   remain: nothing is freed then, and it may be tried again; TR_ENOMEM (likewise); TR_EFORKED
/// [any-thread] [never-suspends] [owner: takes sys on TR_OK]
TR_API tr_err tr_system_free(tr_system *sys);

/// Number of workers.
/// @return the number, 0 for NULL
/// [any-thread] [never-suspends]
TR_API uint32_t tr_system_workers(const tr_system *sys);

/// How the next stack will be guarded: what was asked for, or the next one that the kernel grants.
/// @return the way; TR_GUARD_BEST for NULL
/// [any-thread] [never-suspends]
TR_API tr_guard tr_system_guard(const tr_system *sys);

/// The allocator behind the runtime's pools: "jemalloc" or "libc".
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_system_allocator(void);

/// The version of the library, "0.1.0".
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_version(void);

#ifdef __cplusplus
}
#endif

#endif
