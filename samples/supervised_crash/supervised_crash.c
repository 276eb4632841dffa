// SPDX-License-Identifier: MIT
// supervised_crash: a child crashes again and again; its supervisor restarts it until it gives up.
// Shows:  start order, what rest_for_one restarts, intensity, stop order, escalation by a link
// Run:    supervised_crash
// Expect: two crashes that are mended, and a third within five seconds that is one too many
#include <stdio.h>
#include <string.h>
#include <troupe.h>

#define TR_MODULE part
TR_MESSAGE(event, { char text[80]; }); // to the director, who prints
TR_MESSAGE0(crash);
TR_MESSAGE0(end);
TR_MESSAGE0(over);
TR_REQUEST(end, over);

// Three parts of a service share this module. Each tells the director of its start and its end.
struct part {
    char name[16];
};
struct part_args {
    char name[16];
};

static void tell(tr_self *self, const char *name, const char *what)
{
    struct part_event event;

    (void)snprintf(event.text, sizeof event.text, "%s %s", name, what);
    (void)tr_send_named(self, "director", &part_event_type, &event);
}

static tr_next part_init(tr_self *self, struct part *p, const struct part_args *args)
{
    memcpy(p->name, args->name, sizeof p->name);
    tell(self, p->name, "starts");
    return TR_CONTINUE;
}

static tr_next part_on_crash(tr_self *self, struct part *p, const struct part_crash *m)
{
    (void)self, (void)p, (void)m;
    return TR_STOP(TR_ERROR("on purpose"));
}

static void part_on_terminate(tr_self *self, struct part *p, tr_exit reason)
{
    char text[64] = "ends: ";

    (void)tr_exit_format(reason, text + strlen(text), sizeof text - strlen(text));
    tell(self, p->name, text);
}

TR_SERVER(part, TR_CAST(crash), TR_TERMINATE);

// A tree is data. Each part needs those before it, so what comes after a crashed one restarts too.
#define PART(title)                                                                                \
    {                                                                                              \
        .id = title, .name = title, .server = &part_server, .trap = true,                          \
        TR_ARGS(struct part_args, .name = title)                                                   \
    }
static const tr_child parts[] = { PART("database"), PART("cache"), PART("web") };
static const tr_supervisor_spec service = {
    .strategy = TR_REST_FOR_ONE, .intensity = 2, .children = parts, .child_count = TR_COUNT(parts)
};

static void print_events(tr_self *self, int count)
{
    const tr_msg *msg;

    while (count-- > 0 &&
           tr_receive(self, &(tr_match){ TR_TYPES(&part_event_type) }, 5000, &msg) == TR_OK)
        printf("  %s\n", part_event_of(msg)->text);
}

static tr_exit director(tr_self *self, const void *args)
{
    static const int events[] = { 4, 4, 3 }; // of a mended crash: two ends and two starts
    const tr_msg *msg;
    tr_pid supervisor;
    char reason[64];

    (void)args;
    if (tr_supervisor_start(self, &service, &supervisor) != TR_OK)
        return TR_ERROR("the service does not start");
    puts("the service starts");
    print_events(self, 3);
    for (size_t i = 0; i < TR_COUNT(events); i++) {
        puts("the cache crashes");
        (void)tr_send_named(self, "cache", &part_crash_type, NULL);
        print_events(self, events[i]);
    }
    // The supervisor is linked to this actor, which traps exits.
    if (tr_receive(self, &(tr_match){ TR_TYPES(&tr_exited_type) }, 5000, &msg) != TR_OK)
        return TR_ERROR("the supervisor goes on");
    (void)tr_exit_format(((const tr_exited *)tr_msg_body(msg))->reason, reason, sizeof reason);
    printf("the supervisor gave up: %s\n", reason);
    if (tr_receive(self, &(tr_match){ TR_TYPES(&part_end_type) }, TR_INFINITY, &msg) == TR_OK)
        part_end_reply(self, tr_msg_from(msg), &(struct part_over){ 0 });
    return TR_NORMAL;
}

int main(void)
{
    static const tr_actor_spec spec = { .label = "director", .run = director };
    struct part_over over;
    tr_system *sys;
    tr_pid pid;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err =
        tr_system_spawn(sys, &spec, &((tr_spawn_opts){ .name = "director", .trap = true }), &pid);
    if (err == TR_OK)
        err = part_end_system_call(sys, pid, &(struct part_end){ 0 }, 30000, &over);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
