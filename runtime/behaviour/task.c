// SPDX-License-Identifier: MIT
// Tasks: an actor that is asked once, answers and ends.
#include <string.h>
#include <troupe/task.h>
#include <troupe/timer.h>
#include <troupe/typed.h>

#define TR_MODULE tr
TR_MESSAGE0(task_ask);

// Blocks up to this size are built on the starter's stack.
#define SMALL_BYTES 512
#define NS_PER_MS 1000000

// What is handed to the actor at spawn; the function's arguments follow it.
struct order {
    tr_task_fn fn;
    uint32_t args_bytes;
    bool link; // the link to the starter stays when the task begins
};

_Static_assert(sizeof(struct order) % 16 == 0, "the arguments stay aligned");

static tr_from await_question(tr_self *self)
{
    const tr_msg *msg = NULL;
    const tr_type *types[] = { &tr_task_ask_type };
    const tr_match asked = { .types = types, .type_count = 1 };
    if (tr_receive(self, &asked, TR_INFINITY, &msg) != TR_OK) {
        tr_exit_self(self, TR_ERROR("out of memory to wait with"));
    }
    return tr_msg_from(msg);
}

// A starter that ends before it has asked takes the task along.
static tr_exit run_order(tr_self *self, const void *arg)
{
    const struct order *order = arg;
    tr_from to = await_question(self);
    if (!order->link) {
        (void)tr_unlink(self, tr_self_parent(self));
    }
    return order->fn(self, order->args_bytes == 0 ? NULL : order + 1, to);
}

tr_exit tr_task_run(tr_self *self, const void *args)
{
    if (args == NULL) {
        return TR_ERROR("a task without a function");
    }
    tr_task_fn fn;
    memcpy(&fn, args, sizeof fn);
    return fn(self, args, await_question(self));
}

tr_err tr_task_attach(tr_self *self, tr_pid pid, tr_task *out)
{
    tr_task task = { .pid = pid };
    if (out == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tr_request_send(self, pid, &tr_task_ask_type, NULL, &task.request);
    if (err == TR_OK) {
        *out = task;
    }
    return err;
}

static tr_err spawn(tr_self *self, const tr_task_opts *opts, const void *block, size_t bytes,
                    tr_pid *out)
{
    static const tr_actor_spec task_actor = { .label = "task", .run = run_order };
    tr_spawn_opts spawn_opts = { .args = block,
                                 .args_bytes = bytes,
                                 .link = true,
                                 .label = opts->label,
                                 .heap_limit_bytes = opts->heap_limit_bytes };
    return tr_spawn(self, &task_actor, &spawn_opts, out);
}

tr_err tr_task_start_sized(tr_self *self, tr_task_fn fn, const tr_task_opts *opts,
                           size_t opts_bytes, tr_task *out)
{
    _Alignas(16) char small[SMALL_BYTES];
    tr_task_opts whole = { 0 };
    tr_pid pid;
    if (opts != NULL && opts_bytes > sizeof whole) {
        return TR_EINVAL; // options of a later version
    }
    if (opts != NULL) {
        memcpy(&whole, opts, opts_bytes);
    }
    if (self == NULL || fn == NULL || out == NULL ||
        (whole.args == NULL && whole.args_bytes != 0) || whole.args_bytes > INT32_MAX) {
        return TR_EINVAL;
    }
    size_t bytes = sizeof(struct order) + whole.args_bytes;
    struct order *order = bytes <= sizeof small ? (void *)small : tr_alloc(self, bytes);
    *order = (struct order){ fn, (uint32_t)whole.args_bytes, whole.link };
    if (whole.args_bytes != 0) {
        memcpy(order + 1, whole.args, whole.args_bytes);
    }
    tr_err err = spawn(self, &whole, order, bytes, &pid);
    if ((void *)order != small) {
        tr_free(self, order, bytes);
    }
    if (err != TR_OK) {
        return err;
    }
    err = tr_task_attach(self, pid, out);
    if (err == TR_OK) {
        out->kill_late = whole.kill_late;
    } else {
        (void)tr_unlink(self, pid);
        (void)tr_exit_send(self, pid, TR_KILL);
    }
    return err;
}

tr_err tr_task_kill(tr_self *self, tr_task task)
{
    tr_err err = tr_request_abandon(self, task.request);
    if (err != TR_OK) {
        return err;
    }
    err = tr_unlink(self, task.pid);
    tr_err sent = tr_exit_send(self, task.pid, TR_KILL);
    return err == TR_OK ? sent : err;
}

tr_err tr_task_await(tr_self *self, tr_task task, int64_t timeout_ms, const tr_msg **reply)
{
    tr_err err = tr_request_wait(self, task.request, timeout_ms, reply);
    if (err == TR_ETIMEDOUT && task.kill_late) {
        (void)tr_task_kill(self, task);
    }
    return err == TR_ENOPROC ? TR_EEXITED : err;
}

static int64_t left_ms(uint64_t start_ns, int64_t timeout_ms)
{
    int64_t passed_ms = (int64_t)((tr_now_ns() - start_ns) / NS_PER_MS);
    return timeout_ms == TR_INFINITY ? TR_INFINITY
           : passed_ms >= timeout_ms ? 0
                                     : timeout_ms - passed_ms;
}

tr_err tr_task_await_all(tr_self *self, const tr_task *tasks, size_t count, int64_t timeout_ms,
                         const tr_type *type, void *results, tr_err *errs)
{
    if (tasks == NULL || type == NULL || timeout_ms < 0 || (results == NULL && type->bytes != 0)) {
        return TR_EINVAL;
    }
    tr_err first = TR_OK;
    uint64_t start_ns = tr_now_ns();
    for (size_t i = 0; i < count; i++) {
        const tr_msg *reply = NULL;
        tr_err err = tr_task_await(self, tasks[i], left_ms(start_ns, timeout_ms), &reply);
        if (err == TR_OK && !tr_msg_is(reply, type)) {
            err = TR_EINVAL;
        }
        if (err == TR_OK && type->bytes != 0) {
            memcpy((char *)results + i * type->bytes, tr_msg_body(reply), type->bytes);
        }
        if (errs != NULL) {
            errs[i] = err;
        }
        first = first == TR_OK ? err : first;
    }
    return first;
}
