// SPDX-License-Identifier: MIT
// Threads open, use, trim and close stacks with nothing but the slabs' own lock between them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/stack.h"
#include "port/thread.h"

enum { HELD = 8, ROUNDS = 40, THREADS_MAX = 64 };

struct worker {
    struct tri_os_thread thread;
    int wrong;
};

static void use(struct worker *me, struct tri_stack **held)
{
    for (int i = 0; i < HELD; i++) {
        held[i] = tri_stack_open(i % 2 == 0 ? 0 : 16 * 1024);
        memcpy(held[i]->low + 256, &me, sizeof me);
    }
    for (int i = 0; i < HELD; i++) {
        me->wrong += memcmp(held[i]->low + 256, &me, sizeof me) != 0;
        tri_stack_trim(held[i]);
        tri_stack_close(held[i]);
    }
}

static void work(void *arg)
{
    struct tri_stack *held[HELD];
    for (int round = 0; round < ROUNDS; round++) {
        use(arg, held);
        tri_stack_unmap_all();
    }
}

int main(void)
{
    static struct worker workers[THREADS_MAX];
    const char *text = getenv("TRT_WORKERS");
    int count = text == NULL ? 3 : atoi(text);
    int wrong = 0;

    count = count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : count;
    for (int i = 0; i < count; i++) {
        wrong += tri_os_thread_start(&workers[i].thread, work, &workers[i]) != 0;
    }
    for (int i = 0; i < count; i++) {
        tri_os_thread_join(&workers[i].thread);
        wrong += workers[i].wrong;
    }
    wrong += tri_stack_open_count() != 0;
    printf("%d passed, %d failed, 0 skipped\n", wrong == 0, wrong != 0);
    return wrong == 0 ? 0 : 1;
}
