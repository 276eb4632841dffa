// SPDX-License-Identifier: MIT
#include "admin.h"

#include <string.h>

#include "protocol.h"
#include "shutdown.h"

static struct tr_sup_outcome outcome_of(tr_err err)
{
    return (struct tr_sup_outcome){ .err = (int32_t)err };
}

// --- start_child ---------------------------------------------------------------------------------

static struct tr_sup_outcome start_new(tr_self *self, struct tri_children *children,
                                       const struct tri_packed_child *spec)
{
    struct tr_sup_outcome outcome = outcome_of(TR_OK);
    tr_err err = tri_child_start(self, spec, 0, &outcome.pid, &outcome.reason);
    if (err == TR_OK) {
        struct tri_child *child = tri_children_add(self, children, spec);
        tri_children_set_running(children, child, outcome.pid);
        return outcome;
    }
    if (err == TR_EIGNORED) {
        if (spec->restart != TR_TEMPORARY) {
            (void)tri_children_add(self, children, spec);
        }
        return outcome_of(TR_EIGNORED);
    }
    outcome.err = TR_EEXITED;
    return outcome;
}

tr_next tri_admin_on_start(tr_self *self, void *state, const tr_msg *msg)
{
    struct tri_supervisor *supervisor = state;
    const struct tri_packed_child *spec = tr_msg_body(msg);
    const struct tri_child *present = tri_children_find(&supervisor->children, spec->id);
    tr_from from = tr_msg_from(msg); // as in tri_admin_on_order
    struct tr_sup_outcome outcome;
    if (present == NULL) {
        outcome = start_new(self, &supervisor->children, spec);
    } else {
        outcome = outcome_of(present->state == TRI_CHILD_RUNNING ? TR_EEXIST : TR_EBUSY);
    }
    tr_sup_order_reply(self, from, &outcome);
    return TR_CONTINUE;
}

// --- terminate_child, restart_child, delete_child ------------------------------------------------

static struct tr_sup_outcome terminate(tr_self *self, struct tri_children *children,
                                       struct tri_child *child)
{
    tri_shutdown_child(self, children, child);
    tri_children_let_go(self, children, child);
    return outcome_of(TR_OK);
}

static struct tr_sup_outcome start_again(tr_self *self, struct tri_children *children,
                                         struct tri_child *child)
{
    struct tr_sup_outcome outcome = outcome_of(TR_OK);
    tr_err err = tri_child_start(self, child->spec, child->restarts, &outcome.pid, &outcome.reason);
    if (err == TR_OK) {
        tri_children_set_running(children, child, outcome.pid);
        return outcome;
    }
    outcome.err = err == TR_EIGNORED ? TR_EIGNORED : TR_EEXITED;
    return outcome;
}

static struct tr_sup_outcome forget(tr_self *self, struct tri_children *children,
                                    struct tri_child *child)
{
    tri_children_remove(self, children, child);
    return outcome_of(TR_OK);
}

static struct tr_sup_outcome obey(tr_self *self, struct tri_children *children,
                                  const struct tr_sup_order *order)
{
    struct tri_child *child = tri_children_find(children, order->id);
    if (child == NULL) {
        return outcome_of(TR_ENOENT);
    }
    if (order->what == TRI_ORDER_TERMINATE) {
        return terminate(self, children, child);
    }
    if (child->state != TRI_CHILD_STOPPED) {
        return outcome_of(child->state == TRI_CHILD_RUNNING ? TR_EEXIST : TR_EBUSY);
    }
    return order->what == TRI_ORDER_RESTART ? start_again(self, children, child)
                                            : forget(self, children, child);
}

tr_next tri_admin_on_order(tr_self *self, void *state, const tr_msg *msg)
{
    struct tri_supervisor *supervisor = state;
    // Taken first: a receive on the way ends the message, if its caller has given up.
    tr_from from = tr_msg_from(msg);
    struct tr_sup_outcome outcome = obey(self, &supervisor->children, tr_msg_body(msg));
    tr_sup_order_reply(self, from, &outcome);
    return TR_CONTINUE;
}

// --- which_children, count_children --------------------------------------------------------------

static void describe(const struct tri_child *child, tr_child_info *info)
{
    memcpy(info->id, child->spec->id, sizeof info->id);
    info->pid = child->pid;
    info->restarting = child->state == TRI_CHILD_RESTARTING;
    info->is_supervisor = child->spec->kind == TRI_CHILD_SUPERVISOR;
    info->restarts = child->restarts;
}

static size_t fill(const struct tri_children *children, uint64_t from, tr_child_info *infos,
                   size_t room)
{
    size_t count = 0;
    const struct tri_child *child = children->last;
    for (; child != NULL && from > 0; from--) {
        child = child->previous;
    }
    for (; child != NULL && count < room; child = child->previous) {
        describe(child, &infos[count++]);
    }
    return count;
}

tr_next tri_admin_on_which(tr_self *self, void *state, const tr_msg *msg)
{
    const struct tri_children *children = &((const struct tri_supervisor *)state)->children;
    const struct tr_sup_which *which = tr_msg_body(msg);
    uint64_t left = which->from < children->count ? children->count - which->from : 0;
    uint64_t wanted = which->capacity < left ? which->capacity : left;
    const tr_type *largest = tri_protocol_pages[TRI_SIZES - 1];
    size_t room = (largest->bytes - sizeof(struct tri_page)) / sizeof(tr_child_info);
    size_t count = wanted < room ? (size_t)wanted : room;
    const tr_type *type = tri_protocol_fitting(
        tri_protocol_pages, sizeof(struct tri_page) + count * sizeof(tr_child_info));
    struct tri_page *page = tr_alloc(self, type->bytes);
    memset(page, 0, type->bytes);
    page->total = children->count;
    page->count = fill(children, which->from, (tr_child_info *)(page + 1), count);
    (void)tr_reply_typed(self, tr_msg_from(msg), type, page);
    tr_free(self, page, type->bytes);
    return TR_CONTINUE;
}

tr_next tri_admin_on_count(tr_self *self, void *state, const tr_msg *msg)
{
    const struct tri_supervisor *supervisor = state;
    struct tr_sup_counts answer = { .counts = { .specs = supervisor->children.count } };
    const struct tri_child *child = supervisor->children.first;
    for (; child != NULL; child = child->next) {
        bool is_supervisor = child->spec->kind == TRI_CHILD_SUPERVISOR;
        bool runs = child->state == TRI_CHILD_RUNNING;
        answer.counts.supervisors += is_supervisor;
        answer.counts.workers += !is_supervisor;
        answer.counts.active += runs && tr_is_alive(tr_self_system(self), child->pid);
    }
    tr_sup_count_reply(self, tr_msg_from(msg), &answer);
    return TR_CONTINUE;
}
