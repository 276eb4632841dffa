// SPDX-License-Identifier: MIT
#include "otp_probe.h"

struct probe_args;
struct probe {
    int64_t last;
    tr_from waiting;
};

static tr_next probe_init(tr_self *self, struct probe *probe, const struct probe_args *args)
{
    (void)self;
    (void)probe;
    (void)args;
    return TR_CONTINUE;
}

static tr_next probe_on_num(tr_self *self, struct probe *probe, const struct probe_num *num)
{
    (void)self;
    probe->last = num->n;
    trt_note(0, "%d", (int)num->n);
    return TR_CONTINUE;
}

static tr_next probe_on_give(tr_self *self, struct probe *probe, const struct probe_give *give)
{
    probe_put_off_reply(self, probe->waiting, &(struct probe_value){ give->n });
    return TR_CONTINUE;
}

static tr_next probe_on_get(tr_self *self, struct probe *probe, const struct probe_get *get,
                            tr_from from)
{
    (void)get;
    trt_dawdle(self);
    probe_get_reply(self, from, &(struct probe_value){ probe->last });
    return TR_CONTINUE;
}

static tr_next probe_on_put_off(tr_self *self, struct probe *probe,
                                const struct probe_put_off *put_off, tr_from from)
{
    (void)self;
    (void)put_off;
    probe->waiting = from;
    return TR_CONTINUE;
}

static tr_next probe_on_work(tr_self *self, struct probe *probe, const struct probe_work *work,
                             tr_from from)
{
    kit_wait(self, work->ms);
    probe_work_reply(self, from, &(struct probe_value){ probe->last });
    trt_note(0, "worked");
    return TR_CONTINUE;
}

static tr_next probe_on_finish(tr_self *self, struct probe *probe,
                               const struct probe_finish *finish, tr_from from)
{
    switch (finish->how) {
    case STOP_ERROR:
        return TR_STOP(tr_exit_make(TR_EXIT_ERROR, 12, "asked to"));
    case STOP_NORMAL:
        return TR_STOP(TR_NORMAL);
    case REPLY_AND_STOP:
        probe_finish_reply(self, from, &(struct probe_value){ 1 });
        return TR_STOP(TR_NORMAL);
    case STOP_THEN_REPLY:
        probe->waiting = from;
        return TR_STOP(TR_NORMAL);
    case NONSENSE:
        return (tr_next){ .kind = 99 };
    case FORGET:
        return (tr_next){ .kind = TR_NEXT_NONE };
    case FAULT:
        tr_exit_self(self, TR_ERROR("fault"));
    default:
        return TR_IGNORE;
    }
}

static tr_next probe_on_info(tr_self *self, struct probe *probe, const tr_msg *msg)
{
    (void)self;
    (void)probe;
    trt_note(0, "info:%s", tr_msg_type_name(msg));
    return TR_CONTINUE;
}

static void probe_on_terminate(tr_self *self, struct probe *probe, tr_exit reason)
{
    trt_dawdle(self);
    trt_note(0, "end:%s", tr_exit_tag_name(reason.tag));
    if (probe->waiting.ref_id != 0) {
        kit_wait(self, 100);
        probe_put_off_reply(self, probe->waiting, &(struct probe_value){ 7 });
    }
}

TR_SERVER(probe, TR_CAST(num), TR_CAST(give), TR_CALL(get), TR_CALL(put_off), TR_CALL(work),
          TR_CALL(finish), TR_INFO, TR_TERMINATE);

static tr_next curt_on_num(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    trt_note(0, "%d", (int)probe_num_of(msg)->n);
    return TR_CONTINUE;
}

static const tr_server_handler curt_handlers[] = { { &probe_num_type, false, curt_on_num } };
const tr_server curt_server = { .name = "curt", .handlers = curt_handlers, .handler_count = 1 };

tr_pid start_probe(tr_self *self, const tr_server *server, const tr_server_opts *opts)
{
    TRT_EQUAL(tr_server_start(self, server, opts, &kit.root), TR_OK);
    return kit.root;
}
