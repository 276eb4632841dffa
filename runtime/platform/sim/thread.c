// SPDX-License-Identifier: MIT
// Threads, parks and locks between virtual threads.
#include "port/thread.h"

#include <errno.h>
#include <stddef.h>

#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "port/lock.h"
#include "port/memory.h"
#include "port/park.h"
#include "port/point.h"
#include "port/spin.h"

int tri_os_thread_start(struct tri_os_thread *t, void (*run)(void *), void *arg)
{
    uint32_t id = TRI_SIM_DRIVER + 1;
    while (id < TRI_SIM_THREADS_MAX && tri_sim.threads[id].state != TRI_SIM_FREE) {
        id++;
    }
    if (!tri_sim.active || id == TRI_SIM_THREADS_MAX || tri_memory_refuses()) {
        return EAGAIN;
    }
    struct tri_stack *stack = tri_sim_stack_get();
    if (stack == NULL) {
        return EAGAIN;
    }
    struct tri_sim_thread *new = &tri_sim.threads[id];
    *new = (struct tri_sim_thread){
        .id = id,
        .run = run,
        .arg = arg,
        .stack = stack,
        .priority = tri_sim_first_priority(),
    };
    tri_sim_make_ready(new);
    t->id = id;
    tri_sim_point(TRI_POINT_SPAWN);
    return 0;
}

void tri_os_thread_join(struct tri_os_thread *t)
{
    struct tri_sim_thread *other = &tri_sim.threads[t->id];
    if (other->state == TRI_SIM_FREE || other->joiner != 0 || other == tri_sim.current) {
        tri_sim_fail("a thread is joined twice, by itself, or was never started");
    }
    other->joiner = tri_sim.current->id + 1;
    if (other->state != TRI_SIM_DONE) {
        tri_sim_block(TRI_SIM_JOINING, 0);
    }
    tri_sim_stack_put(other->stack);
    *other = (struct tri_sim_thread){ .id = t->id, .state = TRI_SIM_FREE };
}

uint64_t tri_os_thread_cpu_ns(const struct tri_os_thread *t)
{
    (void)t;
    return 0;
}

bool tri_os_thread_blocked(const struct tri_os_thread *t)
{
    (void)t;
    return false;
}

void tri_os_thread_set(void *value)
{
    tri_sim.current->word = value;
}

void *tri_os_thread_get(void)
{
    return tri_sim.current->word;
}

unsigned tri_cpu_count(void)
{
    return tri_sim.cpu_count == 0 ? 1 : tri_sim.cpu_count;
}

void tri_park_init(struct tri_park *p)
{
    *p = (struct tri_park){ .token = false };
}

void tri_park_wait(struct tri_park *p, uint64_t deadline_ns)
{
    tri_sim_point(TRI_SIM_POINT_WAIT);
    if (p->waiter != 0) {
        tri_sim_fail("two threads wait on one park");
    }
    if (!p->token && (deadline_ns == 0 || deadline_ns > tri_sim.now_ns)) {
        if (!tri_sim.active) {
            tri_sim_fail("a park outside a simulation, which nobody can wake");
        }
        p->waiter = tri_sim.current->id + 1;
        tri_sim_block(TRI_SIM_PARKED, deadline_ns);
        p->waiter = 0;
    }
    p->token = false;
}

void tri_park_wake(struct tri_park *p)
{
    tri_sim_point(TRI_SIM_POINT_WAKE);
    p->token = true;
    if (p->waiter != 0 && tri_sim.threads[p->waiter - 1].state == TRI_SIM_PARKED) {
        tri_sim_make_ready(&tri_sim.threads[p->waiter - 1]);
    }
}

void tri_lock_init(struct tri_lock *l)
{
    l->holder = 0;
}

void tri_lock_acquire(struct tri_lock *l)
{
    uint32_t me = tri_sim.current->id + 1;
    if (l->holder == me) {
        tri_sim_fail("a thread takes a lock that it holds");
    }
    while (l->holder != 0) {
        tri_spin_pause();
    }
    l->holder = me;
    tri_sim.current->locks_held++;
}

void tri_lock_release(struct tri_lock *l)
{
    if (l->holder != tri_sim.current->id + 1) {
        tri_sim_fail("a thread releases a lock that it does not hold");
    }
    l->holder = 0;
    tri_sim.current->locks_held--;
}

uint64_t tri_os_thread_id(void)
{
    return tri_sim.current->id + 1;
}

uint64_t tri_process_id(void)
{
    return 1;
}
