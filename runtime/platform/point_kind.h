// SPDX-License-Identifier: MIT
// The kinds of scheduling points and of choices, shared by both twins of the ports.
//
// Purpose: names for what the simulator may vary. Invariants: the numbers go into trace hashes, so
//   a new kind is added at the end. Threads: none. Ownership: none.
#ifndef TRI_PLATFORM_POINT_KIND_H
#define TRI_PLATFORM_POINT_KIND_H

enum tri_point {
    TRI_POINT_SEND,
    TRI_POINT_SPAWN,
    TRI_POINT_LINK,
    TRI_POINT_TIMER,
    TRI_POINT_EXIT,
    TRI_POINT_RECEIVE,
    TRI_POINT_NAME,
    TRI_POINT_STEAL,
    TRI_POINT_IDLE,
    TRI_POINT_HANDOFF,
    TRI_POINT_SIGNAL,
    TRI_POINT_TURN, // a worker looks for its next actor
};

enum tri_choice {
    TRI_CHOICE_THREAD, // the simulator's own: which virtual thread runs next
    TRI_CHOICE_BUDGET,
    TRI_CHOICE_VICTIM,
    TRI_CHOICE_STEAL_FIRST,
    TRI_CHOICE_HANDOFF,
    TRI_CHOICE_INJECTOR_FIRST,
    TRI_CHOICE_TIMER_TIE,
    TRI_CHOICE_USER, // of a test scenario
};

#endif
