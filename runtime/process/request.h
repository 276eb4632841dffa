// SPDX-License-Identifier: MIT
// Open requests: replies that an actor will take later, one by one or first come first served.
//
// Purpose: a reply finds its request by number, whatever else waits and however many are open.
// Structure: `requests` of an actor is one tree of records by number: open requests, and the
//   collections they may belong to. A record is the CALL_DONE signal it becomes when its owner
//   gives up, so giving up and ending need no memory.
// States of a request: open ── reply ──▶ answered ── taken ──▶ gone. A posted one is gone with its
//   reply, which joins the mailbox. Giving up leads from open or answered to gone.
// Invariants: an answered request holds its reply, which is not yet counted as received. A request
//   with a collection stands in one of its two lists: `open`, or `answered` in order of arrival.
// Threads: the worker that holds the actor. Ownership: the actor owns records and replies.
#ifndef TRI_PROCESS_REQUEST_H
#define TRI_PROCESS_REQUEST_H

#include "process/section.h"

// Body of a collection's record.
struct tri_pool {
    struct tri_list open;
    struct tri_list answered;
    size_t count;
};

// Body of a request's record; the envelope names the actor that holds the request now.
struct tri_request {
    struct tri_link link;
    struct tri_pool *pool; // NULL: in no collection
    struct tr_msg *reply;
    uint64_t label;
    bool posted;
};

// A record for a request that `to` will hold, not yet in the tree; NULL without memory.
struct tr_msg *tri_request_record(struct tri_thread *t, tr_pid to, uint64_t ref, bool posted);
// A collection's record, in the tree under a number of its own; NULL without memory.
struct tr_msg *tri_pool_record(struct tri_thread *t, struct tr_self *self, uint64_t ref);

// The record of an open request, or of a collection, with that number; NULL if there is none.
struct tr_msg *tri_request_find(const struct tr_self *self, uint64_t ref);
struct tr_msg *tri_pool_find(const struct tr_self *self, uint64_t ref);

// The record of the oldest answer in a collection; NULL if there is none yet.
struct tr_msg *tri_pool_first(struct tri_pool *pool);
// The key of the actor that holds a request now.
uint64_t tri_request_holder(const struct tri_request *request);
// Puts a request into a collection, in none so far.
void tri_pool_add(struct tri_pool *pool, struct tr_msg *record, uint64_t label);

// Takes the reply of an answered request, which becomes the actor's last reply; the request is
// gone. Or: its reply is the actor's last one already.
void tri_request_take(struct tri_thread *t, struct tr_self *self, struct tr_msg *record);
// Gives a request up: its reply is dropped, or its holder is told.
void tri_request_abandon(struct tri_thread *t, struct tr_self *self, struct tr_msg *record);
// Gives a collection up with all requests in it.
void tri_pool_abandon(struct tri_thread *t, struct tr_self *self, struct tr_msg *record);
// The actor ends: all that is open is given up.
void tri_requests_end(struct tri_thread *t, struct tr_self *self);

// A reply arrived that the present wait does not name. False when no open request has its number.
bool tri_request_answered(struct tri_thread *t, struct tr_self *self, struct tr_msg *reply);

// MOVED arrived, and was claimed: somebody else holds a request of this actor now.
void tri_request_moved(struct tri_thread *t, struct tr_self *self, struct tr_msg *moved);

// What a reply means: TR_OK, TR_ENOPROC or TR_EEXITED.
tr_err tri_reply_outcome(const struct tr_msg *reply);
// The life of the last reply ends.
void tri_reply_forget(struct tri_thread *t, struct tr_self *self);

// The actor ends in the middle of a call: the server is told.
void tri_request_forsake(struct tri_thread *t, struct tr_self *self);

// Tells the holder of a request that nobody waits for it any more; nothing without memory.
void tri_request_tell_done(struct tri_thread *t, uint64_t holder, uint64_t ref);

#endif
