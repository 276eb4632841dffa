// SPDX-License-Identifier: MIT
// The queue that drops its oldest messages: senders push and trim, the owner drains, tests, takes
// and gives itself up, all under one lock.
//
// Checked: every message is handled or dropped, once; what is in the owner's hand is neither freed
// nor dropped; the bound is never exceeded; one owner at a time; no wake is lost; each sender's
// order holds; the newest message of all is handled.
#include "mailbox/locked.h"

enum { MESSAGES = 6, CAPACITY = 1 };
enum plant { SOUND, IDLE_BLINDLY, DROP_PINNED, NO_TRIM_AFTER_PIN, WAKE_NEVER };

struct message {
    struct tri_locked_node node; // first: a node is its message
    uint32_t seq;
};

static struct {
    tri_atomic(uint32_t) x_lock;
    tri_atomic(uint32_t) x_ready; // the run queue
    struct tri_locked list;
    struct message messages[MESSAGES];
    uint32_t guard;           // plain: touched under the lock
    uint32_t used;            // ordinary messages in the list
    uint32_t owners;          // observed
    uint32_t fates[MESSAGES]; // observed
    uint32_t order[MESSAGES]; // observed: place of each push, from 1
    uint32_t pushed, handled_last;
    enum plant plant;
} world;

static void lock(void)
{
    while (tri_xchg(&world.x_lock, 1, acquire) != 0) {
        trt_yield();
    }
    tri_plain_write(&world.guard, tri_plain_read(&world.guard) + 1);
}

static void unlock(void)
{
    tri_plain_write(&world.guard, tri_plain_read(&world.guard) + 1);
    tri_store(&world.x_lock, 0, release);
}

static bool any(const struct tri_locked_node *node, const void *context)
{
    (void)node;
    (void)context;
    return true;
}

static uint32_t in_hand(void)
{
    return world.list.pinned != NULL && world.plant != DROP_PINNED ? 1 : 0;
}

static void trim(void)
{
    while (world.used - in_hand() > CAPACITY) {
        if (world.plant == DROP_PINNED) {
            world.list.pinned = NULL;
        }
        struct tri_locked_node *node = tri_locked_victim(&world.list, any, NULL);
        struct message *message = (struct message *)(void *)node;
        tri_locked_unlink(&world.list, node);
        world.used--;
        world.fates[message - world.messages]++;
        (void)tri_plain_read(&message->seq);
        trt_free(message, sizeof *message);
    }
}

static void push(int at, uint32_t seq)
{
    struct message *message = &world.messages[at];
    tri_plain_write(&message->seq, seq);
    lock();
    world.order[at] = ++world.pushed;
    world.used++;
    bool idle = tri_locked_push(&world.list, &message->node);
    trim();
    trt_check(world.used - in_hand() <= CAPACITY);
    unlock();
    if (idle && world.plant != WAKE_NEVER) {
        trt_check(tri_xchg(&world.x_ready, 1, release) == 0);
        trt_futex_wake(&world.x_ready);
    }
}

static void sender(int at)
{
    push(at, 0);
    push(at + 1, 1);
}

// Drains all, and pins the oldest message; NULL when there is none.
static struct message *look(void)
{
    lock();
    while (tri_locked_drain(&world.list) != NULL) {}
    struct tri_locked_node *oldest =
        tri_locked_private_last(&world.list) == NULL ? NULL : world.list.first;
    world.list.pinned = oldest;
    unlock();
    return (struct message *)(void *)oldest;
}

// A message that does not fit goes back among the others.
static void put_back(void)
{
    lock();
    world.list.pinned = NULL;
    if (world.plant != NO_TRIM_AFTER_PIN) {
        trim();
    }
    trt_check(world.used <= CAPACITY);
    unlock();
}

static void handle(struct message *message)
{
    uint32_t at = (uint32_t)(message - world.messages);
    lock();
    tri_locked_unlink(&world.list, &message->node);
    world.used--;
    unlock();
    trt_check(world.order[at] > world.handled_last);
    world.handled_last = world.order[at];
    world.fates[at]++;
    trt_free(message, sizeof *message);
}

static bool give_up(void)
{
    lock();
    bool idle = tri_locked_idle(&world.list);
    if (world.plant == IDLE_BLINDLY) {
        idle = true;
        world.list.active = false;
    }
    unlock();
    return idle;
}

static void run(void)
{
    trt_check(world.owners == 0);
    world.owners = 1;
    for (;;) {
        struct message *message = look();
        if (message != NULL) {
            trt_check(tri_plain_read(&message->seq) <= 1);
            if (trt_choose(2) == 0) {
                put_back();
                message = look();
            }
        }
        if (message != NULL) {
            handle(message);
            continue;
        }
        world.owners = 0;
        if (give_up()) {
            return;
        }
        world.owners = 1;
    }
}

static void worker(int unused)
{
    (void)unused;
    for (;;) {
        if (tri_xchg(&world.x_ready, 0, acquire) == 1) {
            run();
        } else {
            trt_futex_wait(&world.x_ready, 0);
        }
    }
}

static void finish(void)
{
    for (int i = 0; i < MESSAGES; i++) {
        trt_check(world.fates[i] == (world.order[i] == 0 ? 0 : 1));
    }
    trt_check(world.handled_last == world.pushed);
    trt_check(world.used == 0 && !world.list.active && world.list.first == NULL);
}

#define PLANTED(which)                                                                             \
    static void setup_##which(void)                                                                \
    {                                                                                              \
        world.plant = which;                                                                       \
    }
PLANTED(SOUND)
PLANTED(IDLE_BLINDLY)
PLANTED(DROP_PINNED)
PLANTED(NO_TRIM_AFTER_PIN)
PLANTED(WAKE_NEVER)

#define TWO_SENDERS                                                                                \
    .finish = finish, .threads = { { sender, 0, false }, { sender, 2, false }, { worker, 0, true } }

static const struct trt_program programs[] = {
    { "locked: two senders, one worker", .setup = setup_SOUND, TWO_SENDERS },
    { "locked: three senders, two workers", .setup = setup_SOUND, .finish = finish,
      .threads = { { sender, 0, false },
                   { sender, 2, false },
                   { sender, 4, false },
                   { worker, 0, true },
                   { worker, 0, true } } },
    { "locked, planted: gives up with inbound messages", .setup = setup_IDLE_BLINDLY, TWO_SENDERS,
      .expect = TRT_FOUND, .why = "check failed" },
    { "locked, planted: drops what is in hand", .setup = setup_DROP_PINNED, TWO_SENDERS,
      .expect = TRT_FOUND, .why = "free" },
    { "locked, planted: no trim when the hand opens", .setup = setup_NO_TRIM_AFTER_PIN, TWO_SENDERS,
      .expect = TRT_FOUND, .why = "world.used <= CAPACITY" },
    { "locked, planted: nobody schedules", .setup = setup_WAKE_NEVER, TWO_SENDERS,
      .expect = TRT_FOUND, .why = "" },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
