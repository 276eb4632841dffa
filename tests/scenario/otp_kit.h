// SPDX-License-Identifier: MIT
// What the scenarios of servers and supervisors share: children that write down what happens to
// them, and a driver that is the parent of the tree.
//
// Children have one letter as id. Track 0 of the notes tells: "+a" a is up, "!a" its start failed,
// "?a" it answered TR_IGNORE, "-a" it ended and could say so (not by kill), "|" the driver's own
// marks. Threads: one. Ownership: everything is static or the caller's.
#ifndef TRT_OTP_KIT_H
#define TRT_OTP_KIT_H

#include "scenario.h"

#define LETTERS 26

/// What is known of the children, by letter; zeroed before each run.
struct kit {
    tr_pid pid[LETTERS];        // the newest instance
    unsigned attempts[LETTERS]; // starts so far
    tr_err err[4];              // answers that a scenario wants to keep
    tr_pid root;
    bool done; // the driver has come to its end
};
extern struct kit kit;

/// How a child behaves; attempts count from 1.
struct child_args {
    char id;
    unsigned char fail_from, fail_to;     // these attempts to start fail with an error "nope"
    unsigned char ignore_from, ignore_to; // these answer TR_IGNORE
    bool lonely;                          // removes the link to its supervisor
    bool slow;                            // its init waits for kit_go
};

/// A server that obeys kit_die.
TR_SERVER_DECLARE(child);
/// A server that takes exit signals and does nothing about them; its letter is its only argument.
extern const tr_server deaf_server;

#define FINE .fail_from = 0
#define FAILS(from, to) .fail_from = (from), .fail_to = (to)
#define IGNORES(from, to) .ignore_from = (from), .ignore_to = (to)

/// Spec of a child that traps exits and behaves as planned; fields of tr_child may follow.
#define CHILD(letter, plan, ...)                                                                   \
    {                                                                                              \
        .id = #letter, .server = &child_server, .trap = true,                                      \
        .args = &(const struct child_args){ .id = #letter[0], plan },                              \
        .args_bytes = sizeof(struct child_args), ##__VA_ARGS__                                     \
    }
#define DEAF(letter, ...)                                                                          \
    {                                                                                              \
        .id = #letter, .server = &deaf_server, .trap = true, .args = #letter, .args_bytes = 2,     \
        ##__VA_ARGS__                                                                              \
    }
/// A child that is a supervisor.
#define TREE(letter, spec, ...)                                                                    \
    {                                                                                              \
        .id = #letter, .supervisor = (spec), ##__VA_ARGS__                                         \
    }
/// A supervisor over an array of specs.
#define SUP(how, most, list, ...)                                                                  \
    {                                                                                              \
        .strategy = (how), .intensity = (most), .period_ms = 3600000, .children = (list),          \
        .child_count = TR_COUNT(list), ##__VA_ARGS__                                               \
    }

/// A scenario that is played by a driver, the parent of the tree: an actor that traps exits. When
/// the driver has ended and with it the tree, the notes must be as expected.
#define PLAY(ident, expected)                                                                      \
    static void ident##_play_(tr_self *self);                                                      \
    TRT_ACTOR(ident##_driver_)                                                                     \
    {                                                                                              \
        ident##_play_(self);                                                                       \
        kit.done = true;                                                                           \
        return TR_NORMAL;                                                                          \
    }                                                                                              \
    TRT_SCENARIO(ident, .seeds = 300)                                                              \
    {                                                                                              \
        kit_run(&ident##_driver_);                                                                 \
        TRT_NOTES(0, expected);                                                                    \
    }                                                                                              \
    static void ident##_play_(__attribute__((unused)) tr_self *self)

/// Runs a driver to its end.
void kit_run(const tr_actor_spec *driver);

/// Starts the root, which must succeed, and remembers it.
tr_pid kit_start(tr_self *self, const tr_supervisor_spec *spec);
/// Starts a root over a list of children.
#define START(self, how, most, list) kit_start(self, &(tr_supervisor_spec)SUP(how, most, list))
/// Waits for a time, or until nobody has anything to do: time moves only when nobody can run.
void kit_wait(tr_self *self, int64_t ms);
void kit_settle(tr_self *self);
/// Notes "|".
void kit_mark(void);
/// The newest instance under a letter.
tr_pid kit_pid(char letter);
/// Makes a child end itself, and waits until everybody has done what follows from it.
void kit_die(tr_self *self, char letter, tr_exit_tag tag);
/// Kills a child and waits until it is dead, not for what follows.
void kit_kill(tr_self *self, char letter);
/// Lets a slow child finish its init.
void kit_go(tr_self *self, char letter);
/// Stops the root as its parent and waits for its end.
tr_exit_tag kit_stop(tr_self *self, tr_exit reason);
/// Takes the exit message of an actor that has ended, or is about to end; gives the reason's tag.
tr_exit_tag kit_exit_of(tr_self *self, tr_pid pid);
/// Notes on track 1 the list of children in the order of specs: "a:up b:none c:restarting".
void kit_which(tr_self *self, tr_pid supervisor);

/// Adds a child from an actor of its own, which waits for the answer: kit.err[0].
void kit_add_meanwhile(tr_self *self, const tr_child *child);

#endif
