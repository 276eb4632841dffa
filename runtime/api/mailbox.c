// SPDX-License-Identifier: MIT
#include <troupe/mailbox.h>

#include <string.h>

#include "api/check.h"
#include "api/match.h"
#include "process/limits.h"

bool tr_mailbox_valid(const tr_mailbox_opts *mailbox)
{
    return mailbox != NULL && tri_limits_valid(mailbox);
}

bool tr_match_nothing(const tr_msg *msg, void *context)
{
    (void)msg;
    (void)context;
    return false;
}

// Begins the section of a handler-style actor.
static tr_err enter_handler(const struct tr_self *self, struct tri_thread **t)
{
    *t = tri_actor_enter(self);
    if (*t == NULL) {
        return tri_outsider(self);
    }
    if (self->spec->on_message == NULL || self->in_predicate) {
        tri_section_leave(*t);
        return TR_EINVAL;
    }
    return TR_OK;
}

static bool postponable(const struct tr_self *self)
{
    const struct tr_msg *msg = self->current;
    return msg != NULL && (msg->kind != TRI_KIND_CALL || !self->answered);
}

tr_err tr_postpone(tr_self *self)
{
    struct tri_thread *t;
    tr_err err = enter_handler(self, &t);
    if (err != TR_OK) {
        return err;
    }
    if (!postponable(self)) {
        err = TR_EINVAL;
    } else if (tri_offer_of(t, self) == NULL) {
        err = TR_ENOMEM;
    } else {
        tri_offer_postpone(t, self);
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_retry_postponed(tr_self *self)
{
    struct tri_thread *t;
    tr_err err = enter_handler(self, &t);
    if (err != TR_OK) {
        return err;
    }
    if (self->offer != NULL) {
        tri_offer_retry(self);
    }
    tri_section_leave(t);
    return TR_OK;
}

tr_err tr_set_accept(tr_self *self, const tr_match *match)
{
    struct tri_wait wait = { .what = TRI_WAIT_MESSAGE };
    uint32_t ids[TRI_MATCH_TYPES_MAX];
    struct tri_thread *t;
    tr_err err = tri_match_translate(match, &wait, ids);
    if (err == TR_OK) {
        err = enter_handler(self, &t);
    }
    if (err != TR_OK) {
        return err;
    }
    struct tri_offer *offer = tri_offer_of(t, self);
    if (offer != NULL) {
        memcpy(offer->ids, ids, wait.id_count * sizeof ids[0]);
        wait.ids = offer->ids;
        offer->match = wait;
        offer->predicate = match == NULL ? NULL : match->predicate;
        offer->context = match == NULL ? NULL : match->context;
        offer->nothing = offer->predicate == tr_match_nothing;
        tri_offer_again(self);
    }
    tri_section_leave(t);
    return offer == NULL ? TR_ENOMEM : TR_OK;
}
