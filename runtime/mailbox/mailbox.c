// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include "base/check.h"
#include "mailbox/index.h"

bool tri_mailbox_claim(struct tri_mailbox *box, struct tr_msg *msg)
{
    return !tri_mailbox_is_anchor(box, msg) || tri_mpsc_detach(&box->queue);
}

bool tri_mailbox_idle(struct tri_mailbox *box, struct tri_blocks *blocks)
{
    struct tr_msg *zombie = box->zombie;
    box->zombie = NULL; // before the actor is given up: afterwards the field is the next owner's
    if (!tri_mpsc_idle(&box->queue)) {
        box->zombie = zombie;
        return false;
    }
    if (zombie != NULL) {
        tri_msg_release(blocks, zombie);
    }
    return true;
}
