// SPDX-License-Identifier: MIT
// The messages a supervisor understands, and their answers.
//
// Purpose: requests of the admin functions, and the words a supervisor sends itself and its guard.
//   A message type has a fixed size; what has not, a packed child spec or a list of children, goes
//   in the smallest of four types that holds it.
// Threads: any. Ownership: values.
#ifndef TRI_SUPERVISOR_PROTOCOL_H
#define TRI_SUPERVISOR_PROTOCOL_H

#include <troupe/supervisor.h>

#include "reason.h"

#undef TR_MODULE
#define TR_MODULE tr_sup

// To itself: a restart failed, try it again.
TR_MESSAGE(try_again, { char id[TR_NAME_MAX + 1]; });
// To a guard, just before the end: it is because of too many restarts.
TR_MESSAGE0(gave_up);

enum { TRI_ORDER_TERMINATE, TRI_ORDER_RESTART, TRI_ORDER_DELETE };
TR_MESSAGE(order, {
    int32_t what;
    char id[TR_NAME_MAX + 1];
});
// What became of an order or a start.
TR_MESSAGE(outcome, {
    int32_t err;
    tr_pid pid;
    struct tri_reason reason; // with TR_EEXITED
});
TR_REQUEST(order, outcome);

TR_MESSAGE0(count);
TR_MESSAGE(counts, { tr_child_counts counts; });
TR_REQUEST(count, counts);

// Children from the `from`th of the reverse list on; capacity of them are wanted.
TR_MESSAGE(which, {
    uint64_t from;
    uint64_t capacity;
});
// The answers to `which` begin with this.
struct tri_page {
    uint64_t total; // children there are
    uint64_t count; // children that follow
};
TR_MESSAGE(page_16, {
    struct tri_page head;
    tr_child_info infos[16];
});
TR_MESSAGE(page_128, {
    struct tri_page head;
    tr_child_info infos[128];
});
TR_MESSAGE(page_1024, {
    struct tri_page head;
    tr_child_info infos[1024];
});
TR_MESSAGE(page_8192, {
    struct tri_page head;
    tr_child_info infos[8192];
});

// Requests to start a packed child.
TR_MESSAGE(start_512, { unsigned char packed[512]; });
TR_MESSAGE(start_8k, { unsigned char packed[8192]; });
TR_MESSAGE(start_128k, { unsigned char packed[131072]; });
TR_MESSAGE(start_2m, { unsigned char packed[2097152]; });

// The types of pages and starts by rising size.
#define TRI_SIZES 4
extern const tr_type *const tri_protocol_pages[TRI_SIZES];
extern const tr_type *const tri_protocol_starts[TRI_SIZES];

// The smallest of the four types with room for so many bytes; NULL when there is none.
const tr_type *tri_protocol_fitting(const tr_type *const types[TRI_SIZES], size_t bytes);

#endif
