// SPDX-License-Identifier: MIT
// An exit reason with its text inside, as it is stored and sent.
//
// Invariants: text is always terminated; empty means that the reason has none.
// Threads: any. Ownership: values.
#ifndef TRI_SUPERVISOR_REASON_H
#define TRI_SUPERVISOR_REASON_H

#include <troupe/types.h>

struct tri_reason {
    int32_t tag; // enum tr_exit_tag
    int32_t code;
    char text[TR_EXIT_TEXT_MAX + 1];
};

// Copies a text and cuts it to the room; what is left of the room is cleared. False: it was cut.
bool tri_text_copy(char *to, size_t room, const char *from);

void tri_reason_set(struct tri_reason *reason, tr_exit from);

// The text lives as long as the stored reason.
tr_exit tri_reason_get(const struct tri_reason *reason);

// Why a start failed: `failed_to_start_child db: no disk`; for a child of a child that is a
// supervisor `failed_to_start_child store/db: no disk`. The tag is shutdown, as in OTP.
void tri_reason_of_failed_start(struct tri_reason *reason, const char *id, tr_exit why);

// Makes tr_call_reason answer this reason, as after a call that failed.
void tri_reason_report(tr_self *self, const struct tri_reason *reason);

#endif
