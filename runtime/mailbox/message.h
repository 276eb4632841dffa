// SPDX-License-Identifier: MIT
// The message: one cache line of envelope, then the body.
//
// Purpose: the layout that every send, drain and reply relies on.
// Invariants: the envelope is 64 bytes, so the body is 64-byte aligned. While a message is in a
//   mailbox the first three words are queue links; a signal that became a relation (link, monitor,
//   open request) uses the same words as a tree node.
// Layout in bytes: 0 next, 8 prev, 16 same, 24 type, 28 bytes, 32 to_generation, 36 kind, 37 flags,
//   38 tag, 40 from_slot, 44 from_generation, 48 ref, 56 arrival, 60 spare, 64 body.
// Threads: the sender until the push, the receiver after the drain.
// Ownership: blocks of the sender's pools; whoever takes the message out frees it.
#ifndef TRI_MAILBOX_MESSAGE_H
#define TRI_MAILBOX_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/tree.h"
#include "mailbox/locked.h"
#include "mailbox/mpsc.h"
#include "memory/blob.h"
#include "memory/block.h"

enum tri_kind {
    TRI_KIND_SEND = 1, // ordinary message; the first five are the public tr_msg_kind
    TRI_KIND_CALL,     // request
    TRI_KIND_REPLY,    // answer to a request, routed by reference
    TRI_KIND_EXIT,     // exit signal: by link, or by tr_exit_send (TRI_FLAG_EXPLICIT)
    TRI_KIND_DOWN,     // a monitor's notice
    TRI_KIND_START,    // birth of the slot's next occupant
    TRI_KIND_LINK,
    TRI_KIND_UNLINK,
    TRI_KIND_UNLINK_ACK,
    TRI_KIND_MONITOR,
    TRI_KIND_DEMONITOR,
    TRI_KIND_CALL_DONE, // the caller no longer waits for this request
    TRI_KIND_TIMEOUT,   // the deadline of a wait passed
    TRI_KIND_CREDIT,    // a blocked sender may go on
    TRI_KIND_TICK,      // of an interval or a named timer: an ordinary message if it is in force
    TRI_KIND_MOVED,     // a request of the receiver is held by the actor it comes from now
    TRI_KIND_ALIASED,   // ordinary message through an alias; SEND once it is let in
    TRI_KIND_INFO,      // question that the runtime answers; becomes its REPLY
    TRI_KIND_ALIAS,     // record of an alias, at its owner; never sent
};

enum tri_flag {
    TRI_FLAG_EXPLICIT = 1, // an exit signal of tr_exit_send, not of a link
    TRI_FLAG_GIVEN_UP = 1, // a request whose caller waits for it no more
    TRI_FLAG_CREDITED = 2, // took credit of a bounded mailbox
    TRI_FLAG_INDEXED = 4,  // stands in the type index
    TRI_FLAG_BATCHED = 4,  // the same bit, of a message that left the list: received in a batch
    TRI_FLAG_COUNTED = 8,  // an ordinary message or request: part of the totals
    TRI_FLAG_TIMER = 16,   // an ordinary message of an interval or a named timer
    TRI_FLAG_FAILED = 16,  // a reply that says why there is none: the body is a struct tri_reason
    TRI_FLAG_ACTIVE = 32,  // a relation that is in force (not being unlinked)
    TRI_FLAG_BLOB = 32,    // the same bit, of an ordinary message: a blob stands behind its body
    TRI_FLAG_POSTPONED = 128, // a message of the list that a handler skips
    TRI_FLAG_STARTING = 128,  // an exit signal for an actor whose start is not over, else nothing
    TRI_FLAG_ROOMY = 64,      // its block has room for a struct tri_reason whatever its bytes say
};

#define TRI_ROOMY_BYTES 80 // a struct tri_reason fits

struct tr_msg {
    union {
        struct {
            struct tri_mpsc_node node; // towards younger messages
            struct tr_msg *prev;       // older neighbour in the private list
            struct tr_msg *same;       // younger message of the same type, in the index
        };
        struct tri_locked_node chain; // the same links, in a queue under a lock
        struct tri_tree_node tree;    // for relations
    };
    uint32_t type;          // interned id of the type
    uint32_t bytes;         // of the body
    uint32_t to_generation; // occupant of the slot it is meant for
    uint8_t kind;           // enum tri_kind
    uint8_t flags;          // enum tri_flag
    struct tri_block_tag tag;
    uint32_t from_slot; // sender, 0 for a guest or the runtime
    uint32_t from_generation;
    uint64_t ref;     // reference it carries, 0 for none
    uint32_t arrival; // number given when drained
    uint32_t spare;   // for relations: the id of an unlink; for requests: their deadline
};

_Static_assert(sizeof(struct tr_msg) == 64, "the envelope is one cache line");

// The body of a message.
static inline void *tri_body(struct tr_msg *msg)
{
    return msg + 1;
}

static inline struct tr_msg *tri_msg_of_node(struct tri_mpsc_node *node)
{
    return (struct tr_msg *)(void *)node;
}

static inline struct tr_msg *tri_msg_of_tree(struct tri_tree_node *node)
{
    return (struct tr_msg *)(void *)node;
}

// A message of that kind from one P's pools (NULL: a foreign thread's); NULL without memory. The
// body is not cleared.
static inline struct tr_msg *tri_msg_alloc(struct tri_blocks *blocks, enum tri_kind kind,
                                           uint32_t bytes)
{
    struct tri_block_tag tag;
    struct tr_msg *msg = tri_block_get(blocks, sizeof *msg + bytes, &tag);
    if (msg == NULL) {
        return NULL;
    }
    msg->type = 0;
    msg->bytes = bytes;
    msg->to_generation = 0;
    msg->kind = (uint8_t)kind;
    msg->flags = 0;
    msg->tag = tag;
    msg->from_slot = 0;
    msg->from_generation = 0;
    msg->ref = 0;
    msg->spare = 0;
    return msg;
}

// A message that can be turned into a failed reply without memory.
static inline struct tr_msg *tri_msg_alloc_roomy(struct tri_blocks *blocks, enum tri_kind kind,
                                                 uint32_t bytes)
{
    uint32_t room = bytes > TRI_ROOMY_BYTES ? bytes : TRI_ROOMY_BYTES;
    struct tr_msg *msg = tri_msg_alloc(blocks, kind, room);
    if (msg != NULL) {
        msg->bytes = bytes;
        msg->flags = TRI_FLAG_ROOMY;
    }
    return msg;
}

static inline bool tri_msg_has_blob(const struct tr_msg *msg)
{
    return msg->kind == TRI_KIND_SEND && (msg->flags & TRI_FLAG_BLOB) != 0;
}

// Where the address of a message's blob stands, counted from its body.
static inline uint32_t tri_msg_blob_offset(uint32_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

// The blob of a message, NULL when it has none.
static inline struct tr_blob *tri_msg_blob(const struct tr_msg *msg)
{
    struct tr_blob *blob = NULL;
    if (tri_msg_has_blob(msg)) {
        memcpy(&blob, (const char *)(msg + 1) + tri_msg_blob_offset(msg->bytes), sizeof blob);
    }
    return blob;
}

// An ordinary message that holds a blob; NULL without memory.
static inline struct tr_msg *tri_msg_alloc_blob(struct tri_blocks *blocks, uint32_t bytes,
                                                struct tr_blob *blob)
{
    uint32_t offset = tri_msg_blob_offset(bytes);
    struct tr_msg *msg = tri_msg_alloc(blocks, TRI_KIND_SEND, offset + (uint32_t)sizeof blob);
    if (msg != NULL) {
        msg->bytes = bytes;
        msg->flags = TRI_FLAG_BLOB;
        memcpy((char *)tri_body(msg) + offset, &blob, sizeof blob);
        tri_blob_ref(blob);
    }
    return msg;
}

static inline void tri_msg_release(struct tri_blocks *blocks, struct tr_msg *msg)
{
    uint32_t bytes = msg->bytes;
    if ((msg->flags & (TRI_FLAG_ROOMY | TRI_FLAG_BLOB)) != 0) {
        if (tri_msg_has_blob(msg)) {
            tri_blob_unref(blocks, tri_msg_blob(msg));
            bytes = tri_msg_blob_offset(bytes) + (uint32_t)sizeof(struct tr_blob *);
        } else if ((msg->flags & TRI_FLAG_ROOMY) != 0 && bytes < TRI_ROOMY_BYTES) {
            bytes = TRI_ROOMY_BYTES;
        }
    }
    tri_block_put(blocks, msg, msg->tag, sizeof *msg + bytes);
}

#endif
