// SPDX-License-Identifier: MIT
#include "node/guest.h"

#include "node/host.h"
#include "port/clock.h"
#include "port/spin.h"

#define NS_PER_MS UINT64_C(1000000)

tr_err tri_guest_enter(struct tr_system *system, struct tri_thread *guest)
{
    if (tri_system_forked(system)) {
        return TR_EFORKED;
    }
    // relaxed: ordered by the fence.
    (void)tri_add(&system->x_guests, 1, relaxed);
    // [guest-door]: the count before the look at the phase; pairs with the fence of the stop, which
    // changes the phase before it looks at the count: one of the two sees the other.
    tri_fence(seq_cst);
    if (tri_system_phase(system) >= TRI_PHASE_CLOSING) {
        // release [guest]: as above.
        (void)tri_sub(&system->x_guests, 1, release);
        return TR_ESTOPPED;
    }
    *guest = (struct tri_thread){ .system = system };
    return TR_OK;
}

void tri_guest_leave(struct tri_thread *guest)
{
    // release [guest]: the guest's last access comes before; pairs with the stop, which waits for
    // the guests inside, and with tr_system_free.
    (void)tri_sub(&guest->system->x_guests, 1, release);
}

void tri_guest_tell(void *context, enum tri_start start, tr_exit reason)
{
    struct tri_guest_wait *wait = context;
    wait->start = start;
    wait->reason.public = tri_reason_copy(reason, wait->reason.text);
    // release [told]: the answer before the flag; pairs with tri_guest_wait. The wait stays valid
    // until the wake has returned, because the guest leaves only after x_left.
    tri_store(&wait->x_told, true, release);
    tri_park_wake(&wait->park);
    // release [told-left]: the last access; pairs with tri_guest_wait.
    tri_store(&wait->x_left, true, release);
}

// Sleeps until woken, or until then; 0: no deadline.
static void pause_until(struct tri_thread *guest, struct tri_guest_wait *wait, uint64_t deadline_ns)
{
    if (guest->system->bell != NULL) {
        tri_host_wait(guest->system, &wait->park, deadline_ns);
    } else {
        tri_park_wait(&wait->park, deadline_ns);
    }
}

bool tri_guest_wait_until(struct tri_thread *guest, struct tri_guest_wait *wait, int64_t timeout_ms)
{
    uint64_t now = tri_clock_ns();
    uint64_t limit_ms = (UINT64_MAX - now) / NS_PER_MS;
    if (timeout_ms != 0 && (uint64_t)timeout_ms < limit_ms) {
        uint64_t deadline = now + (uint64_t)timeout_ms * NS_PER_MS;
        // acquire [told]: pairs with tri_guest_tell.
        while (!tri_load(&wait->x_told, acquire)) {
            if (tri_clock_ns() >= deadline) {
                return false;
            }
            pause_until(guest, wait, deadline);
        }
    }
    tri_guest_wait(guest, wait);
    return true;
}

void tri_guest_wait(struct tri_thread *guest, struct tri_guest_wait *wait)
{
    // acquire [told]: pairs with tri_guest_tell.
    while (!tri_load(&wait->x_told, acquire)) {
        pause_until(guest, wait, 0);
    }
    // acquire [told-left]: pairs with tri_guest_tell.
    while (!tri_load(&wait->x_left, acquire)) {
        tri_spin_pause();
    }
}
