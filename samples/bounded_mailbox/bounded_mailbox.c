// SPDX-License-Identifier: MIT
// bounded_mailbox: a shelf with room for two parcels, and five parcels for it.
// Shows:  the four policies of a full mailbox; signals get in where messages do not
// Run:    bounded_mailbox
// Expect: for each policy what the sender is told, and what is on the shelf in the end
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE depot
TR_MESSAGE(parcel, { int number; });
TR_MESSAGE0(go);
TR_MESSAGE(done, { int shelves; });
TR_REQUEST(go, done);

#define ROOM 2
#define PARCELS 5

// Leaves its messages where they are until it is asked to stop: an exit signal is never subject to
// the bound.
static tr_exit shelf(tr_self *self, const void *args)
{
    const tr_msg *msg;

    (void)args;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&tr_exited_type) }, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("not asked to stop");
    printf("; on the shelf:");
    while (tr_receive(self, NULL, 0, &msg) == TR_OK)
        printf(" %d", depot_parcel_of(msg)->number);
    printf("\n");
    return TR_NORMAL;
}

static const tr_actor_spec shelf_spec = { .label = "shelf", .run = shelf };

static tr_err fill(tr_self *self, tr_policy policy, const char *name)
{
    tr_pid pid;
    tr_ref ended;
    const tr_msg *msg;
    tr_err err = tr_spawn(self, &shelf_spec,
                          &(tr_spawn_opts){ .trap = true,
                                            .monitor = &ended,
                                            .mailbox = { .capacity = ROOM,
                                                         .policy = policy,
                                                         .block_ms = 20 } },
                          &pid);

    if (err != TR_OK)
        return err;
    printf("%s:", name);
    for (int number = 1; number <= PARCELS; number++)
        printf(" %s", tr_err_name(tr_send(self, pid, depot_parcel, .number = number)));
    err = tr_exit_send(self, pid, TR_SHUTDOWN);
    return err != TR_OK ? err : tr_receive(self, &(tr_match){ .ref = ended }, TR_INFINITY, &msg);
}

static tr_exit depot(tr_self *self, const void *args)
{
    static const struct {
        tr_policy policy;
        const char *name;
    } all[] = {
        { TR_MAILBOX_BLOCK, "block for 20 ms" },
        { TR_MAILBOX_FAIL, "fail" },
        { TR_MAILBOX_DROP_NEWEST, "drop newest" },
        { TR_MAILBOX_DROP_OLDEST, "drop oldest" },
    };

    const tr_msg *msg;

    (void)args;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&depot_go_type) }, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("nobody asks");
    tr_from asker = tr_msg_from(msg);
    for (size_t i = 0; i < TR_COUNT(all); i++) {
        if (fill(self, all[i].policy, all[i].name) != TR_OK)
            return TR_ERROR("a shelf failed");
    }
    depot_go_reply(self, asker, &(struct depot_done){ .shelves = TR_COUNT(all) });
    return TR_NORMAL;
}

static const tr_actor_spec depot_spec = { .label = "depot", .run = depot };

// main is no actor: it asks for the work and waits for the answer.
static tr_err ask(tr_system *sys)
{
    struct depot_done done;
    tr_pid pid;

    tr_err err = tr_system_spawn(sys, &depot_spec, NULL, &pid);
    if (err == TR_OK)
        err = depot_go_system_call(sys, pid, &(struct depot_go){ 0 }, 10000, &done);
    return err;
}

int main(void)
{
    tr_system *sys;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = ask(sys);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
