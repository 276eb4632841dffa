// SPDX-License-Identifier: MIT
#include "node/abandon.h"

#include "process/defer.h"
#include "process/deliver.h"
#include "process/signal.h"

void tri_abandon_close(struct tr_system *system)
{
    tri_lock_acquire(&system->spares_lock); // no thread is chosen for a P any more: take_spare
    for (uint32_t i = 0; i < system->processor_count; i++) {
        // Whoever gives a P away at this moment overwrites it: the thread that gets it sees the
        // phase, and the one that gave it has none.
        tri_guard_give(&system->processors[i]->guard, system->thread_max + 1);
    }
    tri_lock_release(&system->spares_lock);
}

static bool all_ended(const struct tr_system *system)
{
    // acquire [threads]: pairs with tri_thread_new.
    uint32_t count = tri_load(&system->x_thread_count, acquire);
    for (uint32_t i = 0; i < count; i++) {
        // acquire [thread-ended]: all that the thread did; pairs with tri_worker_main.
        if (system->threads[i]->started && !tri_load(&system->threads[i]->x_ended, acquire)) {
            return false;
        }
    }
    return true;
}

static void join_all(struct tr_system *system)
{
    // relaxed: no thread is made any more.
    uint32_t count = tri_load(&system->x_thread_count, relaxed);
    for (uint32_t i = 0; i < count; i++) {
        if (system->threads[i]->started) {
            tri_os_thread_join(&system->threads[i]->os);
            system->threads[i]->started = false;
        }
    }
}

// Whether the mailbox is somebody's: it holds something, or its owner never gave it up.
static bool active(const struct tr_self *self)
{
    if (self->box.locked != NULL) {
        return self->box.locked->list.active;
    }
    // relaxed: all threads have ended.
    return tri_load(&self->box.queue.x_tail, relaxed) != NULL;
}

// An idle mailbox becomes the caller's by a push, as always.
static bool claim(struct tri_thread *t, struct tr_self *self)
{
    if (self->generation == 0 || active(self)) {
        return true;
    }
    struct tr_msg *kill = tri_exit_compose(t, tr_no_pid(), TR_KILL);
    if (kill != NULL) {
        tri_deliver(t, self->index, self->generation, kill);
    }
    return kill != NULL;
}

// Ends the occupant and drains the mailbox until it is idle.
static void bury(struct tri_thread *t, struct tr_self *self)
{
    tr_exit gone = tr_exit_make(TR_EXIT_NOPROC, 0, NULL);
    while (active(self)) {
        if (self->generation != 0) {
            tri_end_abandoned(t, self, tr_exit_make(TR_EXIT_KILLED, 0, NULL));
        } else if (!tri_drain_one_for_dead(t, self, gone)) {
            (void)tri_mailbox_idle(&self->box, NULL);
        }
    }
}

// The queues' links would be used again by what burying sends.
static void empty_queues(struct tr_system *system)
{
    while (tri_injector_take(&system->injector, TRI_LEVELS_ALL) != NULL) {}
    for (uint32_t i = 0; i < system->thread_max && system->threads[i] != NULL; i++) {
        while (tri_injector_take(&system->threads[i]->inbox, TRI_LEVELS_ALL) != NULL) {}
    }
}

tr_err tri_abandon_settle(struct tr_system *system)
{
    struct tri_thread self = { .system = system };
    uint32_t slots = tri_table_count(&system->actors);
    if (!all_ended(system)) {
        return TR_EBUSY;
    }
    join_all(system);
    for (uint32_t i = 1; i < slots; i++) {
        if (!claim(&self, tri_actor_at(system, i))) {
            return TR_ENOMEM;
        }
    }
    bool again = true;
    while (again) { // what one leaves to another is found in the next round
        again = false;
        for (uint32_t i = 1; i < slots; i++) {
            struct tr_self *actor = tri_actor_at(system, i);
            empty_queues(system);
            again = again || active(actor);
            bury(&self, actor);
        }
    }
    // release [phase]: pairs with tri_system_phase.
    tri_store(&system->x_phase, TRI_PHASE_STOPPED, release);
    return TR_OK;
}
