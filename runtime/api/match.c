// SPDX-License-Identifier: MIT
#include "api/match.h"

#include "mailbox/type.h"

tr_err tri_match_translate(const tr_match *match, struct tri_wait *wait, uint32_t *ids)
{
    if (match == NULL) {
        return TR_OK;
    }
    if (match->type_count > TRI_MATCH_TYPES_MAX ||
        (match->type_count != 0 && match->types == NULL)) {
        return TR_EINVAL;
    }
    for (size_t i = 0; i < match->type_count; i++) {
        tr_err err = tri_type_id(match->types[i], &ids[i]);
        if (err != TR_OK) {
            return err;
        }
    }
    wait->ids = ids;
    wait->id_count = (uint32_t)match->type_count;
    wait->ref = match->ref.id;
    wait->sender = tri_key(match->sender.slot, match->sender.generation);
    return TR_OK;
}
