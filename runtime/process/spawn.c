// SPDX-License-Identifier: MIT
#include "process/spawn.h"

#include <string.h>

#include "base/text.h"
#include "process/deliver.h"
#include "process/doing.h"
#include "process/limits.h"
#include "process/registry.h"
#include "process/relation.h"
#include "process/suspend.h"

// What a spawn has allocated so far.
struct parts {
    struct tr_msg *start;
    struct tr_msg *own_link;   // the parent's half
    struct tr_msg *child_link; // the child's
    struct tr_msg *own_watch;
    struct tr_msg *child_watch;
    struct tr_msg *ack;
    struct tri_name *name;
    struct tr_self *slot;
};

uint64_t tri_ref_id(struct tri_thread *t)
{
    if (t->processor != NULL) {
        return (uint64_t)(t->processor->index + 1) << 48 | ++t->processor->ref_serial;
    }
    // relaxed: uniqueness is all.
    return tri_add(&t->system->x_guest_refs, 1, relaxed) + 1;
}

tr_err tri_spawn_check(const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    if (spec == NULL || (spec->run == NULL && spec->on_message == NULL) ||
        (opts->args_bytes != 0 && opts->args == NULL) || opts->args_bytes > INT32_MAX ||
        opts->state_bytes > INT32_MAX || spec->state_bytes > INT32_MAX ||
        opts->init_timeout_ms < 0 || !tri_limits_valid(&opts->mailbox) ||
        (unsigned)opts->priority > TR_PRIORITY_MAX || (unsigned)opts->stack > TR_STACK_LARGE) {
        return TR_EINVAL;
    }
    return opts->name == NULL ? TR_OK : tri_name_check(opts->name);
}

static void release(struct tri_thread *t, struct tr_msg *msg)
{
    if (msg != NULL) {
        tri_msg_release(tri_blocks_here(t), msg);
    }
}

static void undo(struct tri_thread *t, struct parts *parts)
{
    release(t, parts->start);
    release(t, parts->own_link);
    release(t, parts->child_link);
    release(t, parts->own_watch);
    release(t, parts->child_watch);
    release(t, parts->ack);
    if (parts->name != NULL) {
        tri_name_forget(t->system, parts->name);
    }
    if (parts->slot != NULL) {
        tri_slot_put(t, parts->slot);
    }
}

static struct tri_birth *fill_birth(struct tri_thread *t, struct tr_self *parent,
                                    const struct tri_spawn *spawn, struct parts *parts)
{
    const tr_spawn_opts *opts = spawn->opts;
    struct tri_birth *birth = tri_body(parts->start);
    const char *label = opts->label != NULL ? opts->label : spawn->spec->label;
    memset(birth, 0, sizeof *birth);
    birth->spec = spawn->spec;
    birth->state_bytes =
        (uint32_t)(opts->state_bytes != 0 ? opts->state_bytes : spawn->spec->state_bytes);
    birth->args_bytes = (uint32_t)opts->args_bytes;
    birth->heap_limit_bytes = opts->heap_limit_bytes;
    birth->tell = spawn->tell;
    birth->tell_context = spawn->tell_context;
    birth->tell_at_start = spawn->tell_at_start;
    birth->restarts = opts->restarts;
    birth->trap = opts->trap;
    birth->pinned = opts->pinned;
    birth->large = opts->stack == TR_STACK_LARGE;
    if (parent != NULL) {
        birth->parent_slot = parent->index;
        birth->parent_generation = parent->generation;
    } else {
        // relaxed: a serial number.
        birth->root_serial = tri_add(&t->system->x_root_serial, 1, relaxed) + 1;
    }
    if (label != NULL) {
        memcpy(birth->label, label, tri_text_length(label, TRI_LABEL_BYTES - 1));
    }
    if (opts->args_bytes != 0) {
        memcpy(birth->args, opts->args, opts->args_bytes);
    }
    return birth;
}

// Links and monitors of the pair, both sides.
static tr_err make_relations(struct tri_thread *t, struct tr_self *parent,
                             const tr_spawn_opts *opts, struct parts *parts, tr_pid child)
{
    uint64_t child_key = tri_key(child.slot, child.generation);
    tr_pid me = parent == NULL ? tr_no_pid() : tri_actor_pid(parent);
    if (opts->link) {
        parts->own_link = tri_link_half(t, me, child_key);
        parts->child_link = tri_link_half(t, child, tri_key(me.slot, me.generation));
    }
    if (opts->monitor != NULL) {
        tr_ref ref = { tri_ref_id(t), me.slot, parent->box.arrival };
        parts->own_watch = tri_monitor_record(t, ref.id, child_key);
        parts->child_watch = tri_watch_record(t, me, ref, NULL);
    }
    bool linked = !opts->link || (parts->own_link != NULL && parts->child_link != NULL);
    bool watched =
        opts->monitor == NULL || (parts->own_watch != NULL && parts->child_watch != NULL);
    return linked && watched ? TR_OK : TR_ENOMEM;
}

static tr_err make_parts(struct tri_thread *t, struct tr_self *parent,
                         const struct tri_spawn *spawn, struct parts *parts)
{
    const tr_spawn_opts *opts = spawn->opts;
    struct tri_blocks *blocks = tri_blocks_here(t);
    parts->start = tri_msg_alloc(blocks, TRI_KIND_START,
                                 (uint32_t)(sizeof(struct tri_birth) + opts->args_bytes));
    if (parts->start == NULL) {
        return TR_ENOMEM;
    }
    if (opts->name != NULL) {
        tr_err err = tri_name_reserve(t->system, opts->name, &parts->name);
        if (err != TR_OK) {
            return err;
        }
    }
    if (opts->wait_init && parent != NULL) {
        parts->ack = tri_msg_alloc_roomy(blocks, TRI_KIND_REPLY, 0);
        if (parts->ack == NULL) {
            return TR_ENOMEM;
        }
    }
    tr_err err = tri_limits_locked(&opts->mailbox) ? tri_slot_get_locked(t, &parts->slot)
                                                   : tri_slot_get(t, &parts->slot);
    return err == TR_OK ? tri_limits_provide(t, parts->slot, &opts->mailbox) : err;
}

// Nothing can fail any more: hands the parts to parent and child.
static void publish(struct tri_thread *t, struct tr_self *parent, struct tri_birth *birth,
                    struct parts *parts, const tr_spawn_opts *opts)
{
    birth->link = parts->child_link;
    birth->watch = parts->child_watch;
    if (parts->child_watch != NULL) {
        *opts->monitor =
            (tr_ref){ parts->own_watch->ref, parent->index, parts->child_watch->spare };
    }
    birth->ack = parts->ack;
    if (parts->own_link != NULL) {
        (void)tri_tree_insert(&parent->links, &parts->own_link->tree);
    }
    if (parts->own_watch != NULL) {
        (void)tri_tree_insert(&parent->monitors, &parts->own_watch->tree);
    }
    tri_limits_set(parts->slot, parts->start->to_generation, &opts->mailbox);
    tri_actor_set_rank(parts->slot, tri_rank_make(opts->priority, 0));
    tri_actor_set_state(parts->slot, TR_STATE_STARTING);
    tri_doing_mark(t, parts->slot);
    TRI_COUNT(t, x_spawned);
    if (parts->name != NULL) {
        tri_name_show(t, parts->name, parts->slot, parts->start);
    } else {
        tri_push(t, parts->slot, parts->start);
    }
}

tr_err tri_spawn(struct tri_thread *t, struct tr_self *parent, const struct tri_spawn *spawn,
                 uint64_t *request, tr_pid *out)
{
    struct parts parts = { 0 };
    tr_err err = make_parts(t, parent, spawn, &parts);
    tr_pid child = { 0 };
    if (err == TR_OK) {
        child = tri_pid_make(t->system, parts.slot->index, tri_slot_generation(&parts.slot->slot));
        err = make_relations(t, parent, spawn->opts, &parts, child);
    }
    if (err != TR_OK) {
        undo(t, &parts);
        return err;
    }
    parts.start->to_generation = child.generation;
    struct tri_birth *birth = fill_birth(t, parent, spawn, &parts);
    if (parts.ack != NULL) {
        *request = tri_ref_id(t);
        parts.ack->ref = *request;
        parts.ack->from_slot = parent->index;
        parts.ack->from_generation = parent->generation;
    }
    publish(t, parent, birth, &parts, spawn->opts);
    *out = child;
    return TR_OK;
}

void tri_spawn_abort(struct tri_thread *t, tr_pid starter, tr_pid child)
{
    struct tr_msg *kill = tri_exit_compose(t, starter, TR_KILL);
    if (kill == NULL) {
        return; // without memory its start is waited for
    }
    kill->flags |= TRI_FLAG_STARTING;
    tri_deliver(t, child.slot, child.generation, kill);
}

tr_err tri_spawn_wait(struct tri_thread **t, struct tr_self *self, uint64_t request, tr_pid child,
                      int64_t timeout_ms)
{
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .request = request };
    tr_err err = tri_suspend_until(t, self, &wait, timeout_ms);
    tr_err given_up = err; // the time is over, or there is no memory to wait with
    if (err != TR_OK) {
        // Killed unless its start has just succeeded; either way the answer comes.
        tri_spawn_abort(*t, tri_actor_pid(self), child);
        wait.timed_out = false;
        err = tri_suspend_until(t, self, &wait, TR_INFINITY);
    }
    if (err != TR_OK || tri_doomed(self)) {
        return err;
    }
    if (self->reply->spare == TRI_START_OK) {
        return TR_OK;
    }
    tri_link_forget(*t, self, tri_key(child.slot, child.generation));
    if (self->reply->spare == TRI_START_IGNORED) {
        return TR_EIGNORED;
    }
    return given_up != TR_OK ? given_up : TR_EEXITED;
}
