// SPDX-License-Identifier: MIT
#include <troupe/host.h>

#include "api/check.h"
#include "node/host.h"
#include "node/stop.h"
#include "port/clock.h"

static tr_err check(const struct tr_system *sys)
{
    if (sys == NULL || sys->bell == NULL) {
        return TR_EINVAL;
    }
    return tri_system_forked(sys) ? TR_EFORKED : TR_OK;
}

tr_err tr_system_step(tr_system *sys, int64_t budget_ns, bool *more)
{
    tr_err err = budget_ns < 0 ? TR_EINVAL : check(sys);
    if (err != TR_OK) {
        return err;
    }
    struct tri_thread *t = tri_thread_here();
    if (t != NULL && t->system == sys) {
        return t->current != NULL ? TR_EDEADLK : TR_EBUSY;
    }
    err = tri_host_enter(sys);
    if (err != TR_OK) {
        return err;
    }
    bool left = false;
    if (tri_system_phase(sys) == TRI_PHASE_STOPPING) {
        tri_stop_look(sys);
    }
    if (tri_system_phase(sys) >= TRI_PHASE_CLOSING) {
        err = TR_ESTOPPED;
    } else {
        left = tri_host_run(sys, budget_ns == TR_INFINITY ? UINT64_MAX : (uint64_t)budget_ns);
    }
    if (tri_system_phase(sys) == TRI_PHASE_STOPPING && tri_live_count(sys) == 0) {
        err = TR_ESTOPPED;
    }
    tri_host_leave(sys);
    if (err == TR_OK && more != NULL) {
        *more = left;
    }
    return err;
}

int tr_system_fd(const tr_system *sys)
{
    return check(sys) == TR_OK ? tri_bell_fd(sys->bell) : -1;
}

// Milliseconds until a moment, rounded up; −1 for never.
static int64_t ms_until(uint64_t when_ns)
{
    uint64_t now = when_ns == 0 || when_ns == UINT64_MAX ? 0 : tri_clock_ns();
    uint64_t left = when_ns > now ? when_ns - now : 0;
    if (when_ns == UINT64_MAX) {
        return -1;
    }
    return (int64_t)(left / TRI_NS_PER_MS + (left % TRI_NS_PER_MS != 0));
}

tr_err tr_system_next_deadline(tr_system *sys, int64_t *wait_ms)
{
    tr_err err = wait_ms == NULL ? TR_EINVAL : check(sys);
    if (err != TR_OK) {
        return err;
    }
    struct tri_thread *t = tri_thread_here();
    if ((t != NULL && t->system == sys) || tri_host_enter(sys) != TR_OK) {
        return TR_EBUSY;
    }
    uint64_t next = tri_host_next(sys);
    if (tri_system_phase(sys) == TRI_PHASE_STOPPING && sys->stop_look_ns < next) {
        next = sys->stop_look_ns;
    }
    tri_host_leave(sys);
    *wait_ms = ms_until(next);
    return TR_OK;
}
