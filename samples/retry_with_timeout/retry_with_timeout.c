// SPDX-License-Identifier: MIT
// retry_with_timeout: a question is asked again until a server that is slow at first answers.
// Shows:  tr_call_named_retry with jittered backoff, what is safe to retry, tr_error_detail
// Run:    retry_with_timeout
// Expect: a balance at the third try, a payment made once, and whom its caller waited for
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE bank
TR_MESSAGE0(balance);
TR_MESSAGE(pay, { int64_t amount; });
TR_MESSAGE(money, { int64_t amount; });
TR_REQUEST(balance, money);
TR_REQUEST(pay, money);

#define SLOW_ANSWERS 2

struct bank {
    int64_t amount;
    int asked;
};
struct bank_args;

static tr_next bank_init(tr_self *self, struct bank *bank, const struct bank_args *args)
{
    (void)self;
    (void)args;
    bank->amount = 100;
    return TR_CONTINUE;
}

// The first questions are never answered.
static tr_next bank_on_balance(tr_self *self, struct bank *bank, const struct bank_balance *msg,
                               tr_from from)
{
    (void)msg;
    printf("the bank is asked\n");
    bank->asked++;
    if (bank->asked > SLOW_ANSWERS)
        bank_balance_reply(self, from, &(struct bank_money){ .amount = bank->amount });
    return TR_CONTINUE;
}

// Payments are made, but nobody is told.
static tr_next bank_on_pay(tr_self *self, struct bank *bank, const struct bank_pay *pay,
                           tr_from from)
{
    (void)self;
    (void)from;
    bank->amount -= pay->amount;
    printf("the bank pays %lld\n", (long long)pay->amount);
    return TR_CONTINUE;
}

TR_SERVER(bank, TR_CALL(balance), TR_CALL(pay));

static tr_exit customer(tr_self *self, const void *args)
{
    tr_retry_policy policy = { .attempts = 5, .first_ms = 10, .try_ms = 400, .idempotent = true };
    const struct bank_pay pay = { .amount = 30 };
    const tr_msg *reply = NULL;
    tr_detail detail = TR_DETAIL_INIT;

    (void)args;
    // To ask for the balance twice does no harm.
    tr_err err = tr_call_named_retry(self, "bank", &bank_balance_type, NULL, &policy, &reply);
    printf("balance: %s", tr_err_name(err));
    if (err == TR_OK)
        printf(", %lld", (long long)bank_money_of(reply)->amount);
    printf("\n");

    // To pay twice would: after a timeout nobody knows whether it was done.
    policy.idempotent = false;
    err = tr_call_named_retry(self, "bank", &bank_pay_type, &pay, &policy, &reply);
    if (tr_error_detail(self, &detail) == TR_OK)
        printf("payment: %s, after %lld ms of waiting for %s, which is %s\n", tr_err_name(err),
               (long long)detail.timeout_ms, detail.name, tr_state_name(detail.state));
    return TR_NORMAL;
}

int main(void)
{
    const tr_actor_spec spec = { .label = "customer", .run = customer };
    tr_system *sys;
    tr_pid pid;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    const tr_server_opts named = { .name = "bank" };
    if (tr_system_server_start(sys, &bank_server, &named, &pid) != TR_OK ||
        tr_system_spawn(sys, &spec, NULL, &pid) != TR_OK)
        return 1;
    // A question that is never answered returns when the customer has ended.
    struct bank_money none;
    tr_err err = bank_pay_system_call(sys, pid, &(struct bank_pay){ 0 }, TR_INFINITY, &none);
    tr_err stop = tr_system_stop(sys, 5000, NULL);
    (void)tr_system_free(sys);
    return (err == TR_EEXITED || err == TR_ENOPROC) && stop == TR_OK ? 0 : 1;
}
