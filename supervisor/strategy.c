// SPDX-License-Identifier: MIT
#include "strategy.h"

#include <string.h>
#include <troupe/timer.h>

#include "protocol.h"
#include "shutdown.h"

#define FIRST_STAMPS 4

// --- Counting ------------------------------------------------------------------------------------

static void make_room(tr_self *self, struct tri_intensity *intensity)
{
    uint32_t capacity = intensity->capacity == 0 ? FIRST_STAMPS : 2 * intensity->capacity;
    uint32_t old_capacity = intensity->capacity;
    uint64_t *ring = tr_alloc(self, capacity * sizeof *ring);
    uint64_t *old = tri_intensity_move(intensity, ring, capacity);
    tr_free(self, old, old_capacity * sizeof *old);
}

static bool is_tolerated(tr_self *self, struct tri_intensity *intensity)
{
    uint64_t now_ns = tr_now_ns();
    if (tri_intensity_is_full(intensity, now_ns)) {
        make_room(self, intensity);
    }
    return tri_intensity_add(intensity, now_ns);
}

// --- Starting ------------------------------------------------------------------------------------

// What one attempt came to.
struct attempt {
    struct tri_child *failed; // its start failed; NULL: all is well
    tr_err err;               // how it failed
};

static struct attempt start_one(tr_self *self, struct tri_children *children,
                                struct tri_child *child)
{
    struct tri_reason why;
    tr_pid pid;
    tr_err err = tri_child_start(self, child->spec, child->restarts + 1, &pid, &why);
    if (err == TR_OK) {
        child->restarts++;
        tri_children_set_running(children, child, pid);
        return (struct attempt){ .failed = NULL };
    }
    if (err == TR_EIGNORED) {
        tri_children_set_idle(children, child, TRI_CHILD_STOPPED);
        return (struct attempt){ .failed = NULL };
    }
    tri_children_set_idle(children, child, TRI_CHILD_RESTARTING);
    return (struct attempt){ .failed = child, .err = err };
}

// Stops what runs from a child on, then starts everything there, whatever it was before: children
// that had ended cleanly, were stopped by hand or had answered TR_IGNORE come back.
static struct attempt restart_from(tr_self *self, struct tri_children *children,
                                   struct tri_child *from)
{
    struct attempt attempt = { .failed = NULL };
    // Temporary children are removed, `from` among them if it is one: remember its neighbour.
    struct tri_child *before = from->previous;
    tri_shutdown_back_to(self, children, from);
    struct tri_child *child = before == NULL ? children->first : before->next;
    for (; child != NULL && attempt.failed == NULL; child = child->next) {
        attempt = start_one(self, children, child);
    }
    return attempt;
}

static struct attempt attempt_restart(tr_self *self, struct tri_supervisor *supervisor,
                                      struct tri_child *child)
{
    struct tri_children *children = &supervisor->children;
    switch (supervisor->strategy) {
    case TR_ONE_FOR_ALL:
        return restart_from(self, children, children->first);
    case TR_REST_FOR_ONE:
        return restart_from(self, children, child);
    case TR_ONE_FOR_ONE:
    default:
        return start_one(self, children, child);
    }
}

static bool ask_to_try_again(tr_self *self, const struct tri_child *child)
{
    struct tr_sup_try_again body = { .id = "" };
    memcpy(body.id, child->spec->id, sizeof body.id);
    return tr_sup_try_again_send(self, tr_self_pid(self), &body) == TR_OK;
}

// The child does not run.
static enum tri_verdict restart(tr_self *self, struct tri_supervisor *supervisor,
                                struct tri_child *child)
{
    if (!is_tolerated(self, &supervisor->intensity)) {
        tri_children_set_idle(&supervisor->children, child, TRI_CHILD_STOPPED);
        return TRI_GIVE_UP;
    }
    struct attempt attempt = attempt_restart(self, supervisor, child);
    if (attempt.failed == NULL) {
        return TRI_GO_ON;
    }
    // In a system that is stopping no further attempt can succeed.
    if (attempt.err == TR_ESTOPPED || !ask_to_try_again(self, attempt.failed)) {
        return TRI_GIVE_UP;
    }
    return TRI_GO_ON;
}

static bool is_clean(tr_exit reason)
{
    return reason.tag == TR_EXIT_NORMAL || reason.tag == TR_EXIT_SHUTDOWN;
}

static bool is_restarted(const struct tri_child *child, tr_exit reason)
{
    switch (child->spec->restart) {
    case TR_PERMANENT:
        return true;
    case TR_TRANSIENT:
        return !is_clean(reason);
    case TR_TEMPORARY:
    default:
        return false;
    }
}

enum tri_verdict tri_strategy_ended(tr_self *self, struct tri_supervisor *supervisor,
                                    struct tri_child *child, tr_exit reason)
{
    tri_children_set_idle(&supervisor->children, child, TRI_CHILD_STOPPED);
    if (is_restarted(child, reason)) {
        return restart(self, supervisor, child);
    }
    tri_children_let_go(self, &supervisor->children, child);
    return TRI_GO_ON;
}

enum tri_verdict tri_strategy_try_again(tr_self *self, struct tri_supervisor *supervisor,
                                        const char *id)
{
    struct tri_child *child = tri_children_find(&supervisor->children, id);
    if (child == NULL || child->state != TRI_CHILD_RESTARTING) {
        return TRI_GO_ON;
    }
    return restart(self, supervisor, child);
}
