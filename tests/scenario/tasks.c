// SPDX-License-Identifier: MIT
// Tasks: results that are awaited, failures that are told, ends that leave nothing.
#include "messages.h"
#include "scenario.h"

#include <string.h>
#include <troupe/task.h>

static struct {
    tr_pid starter;
    tr_pid supervisor;
    unsigned ran;
    unsigned ok;
    unsigned failed;
    unsigned finished;
} w;
TRT_WORLD(w);

#undef TR_MODULE
#define TR_MODULE job
TR_MESSAGE(sum, {
    uint32_t a;
    uint32_t b;
    uint32_t wait_ms;
    bool fails;
});
TR_MESSAGE(total, { uint32_t n; });
TR_REQUEST(sum, total);

static tr_exit add(tr_self *self, const void *args, tr_from to)
{
    const struct job_sum *sum = args;
    if (sum->wait_ms != 0) {
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, sum->wait_ms);
    }
    w.ran++;
    if (sum->fails) {
        return TR_ERROR("no sum");
    }
    job_sum_reply(self, to, &(struct job_total){ sum->a + sum->b });
    return TR_NORMAL;
}

static tr_task start(tr_self *self, struct job_sum sum, tr_task_opts opts)
{
    tr_task task = { 0 };
    opts.args = &sum;
    opts.args_bytes = sizeof sum;
    TRT_EQUAL(tr_task_start(self, add, &opts, &task), TR_OK);
    return task;
}

TRT_ACTOR(awaits_one)
{
    struct job_total total = { 0 };
    tr_task task = start(self, (struct job_sum){ .a = 3, .b = 4 }, (tr_task_opts){ 0 });
    TRT_EQUAL(job_sum_take(self, task.request, TR_INFINITY, &total), TR_OK);
    TRT_EQUAL(total.n, 7);
    const tr_msg *reply;
    TRT_EQUAL(tr_task_await(self, task, 0, &reply), TR_ENOENT);
    TRT_EQUAL(tr_task_kill(self, task), TR_ENOENT);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_task_gives_its_result)
{
    trt_spawn(&awaits_one, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(awaits_failures)
{
    const tr_msg *reply;
    tr_task task = start(self, (struct job_sum){ .fails = true }, (tr_task_opts){ 0 });
    TRT_EQUAL(tr_task_await(self, task, TR_INFINITY, &reply), TR_EEXITED);
    tr_exit reason = tr_call_reason(self);
    TRT_EQUAL(reason.tag, TR_EXIT_ERROR);
    TRT_CHECK(reason.text != NULL && strcmp(reason.text, "no sum") == 0);
    w.finished++;
    task = start(self, (struct job_sum){ .fails = true }, (tr_task_opts){ .link = true });
    TRT_EQUAL(tr_task_await(self, task, TR_INFINITY, &reply), TR_EEXITED); // or never returns
    (void)trt_receive(self, NULL, TR_INFINITY);                            // the link ends it
    w.finished++;
    return TR_NORMAL;
}

// Not linked, the failure is an answer; linked, it ends the starter.
TRT_SCENARIO(a_task_that_fails_says_why)
{
    trt_spawn(&awaits_failures, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ran, 2);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(awaits_late_ones)
{
    const tr_msg *reply = NULL;
    tr_task task = start(self, (struct job_sum){ .a = 1, .wait_ms = 20 }, (tr_task_opts){ 0 });
    TRT_EQUAL(tr_task_await(self, task, 10, &reply), TR_ETIMEDOUT);
    TRT_EQUAL(tr_task_await(self, task, 100, &reply), TR_OK);
    TRT_CHECK(reply != NULL && job_total_of(reply)->n == 1);
    task = start(self, (struct job_sum){ .a = 1, .wait_ms = 20 },
                 (tr_task_opts){ .kill_late = true, .link = trt_choose(2) == 0 });
    TRT_EQUAL(tr_task_await(self, task, 10, &reply), TR_ETIMEDOUT);
    TRT_EQUAL(tr_task_await(self, task, 10, &reply), TR_ENOENT);
    TRT_CHECK(trt_receive(self, NULL, 50) == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_late_task_goes_on_or_is_killed)
{
    trt_spawn(&awaits_late_ones, 0);
    trt_advance(200);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ran, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(awaits_all)
{
    tr_task tasks[4];
    struct job_total totals[4] = { { 0 } };
    tr_err errs[4];
    for (uint32_t i = 0; i < 4; i++) {
        tasks[i] =
            start(self,
                  (struct job_sum){
                      .a = i, .b = 10, .wait_ms = i == 3 ? 100 : trt_choose(3), .fails = i == 1 },
                  (tr_task_opts){ .kill_late = true });
    }
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_task_await_all(self, tasks, 4, 20, &job_total_type, totals, errs), TR_EEXITED);
    TRT_CHECK(trt_ms_since(start_ns) >= 18 && trt_ms_since(start_ns) <= 22);
    TRT_EQUAL(errs[0], TR_OK);
    TRT_EQUAL(errs[1], TR_EEXITED);
    TRT_EQUAL(errs[2], TR_OK);
    TRT_EQUAL(errs[3], TR_ETIMEDOUT);
    TRT_EQUAL(totals[0].n, 10);
    TRT_EQUAL(totals[1].n, 0);
    TRT_EQUAL(totals[2].n, 12);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(all_tasks_are_awaited_within_one_time)
{
    trt_spawn(&awaits_all, 0);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Two late tasks share one time.
TRT_ACTOR(awaits_two_late_ones)
{
    tr_task tasks[2];
    struct job_total totals[2];
    for (uint32_t i = 0; i < 2; i++) {
        tasks[i] = start(self, (struct job_sum){ .a = i, .wait_ms = 100 },
                         (tr_task_opts){ .kill_late = true });
    }
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_task_await_all(self, tasks, 2, 20, &job_total_type, totals, NULL), TR_ETIMEDOUT);
    TRT_CHECK(trt_ms_since(start_ns) <= 22);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(two_late_tasks_share_one_time)
{
    trt_spawn(&awaits_two_late_ones, 0);
    trt_advance(200);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Arguments of any size, a label, and answers of the wrong type.
struct many {
    uint32_t number[300];
};

static tr_exit add_many(tr_self *self, const void *args, tr_from to)
{
    const struct many *many = args;
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    uint32_t n = 0;
    for (uint32_t i = 0; i < 300; i++) {
        n += many->number[i];
    }
    TRT_EQUAL(tr_debug_info(trt_system(), tr_self_pid(self), &info), TR_OK);
    TRT_EQUAL(strcmp(info.label, "adder"), 0);
    job_sum_reply(self, to, &(struct job_total){ n });
    return TR_NORMAL;
}

static tr_exit answer_wrongly(tr_self *self, const void *args, tr_from to)
{
    TRT_CHECK(args == NULL);
    scn_ask_reply(self, to, &(struct scn_answer){ 1 });
    return TR_NORMAL;
}

TRT_ACTOR(awaits_large_and_wrong_ones)
{
    struct many many;
    struct job_total totals[2] = { { 0 } };
    tr_err errs[2];
    tr_task tasks[2];
    for (uint32_t i = 0; i < 300; i++) {
        many.number[i] = i;
    }
    tr_task_opts opts = { .args = &many, .args_bytes = sizeof many, .label = "adder" };
    TRT_EQUAL(tr_task_start(self, add_many, &opts, &tasks[0]), TR_OK);
    memset(&many, 0xff, sizeof many); // it was copied
    TRT_EQUAL(tr_task_start(self, answer_wrongly, NULL, &tasks[1]), TR_OK);
    TRT_EQUAL(tr_task_await_all(self, tasks, 2, TR_INFINITY, &job_total_type, totals, errs),
              TR_EINVAL);
    TRT_EQUAL(errs[0], TR_OK);
    TRT_EQUAL(totals[0].n, 299 * 300 / 2);
    TRT_EQUAL(errs[1], TR_EINVAL);
    TRT_EQUAL(tr_task_start_sized(self, add_many, &opts, sizeof opts + 1, &tasks[0]), TR_EINVAL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_task_has_its_arguments_and_its_answer_a_type)
{
    trt_spawn(&awaits_large_and_wrong_ones, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

static tr_exit never_runs(tr_self *self, const void *args, tr_from to)
{
    (void)self;
    (void)args;
    (void)to;
    w.ran++;
    return TR_NORMAL;
}

TRT_ACTOR(awaits_a_dead_one)
{
    tr_task task;
    const tr_msg *reply;
    TRT_EQUAL(tr_task_start(self, never_runs, NULL, &task), TR_OK);
    TRT_EQUAL(tr_task_await(self, task, TR_INFINITY, &reply), TR_EEXITED);
    TRT_EQUAL(tr_task_attach(self, task.pid, &task), TR_OK); // its actor is dead by now
    TRT_EQUAL(tr_task_await(self, task, TR_INFINITY, &reply), TR_EEXITED);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_task_whose_actor_is_gone_has_ended)
{
    trt_spawn(&awaits_a_dead_one, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ran, 1);
}

TRT_ACTOR(awaits_any)
{
    tr_requests all;
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        tr_task task =
            start(self, (struct job_sum){ .a = i, .wait_ms = 30 - 10 * i }, (tr_task_opts){ 0 });
        TRT_EQUAL(tr_requests_add(self, all, task.request, i), TR_OK);
    }
    for (uint32_t i = 3; i-- > 0;) {
        uint64_t label = 9;
        const tr_msg *reply = NULL;
        TRT_EQUAL(tr_requests_wait_any(self, all, TR_INFINITY, &label, &reply), TR_OK);
        TRT_EQUAL(label, i);
        TRT_CHECK(reply != NULL && job_total_of(reply)->n == i);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_task_that_is_done_first_is_awaited_first)
{
    trt_spawn(&awaits_any, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// The starter is killed at any step. Linked tasks end with it, others run to their end.
TRT_ACTOR(starts_many)
{
    const bool *link = arg;
    tr_task tasks[3];
    for (uint32_t i = 0; i < 3; i++) {
        tasks[i] =
            start(self, (struct job_sum){ .a = i, .wait_ms = i }, (tr_task_opts){ .link = *link });
    }
    struct job_total totals[3];
    TRT_EQUAL(tr_task_await_all(self, tasks, 3, TR_INFINITY, &job_total_type, totals, NULL), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_kill_of_the_starter_at_any_step_leaves_no_task)
{
    bool link = trt_choose(2) == 0;
    w.starter = trt_spawn(&starts_many, TRT_ARG(&link));
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 150);
    trt_kill(w.starter);
    trt_advance(20);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A task as the child of a supervisor: the arguments begin with the function.
struct supervised {
    tr_task_fn fn;
    struct job_sum sum;
};

static tr_exit add_supervised(tr_self *self, const void *args, tr_from to)
{
    return add(self, &((const struct supervised *)args)->sum, to);
}

TRT_ACTOR(starts_below_a_supervisor)
{
    static const tr_supervisor_spec spec = { .strategy = TR_ONE_FOR_ONE };
    struct job_total total = { 0 };
    TRT_EQUAL(tr_supervisor_start(self, &spec, &w.supervisor), TR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        struct supervised args = { add_supervised, { .a = i, .b = 5, .fails = i == 1 } };
        tr_child child = {
            .id = "sum", .run = tr_task_run, TR_ARGS_OF(&args), .restart = TR_TEMPORARY
        };
        tr_pid pid;
        tr_task task;
        tr_err err = tr_supervisor_start_child(self, w.supervisor, &child, &pid);
        while (err == TR_EEXIST) { // the one before has not quite ended
            tr_yield(self);
            err = tr_supervisor_start_child(self, w.supervisor, &child, &pid);
        }
        TRT_EQUAL(err, TR_OK);
        TRT_EQUAL(tr_task_attach(self, pid, &task), TR_OK);
        err = job_sum_take(self, task.request, TR_INFINITY, &total);
        TRT_EQUAL(err, i == 1 ? TR_EEXITED : TR_OK);
        w.ok += err == TR_OK && total.n == i + 5;
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_task_may_be_a_supervisors_child)
{
    trt_spawn(&starts_below_a_supervisor, 0);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok, 2);
    TRT_EQUAL(trt_alive_count(), 0);
}
