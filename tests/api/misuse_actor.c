// SPDX-License-Identifier: MIT
// Misuse of the functions that take a self: with bad arguments in the right place, and in the wrong
// place.
#include "misuse.h"

#include <string.h>

static tr_exit bad_sends(tr_self *self, const void *arg)
{
    tr_pid me = tr_self_pid(self);
    struct misuse_num num = { 1 };
    tr_msg *msg = NULL;
    void *body = NULL;
    (void)arg;
    SAYS(tr_send_typed(NULL, me, &misuse_num_type, &num), TR_EINVAL);
    SAYS(tr_send_typed(self, me, NULL, &num), TR_EINVAL);
    SAYS(tr_send_typed(self, me, &misuse_num_type, NULL), TR_EINVAL);
    SAYS(tr_send_ref(self, me, NULL, &num, tr_ref_new(self)), TR_EINVAL);
    SAYS(tr_send_named(self, NULL, &misuse_num_type, &num), TR_EINVAL);
    SAYS(tr_send_named(self, "", &misuse_num_type, &num), TR_EINVAL);
    SAYS(tr_send_named(self, "nobody", &misuse_num_type, &num), TR_ENOENT);
    SAYS(tr_send_move(self, me, NULL), TR_EINVAL);
    SAYS(tr_send_move(self, me, &msg), TR_EINVAL);
    HOLDS(tr_msg_new(NULL, &misuse_num_type, &body) == NULL);
    HOLDS(tr_msg_new(self, NULL, &body) == NULL);
    HOLDS(tr_msg_new(self, &misuse_num_type, NULL) == NULL);
    HOLDS(body == NULL);
    HOLDS(tr_msg_keep(self, NULL) == NULL);
    tr_msg_free(self, NULL);
    const tr_msg *in = NULL;
    SAYS(tr_receive(self, NULL, 0, &in), TR_ETIMEDOUT); // nothing got through
    return TR_NORMAL;
}

static tr_exit bad_receives(tr_self *self, const void *arg)
{
    const tr_msg *msg = NULL;
    const tr_type *const types[] = { NULL };
    (void)arg;
    SAYS(misuse_num_send(self, tr_self_pid(self), &(struct misuse_num){ 1 }), TR_OK);
    SAYS(tr_receive(NULL, NULL, 0, &msg), TR_EINVAL);
    SAYS(tr_receive(self, NULL, 0, NULL), TR_EINVAL);
    SAYS(tr_receive(self, NULL, -1, &msg), TR_EINVAL);
    SAYS(tr_receive(self, &(tr_match){ .types = types, .type_count = 1 }, 0, &msg), TR_EINVAL);
    SAYS(tr_receive(self, &(tr_match){ .type_count = 1 }, 0, &msg), TR_EINVAL);
    HOLDS(msg == NULL);
    SAYS(tr_receive(self, NULL, INT64_MAX - 1, &msg), TR_OK);
    HOLDS(msg != NULL && misuse_num_of(msg) != NULL && misuse_go_of(msg) == NULL);
    HOLDS(tr_pid_is_none(tr_msg_from(msg).caller)); // no request
    SAYS(tr_reply_typed(self, tr_msg_from(msg), &misuse_answer_type, "abc"), TR_EINVAL);
    SAYS(tr_reply_typed(self, (tr_from){ .ref_id = 0 }, NULL, NULL), TR_EINVAL);
    HOLDS(!tr_msg_is(NULL, &misuse_num_type) && !tr_msg_is(msg, NULL));
    return TR_NORMAL;
}

static tr_exit bad_calls(tr_self *self, const void *arg)
{
    tr_pid me = tr_self_pid(self);
    struct misuse_ask ask = { 1 };
    const tr_msg *reply = NULL;
    const tr_type *type = &misuse_ask_type;
    (void)arg;
    SAYS(tr_call_typed(NULL, me, type, &ask, 10, &reply), TR_EINVAL);
    SAYS(tr_call_typed(self, me, NULL, &ask, 10, &reply), TR_EINVAL);
    SAYS(tr_call_typed(self, me, type, NULL, 10, &reply), TR_EINVAL);
    SAYS(tr_call_typed(self, me, type, &ask, -1, &reply), TR_EINVAL);
    SAYS(tr_call_typed(self, me, type, &ask, 10, NULL), TR_EINVAL);
    SAYS(tr_call_typed(self, me, type, &ask, 10, &reply), TR_EDEADLK);
    tr_pid forged = me;
    forged.generation += 5;
    SAYS(tr_call_typed(self, forged, type, &ask, 10, &reply), TR_ENOPROC);
    HOLDS(reply == NULL);
    return TR_NORMAL;
}

static tr_exit bad_spawns(tr_self *self, const void *arg)
{
    static const tr_actor_spec nothing = { .label = "neither run nor on_message" };
    tr_pid pid = tr_no_pid();
    (void)arg;
    SAYS(tr_spawn(NULL, &misuse_server, NULL, &pid), TR_EINVAL);
    SAYS(tr_spawn(self, NULL, NULL, &pid), TR_EINVAL);
    SAYS(tr_spawn(self, &nothing, NULL, &pid), TR_EINVAL);
    SAYS(tr_spawn(self, &misuse_server, &(tr_spawn_opts){ .args_bytes = 8 }, &pid), TR_EINVAL);
    tr_spawn_opts policy = { .mailbox = { .capacity = 1, .policy = (tr_policy)99 } };
    SAYS(tr_spawn(self, &misuse_server, &policy, &pid), TR_EINVAL);
    tr_spawn_opts block = { .mailbox = { .capacity = 1, .block_ms = -5 } };
    SAYS(tr_spawn(self, &misuse_server, &block, &pid), TR_EINVAL);
    HOLDS(tr_pid_is_none(pid));
    SAYS(tr_spawn(self, &misuse_server, NULL, NULL), TR_OK); // out may be NULL
    return TR_NORMAL;
}

static tr_exit bad_relations(tr_self *self, const void *arg)
{
    tr_pid me = tr_self_pid(self);
    tr_pid forged = me;
    tr_pid found = tr_no_pid();
    tr_ref ref = tr_no_ref();
    (void)arg;
    forged.generation += 5;
    SAYS(tr_link(NULL, me), TR_EINVAL);
    SAYS(tr_link(self, forged), TR_ENOPROC);
    SAYS(tr_unlink(NULL, me), TR_EINVAL);
    SAYS(tr_unlink(self, forged), TR_OK);
    SAYS(tr_monitor(NULL, me, &ref), TR_EINVAL);
    SAYS(tr_monitor(self, me, NULL), TR_EINVAL);
    SAYS(tr_demonitor(NULL, ref, false), TR_EINVAL);
    SAYS(tr_demonitor(self, tr_ref_new(self), false), TR_ENOENT);
    SAYS(tr_exit_send(NULL, me, TR_KILL), TR_EINVAL);
    SAYS(tr_exit_send(self, me, tr_exit_make(TR_EXIT_NONE, 0, NULL)), TR_EINVAL);
    SAYS(tr_register(NULL, "n", me), TR_EINVAL);
    SAYS(tr_register(self, NULL, me), TR_EINVAL);
    SAYS(tr_register(self, "", me), TR_EINVAL);
    SAYS(tr_register(self, "n", forged), TR_ENOPROC);
    SAYS(tr_unregister(self, NULL), TR_EINVAL);
    SAYS(tr_unregister(self, "n"), TR_ENOENT);
    SAYS(tr_whereis(self, NULL, &found), TR_EINVAL);
    SAYS(tr_whereis(self, "n", NULL), TR_EINVAL);
    SAYS(tr_whereis(self, "n", &found), TR_ENOENT);
    HOLDS(tr_pid_is_none(found) && ref.id == 0);
    return TR_NORMAL;
}

// The other kinds of timers.
static void bad_timer_kinds(tr_self *self)
{
    tr_pid me = tr_self_pid(self);
    tr_timer timer = { 0, 0 };
    char name[TR_NAME_MAX + 2];
    memset(name, 'x', sizeof name);
    name[TR_NAME_MAX + 1] = '\0';
    SAYS(tr_send_every(self, -1, 1, me, &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_every(self, 0, 0, me, &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_at(self, 1, me, NULL, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_named_after(self, 1, "", &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_named_after(self, -1, "a", &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_named_every(self, 1, 1, name, &misuse_go_type, NULL, &timer), TR_ENAMETOOLONG);
    SAYS(tr_timer_set(self, NULL, 1, &misuse_go_type, NULL), TR_EINVAL);
    SAYS(tr_timer_set(self, "a", -1, &misuse_go_type, NULL), TR_EINVAL);
    SAYS(tr_timer_set(self, name, 1, &misuse_go_type, NULL), TR_ENAMETOOLONG);
    SAYS(tr_timer_unset(self, ""), TR_EINVAL);
    SAYS(tr_timer_unset(self, "a"), TR_ENOENT);
    SAYS(tr_timer_read(self, timer, NULL), TR_EINVAL);
    SAYS(tr_timer_missed(self, timer, NULL), TR_EINVAL);
    SAYS(tr_system_timer_cancel(NULL, timer, NULL), TR_EINVAL);
    SAYS(tr_system_timer_cancel(tr_self_system(self), timer, NULL), TR_ENOENT);
    HOLDS(timer.slot == 0 && tr_timer_of(NULL).generation == 0 && tr_timer_ref(timer).id == 0);
}

static tr_exit bad_timers(tr_self *self, const void *arg)
{
    tr_pid me = tr_self_pid(self);
    tr_timer timer = { 0, 0 };
    (void)arg;
    SAYS(tr_send_after(NULL, 1, me, &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_after(self, -1, me, &misuse_go_type, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_after(self, 1, me, NULL, NULL, &timer), TR_EINVAL);
    SAYS(tr_send_after(self, 1, me, &misuse_num_type, NULL, &timer), TR_EINVAL);
    HOLDS(timer.slot == 0 && timer.generation == 0);
    SAYS(tr_timer_cancel(NULL, timer, NULL), TR_EINVAL);
    HOLDS(tr_timer_cancel(self, timer, NULL) != TR_OK);
    HOLDS(tr_timer_cancel(self, (tr_timer){ 12345, 678 }, NULL) != TR_OK);
    bad_timer_kinds(self);
    SAYS(tr_send_after(self, INT64_MAX, me, &misuse_go_type, NULL, &timer), TR_OK);
    SAYS(tr_timer_cancel(self, timer, NULL), TR_OK);
    return TR_NORMAL;
}

void test_actors(tr_system *sys)
{
    run_actor(sys, bad_sends);
    run_actor(sys, bad_receives);
    run_actor(sys, bad_calls);
    run_actor(sys, bad_spawns);
    run_actor(sys, bad_relations);
    run_actor(sys, bad_timers);
}

static tr_self *leaked; // of an actor that waits
static tr_pid leaked_pid;

static tr_exit leak_self(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    leaked = self;
    leaked_pid = tr_self_pid(self);
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK && misuse_ask_of(msg) != NULL) {
        misuse_ask_reply(self, tr_msg_from(msg), &(struct misuse_answer){ 0 });
    }
    return TR_NORMAL;
}

static tr_exit use_leaked(tr_self *self, const void *arg)
{
    const tr_msg *msg = NULL;
    tr_pid pid = tr_no_pid();
    tr_ref ref = tr_no_ref();
    tr_ref some = { 1, 1, 1 };
    tr_timer timer = { 0, 0 };
    (void)arg;
    (void)self;
    SAYS(misuse_go_send(leaked, leaked_pid, &(struct misuse_go){ 0 }), TR_ENOTACTOR);
    SAYS(tr_receive(leaked, NULL, 0, &msg), TR_ENOTACTOR);
    SAYS(tr_call_typed(leaked, leaked_pid, &misuse_go_type, NULL, 10, &msg), TR_ENOTACTOR);
    SAYS(tr_spawn(leaked, &misuse_server, NULL, &pid), TR_ENOTACTOR);
    SAYS(tr_link(leaked, leaked_pid), TR_ENOTACTOR);
    SAYS(tr_unlink(leaked, leaked_pid), TR_ENOTACTOR);
    SAYS(tr_monitor(leaked, leaked_pid, &ref), TR_ENOTACTOR);
    SAYS(tr_demonitor(leaked, some, true), TR_ENOTACTOR);
    SAYS(tr_exit_send(leaked, leaked_pid, TR_KILL), TR_ENOTACTOR);
    SAYS(tr_register(leaked, "leaked", leaked_pid), TR_ENOTACTOR);
    SAYS(tr_unregister(leaked, "leaked"), TR_ENOTACTOR);
    SAYS(tr_whereis(leaked, "leaked", &pid), TR_ENOTACTOR);
    SAYS(tr_send_after(leaked, 1, leaked_pid, &misuse_go_type, NULL, &timer), TR_ENOTACTOR);
    SAYS(tr_timer_cancel(leaked, timer, NULL), TR_ENOTACTOR);
    SAYS(tr_timer_set(leaked, "a", 1, &misuse_go_type, NULL), TR_ENOTACTOR);
    SAYS(tr_timer_unset(leaked, "a"), TR_ENOTACTOR);
    SAYS(tr_timer_read(leaked, timer, &(int64_t){ 0 }), TR_ENOTACTOR);
    SAYS(tr_reply_typed(leaked, (tr_from){ .caller = leaked_pid, .ref_id = 1 }, &misuse_go_type,
                        NULL),
         TR_ENOTACTOR);
    HOLDS(msg == NULL && tr_pid_is_none(pid) && ref.id == 0 && timer.slot == 0);
    return TR_NORMAL;
}

void test_strangers(tr_system *sys)
{
    static const tr_actor_spec leaker = { .label = "leaker", .run = leak_self };
    struct misuse_answer answer;
    tr_pid pid = tr_no_pid();
    SAYS(tr_system_spawn(sys, &leaker, NULL, &pid), TR_OK);
    SAYS(misuse_ask_system_call(sys, pid, &(struct misuse_ask){ 0 }, 20000, &answer), TR_OK);
    (void)use_leaked(NULL, NULL); // from a thread that is no actor
    run_actor(sys, use_leaked);   // from another actor
    HOLDS(tr_is_alive(sys, leaked_pid));
    SAYS(misuse_go_system_send(sys, leaked_pid, &(struct misuse_go){ 0 }), TR_OK);
}
