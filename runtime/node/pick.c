// SPDX-License-Identifier: MIT
#include "node/pick.h"

#include "node/handoff.h"
#include "port/point.h"
#include "process/follow.h"
#include "process/ready.h"
#include "process/tick.h"
#include "process/witness.h"

#define STREAK_MAX 64u  // taken from a run-next seat in a row while others wait
#define LOW_TURN 8u     // every so many turns one of low priority, while normal ones wait
#define WANTED_TURNS 8u // turns of a thread before it gives its P to one that wants it

// From most to least urgent.
static const uint8_t by_urgency[TRI_LEVELS] = { TR_PRIORITY_MAX, TR_PRIORITY_HIGH,
                                                TR_PRIORITY_NORMAL, TR_PRIORITY_LOW };

static struct tr_self *take(struct tr_self **seat)
{
    struct tr_self *taken = *seat;
    *seat = NULL;
    return taken;
}

// Ring and followers take turns.
static struct tr_self *take_turns(struct tri_processor *p, uint32_t level)
{
    struct tr_self *next = NULL;
    if (p->followers.went) {
        next = tri_ring_pop(&p->rings[level]);
    }
    if (next == NULL) {
        next = tri_follower_take(p);
    }
    p->followers.went = !p->followers.went;
    return next != NULL ? next : tri_ring_pop(&p->rings[level]);
}

// The next actor of one level of the P.
static inline struct tr_self *take_level(struct tri_processor *p, uint32_t level)
{
    struct tri_seats *seats = &p->seats[level];
    bool followers = level == TR_PRIORITY_NORMAL && tri_followers_wait(p);
    bool others = followers || seats->again != NULL || tri_ring_count(&p->rings[level]) != 0;
    if (seats->next != NULL && (seats->streak < STREAK_MAX || !others)) {
        seats->streak++;
        return take(&seats->next);
    }
    seats->streak = 0;
    struct tr_self *next = take(&seats->again);
    if (next == NULL && followers) {
        next = take_turns(p, level);
    } else if (next == NULL) {
        next = tri_ring_pop(&p->rings[level]);
    }
    return next != NULL ? next : take(&seats->next);
}

struct tr_self *tri_pick_shared(struct tri_thread *t)
{
    struct tri_injector *injector = &t->system->injector;
    struct tr_self *next = tri_injector_take(injector, TRI_LEVELS_ALL);
    uint32_t low = TRI_LEVEL_BIT(TR_PRIORITY_LOW);
    if (next != NULL && (tri_injector_levels(injector) & low) != 0) {
        // One of low priority comes along: on the P it gets its share of the turns.
        struct tr_self *along = tri_injector_take(injector, low);
        if (along != NULL) {
            tri_tell(TRI_WITNESS_MOVED, t, along, 0);
            tri_ready_last(t, along);
        }
    }
    return next;
}

// Puts those who sit in the seats of a level where thieves find them: more urgent ones run here.
static void expose(struct tri_thread *t, uint32_t level)
{
    struct tri_seats *seats = &t->processor->seats[level];
    struct tr_self *older = take(&seats->again);
    struct tr_self *newer = take(&seats->next);
    if (older != NULL) {
        tri_tell(TRI_WITNESS_MOVED, t, older, 0);
        tri_ready_last(t, older);
    }
    if (newer != NULL) {
        tri_tell(TRI_WITNESS_MOVED, t, newer, 0);
        tri_ready_last(t, newer);
    }
}

// The next actor of a level from the P's own places.
static struct tr_self *take_own(struct tri_processor *p, uint32_t level)
{
    if (level == TR_PRIORITY_NORMAL) {
        return take_level(p, level);
    }
    if ((p->ranked & TRI_LEVEL_BIT(level)) == 0) {
        return NULL;
    }
    struct tr_self *next = take_level(p, level);
    if (next == NULL) {
        p->ranked &= ~TRI_LEVEL_BIT(level);
    }
    return next;
}

// The next actor of a level from the thread's inbox and the P, which take turns.
static struct tr_self *take_here(struct tri_thread *t, uint32_t level)
{
    uint32_t bit = TRI_LEVEL_BIT(level);
    t->inbox_turns ^= bit;
    bool inbox_first = (t->inbox_turns & bit) != 0;
    struct tr_self *next = inbox_first ? tri_injector_take(&t->inbox, bit) : NULL;
    if (next == NULL) {
        next = take_own(t->processor, level);
    }
    return next != NULL || inbox_first ? next : tri_injector_take(&t->inbox, bit);
}

// An actor of priority max or high, from here or the injector.
static struct tr_self *pick_urgent(struct tri_thread *t)
{
    struct tri_injector *injector = &t->system->injector;
    for (uint32_t i = 0; by_urgency[i] != TR_PRIORITY_NORMAL; i++) {
        struct tr_self *next = take_here(t, by_urgency[i]);
        if (next == NULL) {
            next = tri_injector_take(injector, TRI_LEVEL_BIT(by_urgency[i]));
        }
        if (next != NULL) {
            for (uint32_t j = i + 1; j < TRI_LEVELS; j++) {
                expose(t, by_urgency[j]);
            }
            return next;
        }
    }
    return NULL;
}

// Among normal and low ones.
static struct tr_self *pick_common(struct tri_thread *t, bool shared_first)
{
    struct tri_processor *p = t->processor;
    struct tr_self *next = NULL;
    uint32_t waiting = p->ranked | tri_injector_levels(&t->inbox);
    bool low = (waiting & TRI_LEVEL_BIT(TR_PRIORITY_LOW)) != 0;
    if (low && ++p->passed >= LOW_TURN) {
        p->passed = 0;
        next = take_here(t, TR_PRIORITY_LOW);
    }
    if (next == NULL && shared_first) {
        next = tri_pick_shared(t);
    }
    if (next == NULL) {
        next = take_here(t, TR_PRIORITY_NORMAL);
        if (next != NULL && low) {
            expose(t, TR_PRIORITY_LOW);
        }
    }
    if (next == NULL) {
        p->passed = 0;
        next = take_here(t, TR_PRIORITY_LOW);
    }
    return next;
}

// Something else than normal actors near, or others ask this P to look at what is shared.
static struct tr_self *pick_special(struct tri_thread *t, bool shared_first)
{
    struct tr_system *system = t->system;
    struct tri_processor *p = t->processor;
    // An exchange, so that it reads the newest: acquire [urgent]: pairs with tri_stir_processors.
    if (tri_xchg(&p->x_urgent, false, acquire)) {
        (void)tri_time_poll(t); // the monitor has ticked, perhaps
    }
    if (tri_threads_want(system) && ++t->wanted_turns > WANTED_TURNS && tri_handoff_serve(t)) {
        return NULL;
    }
    struct tr_self *next = pick_urgent(t);
    if (next == NULL) {
        next = pick_common(t, shared_first);
    }
    if (tri_threads_want(system) ||
        (tri_injector_levels(&system->injector) & TRI_LEVELS_URGENT) != 0) {
        // acq_rel [urgent]: a stir, and nothing of an earlier one is lost.
        (void)tri_xchg(&p->x_urgent, true, acq_rel);
    }
    return next;
}

struct tr_self *tri_pick(struct tri_thread *t, bool shared_first)
{
    struct tri_processor *p = t->processor;
    // relaxed: only decides whether to look; the exchange in pick_special orders.
    if ((p->ranked | tri_injector_levels(&t->inbox)) != 0 || tri_load(&p->x_urgent, relaxed)) {
        return pick_special(t, shared_first);
    }
    struct tr_self *next = shared_first ? tri_pick_shared(t) : NULL;
    return next != NULL ? next : take_level(p, TR_PRIORITY_NORMAL);
}

static struct tr_self *steal_from(struct tri_thread *t, struct tri_processor *victim,
                                  uint32_t level)
{
    struct tri_processor *p = t->processor;
    struct tr_self *stolen =
        victim == p ? NULL : tri_ring_steal(&victim->rings[level], &p->rings[level]);
    if (stolen != NULL && level != TR_PRIORITY_NORMAL) {
        p->ranked |= TRI_LEVEL_BIT(level); // the others of its half
    }
    return stolen;
}

// Whether a level of a worker is open to a thief: normal actors only if the oldest has waited since
// the glance.
static bool open_to_thief(const struct tr_system *system, uint32_t worker, uint32_t level,
                          const struct tri_glance *glance)
{
    return level != TR_PRIORITY_NORMAL ||
           (glance != NULL &&
            tri_glance_stale(glance, worker, &system->processors[worker]->rings[level]));
}

struct tr_self *tri_pick_steal(struct tri_thread *t, const struct tri_glance *glance)
{
    struct tr_system *system = t->system;
    uint32_t count = system->processor_count;
    uint32_t start = (uint32_t)(tri_random_next(&t->processor->random) % count);
    tri_point(TRI_POINT_STEAL);
    for (uint32_t level = 0; level < TRI_LEVELS; level++) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t worker = (start + i) % count;
            if (!open_to_thief(system, worker, by_urgency[level], glance)) {
                continue;
            }
            struct tr_self *stolen = steal_from(t, system->processors[worker], by_urgency[level]);
            if (stolen != NULL) {
                tri_count(&t->processor->counts.x_steals);
                return stolen;
            }
        }
    }
    return NULL;
}

bool tri_work_waits(const struct tr_system *system)
{
    if (tri_injector_levels(&system->injector) != 0 || tri_threads_want(system)) {
        return true;
    }
    for (uint32_t i = 0; i < system->processor_count; i++) {
        for (uint32_t level = 0; level < TRI_LEVELS; level++) {
            if (tri_ring_count(&system->processors[i]->rings[level]) != 0) {
                return true;
            }
        }
    }
    return false;
}
