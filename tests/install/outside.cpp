// SPDX-License-Identifier: MIT
// A program outside this tree, in C++17: an actor answers a call made by a thread.
#include <cstdio>
#include <troupe.h>

#define TR_MODULE answer
TR_MESSAGE0(ask);
TR_MESSAGE(number, { int64_t n; });
TR_REQUEST(ask, number);

static tr_exit answer_once(tr_self *self, const void *)
{
    const tr_msg *msg = nullptr;
    if (tr_receive(self, nullptr, TR_INFINITY, &msg) == TR_OK && answer_ask_of(msg) != nullptr) {
        answer_number number = { 42 };
        answer_ask_reply(self, tr_msg_from(msg), &number);
    }
    return TR_NORMAL;
}

static bool ask(tr_system *sys)
{
    tr_actor_spec spec = {};
    spec.run = answer_once;
    tr_pid pid;
    answer_ask question = {};
    answer_number number = {};
    if (tr_system_spawn(sys, &spec, nullptr, &pid) != TR_OK ||
        answer_ask_system_call(sys, pid, &question, 5000, &number) != TR_OK) {
        return false;
    }
    std::printf("%s: %d\n", tr_version(), static_cast<int>(number.n));
    return true;
}

int main()
{
    tr_system *sys = nullptr;
    if (tr_system_start(nullptr, &sys) != TR_OK) {
        return 1;
    }
    bool answered = ask(sys);
    tr_err stopped = tr_system_stop(sys, 5000, nullptr);
    return answered && stopped == TR_OK && tr_system_free(sys) == TR_OK ? 0 : 1;
}
