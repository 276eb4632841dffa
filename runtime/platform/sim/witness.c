// SPDX-License-Identifier: MIT
// The oracles over the dispatcher: G3, G4 and G13 in every simulated run.
#include "port/witness.h"

#include <stddef.h>

#include "platform/sim/sim.h"
#include "platform/sim/state.h"

enum { SLOTS = 4096, PROCESSORS = 8, URGENCIES = 4, STATE_IDLE = 0, STATE_QUEUED, STATE_OWNED };
enum { LOW, NORMAL, HIGH, MAX };

// A turn may be taken from a run-next seat 64 times while the ring waits, and an actor of the
// injector is looked at every 61st turn; of low priority, every eighth of those. The constant is
// for what comes through the injector once more when its thread has lost its P.
enum { TURNS_EACH = 65, TURNS_CONSTANT = 400, TURNS_LOW = 8 };

struct watched {
    uint8_t state;
    uint8_t urgency;
    uint32_t place;
    uint32_t thread;
    uint64_t since[PROCESSORS]; // turns of each P when it was queued
};

static struct {
    uint32_t system;
    struct watched slots[SLOTS];
    uint32_t slot_end;                     // highest that was used, plus one
    uint64_t turns[PROCESSORS][URGENCIES]; // that count for those who wait
    uint32_t queued[URGENCIES];            // now
    uint32_t queued_most[URGENCIES];       // in this run
} witness;

void tri_sim_witness_reset(void)
{
    for (uint32_t i = 0; i < witness.slot_end; i++) {
        witness.slots[i] = (struct watched){ 0 };
    }
    witness.system = 0;
    witness.slot_end = 0;
    for (uint32_t u = 0; u < URGENCIES; u++) {
        witness.queued[u] = witness.queued_most[u] = 0;
        for (uint32_t p = 0; p < PROCESSORS; p++) {
            witness.turns[p][u] = 0;
        }
    }
}

void tri_sim_witness_quiet(void)
{
    for (uint32_t i = 0; i < witness.slot_end; i++) {
        if (witness.slots[i].state == STATE_QUEUED) {
            tri_sim_fail("G3: an actor can run, and every worker sleeps");
        }
    }
}

static void be_queued(struct watched *one, const struct tri_witness_fact *fact)
{
    if (one->state == STATE_QUEUED) {
        tri_sim_fail("G4: an actor is queued twice");
    }
    if (one->state == STATE_OWNED && one->thread != fact->thread) {
        tri_sim_fail("G4: an actor is queued while another thread runs it");
    }
    one->state = STATE_QUEUED;
    one->urgency = (uint8_t)fact->urgency;
    one->place = fact->place;
    for (uint32_t p = 0; p < PROCESSORS; p++) {
        one->since[p] = witness.turns[p][fact->urgency];
    }
    uint32_t count = ++witness.queued[fact->urgency];
    if (count > witness.queued_most[fact->urgency]) {
        witness.queued_most[fact->urgency] = count;
    }
}

// How long it waited, in turns of the P that takes it. Those who were stolen, and the pinned, who
// wait for their thread, are not measured.
static void check_wait(const struct watched *one, uint32_t processor)
{
    if (one->place != processor && one->place != TRI_WITNESS_INJECTOR) {
        return;
    }
    uint64_t waited = witness.turns[processor][one->urgency] - one->since[processor];
    uint64_t bound = (uint64_t)TURNS_EACH * witness.queued_most[one->urgency] + TURNS_CONSTANT;
    if (waited > bound * (one->urgency == LOW ? TURNS_LOW : 2)) {
        tri_sim_fail("G13: a runnable actor waited for too many turns");
    }
}

// A turn counts for those who wait with the same urgency or a higher one, and among normal and low.
static void count_turn(uint32_t processor, uint32_t urgency)
{
    for (uint32_t u = 0; u < URGENCIES; u++) {
        if (u >= urgency || urgency == NORMAL) {
            witness.turns[processor][u]++;
        }
    }
}

static void leave_queue(struct watched *one, const struct tri_witness_fact *fact)
{
    if (one->state != STATE_QUEUED) {
        tri_sim_fail("G4: an actor is taken that no queue held");
    }
    witness.queued[one->urgency]--;
    one->state = STATE_OWNED;
    one->thread = fact->thread;
}

static void be_taken(struct watched *one, const struct tri_witness_fact *fact)
{
    leave_queue(one, fact);
    if (fact->pinned != 0 && fact->pinned != fact->thread) {
        tri_sim_fail("a pinned actor runs on another thread");
    }
    if (fact->place < PROCESSORS) {
        check_wait(one, fact->place);
        count_turn(fact->place, one->urgency);
    }
}

void tri_witness(const struct tri_witness_fact *fact)
{
    witness.system = witness.system == 0 ? fact->system : witness.system;
    if (!tri_sim.active || fact->system != witness.system || fact->slot >= SLOTS) {
        return;
    }
    struct watched *one = &witness.slots[fact->slot];
    if (fact->slot >= witness.slot_end) {
        witness.slot_end = fact->slot + 1;
    }
    switch (fact->what) {
    case TRI_WITNESS_QUEUED:
        be_queued(one, fact);
        break;
    case TRI_WITNESS_TAKEN:
        be_taken(one, fact);
        break;
    case TRI_WITNESS_MOVED:
        leave_queue(one, fact);
        break;
    case TRI_WITNESS_IDLE:
        if (one->state != STATE_OWNED || one->thread != fact->thread) {
            tri_sim_fail("G4: an actor is given up by a thread that does not run it");
        }
        one->state = STATE_IDLE;
        break;
    }
}
