// SPDX-License-Identifier: MIT
#include "counter.h"

#define TR_MODULE counter
TR_MESSAGE(add, { int64_t n; }); // struct counter_add, counter_add_send() …
TR_MESSAGE0(get);
TR_MESSAGE(total, { int64_t n; });
TR_REQUEST(get, total); // counter_get_call(), counter_get_reply()

// Private state: the runtime allocates it, and no other actor sees it.
struct counter {
    int64_t total;
};

struct counter_args {
    int64_t first;
};

static tr_next counter_init(tr_self *self, struct counter *c, const struct counter_args *args)
{
    (void)self;
    c->total = args->first;
    return TR_CONTINUE;
}

static tr_next counter_on_add(tr_self *self, struct counter *c, const struct counter_add *m)
{
    (void)self;
    c->total += m->n;
    return TR_CONTINUE;
}

static tr_next counter_on_get(tr_self *self, struct counter *c, const struct counter_get *m,
                              tr_from from)
{
    (void)m;
    counter_get_reply(self, from, &(struct counter_total){ .n = c->total });
    return TR_CONTINUE;
}

// Makes counter_server. A handler that is missing, or has a wrong type, does not compile.
TR_SERVER(counter, TR_CAST(add), TR_CALL(get));

tr_err counter_start(tr_self *self, int64_t first, tr_pid *out)
{
    const struct counter_args args = { .first = first };
    const tr_server_opts opts = { .args = &args, .args_bytes = sizeof args, .link = true };

    return tr_server_start(self, &counter_server, &opts, out);
}

void counter_add(tr_self *self, tr_pid counter, int64_t n)
{
    (void)tr_send(self, counter, counter_add, .n = n);
}

tr_err counter_get(tr_self *self, tr_pid counter, int64_t timeout_ms, int64_t *out_total)
{
    struct counter_total total = { 0 };

    tr_err err = counter_get_call(self, counter, &(struct counter_get){ 0 }, timeout_ms, &total);
    if (err == TR_OK)
        *out_total = total.n;
    return err;
}

tr_err counter_stop(tr_self *self, tr_pid counter)
{
    return tr_server_stop(self, counter, TR_NORMAL, 5000);
}
