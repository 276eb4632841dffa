// SPDX-License-Identifier: MIT
#include <troupe/actor.h>
#include <troupe/relations.h>

#include "api/check.h"
#include "port/point.h"
#include "process/deliver.h"
#include "process/info.h"
#include "process/spawn.h"

static void copy_out(struct tr_system *system, const struct tri_info *info, tr_links *links)
{
    links->count = (size_t)info->count;
    for (size_t i = 0; i < info->count && i < info->capacity; i++) {
        links->pids[i] =
            tri_pid_make(system, (uint32_t)(info->keys[i] >> 32), (uint32_t)info->keys[i]);
    }
}

static void forget_answer(struct tri_thread *t, struct tr_self *self)
{
    if (self->reply != NULL) {
        tri_mailbox_free(&self->box, tri_blocks_here(t), self->reply);
        self->reply = NULL;
    }
}

// Asks another actor and waits for the answer.
static tr_err ask(struct tri_thread **t, struct tr_self *self, tr_pid pid, struct tr_msg *question,
                  int64_t timeout_ms)
{
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .request = tri_ref_id(*t) };
    question->ref = wait.request;
    question->from_slot = self->index;
    question->from_generation = self->generation;
    tri_deliver(*t, pid.slot, pid.generation, question);
    tr_err err = tri_suspend_until(t, self, &wait, timeout_ms);
    tri_exit_if_doomed(*t, self);
    if (err == TR_OK && (self->reply->flags & TRI_FLAG_FAILED) != 0) {
        err = TR_ENOPROC;
    }
    return err;
}

static tr_err ask_and_copy(struct tri_thread **t, struct tr_self *self, tr_pid pid,
                           int64_t timeout_ms, tr_links *links)
{
    uint32_t capacity = (uint32_t)(links->capacity < TR_LINKS_MAX ? links->capacity : TR_LINKS_MAX);
    tri_api_act(t, self);
    forget_answer(*t, self);
    if (!tri_pid_local((*t)->system, pid)) {
        return TR_ENOPROC;
    }
    struct tr_msg *question = tri_info_question(*t, links->which, capacity);
    if (question == NULL) {
        return TR_ENOMEM;
    }
    if (tr_pid_equal(pid, tri_actor_pid(self))) {
        tri_info_fill(self, tri_body(question));
        copy_out(self->system, tri_body(question), links);
        tri_msg_release(tri_blocks_here(*t), question);
        return TR_OK;
    }
    tr_err err = ask(t, self, pid, question, timeout_ms);
    if (err == TR_OK) {
        copy_out(self->system, tri_body(self->reply), links);
        forget_answer(*t, self);
    }
    return err;
}

static bool valid(const tr_links *links, int64_t timeout_ms)
{
    return links != NULL && (links->pids != NULL || links->capacity == 0) &&
           (unsigned)links->which <= TR_WATCHED && timeout_ms >= 0;
}

tr_err tr_links_of(tr_self *self, tr_pid pid, int64_t timeout_ms, tr_links *links)
{
    if (!valid(links, timeout_ms)) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    if (!tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_links_of");
    }
    tr_err err = ask_and_copy(&t, self, pid, timeout_ms, links);
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_probe(tr_self *self, tr_pid pid, int64_t timeout_ms)
{
    tr_links none = { .which = TR_LINKED };
    return tr_pid_is_none(pid) ? TR_EINVAL : tr_links_of(self, pid, timeout_ms, &none);
}

// What an actor asks on behalf of a guest, which waits for the end of its init.
struct errand {
    tr_pid pid;
    int64_t timeout_ms;
    tr_links *links;
    tr_err err;
};

static tr_next run_errand(tr_self *self, void *state, const void *args)
{
    struct errand *errand = *(struct errand *const *)args;
    (void)state;
    errand->err = tr_links_of(self, errand->pid, errand->timeout_ms, errand->links);
    return TR_IGNORE;
}

static tr_next never(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

tr_err tr_debug_links(tr_system *sys, tr_pid pid, int64_t timeout_ms, tr_links *links)
{
    static const tr_actor_spec spec = { .label = "guest asks",
                                        .init = run_errand,
                                        .on_message = never };
    if (sys == NULL || !valid(links, timeout_ms)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_thread_here();
    if (t != NULL && t->system == sys) {
        return TR_EDEADLK; // the thread that would have to run the answer waits here
    }
    struct errand errand = { pid, timeout_ms, links, TR_ESTOPPED };
    struct errand *address = &errand;
    tr_spawn_opts opts = { .args = &address, .args_bytes = sizeof address, .wait_init = true };
    tr_err err = tr_system_spawn(sys, &spec, &opts, NULL);
    return err == TR_EIGNORED || err == TR_EEXITED ? errand.err : err;
}
