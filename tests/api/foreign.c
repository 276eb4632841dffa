// SPDX-License-Identifier: MIT
// Two systems in one process: to each, the pids of the other are nobody. covered.py sees to it that
// every public function that takes a pid is asked.
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE foreign
TR_MESSAGE(num, { uint32_t n; });
TR_MESSAGE0(go);
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

enum { STOP_MS = 20000, WAIT_MS = 20000 };

static unsigned passed;
static unsigned failed;
static tr_pid stranger;

static void says_at(int line, const char *call, tr_err answer, tr_err expected)
{
    passed += answer == expected;
    if (answer != expected) {
        failed++;
        fprintf(stderr, "%s:%d: %s gives %s, not %s\n", __FILE__, line, call, tr_err_name(answer),
                tr_err_name(expected));
    }
}
#define SAYS(call, expected) says_at(__LINE__, #call, (call), (expected))
#define NOBODY(call) SAYS(call, TR_ENOPROC)

static void ask_to_send(tr_self *self)
{
    static const struct foreign_num num = { 1 };
    void *body = NULL;
    tr_msg *moved = NULL;
    tr_blob *blob = NULL;
    tr_alias alias = { .owner = stranger, .ref = { .id = 1 } };
    NOBODY(tr_send_typed(self, stranger, &foreign_num_type, &num));
    NOBODY(tr_send_ref(self, stranger, &foreign_num_type, &num, tr_ref_new(self)));
    moved = tr_msg_new(self, &foreign_num_type, &body);
    NOBODY(tr_send_move(self, stranger, &moved));
    tr_msg_free(self, moved);
    SAYS(tr_blob_new(self, 1, &body, &blob), TR_OK);
    SAYS(tr_blob_freeze(self, blob), TR_OK);
    NOBODY(tr_send_blob(self, stranger, &foreign_num_type, &num, blob));
    NOBODY(tr_send_alias(self, alias, &foreign_num_type, &num));
    NOBODY(tr_send_after(self, 0, stranger, &foreign_num_type, &num, NULL));
    NOBODY(tr_send_at(self, 0, stranger, &foreign_num_type, &num, NULL));
    NOBODY(tr_send_every(self, 0, 1, stranger, &foreign_num_type, &num, NULL));
}

static void ask_to_call(tr_self *self)
{
    static const struct foreign_ask ask = { 1 };
    const tr_msg *reply = NULL;
    tr_request request;
    tr_task task;
    struct foreign_answer answer;
    NOBODY(tr_call_typed(self, stranger, &foreign_ask_type, &ask, WAIT_MS, &reply));
    NOBODY(foreign_ask_call(self, stranger, &ask, WAIT_MS, &answer));
    NOBODY(tr_call_retry(self, stranger, &foreign_ask_type, &ask, NULL, &reply));
    NOBODY(tr_request_send(self, stranger, &foreign_ask_type, &ask, &request));
    NOBODY(tr_request_post(self, stranger, &foreign_ask_type, &ask, &request));
    NOBODY(tr_task_attach(self, stranger, &task));
    NOBODY(tr_server_stop(self, stranger, TR_NORMAL, WAIT_MS));
}

static void ask_to_relate(tr_self *self)
{
    tr_ref ref;
    tr_alias alias;
    tr_pid pids[1];
    tr_links links = { .which = TR_LINKED, .pids = pids, .capacity = 1 };
    NOBODY(tr_link(self, stranger));
    NOBODY(tr_unlink(self, stranger));
    NOBODY(tr_monitor(self, stranger, &ref));
    NOBODY(tr_monitor_alias(self, stranger, TR_ALIAS_EXPLICIT, &alias));
    NOBODY(tr_exit_send(self, stranger, TR_KILL));
    NOBODY(tr_register(self, "stranger", stranger));
    NOBODY(tr_probe(self, stranger, WAIT_MS));
    NOBODY(tr_links_of(self, stranger, WAIT_MS, &links));
}

static tr_exit waits(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    return tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK ? TR_NORMAL : TR_ERROR("receive");
}

static void ask_to_supervise(tr_self *self)
{
    static const tr_child child = { .id = "child", .run = waits };
    tr_pid pid;
    tr_child_info info;
    tr_child_counts counts;
    size_t count;
    NOBODY(tr_supervisor_start_child(self, stranger, &child, &pid));
    NOBODY(tr_supervisor_terminate_child(self, stranger, "child"));
    NOBODY(tr_supervisor_restart_child(self, stranger, "child", &pid));
    NOBODY(tr_supervisor_delete_child(self, stranger, "child"));
    NOBODY(tr_supervisor_which_children(self, stranger, &info, 1, &count));
    NOBODY(tr_supervisor_count_children(self, stranger, &counts));
}

static tr_exit actor(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    SAYS(tr_receive(self, NULL, TR_INFINITY, &msg), TR_OK);
    tr_from from = tr_msg_from(msg);
    ask_to_send(self);
    ask_to_call(self);
    ask_to_relate(self);
    ask_to_supervise(self);
    NOBODY(tr_delegate(self, from, stranger));
    foreign_ask_reply(self, from, &(struct foreign_answer){ 1 });
    return TR_NORMAL;
}

static void ask_as_guest(tr_system *sys)
{
    static const struct foreign_ask ask = { 1 };
    struct foreign_answer answer;
    tr_blob *blob = NULL;
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_links links = { .which = TR_LINKED };
    tr_call_failure failure;
    tr_alias alias = { .owner = stranger, .ref = { .id = 1 } };
    tr_guest_call call = {
        stranger, &foreign_ask_type, &ask, WAIT_MS, &foreign_answer_type, &answer
    };
    NOBODY(tr_system_send(sys, stranger, &foreign_ask_type, &ask));
    NOBODY(tr_system_send_alias(sys, alias, &foreign_ask_type, &ask));
    NOBODY(tr_system_call(sys, stranger, &foreign_ask_type, &ask, WAIT_MS, &foreign_answer_type,
                          &answer));
    NOBODY(tr_system_call_why(sys, &call, &failure));
    NOBODY(tr_system_exit_send(sys, stranger, TR_KILL));
    SAYS(tr_system_blob_new(sys, "", 1, &blob), TR_OK);
    NOBODY(tr_system_send_blob(sys, stranger, &foreign_ask_type, &ask, blob));
    SAYS(tr_system_blob_unref(sys, blob), TR_OK);
    NOBODY(tr_debug_info(sys, stranger, &info));
    NOBODY(tr_debug_links(sys, stranger, WAIT_MS, &links));
    SAYS(tr_is_alive(sys, stranger) ? TR_OK : TR_ENOPROC, TR_ENOPROC);
}

int main(void)
{
    static const tr_actor_spec asks = { .label = "asks", .run = actor };
    static const tr_actor_spec idle = { .label = "stranger", .run = waits };
    tr_system *sys = NULL;
    tr_system *other = NULL;
    tr_pid pid = tr_no_pid();
    struct foreign_answer answer;
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 2 }, &sys), TR_OK);
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 1 }, &other), TR_OK);
    SAYS(tr_system_spawn(other, &idle, NULL, &stranger), TR_OK);
    SAYS(tr_system_spawn(sys, &asks, NULL, &pid), TR_OK);
    SAYS(foreign_ask_system_call(sys, pid, &(struct foreign_ask){ 1 }, WAIT_MS, &answer), TR_OK);
    ask_as_guest(sys);
    SAYS(tr_is_alive(other, stranger) ? TR_OK : TR_ENOPROC, TR_OK);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
    SAYS(foreign_go_system_send(other, stranger, &(struct foreign_go){ 0 }), TR_OK); // it goes on
    SAYS(tr_system_stop(other, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(other), TR_OK);
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
