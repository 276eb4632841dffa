// SPDX-License-Identifier: MIT
#include "process/relation.h"

#include <criterion/criterion.h>
#include <string.h>

#include "mailbox/type.h"
#include "process/deliver.h"
#include "world.h"

static struct tr_self *a;
static struct tr_self *b;

static void begin(void)
{
    trt_world_begin();
    a = trt_actor(1);
    b = trt_actor(2);
    a->trap = true;
    b->trap = true;
}

TestSuite(relation, .init = begin);

static bool linked(const struct tr_self *self, const struct tr_self *other)
{
    return tri_tree_find(&self->links, trt_key(other)) != NULL;
}

static const struct tri_exited_body *first_exit(const struct tr_self *self)
{
    cr_assert_eq(self->box.first->kind, TRI_KIND_EXIT);
    cr_assert_eq(self->box.first->type, TRI_TYPE_EXITED);
    return tri_body(self->box.first);
}

static const struct tri_down_body *first_down(const struct tr_self *self)
{
    cr_assert_eq(self->box.first->kind, TRI_KIND_DOWN);
    cr_assert_eq(self->box.first->type, TRI_TYPE_DOWN);
    return tri_body(self->box.first);
}

// Makes the own half inactive and tells the peer, as tr_unlink does.
static void unlink_from(struct tr_self *self, struct tr_self *other, uint32_t number)
{
    struct tr_msg *half = tri_msg_of_tree(tri_tree_find(&self->links, trt_key(other)));
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_UNLINK, 0);

    half->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
    half->spare = number;
    msg->spare = number;
    msg->from_slot = self->index;
    msg->from_generation = self->generation;
    tri_deliver(trt_thread, other->index, other->generation, msg);
}

Test(relation, a_link_has_a_half_on_each_side)
{
    trt_link(a, b);
    cr_assert_eq(trt_drain(b), 0);
    cr_assert(linked(a, b));
    cr_assert(linked(b, a));
    tri_link_forget(trt_thread, a, trt_key(b));
    tri_link_forget(trt_thread, b, trt_key(a));
    tri_link_forget(trt_thread, b, trt_key(a));
    trt_world_end();
}

Test(relation, links_made_by_both_sides_at_once_are_one)
{
    trt_link(a, b);
    trt_link(b, a);
    trt_drain(a);
    trt_drain(b);
    trt_die(a);
    trt_tell_all(a, TR_SHUTDOWN);
    cr_assert_eq(trt_drain(b), 1, "one exit");
    cr_assert_not(linked(b, a));
    trt_world_end();
}

Test(relation, the_end_of_an_actor_reaches_each_linked_one_with_reason_and_text)
{
    trt_link(a, b);
    trt_link(trt_actor(3), a);
    trt_actor(3)->trap = true;
    trt_drain(a);
    trt_drain(b);
    tr_pid pid = tri_actor_pid(a);
    trt_die(a);
    trt_tell_all(a, tr_exit_make(TR_EXIT_ERROR, 5, "lost"));
    for (uint32_t slot = 2; slot <= 3; slot++) {
        cr_assert_eq(trt_drain(trt_actor(slot)), 1);
        const struct tri_exited_body *body = first_exit(trt_actor(slot));
        cr_assert(tr_pid_equal(body->public.pid, pid));
        cr_assert_eq(body->public.reason.code, 5);
        cr_assert_eq(body->public.reason.text, body->text);
        cr_assert_str_eq(body->text, "lost");
    }
    trt_world_end();
}

Test(relation, a_failed_start_tells_its_parent_by_the_answer_alone)
{
    // relaxed: one thread.
    tri_store(&a->x_parent, trt_key(b), relaxed);
    trt_link(b, a);
    trt_link(trt_actor(3), a);
    trt_actor(3)->trap = true;
    trt_drain(a);
    trt_die(a);
    a->dying = a->generation;
    tri_relations_end(trt_thread, a, tri_actor_pid(a), TR_SHUTDOWN, true);
    cr_assert_eq(trt_drain(b), 0);
    cr_assert_eq(trt_drain(trt_actor(3)), 1);
    tri_link_forget(trt_thread, b, trt_key(a));
    trt_world_end();
}

Test(relation, unlink_takes_the_peers_half_and_its_answer_the_own)
{
    trt_link(a, b);
    trt_drain(b);
    unlink_from(a, b, 1);
    trt_drain(b);
    cr_assert_not(linked(b, a));
    cr_assert(linked(a, b), "until the answer");
    trt_drain(a);
    cr_assert_not(linked(a, b));
    trt_world_end();
}

Test(relation, an_answer_to_an_earlier_unlink_leaves_the_half)
{
    trt_link(a, b);
    trt_drain(b);
    unlink_from(a, b, 1);
    unlink_from(a, b, 2);
    trt_drain(b);
    struct tr_msg *half = tri_msg_of_tree(tri_tree_find(&a->links, trt_key(b)));
    half->spare = 3;
    trt_drain(a);
    cr_assert(linked(a, b));
    tri_link_forget(trt_thread, a, trt_key(b));
    trt_world_end();
}

Test(relation, after_unlink_an_exit_on_its_way_is_dropped)
{
    trt_link(a, b);
    trt_drain(b);
    trt_die(b);
    trt_tell_all(b, TR_SHUTDOWN);
    unlink_from(a, b, 1); // to the dead: answered for it
    cr_assert_eq(trt_drain(a), 0);
    cr_assert_not(linked(a, b));
    trt_world_end();
}

Test(relation, a_monitor_fires_once_and_names_itself)
{
    trt_monitor(a, b, 77);
    trt_drain(b);
    tr_pid pid = tri_actor_pid(b);
    trt_die(b);
    trt_tell_all(b, tr_exit_make(TR_EXIT_ERROR, 0, "gone"));
    cr_assert_eq(trt_drain(a), 1);
    const struct tri_down_body *body = first_down(a);
    cr_assert_eq(body->public.ref.id, 77);
    cr_assert_eq(body->public.ref.owner, a->index);
    cr_assert(tr_pid_equal(body->public.pid, pid));
    cr_assert_str_eq(body->public.reason.text, "gone");
    cr_assert_not(tri_monitor_end(trt_thread, a, 77));
    trt_world_end();
}

Test(relation, several_monitors_of_one_actor_fire_each)
{
    for (uint64_t ref = 1; ref <= 5; ref++) {
        trt_monitor(a, b, ref);
    }
    trt_drain(b);
    trt_die(b);
    trt_tell_all(b, TR_NORMAL);
    cr_assert_eq(trt_drain(a), 5);
    for (uint64_t ref = 1; ref <= 5; ref++) {
        cr_assert_eq(first_down(a)->public.ref.id, ref);
        trt_drop_first(a);
    }
    trt_world_end();
}

Test(relation, a_monitor_that_was_ended_does_not_fire)
{
    trt_monitor(a, b, 77);
    trt_drain(b);
    cr_assert(tri_monitor_end(trt_thread, a, 77));
    cr_assert_not(tri_monitor_end(trt_thread, a, 77), "once");
    trt_drain(b);
    cr_assert(tri_tree_empty(&b->watchers));
    trt_world_end();
}

Test(relation, a_notice_on_its_way_when_its_monitor_ends_is_dropped)
{
    trt_monitor(a, b, 77);
    trt_drain(b);
    trt_die(b);
    trt_tell_all(b, TR_NORMAL);
    cr_assert(tri_monitor_end(trt_thread, a, 77));
    cr_assert_eq(trt_drain(a), 0);
    trt_world_end();
}

Test(relation, flush_takes_out_the_notice_of_that_monitor_only)
{
    trt_monitor(a, b, 7);
    trt_monitor(a, b, 8);
    trt_drain(b);
    trt_die(b);
    trt_tell_all(b, TR_NORMAL);
    cr_assert_eq(trt_drain(a), 2);
    tri_monitor_flush(trt_thread, a, 7);
    tri_monitor_flush(trt_thread, a, 9);
    cr_assert_eq(a->box.length, 1);
    cr_assert_eq(first_down(a)->public.ref.id, 8);
    trt_world_end();
}

Test(relation, a_watcher_that_ends_withdraws_its_monitors)
{
    trt_monitor(a, b, 7);
    trt_drain(b);
    trt_die(a);
    trt_tell_all(a, TR_NORMAL);
    trt_drain(b);
    cr_assert(tri_tree_empty(&b->watchers));
    trt_world_end();
}

Test(relation, a_link_to_the_dead_exits_with_noproc)
{
    trt_die(b);
    trt_link(a, b);
    cr_assert_eq(trt_drain(a), 1);
    cr_assert_eq(first_exit(a)->public.reason.tag, TR_EXIT_NOPROC);
    cr_assert_not(linked(a, b));
    trt_world_end();
}

Test(relation, a_monitor_of_the_dead_fires_with_noproc)
{
    trt_die(b);
    trt_monitor(a, b, 7);
    cr_assert_eq(trt_drain(a), 1);
    cr_assert_eq(first_down(a)->public.reason.tag, TR_EXIT_NOPROC);
    cr_assert_eq(first_down(a)->public.ref.id, 7);
    trt_world_end();
}
