// SPDX-License-Identifier: MIT
#include "process/notice.h"

// Adds one to the list if there is room.
struct listing {
    tr_alarm *list;
    size_t max;
    size_t count;
};

static void list_one(struct listing *listing, const tr_alarm *alarm)
{
    if (listing->count < listing->max) {
        listing->list[listing->count] = *alarm;
    }
    listing->count++;
}

static void list_kind(const struct tri_notices *notices, tr_alarm_kind kind,
                      struct listing *listing)
{
    if (notices->whole[kind].on) {
        list_one(listing, &notices->whole[kind]);
    }
    for (struct tri_tree_node *node = tri_tree_first(&notices->on[kind]); node != NULL;
         node = tri_tree_next_above(&notices->on[kind], node->key)) {
        list_one(listing, &TRI_CONTAINER_OF(node, struct tri_alarm_on, node)->alarm);
    }
}

tr_err tr_debug_alarms(tr_system *sys, tr_alarm *list, size_t max, size_t *count)
{
    struct listing listing = { .list = list, .max = max };
    if (sys == NULL || count == NULL || (list == NULL && max != 0)) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    tri_lock_acquire(&sys->notices->lock);
    for (tr_alarm_kind kind = 0; kind < TR_ALARM_KINDS; kind++) {
        list_kind(sys->notices, kind, &listing);
    }
    tri_lock_release(&sys->notices->lock);
    *count = listing.count;
    return TR_OK;
}

tr_err tr_debug_dead_letters(tr_system *sys, tr_dead_letter *list, size_t max, size_t *count)
{
    if (sys == NULL || count == NULL || (list == NULL && max != 0)) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    struct tri_notices *notices = sys->notices;
    tri_lock_acquire(&notices->lock);
    uint64_t ever = notices->letter_count;
    size_t kept = ever < TR_DEAD_LETTERS_KEPT ? (size_t)ever : TR_DEAD_LETTERS_KEPT;
    size_t told = kept < max ? kept : max;
    for (size_t i = 0; i < told; i++) {
        uint64_t place = (ever - 1 - i) % TR_DEAD_LETTERS_KEPT;
        tri_letter_show(&notices->letters[place], &list[i]);
    }
    tri_lock_release(&notices->lock);
    *count = told;
    return TR_OK;
}
