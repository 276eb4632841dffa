// SPDX-License-Identifier: MIT
// guests_and_host_loop: actors inside the loop that a program already has, and threads that are no
// actors.
// Shows:  host mode (no thread of the runtime), tr_system_step, tr_system_fd with poll, guests
// Run:    guests_and_host_loop
// Expect: three ticks of an actor's timer, the sum of what two threads sent, and the end
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE loop
TR_MESSAGE(number, { long n; });
TR_MESSAGE0(tick);
TR_MESSAGE0(sum);
TR_MESSAGE(total, { long n; });
TR_REQUEST(sum, total);

enum { THREADS = 2, NUMBERS = 1000, TICKS = 3 };

static tr_system *sys;
static tr_pid adder_pid;
static int ticks; // written and read on the host's thread only: actors run there

// A handler-style actor that adds up what it is sent.
static tr_next add(tr_self *self, void *state, const tr_msg *msg)
{
    long *sum = state;

    if (loop_number_of(msg) != NULL)
        *sum += loop_number_of(msg)->n;
    else if (tr_msg_is(msg, &loop_sum_type))
        loop_sum_reply(self, tr_msg_from(msg), &(struct loop_total){ .n = *sum });
    return TR_CONTINUE;
}

static tr_exit tick(tr_self *self, const void *args)
{
    (void)args;
    tr_err err = tr_send_every(self, 10, 10, tr_self_pid(self), &loop_tick_type, NULL, NULL);
    while (err == TR_OK && ticks < TICKS) {
        const tr_msg *msg;
        err = tr_receive(self, NULL, TR_INFINITY, &msg);
        printf("tick %d\n", ++ticks);
    }
    return err == TR_OK ? TR_NORMAL : TR_ERROR(tr_err_name(err));
}

static const tr_actor_spec adder = { .label = "adder",
                                     .on_message = add,
                                     .state_bytes = sizeof(long) };
static const tr_actor_spec ticker = { .label = "ticker", .run = tick };

// A thread of the program: a guest. Its sends make the system's descriptor readable.
static void *send_numbers(void *unused)
{
    (void)unused;
    for (long i = 1; i <= NUMBERS; i++)
        if (loop_number_system_send(sys, adder_pid, &(struct loop_number){ .n = i }) != TR_OK)
            break;
    return NULL;
}

// The program's loop. A real one polls its own descriptors, too.
static tr_err turn_loop(void)
{
    tr_err err = TR_OK;

    while (err == TR_OK && ticks < TICKS) {
        int64_t wait_ms = 0;
        err = tr_system_step(sys, 2000000 /* at most about 2 ms */, NULL);
        if (err == TR_OK)
            err = tr_system_next_deadline(sys, &wait_ms);
        struct pollfd ours = { .fd = tr_system_fd(sys), .events = POLLIN };
        if (err == TR_OK && ticks < TICKS)
            (void)poll(&ours, 1, (int)wait_ms);
    }
    return err;
}

int main(void)
{
    pthread_t threads[THREADS];
    int started = 0;
    struct loop_total total = { .n = 0 };

    if (tr_system_start(&(tr_system_opts){ .host = true }, &sys) != TR_OK)
        return 1;
    tr_err err = tr_system_spawn(sys, &adder, NULL, &adder_pid);
    if (err == TR_OK)
        err = tr_system_spawn(sys, &ticker, NULL, NULL);
    while (err == TR_OK && started < THREADS &&
           pthread_create(&threads[started], NULL, send_numbers, NULL) == 0)
        started++;
    if (err == TR_OK)
        err = turn_loop();
    while (started > 0)
        (void)pthread_join(threads[--started], NULL);
    // A call from the host's own thread runs the actors while it waits.
    if (err == TR_OK)
        err = loop_sum_system_call(sys, adder_pid, &(struct loop_sum){ 0 }, 5000, &total);
    printf("sum %ld\n", total.n);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    printf("stopped: %s\n", tr_err_name(stop));
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
