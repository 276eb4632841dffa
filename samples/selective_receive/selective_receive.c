// SPDX-License-Identifier: MIT
// selective_receive: a clerk takes the letters out of one tray in its own order.
// Shows:  receive by type, by reference, by predicate and whatever is left; each leaves the others
// Run:    selective_receive
// Expect: the urgent letters, the answer, the thick one, then the rest in the order of arrival
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE post
TR_MESSAGE(letter, {
    int number;
    int pages;
});
TR_MESSAGE(urgent, { int number; });
TR_MESSAGE(answer, { int number; });
TR_MESSAGE0(go);
TR_MESSAGE(done, { int letters; });
TR_REQUEST(go, done);

static bool is_thick(const tr_msg *msg, void *context)
{
    const struct post_letter *letter = post_letter_of(msg);
    const int *pages = context;

    return letter != NULL && letter->pages >= *pages;
}

// Everything is sent before anything is received.
static void fill_tray(tr_self *self, tr_ref question)
{
    tr_pid me = tr_self_pid(self);

    (void)tr_send(self, me, post_letter, .number = 1, .pages = 2);
    (void)tr_send(self, me, post_answer, .number = 2);
    (void)tr_send(self, me, post_urgent, .number = 3);
    (void)tr_send(self, me, post_letter, .number = 4, .pages = 90);
    (void)tr_send_ref(self, me, &post_answer_type, &(struct post_answer){ .number = 5 }, question);
    (void)tr_send(self, me, post_urgent, .number = 6);
    (void)tr_send(self, me, post_letter, .number = 7, .pages = 1);
}

static int number_of(const tr_msg *msg)
{
    return *(const int *)tr_msg_body(msg); // first in all three
}

static void take_all(tr_self *self, const char *what, const tr_match *match)
{
    const tr_msg *msg;

    printf("%s:", what);
    while (tr_receive(self, match, 0, &msg) == TR_OK)
        printf(" %d", number_of(msg));
    printf("\n");
}

static tr_exit clerk(tr_self *self, const void *args)
{
    tr_ref question = tr_ref_new(self);
    int pages = 50;
    const tr_msg *msg;

    (void)args;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&post_go_type) }, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("nobody asks");
    tr_from asker = tr_msg_from(msg);
    fill_tray(self, question);
    take_all(self, "urgent", &(tr_match){ TR_TYPES(&post_urgent_type) });
    take_all(self, "answer to our question", &(tr_match){ .ref = question });
    take_all(self, "thick", &(tr_match){ .predicate = is_thick, .context = &pages });
    take_all(self, "the rest", NULL);
    post_go_reply(self, asker, &(struct post_done){ .letters = 7 });
    return TR_NORMAL;
}

static const tr_actor_spec clerk_spec = { .label = "clerk", .run = clerk };

// main is no actor: it asks for the work and waits for the answer.
static tr_err ask(tr_system *sys)
{
    struct post_done done;
    tr_pid pid;

    tr_err err = tr_system_spawn(sys, &clerk_spec, NULL, &pid);
    if (err == TR_OK)
        err = post_go_system_call(sys, pid, &(struct post_go){ 0 }, 10000, &done);
    return err;
}

int main(void)
{
    tr_system *sys;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = ask(sys);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
