// SPDX-License-Identifier: MIT
#include "node/guest.h"

#include "port/clock.h"
#include "port/spin.h"

tr_err tri_guest_enter(struct tr_system *system, struct tri_thread *guest)
{
    if (system->process_id != tri_process_id()) {
        return TR_EFORKED;
    }
    // acq_rel [guest]: the count before the look at the phase; pairs with the stop, which changes
    // the phase before it looks at the count.
    (void)tri_add(&system->x_guests, 1, seq_cst);
    if (tri_system_phase(system) >= TRI_PHASE_HALTED) {
        // release [guest]: as above.
        (void)tri_sub(&system->x_guests, 1, release);
        return TR_ESTOPPED;
    }
    *guest = (struct tri_thread){ .system = system };
    return TR_OK;
}

void tri_guest_leave(struct tri_thread *guest)
{
    // release [guest]: the guest's last access comes before; pairs with tr_system_free.
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

bool tri_guest_wait(struct tri_guest_wait *wait, uint64_t deadline_ns)
{
    // acquire [told]: pairs with tri_guest_tell.
    while (!tri_load(&wait->x_told, acquire)) {
        tri_park_wait(&wait->park, 0);
    }
    // acquire [told-left]: pairs with tri_guest_tell.
    while (!tri_load(&wait->x_left, acquire)) {
        tri_spin_pause();
    }
}
