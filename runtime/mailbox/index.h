// SPDX-License-Identifier: MIT
// The messages of a long private list by type, so that receive by type does not scan.
//
// Purpose: the oldest message among k types in O(k). Built when a receive by type meets a long
//   list, dropped when the list is empty.
// Invariants: each type's queue holds its messages of the private list in arrival order, linked by
//   `same`. A message of the list has TRI_FLAG_INDEXED exactly while an index exists. Without
//   memory for an index the receive scans instead: nothing fails.
// Threads: the owner. Ownership: the mailbox owns its index.
#ifndef TRI_MAILBOX_INDEX_H
#define TRI_MAILBOX_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "mailbox/mailbox.h"

#define TRI_INDEX_WORTH 32 // length of a private list from which the index is built

// Builds the index of a list that has none; true when there is one now.
bool tri_index_build(struct tri_mailbox *box);
// Drops the index; NULL is fine.
void tri_index_drop(struct tri_mailbox *box);
// A message was appended to the list; or is about to be taken out of it.
void tri_index_add(struct tri_mailbox *box, struct tr_msg *msg);
void tri_index_remove(struct tri_mailbox *box, struct tr_msg *msg);
// The oldest message of a type; NULL when there is none.
struct tr_msg *tri_index_first(const struct tri_mailbox *box, uint32_t type);

#endif
