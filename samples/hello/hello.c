// SPDX-License-Identifier: MIT
// hello: one actor, from its first message to its end.
// Shows:  starting a system, spawning an actor, sending to it, calling it, stopping
// Run:    hello
// Expect: three greetings in the order they were sent, and the answer to the call
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE hello
TR_MESSAGE(greet, { char name[16]; });
TR_MESSAGE0(bye);
TR_MESSAGE(total, { int greetings; });
TR_REQUEST(bye, total);

// A process-style actor is a function. It ends when the function returns.
static tr_exit greeter(tr_self *self, const void *args)
{
    const char *greeting = args; // a private copy, made at the spawn
    int greetings = 0;

    for (;;) {
        const tr_msg *msg; // valid until the next receive
        tr_err err = tr_receive(self, NULL, TR_INFINITY, &msg);
        if (err != TR_OK)
            return TR_ERROR(tr_err_name(err));
        const struct hello_greet *greet = hello_greet_of(msg);
        if (greet != NULL) {
            printf("%s, %s\n", greeting, greet->name);
            greetings++;
        } else if (tr_msg_is(msg, &hello_bye_type)) {
            hello_bye_reply(self, tr_msg_from(msg),
                            &(struct hello_total){ .greetings = greetings });
            return TR_NORMAL;
        }
    }
}

static const tr_actor_spec greeter_spec = { .label = "greeter", .run = greeter };

// main is no actor: it is a guest of the system, and uses the functions that take a tr_system.
static tr_err visit(tr_system *sys)
{
    static const char greeting[] = "hello";
    static const struct hello_greet greets[] = { { "world" }, { "actors" }, { "you" } };
    const tr_spawn_opts opts = { .args = greeting, .args_bytes = sizeof greeting };
    struct hello_total total;
    tr_pid pid;

    tr_err err = tr_system_spawn(sys, &greeter_spec, &opts, &pid);
    for (size_t i = 0; i < TR_COUNT(greets) && err == TR_OK; i++)
        err = hello_greet_system_send(sys, pid, &greets[i]);
    // Messages of one sender arrive in order, so the answer comes after the greetings.
    if (err == TR_OK)
        err = hello_bye_system_call(sys, pid, &(struct hello_bye){ 0 }, 5000, &total);
    if (err == TR_OK)
        printf("it greeted %d times\n", total.greetings);
    return err;
}

int main(void)
{
    tr_system *sys;

    tr_err err = tr_system_start(NULL, &sys);
    if (err != TR_OK) {
        fprintf(stderr, "hello: %s\n", tr_err_text(err));
        return 1;
    }
    err = visit(sys);
    if (err != TR_OK)
        fprintf(stderr, "hello: %s\n", tr_err_text(err));
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
