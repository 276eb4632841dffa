// SPDX-License-Identifier: MIT
// Crashes on purpose: real ends of a counter, at a random moment and in a random way.
// Threads: owned by one counter.
#ifndef WORDCOUNT_CRASH_H
#define WORDCOUNT_CRASH_H

#include <troupe.h>

struct crash {
    uint32_t every;  ///< once in so many batches; 0 = never
    uint64_t random; ///< state of the generator
};

/// When a counter dies in the course of one batch.
enum crash_moment {
    CRASH_NEVER,
    CRASH_BEFORE,  ///< nothing of the batch was applied
    CRASH_MIDDLE,  ///< half of it was
    CRASH_APPLIED, ///< all of it was, and it was not handed over
    CRASH_HANDED,  ///< it was handed over just now
    CRASH_STABBED, ///< another actor kills the counter about when it hands over
    CRASH_MOMENTS  ///< number of moments
};

/// Prepares the generator.
/// @param seed   of the whole run
/// @param salt   differs between counters, and from one life of a counter to the next
void crash_init(struct crash *crash, uint32_t every, uint64_t seed, uint64_t salt);
/// Draws what happens at the next batch.
enum crash_moment crash_draw(struct crash *crash);
/// Ends the actor: by its return value, by an exit, or by a kill.
tr_next crash_now(tr_self *self, struct crash *crash);
/// Lets another actor kill the caller.
void crash_stab(tr_self *self);

#endif
