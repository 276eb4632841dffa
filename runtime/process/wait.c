// SPDX-License-Identifier: MIT
#include "process/wait.h"

#include "process/deliver.h"

void tri_due_arm(struct tri_processor *p, struct tri_due *due, uint64_t delay_ns)
{
    due->node.deadline_ns = delay_ns;
    due->home = p->index;
    due->pending = true;
    tri_list_push_back(&p->pending, &due->node.link);
}

void tri_due_disarm(struct tri_processor *p, struct tri_due *due)
{
    if (due->pending) {
        tri_list_remove(&due->node.link);
        due->pending = false;
    } else {
        (void)tri_wheel_remove(&p->wheel, &due->node);
    }
}

static struct tri_alarm *alarm_of(struct tr_msg *signal)
{
    return TRI_CONTAINER_OF(signal, struct tri_alarm, signal);
}

// An idle alarm of the actor, made if need be; one that is busy elsewhere is forgotten.
static struct tri_alarm *idle_alarm(struct tri_thread *t, struct tr_self *self)
{
    if (self->alarm != NULL) {
        return self->alarm;
    }
    struct tr_msg *signal = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_TIMEOUT,
                                          sizeof(struct tri_alarm) - sizeof(struct tr_msg));
    if (signal == NULL) {
        return NULL;
    }
    struct tri_alarm *alarm = alarm_of(signal);
    alarm->due = (struct tri_due){ .owner = TRI_DUE_ALARM };
    alarm->target = tri_key(self->index, self->generation);
    alarm->armed = false;
    alarm->fired = false;
    self->alarm = alarm;
    return alarm;
}

bool tri_alarm_begin(struct tri_thread *t, struct tr_self *self, uint64_t delay_ns)
{
    struct tri_alarm *alarm = idle_alarm(t, self);
    if (alarm == NULL) {
        return false;
    }
    tri_due_arm(t->processor, &alarm->due, delay_ns);
    alarm->armed = true;
    return true;
}

// On its own P an armed alarm becomes idle again. One on another P, or with its signal under way,
// is forgotten: it frees itself.
void tri_alarm_end(struct tri_thread *t, struct tr_self *self)
{
    struct tri_alarm *alarm = self->alarm;
    if (alarm == NULL || !alarm->armed) {
        return;
    }
    if (t->processor == NULL || alarm->due.home != t->processor->index || alarm->fired) {
        self->alarm = NULL;
        return;
    }
    tri_due_disarm(t->processor, &alarm->due);
    alarm->armed = false;
}

bool tri_alarm_arrived(struct tri_thread *t, struct tr_self *self, struct tr_msg *signal)
{
    (void)t;
    if (self->alarm != alarm_of(signal)) {
        return false;
    }
    self->alarm = NULL;
    return true;
}

void tri_alarm_fini(struct tri_thread *t, struct tr_self *self)
{
    tri_alarm_end(t, self);
    if (self->alarm != NULL) {
        tri_msg_release(tri_blocks_here(t), &self->alarm->signal);
        self->alarm = NULL;
    }
}

void tri_alarm_fire(struct tri_thread *t, struct tri_alarm *alarm)
{
    alarm->fired = true;
    tri_deliver(t, (uint32_t)(alarm->target >> 32), (uint32_t)alarm->target, &alarm->signal);
}
