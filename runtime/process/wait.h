// SPDX-License-Identifier: MIT
// Waiting: what a suspended actor waits for, and its deadline.
//
// Purpose: the worker decides on a copy of the match whether an actor may go on, before it switches
//   to the actor's stack.
// Invariants: struct tri_wait stands in the frame of the function that waits, so it lives exactly
//   as long as the suspension. Only the worker that holds the actor touches it.
// Deadlines: struct tri_alarm is one block per actor, made at the first wait with a timeout. It is
//   PENDING until its P next looks at the clock (so it never fires early and a short wait costs
//   neither clock nor wheel), then in the wheel; when it fires it becomes a TIMEOUT signal in the
//   actor's mailbox. An alarm left behind on another P is forgotten: its signal finds that it is
//   no longer the actor's alarm and is freed.
// Threads: the worker that holds the actor. Ownership: the alarm belongs to the actor, or to its
//   own signal once forgotten.
#ifndef TRI_PROCESS_WAIT_H
#define TRI_PROCESS_WAIT_H

#include "process/section.h"

enum tri_wait_for {
    TRI_WAIT_MESSAGE, // tr_receive
    TRI_WAIT_REPLY,   // a call, or the init of a spawned actor
    TRI_WAIT_CREDIT,  // room in a full mailbox
};

struct tri_pool;

struct tri_wait {
    enum tri_wait_for what;
    bool timed_out;
    bool done; // reply or credit came
    bool sent; // a call: the request was sent
    // TRI_WAIT_MESSAGE
    int64_t timeout_ms;
    const uint32_t *ids; // types; NULL: any
    uint32_t id_count;
    uint32_t tested; // arrival number of the newest message that was tested
    uint64_t ref;    // 0: any
    uint64_t sender; // key; 0: any
    struct tr_msg *found;
    struct tr_msg *at; // the message tested last, where the search goes on; NULL: by `tested`
    // TRI_WAIT_REPLY: the request, 0 for a collection, and who holds it, as far as is known, 0 for
    // a start; TRI_WAIT_CREDIT: the waiter's record and where it waits
    uint64_t request;
    const struct tri_pool *pool;
    struct tr_msg *credit;
    uint32_t credit_bytes;
    uint64_t target; // key of an actor
};

// A moment that gets its deadline at the next look at the clock: node.deadline_ns holds the time to
// go while it is in a P's pending list.
struct tri_due {
    struct tri_wheel_node node;
    uint8_t owner; // enum tri_due_owner
    bool pending;  // in the pending list of P `home`, else in its wheel or nowhere
    bool absolute; // node.deadline_ns is the moment itself also while it is pending
    uint32_t home;
};

enum tri_due_owner { TRI_DUE_ALARM, TRI_DUE_TIMER };

struct tri_alarm {
    struct tr_msg signal; // TIMEOUT
    struct tri_due due;
    uint64_t target; // key of the actor
    bool armed;      // between begin and end
    bool fired;      // the signal is on its way
};

// Arms and disarms a due moment on this P; the section must hold a P.
void tri_due_arm(struct tri_processor *p, struct tri_due *due, uint64_t delay_ns);
void tri_due_disarm(struct tri_processor *p, struct tri_due *due);

// Gives the actor a deadline from now; false without memory. And takes it back.
bool tri_alarm_begin(struct tri_thread *t, struct tr_self *self, uint64_t delay_ns);
void tri_alarm_end(struct tri_thread *t, struct tr_self *self);
// The TIMEOUT signal of an alarm arrived: true if it is this actor's present alarm.
bool tri_alarm_arrived(struct tri_thread *t, struct tr_self *self, struct tr_msg *signal);
// The actor ends.
void tri_alarm_fini(struct tri_thread *t, struct tr_self *self);
// An alarm's moment has come.
void tri_alarm_fire(struct tri_thread *t, struct tri_alarm *alarm);

#endif
