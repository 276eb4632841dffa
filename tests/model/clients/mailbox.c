// SPDX-License-Identifier: MIT
// The mailbox's inbound queue: senders, and workers that drain, detach, give up and are scheduled
// again; senders that claim an idle actor and append to its list themselves, and one that moves to
// the owner's thread between its messages.
//
// Checked: nothing lost or duplicated, order per sender, one owner at a time, one scheduling for
// each step out of idle, nobody touches a node after it was freed.
#include "mailbox/mpsc.h"

#define SENDERS 3
#define MESSAGES 2

struct message {
    struct tri_mpsc_node link; // first: a node is its message
    uint32_t sender;           // the body: plain, published by the push
    uint32_t number;
};

static struct {
    struct tri_mpsc queue;
    tri_atomic(uint32_t) x_ready; // the run queue: the actor stands in it once or not at all
    struct message messages[SENDERS][MESSAGES];
    uint32_t owned;               // plain: owners are ordered one after the other
    uint32_t owners;              // observed: at most one at any time
    uint32_t received[SENDERS];   // observed
    uint32_t sent;                // observed
    tri_atomic(uint32_t) x_moved; // the first sender goes on in the worker's thread
    bool went_on;                 // plain: it has sent its second message there
} world;

// Nodes are recycled: their links hold what the last use left there.
static void setup(void)
{
    for (int sender = 0; sender < SENDERS; sender++) {
        for (int i = 0; i < MESSAGES; i++) {
            world.messages[sender][i].link.x_next = &world.messages[0][0].link;
        }
    }
}

static void schedule(void)
{
    trt_check(tri_xchg(&world.x_ready, 1, release) == 0);
    trt_futex_wake(&world.x_ready);
}

static void send(int sender, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct message *message = &world.messages[sender][i];
        tri_plain_write(&message->sender, (uint32_t)sender);
        tri_plain_write(&message->number, i);
        world.sent++;
        if (tri_mpsc_push(&world.queue, &message->link)) {
            schedule();
        }
    }
}

static void send_one(int sender)
{
    send(sender, 1);
}

static void send_two(int sender)
{
    send(sender, 2);
}

static void receive(const struct message *message)
{
    uint32_t sender = tri_plain_read(&message->sender);
    trt_check(sender < SENDERS);
    trt_check(tri_plain_read(&message->number) == world.received[sender]);
    world.received[sender]++;
}

static void own(void)
{
    trt_check(world.owners == 0);
    world.owners++;
    tri_plain_write(&world.owned, tri_plain_read(&world.owned) + 1);
}

static void disown(void)
{
    tri_plain_write(&world.owned, tri_plain_read(&world.owned) + 1);
    world.owners--;
}

// A send from a thread with a P. What joins the list comes before all that is drained later.
static void send_near(int sender)
{
    for (uint32_t i = 0; i < MESSAGES; i++) {
        struct message *message = &world.messages[sender][i];
        tri_plain_write(&message->sender, (uint32_t)sender);
        tri_plain_write(&message->number, i);
        world.sent++;
        if (tri_mpsc_claim(&world.queue)) {
            own();
            receive(message);
            disown();
            schedule();
        } else if (tri_mpsc_push(&world.queue, &message->link)) {
            schedule();
        }
    }
}

// Pushes one message and goes on in the worker's thread.
static void send_and_move(int sender)
{
    send(sender, 1);
    tri_store(&world.x_moved, 1, release);
}

// The second message of the sender that moved, by the owner: it must come behind the first.
static void go_on(void)
{
    if (world.went_on || tri_load(&world.x_moved, acquire) == 0) {
        return;
    }
    world.went_on = true;
    struct message *message = &world.messages[0][1];
    tri_plain_write(&message->sender, 0u);
    tri_plain_write(&message->number, 1u);
    world.sent++;
    if (tri_mpsc_bare(&world.queue)) {
        receive(message);
    } else {
        trt_check(!tri_mpsc_push(&world.queue, &message->link));
    }
}

static void release_node(struct tri_mpsc_node *node)
{
    if (node != NULL) {
        trt_free((struct message *)(void *)node, sizeof(struct message));
    }
}

// One step of the owner; false when it gave the actor up.
static bool run_step(void)
{
    bool gap;
    struct tri_mpsc_node *anchor = world.queue.anchor;
    struct tri_mpsc_node *node = tri_mpsc_next(&world.queue, &gap);
    if (node != NULL) {
        release_node(anchor);
        receive((struct message *)(void *)node);
        return true;
    }
    if (gap) {
        trt_yield();
        return true;
    }
    if (anchor != NULL && trt_choose(2) == 0) {
        if (tri_mpsc_detach(&world.queue)) {
            release_node(anchor);
        }
        return true;
    }
    disown();
    if (tri_mpsc_idle(&world.queue)) {
        release_node(anchor);
        return false;
    }
    own();
    return true;
}

static void worker(int unused)
{
    (void)unused;
    for (;;) {
        if (tri_xchg(&world.x_ready, 0, acquire) == 0) {
            trt_futex_wait(&world.x_ready, 0);
            continue;
        }
        own();
        while (run_step()) {}
    }
}

// The worker of the P that a sender moves to. It takes its turn while the actor sits there.
static void worker_near(int unused)
{
    (void)unused;
    for (;;) {
        if (tri_xchg(&world.x_ready, 0, acquire) == 0) {
            trt_futex_wait(&world.x_ready, 0);
            continue;
        }
        own();
        do {
            go_on();
        } while (run_step());
    }
}

static void finish(void)
{
    uint32_t received = 0;
    for (int i = 0; i < SENDERS; i++) {
        received += world.received[i];
    }
    trt_check(received == world.sent);
    trt_check(tri_load(&world.queue.x_tail, relaxed) == NULL);
}

#define MAILBOX .setup = setup, .finish = finish

static const struct trt_program programs[] = {
    { "mailbox: two senders, two workers", MAILBOX, .percent = 150,
      .threads = { { send_two, 0, false },
                   { send_one, 1, false },
                   { worker, 0, true },
                   { worker, 0, true } } },
    { "mailbox: three senders, one worker", MAILBOX,
      .threads = { { send_two, 0, false },
                   { send_two, 1, false },
                   { send_two, 2, false },
                   { worker, 0, true } } },
    { "mailbox: one sender, one worker", MAILBOX, .exhaust = true, .preemptions = 3,
      .threads = { { send_two, 0, false }, { worker, 0, true } } },
    { "mailbox: a push and two that claim, two workers", MAILBOX, .percent = 150,
      .threads = { { send_near, 0, false },
                   { send_near, 1, false },
                   { send_one, 2, false },
                   { worker, 0, true },
                   { worker, 0, true } } },
    { "mailbox: a sender moves to the owner", MAILBOX,
      .threads = { { send_and_move, 0, false },
                   { send_two, 1, false },
                   { worker_near, 0, true } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
