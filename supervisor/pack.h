// SPDX-License-Identifier: MIT
// Specifications as one block of bytes each, without outside pointers to data.
//
// Purpose: a spec is deep-copied by copying its block: into the arguments of a spawn, into a
// message,
//   into a supervisor's memory. Nothing refers to the caller's memory afterwards; only functions
//   and modules (tr_run_fn, tr_server), which live as long as the program, stay pointers.
// Invariants: blocks are 16-byte aligned, their size is a multiple of 16, defaults are applied.
//   The children of a packed supervisor follow it, one after the other.
// Threads: any; no runtime needed. Ownership: the caller owns the block.
#ifndef TRI_SUPERVISOR_PACK_H
#define TRI_SUPERVISOR_PACK_H

#include <troupe/supervisor.h>

enum tri_child_kind { TRI_CHILD_RUN, TRI_CHILD_SERVER, TRI_CHILD_SUPERVISOR };

struct tri_packed_child {
    size_t bytes; // of the whole block
    enum tri_child_kind kind;
    tr_restart restart;
    bool trap;
    bool has_args;
    tr_run_fn run;           // kind RUN
    const tr_server *server; // kind SERVER
    int64_t shutdown_ms;     // milliseconds, TR_BRUTAL or TR_INFINITY
    int64_t start_timeout_ms;
    tr_mailbox_opts mailbox;
    size_t args_bytes; // what follows this struct: the arguments, or a packed supervisor
    char id[TR_NAME_MAX + 1];
    char name[TR_NAME_MAX + 1]; // empty: none
};

struct tri_packed_supervisor {
    size_t bytes; // of the whole block
    tr_strategy strategy;
    uint32_t intensity;
    uint64_t period_ns;
    size_t child_count;
    char name[TR_NAME_MAX + 1]; // empty: none
    bool guarded;               // its parent wants to be told when it gives up
};

#define TRI_PACK_ROUND(bytes) (((bytes) + 15) / 16 * 16)
#define TRI_PACKED_CHILD_BYTES TRI_PACK_ROUND(sizeof(struct tri_packed_child))
#define TRI_PACKED_SUPERVISOR_BYTES TRI_PACK_ROUND(sizeof(struct tri_packed_supervisor))

// Sizes of the blocks of valid specs.
size_t tri_pack_child_bytes(const tr_child *child);
size_t tri_pack_supervisor_bytes(const tr_supervisor_spec *spec);

// Write the blocks.
void tri_pack_child(const tr_child *child, struct tri_packed_child *to);
void tri_pack_supervisor(const tr_supervisor_spec *spec, struct tri_packed_supervisor *to);

// What follows a packed child.
static inline const void *tri_packed_args(const struct tri_packed_child *child)
{
    return (const char *)child + TRI_PACKED_CHILD_BYTES;
}

// The first child of a packed supervisor, and the one after a child.
static inline const struct tri_packed_child *tri_packed_first(
    const struct tri_packed_supervisor *supervisor)
{
    return (const void *)((const char *)supervisor + TRI_PACKED_SUPERVISOR_BYTES);
}

static inline const struct tri_packed_child *tri_packed_next(const struct tri_packed_child *child)
{
    return (const void *)((const char *)child + child->bytes);
}

#endif
