// SPDX-License-Identifier: MIT
// counter_server: a server module (counter.h, counter.c) and an actor that uses it.
// Shows:  gen_server style: private state, a cast, a call, a stop; a module with an interface
// Run:    counter_server
// Expect: the total after each step, then what a call to a stopped server answers
#include <inttypes.h>
#include <stdio.h>

#include "counter.h"

#define TR_MODULE user
TR_MESSAGE0(wait);
TR_MESSAGE(finished, { int steps; });
TR_REQUEST(wait, finished);

static int show(tr_self *self, tr_pid counter)
{
    int64_t total;
    tr_err err = counter_get(self, counter, 1000, &total);

    if (err == TR_OK)
        printf("total %" PRId64 "\n", total);
    else
        printf("no total: %s\n", tr_err_name(err));
    return 1;
}

static int use_counter(tr_self *self, tr_pid counter)
{
    int steps = show(self, counter);

    counter_add(self, counter, 1);
    counter_add(self, counter, 1);
    steps += show(self, counter);
    counter_add(self, counter, -12);
    steps += show(self, counter);
    printf("stopped: %s\n", tr_err_name(counter_stop(self, counter)));
    steps += show(self, counter);
    return steps;
}

static tr_exit user(tr_self *self, const void *args)
{
    const tr_msg *msg;
    tr_pid counter;

    (void)args;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&user_wait_type) }, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("nobody waits");
    tr_from waiter = tr_msg_from(msg);
    if (counter_start(self, 40, &counter) != TR_OK)
        return TR_ERROR("no counter");
    user_wait_reply(self, waiter, &(struct user_finished){ .steps = use_counter(self, counter) });
    return TR_NORMAL;
}

int main(void)
{
    static const tr_actor_spec user_spec = { .label = "user", .run = user };
    struct user_finished finished;
    tr_system *sys;
    tr_pid pid;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = tr_system_spawn(sys, &user_spec, NULL, &pid);
    if (err == TR_OK)
        err = user_wait_system_call(sys, pid, &(struct user_wait){ 0 }, 10000, &finished);
    if (err == TR_OK)
        printf("%d questions\n", finished.steps);
    else
        fprintf(stderr, "counter_server: %s\n", tr_err_text(err));
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
