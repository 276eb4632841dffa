// SPDX-License-Identifier: MIT
// A slot that is never reset: an occupant dies, the next is born by a START record, and senders to
// the dead push late.
//
// Checked: every message has one fate; what is for the dead is answered, never handled by the next
// occupant; what follows START is handled; no two workers run the slot; who sees a generation gone
// sees what preceded the death.
#include "mailbox/mpsc.h"
#include "mailbox/slot.h"

enum kind { ORDINARY, KILL, START };

struct message {
    struct tri_mpsc_node link; // first: a node is its message
    uint32_t generation;
    enum kind kind;
};

static struct {
    struct tri_slot slot;
    struct tri_mpsc queue;
    tri_atomic(uint32_t) x_ready; // the run queue
    tri_atomic(uint32_t) x_free;  // the free list: the slot is in it or not
    struct message messages[8];
    uint32_t last_will; // plain: written by the first occupant before its death
    uint32_t occupant;  // plain, owner's: the generation that runs, 0 when the slot is vacant
    uint32_t owners;    // observed
    uint32_t fates[8];  // observed: how often each message was handled or answered
    uint32_t answered, handled, births; // observed
} world;

static void setup(void)
{
    world.slot.x_generation = 1;
    tri_plain_write(&world.occupant, 1);
}

static void push(int at, uint32_t generation, enum kind kind)
{
    struct message *message = &world.messages[at];
    tri_plain_write(&message->generation, generation);
    tri_plain_write(&message->kind, kind);
    if (tri_mpsc_push(&world.queue, &message->link)) {
        trt_check(tri_xchg(&world.x_ready, 1, release) == 0);
        trt_futex_wake(&world.x_ready);
    }
}

static void killer(int at)
{
    push(at, 1, KILL);
    push(at + 1, 1, ORDINARY);
}

// Spares the push when the occupant is seen dead.
static void late_sender(int at)
{
    for (int i = 0; i < 2; i++) {
        if (tri_slot_holds(&world.slot, 1)) {
            push(at + i, 1, ORDINARY);
        } else {
            trt_check(tri_plain_read(&world.last_will) == 1);
            world.fates[at + i]++;
            world.answered++;
        }
    }
}

static void spawner(int at)
{
    while (tri_xchg(&world.x_free, 0, acquire) == 0) {
        trt_yield();
    }
    uint32_t generation = tri_slot_generation(&world.slot);
    trt_check(generation == 2);
    push(at, generation, START);
    push(at + 1, generation, ORDINARY);
}

static void die(void)
{
    tri_plain_write(&world.last_will, 1);
    tri_plain_write(&world.occupant, 0);
    trt_check(tri_slot_retire(&world.slot));
    tri_store(&world.x_free, 1, release);
}

static void judge(const struct message *message)
{
    uint32_t generation = tri_plain_read(&message->generation);
    uint32_t occupant = tri_plain_read(&world.occupant);
    enum kind kind = tri_plain_read(&message->kind);
    world.fates[message - world.messages]++;
    if (kind == START) {
        trt_check(occupant == 0 && generation == 2);
        tri_plain_write(&world.occupant, generation);
        world.births++;
    } else if (generation != occupant) {
        trt_check(generation == 1);
        world.answered++;
    } else {
        world.handled++;
        if (kind == KILL) {
            die();
        }
    }
}

static void run(void)
{
    world.owners++;
    for (;;) {
        bool gap;
        trt_check(world.owners == 1);
        struct tri_mpsc_node *anchor = world.queue.anchor;
        struct tri_mpsc_node *node = tri_mpsc_next(&world.queue, &gap);
        if (node != NULL) {
            judge((struct message *)(void *)node);
        } else if (gap) {
            trt_yield();
        } else {
            world.owners--;
            if (tri_mpsc_idle(&world.queue)) {
                break;
            }
            world.owners++;
            continue;
        }
        if (node != NULL && anchor != NULL) {
            trt_free((struct message *)(void *)anchor, sizeof(struct message));
        }
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
    for (int i = 0; i < 6; i++) {
        trt_check(world.fates[i] == 1);
    }
    trt_check(world.births == 1);
    trt_check(world.answered + world.handled == 5);
    trt_check(tri_plain_read(&world.occupant) == 2);
    trt_check(tri_slot_generation(&world.slot) == 2);
    trt_check(tri_load(&world.queue.x_tail, relaxed) == NULL);
}

static const struct trt_program programs[] = {
    { "slot: death, late pushes, birth; one worker", .setup = setup, .finish = finish,
      .threads = { { killer, 0, false },
                   { late_sender, 2, false },
                   { spawner, 4, false },
                   { worker, 0, true } } },
    { "slot: death, late pushes, birth; two workers", .setup = setup, .finish = finish,
      .threads = { { killer, 0, false },
                   { late_sender, 2, false },
                   { spawner, 4, false },
                   { worker, 0, true },
                   { worker, 0, true } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
