// SPDX-License-Identifier: MIT
// The timers of one P, sorted by radix as time comes near them.
//
// Purpose: add and remove in O(1), expire in exact deadline order, say when to look again.
// How: eleven levels of 64 slots, six bits of the 64-bit nanosecond each. A node stands at the
// level
//   of the highest bit in which its deadline differs from the wheel's position, in the slot of its
//   six bits there. Taking the earliest slot apart moves the position to its earliest deadline and
//   its nodes to lower levels; a slot of level 0 is a single nanosecond, so nothing is ever sorted
//   and nothing fires early. A node moves at most once per level, two moves are usual.
// Invariants: position_ns is at or before every deadline in the wheel, with a deadline that was
// past
//   when added read as the position at that moment. All of level n is earlier than all of n + 1.
//   Slots keep the order of adding, and equal deadlines always share a slot.
// Threads: the thread that holds the P; x_count is read by any. Ownership: nodes belong to the
//   caller and are never freed here. A zeroed node is in no wheel.
#ifndef TRI_TIMER_WHEEL_H
#define TRI_TIMER_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "base/list.h"

#define TRI_WHEEL_LEVELS 11
#define TRI_WHEEL_SLOTS 64

struct tri_wheel_node {
    struct tri_link link;
    uint64_t deadline_ns; // set by the caller, unchanged while in the wheel
    uint16_t place;       // 0: in no wheel; else 1 + level * TRI_WHEEL_SLOTS + slot
};

struct tri_wheel_slot {
    struct tri_list list; // initialised when the slot becomes occupied
    uint64_t earliest_ns; // at or before every deadline in the list
};

struct tri_wheel {
    uint64_t position_ns;
    uint64_t split_last_ns; // the last nanosecond of the slot being taken apart
    uint16_t split_place;   // that slot's place while a sliced expire has not finished it; else 0
    uint16_t levels;        // bit n: level n has an occupied slot
    tri_atomic(size_t) x_count;
    uint64_t occupied[TRI_WHEEL_LEVELS]; // bit s: slot s of the level holds a node
    struct tri_wheel_slot slots[TRI_WHEEL_LEVELS][TRI_WHEEL_SLOTS];
};

void tri_wheel_init(struct tri_wheel *wheel, uint64_t now_ns);

// A deadline at or before the wheel's position is due at the next expire.
void tri_wheel_add(struct tri_wheel *wheel, struct tri_wheel_node *node);

// True if the node was in the wheel, false if it was not (never added, removed, or expired).
bool tri_wheel_remove(struct tri_wheel *wheel, struct tri_wheel_node *node);

// Never later than the earliest deadline; UINT64_MAX when there is none. It is the earliest
// deadline itself unless that one's slot has lost an earlier node to tri_wheel_remove.
uint64_t tri_wheel_next(const struct tri_wheel *wheel);

// Appends the links of nodes with deadline_ns <= now_ns to due, by deadline and then by order of
// adding; they have left the wheel. After max_moves moves of nodes it stops and returns true: call
// again at once, the order continues. False: nothing that is due is left.
bool tri_wheel_expire(struct tri_wheel *wheel, uint64_t now_ns, size_t max_moves,
                      struct tri_list *due);

// How many nodes the wheel holds.
size_t tri_wheel_count(const struct tri_wheel *wheel);

// Walks the whole wheel and checks its invariants.
void tri_wheel_check(const struct tri_wheel *wheel);

#endif
