// SPDX-License-Identifier: MIT
// worker_pool_in_process: a sum is cut into parts, a few of which run at a time.
// Shows:  tasks, and a collection of requests: the answer that comes first is taken first
// Run:    worker_pool_in_process
// Expect: the primes below 20,000 counted in 10 parts; one part fails and is counted again
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE pool
TR_MESSAGE(part, {
    uint32_t from;
    uint32_t below;
    bool broken;
});
TR_MESSAGE(count, { uint32_t primes; });
TR_REQUEST(part, count);

#define PARTS 10
#define PART_NUMBERS 2000
#define WORKERS 3
#define BROKEN 4

static bool is_prime(uint32_t n)
{
    for (uint32_t i = 2; i * i <= n; i++) {
        if (n % i == 0)
            return false;
    }
    return n >= 2;
}

// What a worker does: one part.
static tr_exit count_part(tr_self *self, const void *args, tr_from to)
{
    const struct pool_part *part = args;
    struct pool_count count = { 0 };

    if (part->broken)
        return TR_ERROR("a broken part");
    for (uint32_t n = part->from; n < part->below; n++)
        count.primes += is_prime(n);
    pool_part_reply(self, to, &count);
    return TR_NORMAL;
}

static tr_err start_part(tr_self *self, tr_requests all, uint32_t i, bool broken)
{
    struct pool_part part = { i * PART_NUMBERS, (i + 1) * PART_NUMBERS, broken };
    tr_task task;
    tr_err err = tr_task_start(self, count_part, &(tr_task_opts){ TR_ARGS_OF(&part) }, &task);

    return err == TR_OK ? tr_requests_add(self, all, task.request, i) : err;
}

// Keeps WORKERS parts going until none is left.
static tr_exit run_pool(tr_self *self, const void *args)
{
    tr_requests all;
    uint32_t next = 0;
    uint32_t primes = 0;
    uint32_t done = 0;

    (void)args;
    if (tr_requests_new(self, &all) != TR_OK)
        return TR_ERROR("no collection");
    while (done < PARTS) {
        const tr_msg *reply = NULL;
        uint64_t part = 0;
        while (next < PARTS && tr_requests_count(self, all) < WORKERS) {
            if (start_part(self, all, next, next == BROKEN) != TR_OK)
                return TR_ERROR("no task");
            next++;
        }
        tr_err err = tr_requests_wait_any(self, all, TR_INFINITY, &part, &reply);
        if (err == TR_OK) {
            primes += pool_count_of(reply)->primes;
            done++;
        } else {
            char why[80];
            tr_exit_format(tr_call_reason(self), why, sizeof why);
            printf("part %u ends with %s: again\n", (unsigned)part, why);
            if (start_part(self, all, (uint32_t)part, false) != TR_OK)
                return TR_ERROR("no task");
        }
    }
    printf("%u primes in %u parts\n", primes, done);
    return TR_NORMAL;
}

int main(void)
{
    static const tr_actor_spec spec = { .label = "pool", .run = run_pool };
    struct pool_count none;
    tr_system *sys;
    tr_pid pid;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = tr_system_spawn(sys, &spec, NULL, &pid);
    // A question that is never answered returns when the pool has ended.
    if (err == TR_OK)
        err = pool_part_system_call(sys, pid, &(struct pool_part){ 0 }, TR_INFINITY, &none);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return (err == TR_EEXITED || err == TR_ENOPROC) && stop == TR_OK ? 0 : 1;
}
