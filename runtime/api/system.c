// SPDX-License-Identifier: MIT
#include <troupe/system.h>

#include "api/check.h"
#include "node/abandon.h"
#include "node/guest.h"
#include "node/stop.h"
#include "node/system.h"
#include "platform/stack.h"

tr_err tr_system_start_sized(const tr_system_opts *opts, size_t opts_bytes, tr_system **out)
{
    tr_system_opts whole;
    tr_err err = tri_opts_copy(&whole, sizeof whole, opts, opts_bytes);
    if (err != TR_OK || out == NULL || whole.workers > TR_WORKERS_MAX ||
        (whole.host && whole.workers > 1) || (unsigned)whole.guard > TR_GUARD_CANARY ||
        whole.reductions > INT32_MAX || whole.spares_max > UINT16_MAX) {
        return TR_EINVAL;
    }
    return tri_system_new(&whole, out);
}

tr_err tr_system_stop(tr_system *sys, int64_t deadline_ms, tr_stop_report *report)
{
    if (sys == NULL || deadline_ms < 0) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    struct tri_thread *t = tri_thread_here();
    if (t != NULL && t->system == sys) {
        tri_stop_begin(sys, deadline_ms);
        return TR_OK; // an actor cannot wait for its own end
    }
    // relaxed: only tr_system_free looks, after the stop.
    (void)tri_add(&sys->x_stoppers, 1, relaxed);
    tri_stop_begin(sys, deadline_ms);
    tr_err err = sys->bell != NULL ? tri_stop_drive(sys, report) : tri_stop_wait(sys, report);
    // release [stopper]: the last access of this thread; pairs with tr_system_free.
    (void)tri_sub(&sys->x_stoppers, 1, release);
    return err;
}

tr_err tr_system_free(tr_system *sys)
{
    if (sys == NULL) {
        return TR_OK;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    if (tri_system_phase(sys) == TRI_PHASE_ABANDONED) {
        tr_err err = tri_abandon_settle(sys);
        if (err != TR_OK) {
            return err;
        }
    }
    // acquire [guest]: the last guest's accesses come before; pairs with tri_guest_leave.
    // acquire [blob-count]: so do those of guests that held a blob.
    // acquire [stopper]: so do those of the threads that waited for the stop.
    if (tri_system_phase(sys) != TRI_PHASE_STOPPED || tri_load(&sys->x_guests, acquire) != 0 ||
        tri_load(&sys->x_stoppers, acquire) != 0 || tri_load(&sys->blobs.x_count, acquire) != 0) {
        return TR_EBUSY;
    }
    tri_system_delete(sys);
    return TR_OK;
}

uint32_t tr_system_workers(const tr_system *sys)
{
    return sys == NULL ? 0 : sys->processor_count;
}

tr_guard tr_system_guard(const tr_system *sys)
{
    return sys == NULL ? TR_GUARD_BEST : (tr_guard)(TR_GUARD_INSTALL + tri_stack_guard_mode());
}

const char *tr_version(void)
{
    return "0.1.0";
}
