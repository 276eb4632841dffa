// SPDX-License-Identifier: MIT
// The request that ends a server: tr.stop.
//
// Purpose: carry an exit reason to a server by an ordinary request, so that it takes effect after
//   the messages before it. It is never answered: its caller waits for the end of the server.
// Invariants: text is always terminated. Threads: any. Ownership: values.
#ifndef TRI_BEHAVIOUR_STOP_H
#define TRI_BEHAVIOUR_STOP_H

#include <troupe/actor.h>
#include <troupe/typed.h>

#undef TR_MODULE
#define TR_MODULE tr
TR_MESSAGE(stop, {
    int32_t tag; // enum tr_exit_tag
    int32_t code;
    char text[56]; // TR_EXIT_TEXT_MAX bytes and the NUL; empty: the reason has no text
});

// The reason a request carries; its text lives as long as the request.
tr_exit tri_stop_reason(const struct tr_stop *stop);

// Whether two reasons are the same, as far as a reason is kept.
bool tri_stop_same_reason(tr_exit a, tr_exit b);

#endif
