// SPDX-License-Identifier: MIT
// From the match that a user gives to the one that is searched with.
//
// Purpose: types as numbers, sender as a key. Threads: any.
// Ownership: ids is the caller's, TRI_MATCH_TYPES_MAX long, and lives as long as the wait.
#ifndef TRI_API_MATCH_H
#define TRI_API_MATCH_H

#include <troupe/message.h>

#include "process/offer.h"

// Fills the tests of wait; NULL takes anything. TR_EINVAL, or what interning a type answers.
tr_err tri_match_translate(const tr_match *match, struct tri_wait *wait, uint32_t *ids);

#endif
