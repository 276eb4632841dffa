// SPDX-License-Identifier: MIT
// links_and_monitors: what one actor learns of another's end, and an answer that may be too late.
// Shows:  monitor, link, trap exits, monitor by name, alias
// Run:    links_and_monitors
// Expect: one line for each end that the viewer is told of, and two for the printer's answers
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE demo
TR_MESSAGE0(begin);
TR_MESSAGE0(done);
TR_REQUEST(begin, done);
TR_MESSAGE0(fail); // ends the actor that takes it
TR_MESSAGE(print, { tr_alias answer_to; });
TR_MESSAGE(printed, { int pages; });

// Answers each order through the alias that came with it.
static tr_exit printer(tr_self *self, const void *args)
{
    const tr_msg *msg;

    (void)args;
    for (;;) {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK || demo_fail_of(msg) != NULL)
            return TR_ERROR("out of paper");
        const struct demo_printed printed = { .pages = 3 };
        (void)tr_send_alias(self, demo_print_of(msg)->answer_to, &demo_printed_type, &printed);
    }
}

static const tr_actor_spec printer_spec = { .label = "printer", .run = printer };

static void show_down(const char *what, const tr_msg *msg)
{
    const tr_down *down = tr_msg_body(msg);

    printf("%s: %s is %s\n", what, down->name != NULL ? down->name : "it", down->reason.text);
}

// A monitor tells the watcher, and the watcher only.
static void monitor_one(tr_self *self)
{
    const tr_msg *msg;
    tr_ref ref;
    tr_pid child;

    if (tr_spawn(self, &printer_spec, &(tr_spawn_opts){ .monitor = &ref }, &child) == TR_OK)
        (void)demo_fail_send(self, child, NULL);
    if (tr_receive(self, &(tr_match){ .ref = ref }, 5000, &msg) == TR_OK)
        show_down("monitor", msg);
}

// A link ends the other side too, unless it traps exits: then it is told.
static void link_one(tr_self *self)
{
    const tr_msg *msg;
    tr_pid child;

    (void)tr_trap_exits(self, true);
    if (tr_spawn(self, &printer_spec, &(tr_spawn_opts){ .link = true }, &child) == TR_OK)
        (void)demo_fail_send(self, child, NULL);
    if (tr_receive(self, &(tr_match){ .sender = child }, 5000, &msg) == TR_OK)
        printf("link: it is %s\n", ((const tr_exited *)tr_msg_body(msg))->reason.text);
}

// One reference for the answer and for the end of who should give it.
static void order(tr_self *self, tr_pid to, bool patient)
{
    const tr_msg *msg;
    tr_alias alias;

    if (tr_monitor_alias(self, to, TR_ALIAS_REPLY, &alias) != TR_OK)
        return;
    (void)tr_send(self, to, demo_print, .answer_to = alias);
    if (!patient)
        (void)tr_demonitor(self, alias.ref, true); // and the alias is off
    tr_err err = tr_receive(self, &(tr_match){ .ref = alias.ref }, patient ? 5000 : 50, &msg);
    printf("alias: %s\n", err == TR_OK ? "printed 3 pages" : "no answer reaches the impatient");
}

static tr_exit viewer(tr_self *self, const void *args)
{
    const tr_msg *msg;
    tr_pid pid;
    tr_ref ref;

    (void)args;
    if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("nobody asks");
    tr_from from = tr_msg_from(msg);
    monitor_one(self);
    link_one(self);
    if (tr_spawn(self, &printer_spec, &(tr_spawn_opts){ .name = "printer" }, &pid) == TR_OK &&
        tr_monitor_named(self, "printer", &ref) == TR_OK) {
        order(self, pid, true);
        order(self, pid, false);
        (void)tr_send_named(self, "printer", &demo_fail_type, NULL);
        if (tr_receive(self, &(tr_match){ .ref = ref }, 5000, &msg) == TR_OK)
            show_down("monitor by name", msg);
    }
    demo_begin_reply(self, from, NULL);
    return TR_NORMAL;
}

int main(void)
{
    static const tr_actor_spec spec = { .label = "viewer", .run = viewer };
    struct demo_done done;
    tr_system *sys;
    tr_pid pid;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = tr_system_spawn(sys, &spec, NULL, &pid);
    if (err == TR_OK)
        err = demo_begin_system_call(sys, pid, &(struct demo_begin){ 0 }, 10000, &done);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
