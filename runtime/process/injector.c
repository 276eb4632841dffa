// SPDX-License-Identifier: MIT
#include "process/injector.h"

#include "process/actor.h"

static void change_count(struct tri_injector *injector, int change)
{
    // relaxed: written under the lock, read as a figure.
    uint32_t count = tri_load(&injector->x_count, relaxed);
    tri_store(&injector->x_count, count + (uint32_t)change, relaxed);
}

void tri_injector_put(struct tri_injector *injector, struct tr_self *self, uint32_t level)
{
    // relaxed: the list is guarded by the lock.
    tri_store(&self->x_run_next, NULL, relaxed);
    tri_lock_acquire(&injector->lock);
    // relaxed: written under the lock only.
    uint32_t levels = tri_load(&injector->x_levels, relaxed);
    if ((levels & TRI_LEVEL_BIT(level)) == 0) {
        injector->first[level] = self;
        tri_store(&injector->x_levels, levels | TRI_LEVEL_BIT(level), relaxed);
    } else {
        // relaxed: guarded by the lock.
        tri_store(&injector->last[level]->x_run_next, self, relaxed);
    }
    injector->last[level] = self;
    change_count(injector, 1);
    tri_lock_release(&injector->lock);
}

struct tr_self *tri_injector_take(struct tri_injector *injector, uint32_t levels)
{
    if ((tri_injector_levels(injector) & levels) == 0) {
        return NULL;
    }
    struct tr_self *taken = NULL;
    tri_lock_acquire(&injector->lock);
    uint32_t waiting = tri_injector_levels(injector);
    if ((waiting & levels) != 0) {
        uint32_t level = tri_level_first(waiting & levels);
        taken = injector->first[level];
        // relaxed: guarded by the lock.
        injector->first[level] = tri_load(&taken->x_run_next, relaxed);
        if (taken == injector->last[level]) {
            tri_store(&injector->x_levels, waiting & ~TRI_LEVEL_BIT(level), relaxed);
        }
        change_count(injector, -1);
    }
    tri_lock_release(&injector->lock);
    return taken;
}
