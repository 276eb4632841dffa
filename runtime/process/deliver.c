// SPDX-License-Identifier: MIT
#include "process/deliver.h"

#include "mailbox/drop.h"
#include "port/point.h"
#include "process/block.h"
#include "process/dead.h"
#include "process/limits.h"
#include "process/timer.h"

void tri_answer_all_dropped(struct tri_thread *t, struct tr_self *of, struct tr_msg *dropped)
{
    while (dropped != NULL) {
        // relaxed: the chain is the caller's.
        struct tri_mpsc_node *next = tri_load(&dropped->node.x_next, relaxed);
        tr_pid to = tri_pid_make(t->system, of->index, dropped->to_generation);
        tri_answer_dropped(t, to, dropped, TR_DEAD_DROPPED_OLDEST);
        dropped = next == NULL ? NULL : tri_msg_of_node(next);
    }
}

void tri_push_and_drop(struct tri_thread *t, struct tr_self *to, struct tr_msg *msg)
{
    struct tr_msg *dropped = NULL;
    if (tri_drop_push(&to->box, msg, &dropped)) {
        tri_ready(t, to);
    }
    if (tri_limits_watched(to->box.locked)) {
        tri_limits_tell(to);
    }
    tri_answer_all_dropped(t, to, dropped);
}

void tri_deliver(struct tri_thread *t, uint32_t slot, uint32_t generation, struct tr_msg *msg)
{
    struct tr_self *to = tri_actor_at(t->system, slot);
    msg->to_generation = generation;
    if (to == NULL || !tri_slot_holds(&to->slot, generation)) {
        tri_answer_dead(t, tri_pid_make(t->system, slot, generation), msg,
                        tr_exit_make(TR_EXIT_NOPROC, 0, NULL), TR_DEAD_NO_PROCESS);
        return;
    }
    tri_point(TRI_POINT_SIGNAL);
    tri_push(t, to, msg);
}

void tri_reply_failed(struct tri_thread *t, struct tr_msg *request, tr_exit reason)
{
    struct tri_reason *body = tri_body(request);
    uint32_t slot = request->from_slot;
    uint32_t generation = request->from_generation;
    body->public = tri_reason_copy(reason, body->text);
    request->kind = TRI_KIND_REPLY;
    request->flags = TRI_FLAG_FAILED | TRI_FLAG_ROOMY;
    request->from_slot = 0;
    request->from_generation = 0;
    tri_deliver(t, slot, generation, request);
}

struct tr_msg *tri_exit_compose(struct tri_thread *t, tr_pid from, tr_exit reason)
{
    struct tr_msg *msg =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_EXIT, sizeof(struct tri_exited_body));
    if (msg != NULL) {
        struct tri_exited_body *body = tri_body(msg);
        body->public.pid = from;
        body->public.reason = tri_reason_copy(reason, body->text);
        msg->flags = TRI_FLAG_EXPLICIT;
        msg->type = TRI_TYPE_EXITED;
        msg->from_slot = from.slot;
        msg->from_generation = from.generation;
    }
    return msg;
}

void tri_send_exit(struct tri_thread *t, tr_pid from, struct tr_msg *link, uint64_t to,
                   tr_exit reason)
{
    struct tri_exited_body *body = tri_body(link);
    body->public.pid = from;
    body->public.reason = tri_reason_copy(reason, body->text);
    link->kind = TRI_KIND_EXIT;
    link->flags = 0;
    link->type = TRI_TYPE_EXITED;
    link->ref = 0;
    link->from_slot = from.slot;
    link->from_generation = from.generation;
    tri_deliver(t, (uint32_t)(to >> 32), (uint32_t)to, link);
}

void tri_send_down(struct tri_thread *t, tr_pid from, struct tr_msg *watch, tr_exit reason)
{
    struct tri_down_body *body = tri_body(watch);
    uint32_t slot = watch->from_slot;
    uint32_t generation = watch->from_generation;
    body->public.ref.id = watch->ref;
    body->public.ref.owner = slot;
    body->public.ref.mark = watch->spare;
    body->public.pid = from;
    body->public.reason = tri_reason_copy(reason, body->text);
    watch->kind = TRI_KIND_DOWN;
    watch->flags = 0;
    watch->type = TRI_TYPE_DOWN;
    watch->from_slot = from.slot;
    watch->from_generation = from.generation;
    tri_deliver(t, slot, generation, watch);
}

void tri_answer_dropped(struct tri_thread *t, tr_pid to, struct tr_msg *msg, tr_dead_reason why)
{
    tri_dead(t, why, to, msg);
    if (msg->kind == TRI_KIND_CALL) {
        tri_reply_failed(t, msg, tr_exit_make(TR_EXIT_NONE, TR_EFULL, NULL));
    } else {
        tri_msg_release(tri_blocks_here(t), msg);
    }
}

static void answer_unlink(struct tri_thread *t, tr_pid dead, struct tr_msg *msg)
{
    uint32_t slot = msg->from_slot;
    uint32_t generation = msg->from_generation;
    msg->kind = TRI_KIND_UNLINK_ACK;
    msg->from_slot = dead.slot;
    msg->from_generation = dead.generation;
    tri_deliver(t, slot, generation, msg);
}

void tri_moved_on(struct tri_thread *t, struct tr_msg *moved)
{
    moved->kind = TRI_KIND_CALL_DONE;
    tri_deliver(t, moved->from_slot, moved->from_generation, moved);
}

void tri_answer_dead(struct tri_thread *t, tr_pid dead, struct tr_msg *msg, tr_exit reason,
                     tr_dead_reason why)
{
    tri_dead(t, why, dead, msg);
    switch ((enum tri_kind)msg->kind) {
    case TRI_KIND_CALL:
    case TRI_KIND_INFO:
        tri_reply_failed(t, msg, reason);
        return;
    case TRI_KIND_LINK:
        tri_send_exit(t, dead, msg, tri_key(msg->from_slot, msg->from_generation), reason);
        return;
    case TRI_KIND_MONITOR:
        tri_send_down(t, dead, msg, reason);
        return;
    case TRI_KIND_UNLINK:
        answer_unlink(t, dead, msg);
        return;
    case TRI_KIND_SEND:
    case TRI_KIND_TICK:
        if ((msg->flags & TRI_FLAG_TIMER) != 0) {
            tri_timer_taken(t, NULL, msg);
        }
        break;
    case TRI_KIND_CREDIT:
        tri_block_refuse(t, msg);
        return;
    case TRI_KIND_MOVED:
        tri_moved_on(t, msg);
        return;
    default:
        break;
    }
    tri_msg_release(tri_blocks_here(t), msg);
}
