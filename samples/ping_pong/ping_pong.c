// SPDX-License-Identifier: MIT
// ping_pong: two process-style actors play, and a spectator's question waits its turn.
// Shows:  selective receive: a message that is not asked for stays where it is, in order
// Run:    ping_pong
// Expect: three rounds, then the two shouts that came before them, then the result
#include <stdio.h>
#include <troupe.h>

#define TR_MODULE game
TR_MESSAGE(ping, {
    tr_pid from;
    int round;
});
TR_MESSAGE(pong, { int round; });
TR_MESSAGE(shout, { char text[16]; });
TR_MESSAGE0(ask);
TR_MESSAGE(result, { int rounds; });
TR_REQUEST(ask, result);

#define ROUNDS 3

static tr_exit ponger(tr_self *self, const void *args)
{
    (void)args;
    for (;;) {
        const tr_msg *msg;
        if (tr_receive(self, &(tr_match){ TR_TYPES(&game_ping_type) }, TR_INFINITY, &msg) != TR_OK)
            return TR_ERROR("no ping");
        const struct game_ping *ping = game_ping_of(msg);
        (void)tr_send(self, ping->from, game_pong, .round = ping->round);
    }
}

// Plays the rounds; takes pongs only, whatever else waits.
static int play(tr_self *self, tr_pid peer)
{
    int round = 1;

    for (; round <= ROUNDS; round++) {
        const tr_msg *msg;
        (void)tr_send(self, peer, game_ping, .from = tr_self_pid(self), .round = round);
        if (tr_receive(self, &(tr_match){ TR_TYPES(&game_pong_type) }, 5000, &msg) != TR_OK)
            break;
        printf("ping %d, pong %d\n", round, game_pong_of(msg)->round);
    }
    return round - 1;
}

static tr_exit pinger(tr_self *self, const void *args)
{
    const tr_pid *peer = args;
    const tr_msg *msg;

    // The game begins when the question is there: what was sent before it is there as well.
    if (tr_receive(self, &(tr_match){ TR_TYPES(&game_ask_type) }, TR_INFINITY, &msg) != TR_OK)
        return TR_ERROR("nobody asks");
    tr_from spectator = tr_msg_from(msg);
    int rounds = play(self, *peer);
    while (tr_receive(self, NULL, 0, &msg) == TR_OK) {
        if (game_shout_of(msg) != NULL)
            printf("somebody shouted: %s\n", game_shout_of(msg)->text);
    }
    game_ask_reply(self, spectator, &(struct game_result){ .rounds = rounds });
    return TR_NORMAL;
}

static tr_err watch(tr_system *sys)
{
    static const tr_actor_spec ponger_spec = { .label = "ponger", .run = ponger };
    static const tr_actor_spec pinger_spec = { .label = "pinger", .run = pinger };
    struct game_result result;
    tr_pid peer;
    tr_pid player;

    tr_err err = tr_system_spawn(sys, &ponger_spec, NULL, &peer);
    if (err != TR_OK)
        return err;
    const tr_spawn_opts opts = { .args = &peer, .args_bytes = sizeof peer };
    err = tr_system_spawn(sys, &pinger_spec, &opts, &player);
    if (err == TR_OK)
        err = game_shout_system_send(sys, player, &(struct game_shout){ "faster" });
    if (err == TR_OK)
        err = game_shout_system_send(sys, player, &(struct game_shout){ "higher" });
    if (err == TR_OK)
        err = game_ask_system_call(sys, player, &(struct game_ask){ 0 }, 10000, &result);
    if (err == TR_OK)
        printf("%d rounds\n", result.rounds);
    return err;
}

int main(void)
{
    tr_system *sys;

    if (tr_system_start(NULL, &sys) != TR_OK)
        return 1;
    tr_err err = watch(sys);
    if (err != TR_OK)
        fprintf(stderr, "ping_pong: %s\n", tr_err_text(err));
    tr_err stop = tr_system_stop(sys, 5000, NULL); // ends the ponger, which waits for ever
    (void)tr_system_free(sys);
    return err == TR_OK && stop == TR_OK ? 0 : 1;
}
