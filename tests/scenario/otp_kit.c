// SPDX-License-Identifier: MIT
#include "otp_kit.h"

#include <stdlib.h>

#define TR_MODULE kit
TR_MESSAGE(die, { int32_t tag; });
TR_MESSAGE0(go);

struct kit kit;
TRT_WORLD(kit);

// --- Children ------------------------------------------------------------------------------------

struct child {
    struct child_args args;
};

static bool is_between(unsigned n, unsigned from, unsigned to)
{
    return n >= from && n <= to;
}

static tr_next child_init(tr_self *self, struct child *child, const struct child_args *args)
{
    unsigned attempt = ++kit.attempts[args->id - 'a'];
    child->args = *args;
    if (is_between(attempt, args->fail_from, args->fail_to)) {
        trt_note(0, "!%c", args->id);
        return TR_STOP(TR_ERROR("nope"));
    }
    if (is_between(attempt, args->ignore_from, args->ignore_to)) {
        trt_note(0, "?%c", args->id);
        return TR_IGNORE;
    }
    kit.pid[args->id - 'a'] = tr_self_pid(self);
    if (args->slow) {
        (void)trt_next_of(self, &kit_go_type);
    }
    if (args->lonely) {
        (void)tr_unlink(self, tr_self_parent(self));
    }
    trt_dawdle(self);
    trt_note(0, "+%c", args->id);
    return TR_CONTINUE;
}

static tr_next child_on_die(tr_self *self, struct child *child, const struct kit_die *die)
{
    (void)self;
    (void)child;
    return TR_STOP(tr_exit_make((tr_exit_tag)die->tag, 0, NULL));
}

static void child_on_terminate(tr_self *self, struct child *child, tr_exit reason)
{
    (void)reason;
    trt_dawdle(self);
    trt_note(0, "-%c", child->args.id);
}

TR_SERVER(child, TR_CAST(die), TR_TERMINATE);

static tr_next deaf_init(tr_self *self, void *state, const void *args)
{
    const char *letter = args;
    (void)state;
    kit.pid[*letter - 'a'] = tr_self_pid(self);
    trt_note(0, "+%c", *letter);
    return TR_CONTINUE;
}

static void deaf_on_terminate(tr_self *self, void *state, tr_exit reason)
{
    (void)state;
    (void)reason;
    kit_wait(self, TR_INFINITY);
}

const tr_server deaf_server = { .name = "deaf",
                                .init = deaf_init,
                                .on_terminate = deaf_on_terminate };

// --- Drivers -------------------------------------------------------------------------------------

void kit_run(const tr_actor_spec *driver)
{
    trt_spawn(driver, .trap = true);
    trt_advance(600000);
    TRT_CHECK(kit.done);
    TRT_EQUAL(trt_alive_count(), 0);
}

tr_pid kit_start(tr_self *self, const tr_supervisor_spec *spec)
{
    TRT_EQUAL(tr_supervisor_start(self, spec, &kit.root), TR_OK);
    return kit.root;
}

void kit_wait(tr_self *self, int64_t ms)
{
    (void)trt_receive(self, &(tr_match){ .ref = tr_ref_new(self) }, ms);
}

void kit_settle(tr_self *self)
{
    kit_wait(self, 1);
}

void kit_mark(void)
{
    trt_note(0, "|");
}

tr_pid kit_pid(char letter)
{
    return kit.pid[letter - 'a'];
}

void kit_die(tr_self *self, char letter, tr_exit_tag tag)
{
    kit_die_send(self, kit_pid(letter), &(struct kit_die){ .tag = (int32_t)tag });
    kit_settle(self);
}

void kit_kill(tr_self *self, char letter)
{
    tr_ref ref;
    TRT_EQUAL(tr_monitor(self, kit_pid(letter), &ref), TR_OK);
    TRT_EQUAL(tr_exit_send(self, kit_pid(letter), TR_KILL), TR_OK);
    const tr_msg *msg = trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY);
    TRT_EQUAL(trt_down_of(msg)->reason.tag, TR_EXIT_KILLED);
}

void kit_go(tr_self *self, char letter)
{
    kit_go_send(self, kit_pid(letter), NULL);
    kit_settle(self);
}

tr_exit_tag kit_stop(tr_self *self, tr_exit reason)
{
    TRT_EQUAL(tr_exit_send(self, kit.root, reason), TR_OK);
    return kit_exit_of(self, kit.root);
}

static bool is_from(const tr_msg *msg, void *context)
{
    const tr_exited *exited = tr_msg_body(msg);
    return tr_pid_equal(exited->pid, *(const tr_pid *)context);
}

tr_exit_tag kit_exit_of(tr_self *self, tr_pid pid)
{
    tr_match match = { TR_TYPES(&tr_exited_type), .predicate = is_from, .context = &pid };
    return trt_exited_of(trt_receive(self, &match, TR_INFINITY))->reason.tag;
}

void kit_which(tr_self *self, tr_pid supervisor)
{
    tr_child_info infos[16];
    size_t count = 0;
    TRT_EQUAL(tr_supervisor_which_children(self, supervisor, infos, 16, &count), TR_OK);
    for (size_t i = count; i > 0; i--) {
        const tr_child_info *info = &infos[i - 1];
        const char *state = tr_pid_is_none(info->pid) ? "none" : "up";
        trt_note(1, "%s:%s", info->id, info->restarting ? "restarting" : state);
    }
}

// --- Another client ------------------------------------------------------------------------------

TRT_ACTOR(adder)
{
    const tr_child *child = *(const tr_child *const *)arg;
    kit.err[0] = tr_supervisor_start_child(self, kit.root, child, NULL);
    return TR_NORMAL;
}

void kit_add_meanwhile(tr_self *self, const tr_child *child)
{
    trt_child(self, &adder, TRT_ARG(&child));
    kit_settle(self);
}
