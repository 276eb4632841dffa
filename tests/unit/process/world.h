// SPDX-License-Identifier: MIT
// A system of a few actors that nobody runs: no processor, no thread, no scheduler.
//
// Purpose: what the process floor does to records can be called by hand, step by step. All memory
//   comes from the allocator, as for a guest.
// Invariants: trt_world_begin first, trt_world_end last: it proves that nothing is left.
// Threads: one. Ownership: the world owns the actors.
#ifndef TRT_UNIT_PROCESS_WORLD_H
#define TRT_UNIT_PROCESS_WORLD_H

#include "process/relation.h"
#include "process/section.h"

#define TRT_WORLD_ACTORS 4 // slots 1 to 4 are alive, slot 5 and above are not

extern struct tr_system trt_system;
extern struct tri_thread *trt_thread;

void trt_world_begin(void);
void trt_world_end(void);

struct tr_self *trt_actor(uint32_t slot);
uint64_t trt_key(const struct tr_self *self);
// The slot is retired: senders find the actor gone.
void trt_die(struct tr_self *self);
// Drains what is inbound; the number of messages in the private list then.
uint32_t trt_drain(struct tr_self *self);
// Takes the oldest message of the list out and frees it.
void trt_drop_first(struct tr_self *self);
// Makes the links and watches that tr_link and tr_monitor make, up to what the other side drains.
void trt_link(struct tr_self *self, struct tr_self *other);
void trt_monitor(struct tr_self *self, struct tr_self *other, uint64_t ref);
// Tells everybody related to a dead actor.
void trt_tell_all(struct tr_self *dead, tr_exit reason);

#endif
