// SPDX-License-Identifier: MIT
// The actors of tier t2: each performs the operations given to it and leaves all else waiting.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_FLAT_ACTOR_H
#define TRT_OTP_FLAT_ACTOR_H

#include <troupe.h>

enum { FLAT_ACTORS_MAX = 64, FLAT_LABELS_MAX = 128, FLAT_NAME_BYTES = 16 };

/// A reference or an alias under its label.
struct flat_label {
    char text[FLAT_NAME_BYTES];
    int maker;         ///< index of the actor that made it
    bool is_monitor;   ///< what it made was a monitor, perhaps with an alias
    tr_alias alias;    ///< its reference; of a plain monitor no alias is on
    char target[24];   ///< who is watched, as the operation said
    tr_pid target_pid; ///< none when nobody had the name
};

/// What a run knows.
struct flat {
    int count;
    char names[FLAT_ACTORS_MAX][FLAT_NAME_BYTES];
    tr_pid pids[FLAT_ACTORS_MAX];
    int label_count;
    struct flat_label labels[FLAT_LABELS_MAX];
    char ret[64]; ///< what the operation gives
};
extern struct flat flat;

/// Index of an actor by name, -1 for none.
int flat_find(const char *name);
/// The name of a pid.
const char *flat_name_of(tr_pid pid);
/// Adds an actor under a new name.
int flat_add(const char *name);

/// What an actor is begun with.
struct flat_birth {
    int index;
    bool trap;
    char body[32]; ///< "stay" or "die:REASON"
};

extern const tr_actor_spec flat_spec;

/// The number of an operation that asks for a drain and is not in the script.
enum { FLAT_DRAIN_OP = -1 };

#endif
