// SPDX-License-Identifier: MIT
// A program outside this tree, in pedantic C11: starts a server, calls it and stops the system.
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE sum
TR_MESSAGE(add, { int64_t n; });
TR_MESSAGE0(get);
TR_MESSAGE(total, { int64_t n; });
TR_REQUEST(get, total);

struct sum {
    int64_t total;
};
struct sum_args {
    int64_t first;
};

static tr_next sum_init(tr_self *self, struct sum *s, const struct sum_args *args)
{
    (void)self;
    s->total = args->first;
    return TR_CONTINUE;
}

static tr_next sum_on_add(tr_self *self, struct sum *s, const struct sum_add *m)
{
    (void)self;
    s->total += m->n;
    return TR_CONTINUE;
}

static tr_next sum_on_get(tr_self *self, struct sum *s, const struct sum_get *m, tr_from from)
{
    (void)m;
    sum_get_reply(self, from, &(struct sum_total){ .n = s->total });
    return TR_CONTINUE;
}

TR_SERVER(sum, TR_CAST(add), TR_CALL(get));

static int add_up(tr_system *sys)
{
    tr_pid pid;
    struct sum_args args = { .first = 40 };
    tr_server_opts opts = { .args = &args, .args_bytes = sizeof args };
    struct sum_total total;

    if (tr_system_server_start(sys, &sum_server, &opts, &pid) != TR_OK ||
        sum_add_system_send(sys, pid, &(struct sum_add){ .n = 2 }) != TR_OK ||
        sum_get_system_call(sys, pid, &(struct sum_get){ 0 }, 5000, &total) != TR_OK) {
        return 1;
    }
    printf("%s: %d\n", tr_version(), (int)total.n);
    return 0;
}

int main(void)
{
    tr_system *sys;
    if (tr_system_start(&(tr_system_opts){ .workers = 1 }, &sys) != TR_OK) {
        return 1;
    }
    int failed = add_up(sys);
    tr_err stopped = tr_system_stop(sys, 5000, NULL);
    return failed != 0 || stopped != TR_OK || tr_system_free(sys) != TR_OK;
}
