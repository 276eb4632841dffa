// SPDX-License-Identifier: MIT
// Exit reasons with their text, as messages carry them.
//
// Purpose: a reason is copied whole into records that were allocated before they are needed, so an
//   end never needs memory. Invariants: public.text points to the text behind it, or is NULL.
// Threads: the owner of the record. Ownership: by value.
#ifndef TRI_PROCESS_REASON_H
#define TRI_PROCESS_REASON_H

#include <stdbool.h>
#include <stdint.h>
#include <troupe/actor.h>

#include "mailbox/message.h"
#include "mailbox/type.h"

struct tri_reason {
    tr_exit public;
    char text[TR_EXIT_TEXT_MAX + 1];
};

_Static_assert(sizeof(struct tri_reason) <= TRI_ROOMY_BYTES, "a failed reply fits a request");

// Body of an EXIT signal and of the link record that becomes one.
struct tri_exited_body {
    tr_exited public;
    char text[TR_EXIT_TEXT_MAX + 1];
};

// Body of a DOWN notice and of the watch record that becomes one.
struct tri_down_body {
    tr_down public;
    char text[TR_EXIT_TEXT_MAX + 1];
};

// Copies a reason and its text; the text goes to `text`, of TR_EXIT_TEXT_MAX + 1 bytes.
tr_exit tri_reason_copy(tr_exit reason, char *text);

// The tag as Erlang writes it; "?" for a number that is none.
const char *tri_reason_tag_name(tr_exit_tag tag);

#define TRI_REASON_BYTES 96 // enough for any reason that tri_reason_copy made

// Writes a reason for people; the length it has in whole.
size_t tri_reason_format(tr_exit reason, char *buffer, size_t bytes);

// Whether an end for that reason is no failure.
static inline bool tri_reason_clean(tr_exit reason)
{
    return reason.tag == TR_EXIT_NORMAL || reason.tag == TR_EXIT_SHUTDOWN;
}

// Whether a reason is a legal one to be given by a user.
static inline bool tri_reason_valid(tr_exit reason)
{
    return reason.tag > TR_EXIT_NONE && reason.tag <= TR_EXIT_ERROR;
}

#endif
