// SPDX-License-Identifier: MIT
// Pool returns: several threads push chains, the home takes all of them and uses the blocks again.
//
// Checked: each block comes home exactly once for each time it went out, its contents and the chain
// are ordered before the home's use, and a block that left and came back fools no pusher.
#include "memory/returns.h"

#define BLOCKS 6

struct block {
    struct tri_return_node node; // first: a node is its block
    uint32_t contents;           // plain: the last user's
};

static struct {
    struct tri_returns returns;
    struct block blocks[BLOCKS];
    uint32_t home[BLOCKS]; // observed: times it came home
    uint32_t out[BLOCKS];  // observed: times it was pushed
} world;

static void setup(void)
{
}

static void push_chain(uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        tri_plain_write(&world.blocks[i].contents, i);
        world.out[i]++;
        if (i + 1 < first + count) {
            tri_plain_write(&world.blocks[i].node.next, &world.blocks[i + 1].node);
        }
    }
    tri_returns_push(&world.returns, &world.blocks[first].node,
                     &world.blocks[first + count - 1].node);
}

static void push_pair(int first)
{
    push_chain((uint32_t)first, 2);
}

static void push_singles(int first)
{
    push_chain((uint32_t)first, 1);
    push_chain((uint32_t)first + 1, 1);
}

// Takes all that came home; returns the last block of the chain.
static struct block *take_home(void)
{
    struct block *last = NULL;
    struct tri_return_node *node = tri_returns_take(&world.returns);
    while (node != NULL) {
        last = (struct block *)(void *)node;
        size_t at = (size_t)(last - world.blocks);
        trt_check(at < BLOCKS && tri_plain_read(&last->contents) == at);
        trt_check(++world.home[at] <= world.out[at]);
        node = tri_plain_read(&node->next);
        tri_plain_write(&last->contents, (uint32_t)at); // the home uses it again
    }
    return last;
}

static void home(int looks)
{
    for (int i = 0; i < looks; i++) {
        (void)take_home();
    }
}

// Sends a block that came home away again, as the home of others does: it may be the top once more.
static void home_and_away(int looks)
{
    for (int i = 0; i < looks; i++) {
        struct block *block = take_home();
        if (block != NULL) {
            push_chain((uint32_t)(block - world.blocks), 1);
        }
    }
}

static void finish(void)
{
    (void)take_home();
    for (int i = 0; i < BLOCKS; i++) {
        trt_check(world.home[i] == world.out[i]);
    }
}

#define RETURNS .setup = setup, .finish = finish

static const struct trt_program programs[] = {
    { "returns: three pushers", RETURNS,
      .threads = { { push_pair, 0, false },
                   { push_singles, 2, false },
                   { push_pair, 4, false },
                   { home, 3, false } } },
    { "returns: blocks leave again", RETURNS,
      .threads = { { push_pair, 0, false },
                   { push_singles, 2, false },
                   { home_and_away, 3, false } } },
    { "returns: two pushers, all schedules", RETURNS, .exhaust = true, .preemptions = 3,
      .threads = { { push_pair, 0, false }, { push_pair, 2, false }, { home, 1, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
