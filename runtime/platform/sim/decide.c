// SPDX-License-Identifier: MIT
// Decisions: drawn from the seed or replayed from text, and recorded.
//
// Every decision is a small number below its number of options. 0 is "carry on": the current
// thread if it may run, else the next by number; so shrinking a list means writing zeros into it.
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "platform/sim/text.h"
#include "port/choice.h"

enum { RECORD_MAX = 1 << 20, DEPTH_MAX = 16, CHANGE_PRIORITY = 0, SPIN_PRIORITY = -1000 };

static struct {
    uint64_t draws; // state of the generator
    uint32_t strategy;
    uint32_t change_count;
    uint64_t change_at[DEPTH_MAX]; // steps at which PCT lowers a priority, ascending
    uint32_t changes_done;
    uint64_t fair_from; // step from which PCT is a random walk
    int64_t spin_priority;
    uint32_t *record; // RECORD_MAX entries
    uint64_t record_count;
    char *text;       // what tri_sim_decisions returned last
    uint32_t *replay; // NULL: draw
    uint64_t replay_count;
    uint64_t replay_next;
} d;

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void tri_sim_decide_reset(uint64_t seed, uint32_t strategy, uint32_t depth, uint32_t pct_steps)
{
    uint32_t steps = pct_steps == 0 ? 1000 : pct_steps;
    uint32_t changes = (depth == 0 ? 3 : depth) - 1;
    d.draws = seed ^ UINT64_C(0x6a09e667f3bcc908);
    d.strategy = strategy;
    d.change_count = changes > DEPTH_MAX ? DEPTH_MAX : changes;
    for (uint32_t i = 0; i < d.change_count; i++) {
        d.change_at[i] = 1 + tri_sim_mix(&d.draws) % steps;
    }
    qsort(d.change_at, d.change_count, sizeof d.change_at[0], ascending);
    d.changes_done = 0;
    d.fair_from = 2 * (uint64_t)steps;
    d.spin_priority = SPIN_PRIORITY;
    d.record_count = 0;
    free(d.replay);
    d.replay = NULL;
    d.replay_count = 0;
    d.replay_next = 0;
    if (d.record == NULL) {
        d.record = malloc(RECORD_MAX * sizeof d.record[0]);
        if (d.record == NULL) {
            abort();
        }
    }
}

bool tri_sim_decide_replay(const char *text)
{
    size_t count = 0;
    d.replay = tri_sim_text_decode(text, &count);
    d.replay_count = count;
    return d.replay != NULL;
}

const char *tri_sim_decisions(void)
{
    bool truncated = d.record_count > RECORD_MAX;
    free(d.text);
    d.text = tri_sim_text_encode(d.record, truncated ? RECORD_MAX : (size_t)d.record_count);
    if (d.text != NULL && truncated) {
        // The encoder leaves room for one more character only by chance: make it.
        size_t length = strlen(d.text);
        char *longer = realloc(d.text, length + 2);
        if (longer != NULL) {
            memcpy(longer + length, "+", 2);
            d.text = longer;
        }
    }
    return d.text == NULL ? "" : d.text;
}

uint64_t tri_sim_decision_count(void)
{
    return d.record_count;
}

static uint32_t keep(uint32_t value)
{
    if (d.record_count < RECORD_MAX) {
        d.record[d.record_count] = value;
    }
    d.record_count++;
    return value;
}

static uint32_t uniform(uint32_t options)
{
    return (uint32_t)(((tri_sim_mix(&d.draws) >> 32) * options) >> 32);
}

static uint32_t replayed(uint32_t options)
{
    return d.replay_next < d.replay_count ? d.replay[d.replay_next++] % options : 0;
}

uint32_t tri_sim_draw(uint32_t what, uint32_t options)
{
    if (options <= 1 || !tri_sim.active) {
        return 0;
    }
    uint32_t value = keep(d.replay != NULL ? replayed(options) : uniform(options));
    tri_sim_fold((uint64_t)what << 32 | value);
    return value;
}

int64_t tri_sim_first_priority(void)
{
    return 1 + (int64_t)(tri_sim_mix(&d.draws) >> 32);
}

int64_t tri_sim_lowest_priority(void)
{
    return --d.spin_priority;
}

// Place of the highest priority in the rotated set.
static uint32_t highest(uint64_t rotated, uint32_t first)
{
    uint32_t best = 0;
    int64_t best_priority = INT64_MIN;
    for (uint32_t place = 0; rotated != 0; place++, rotated &= rotated - 1) {
        uint32_t id = ((uint32_t)__builtin_ctzll(rotated) + first) % TRI_SIM_THREADS_MAX;
        if (tri_sim.threads[id].priority > best_priority) {
            best_priority = tri_sim.threads[id].priority;
            best = place;
        }
    }
    return best;
}

static uint32_t pct(uint64_t rotated, uint32_t first)
{
    while (d.changes_done < d.change_count && tri_sim.steps >= d.change_at[d.changes_done]) {
        d.changes_done++;
        tri_sim.current->priority = CHANGE_PRIORITY - (int64_t)d.changes_done;
    }
    return highest(rotated, first);
}

uint32_t tri_sim_decide_thread(uint64_t candidates)
{
    uint32_t first = tri_sim.current->id;
    if (tri_sim.favoured != 0 && (candidates >> tri_sim.favoured & 1) != 0) {
        return tri_sim.favoured;
    }
    // Rotated so that the current thread is bit 0: numbers count from it onwards.
    uint64_t rotated = candidates >> first;
    if (first != 0) {
        rotated |= candidates << (TRI_SIM_THREADS_MAX - first);
    }
    uint32_t options = (uint32_t)__builtin_popcountll(rotated);
    uint32_t place = 0;
    if (options > 1) {
        if (d.replay != NULL) {
            place = replayed(options);
        } else if (d.strategy == TRI_SIM_PCT && tri_sim.steps < d.fair_from) {
            place = pct(rotated, first);
        } else {
            place = uniform(options);
        }
        (void)keep(place);
    }
    for (; place > 0; place--) {
        rotated &= rotated - 1;
    }
    return ((uint32_t)__builtin_ctzll(rotated) + first) % TRI_SIM_THREADS_MAX;
}
