// SPDX-License-Identifier: MIT
#include "process/send.h"

#include <string.h>

#include "mailbox/type.h"
#include "port/point.h"
#include "process/block.h"
#include "process/defer.h"
#include "process/deliver.h"
#include "process/near.h"
#include "process/receive.h"
#include "process/report.h"
#include "process/suspend.h"

// Room in the mailbox of a living receiver; *drops: its policy discards the message.
static tr_err admit(struct tri_thread **t, struct tr_self *self, struct tr_self *to,
                    struct tr_msg *msg, bool *drops)
{
    enum tri_bound_answer answer = tri_block_take(to, msg->to_generation, msg->bytes);
    if (answer == TRI_BOUND_WAIT && self == NULL) {
        return TR_EBUSY;
    }
    if (answer == TRI_BOUND_WAIT) {
        tri_kept_add(self, msg); // a sender that is killed while it waits loses nothing
        tr_err err = tri_block_acquire(t, self, to, msg, &answer);
        tri_kept_remove(self, msg);
        if (err != TR_OK) {
            return err;
        }
    }
    if (answer == TRI_BOUND_TAKEN) {
        msg->flags |= TRI_FLAG_CREDITED;
    }
    *drops = answer == TRI_BOUND_DROPS;
    return answer == TRI_BOUND_FULL ? TR_EFULL : answer == TRI_BOUND_TOO_BIG ? TR_ELIMIT : TR_OK;
}

static tr_err send_counted(struct tri_thread **t, struct tr_self *self, tr_pid to,
                           struct tr_msg *msg)
{
    struct tr_system *system = (*t)->system;
    struct tr_self *receiver = tri_actor_at(system, to.slot);
    tr_err err = TR_OK;
    bool drops = false;
    msg->to_generation = to.generation;
    bool alive = receiver != NULL && tri_slot_holds(&receiver->slot, to.generation);
    if (alive) {
        err = admit(t, self, receiver, msg, &drops);
    }
    if (err != TR_OK || (self != NULL && tri_doomed(self))) {
        return err;
    }
    msg->flags |= TRI_FLAG_COUNTED;
    if (drops) {
        tri_answer_dropped(*t, to, msg, TR_DEAD_DROPPED_NEWEST);
        return TR_OK;
    }
    if (alive) {
        tri_point(TRI_POINT_SIGNAL);
        if (!tri_near_send(*t, receiver, msg)) {
            tri_push(*t, receiver, msg); // if it died meanwhile its drain answers
        }
    } else {
        tri_deliver(*t, to.slot, to.generation, msg);
    }
    return TR_OK;
}

tr_err tri_send(struct tri_thread **t, struct tr_self *self, tr_pid to, struct tr_msg *msg)
{
    if (!tri_pid_local((*t)->system, to)) {
        return TR_ENOPROC;
    }
    tri_point(TRI_POINT_SEND);
    TRI_COUNT(*t, x_attempted);
    msg->from_slot = self->index;
    msg->from_generation = self->generation;
    tr_err err = send_counted(t, self, to, msg);
    if (tri_doomed(self)) {
        tri_msg_release(tri_blocks_here(*t), msg); // it was refused while it waited
        tri_exit_if_doomed(*t, self);
    }
    if (err != TR_OK) {
        TRI_COUNT(*t, x_refused);
        return err;
    }
    return TR_OK;
}

void tri_send_spend(struct tri_thread **t, struct tr_self *self)
{
    if (--self->budget <= 0 && tri_may_suspend(self)) {
        tri_take_turns(t, self);
    }
}

tr_err tri_send_guest(struct tri_thread *t, tr_pid to, struct tr_msg *msg)
{
    if (!tri_pid_local(t->system, to)) {
        return TR_ENOPROC;
    }
    tri_point(TRI_POINT_SEND);
    tr_err err = send_counted(&t, NULL, to, msg);
    if (err == TR_EBUSY) {
        return err; // the actor that waits on the guest's behalf makes the attempt
    }
    TRI_COUNT(t, x_attempted);
    if (err != TR_OK) {
        TRI_COUNT(t, x_refused);
    }
    return err;
}
