// SPDX-License-Identifier: MIT
#include "process/follow.h"

#include "port/clock.h"
#include "port/point.h"
#include "process/ready.h"

// A look that comes sooner after the one before makes the flow dense: about 400 ns a message.
#define DENSE_NS (TRI_LOOK_AHEAD * UINT64_C(400))

static bool is_dense(struct tri_followers *followers)
{
    uint64_t now = tri_clock_ns();
    uint64_t before = followers->looked_ns;
    followers->looked_ns = now;
    return now - before < DENSE_NS;
}

void tri_look_ahead(struct tri_thread *t, const struct tr_self *to, uint64_t sent)
{
    struct tr_self *self = t->current;
    struct tri_processor *p = t->processor;
    if (self == NULL || p == NULL) {
        return;
    }
    // relaxed, all: counts and hints; what is decided is right at any time.
    bool far = sent - tri_load(&to->box.x_taken, relaxed) >= TRI_LOOK_AHEAD / 2;
    uint8_t home = tri_load(&to->x_home, relaxed);
    tr_state state = tri_actor_state(to);
    bool elsewhere = home != p->index && (state == TR_STATE_RUNNING || state == TR_STATE_RUNNABLE);
    if (!far && !elsewhere) {
        return;
    }
    tri_end_turn(t);
    if (is_dense(&p->followers) && tri_actor_rank(self) == 0) {
        self->follows = true;
        self->follow_to = elsewhere ? home : (uint8_t)p->index;
    }
}

static struct tr_self *actor_of(struct tri_return_node *node)
{
    return (struct tr_self *)(void *)((char *)node - offsetof(struct tr_self, follower));
}

static void append(struct tri_followers *followers, struct tri_return_node *node)
{
    node->next = NULL;
    if (followers->first == NULL) {
        followers->first = node;
    } else {
        followers->last->next = node;
    }
    followers->last = node;
}

static void arrive(struct tr_system *system, struct tri_processor *p, struct tr_self *self)
{
    tri_point(TRI_POINT_STEAL); // the receiver's P may fall asleep meanwhile
    tri_returns_push(&p->arrivals, &self->follower, &self->follower);
    // [idle-fence]: the arrival before the look; pairs with the fence in tri_idle_sleep: either
    // this thread sees the sleeper or the sleeper sees the arrival.
    tri_fence(seq_cst);
    // relaxed: ordered by the fence.
    if ((tri_load(&system->idle.x_word, relaxed) >> p->index & 1) != 0) {
        // acquire [sleeper]: pairs with the store before the sleep. A token too many is harmless.
        tri_park_wake(tri_load(&p->x_sleeper, acquire));
    }
}

void tri_follow(struct tri_thread *t, struct tr_self *self)
{
    struct tri_processor *p = t->processor;
    if (self->follow_to == p->index) {
        append(&p->followers, &self->follower);
    } else {
        arrive(t->system, t->system->processors[self->follow_to], self);
    }
}

// The newest arrival is on top.
static void take_arrivals(struct tri_processor *p)
{
    struct tri_return_node *older = NULL;
    struct tri_return_node *node = tri_returns_take(&p->arrivals);
    while (node != NULL) {
        struct tri_return_node *next = node->next;
        node->next = older;
        older = node;
        node = next;
    }
    while (older != NULL) {
        struct tri_return_node *next = older->next;
        append(&p->followers, older);
        older = next;
    }
}

struct tr_self *tri_follower_take(struct tri_processor *p)
{
    take_arrivals(p);
    struct tri_return_node *first = p->followers.first;
    if (first == NULL) {
        return NULL;
    }
    p->followers.first = first->next;
    return actor_of(first);
}
