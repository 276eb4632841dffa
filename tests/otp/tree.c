// SPDX-License-Identifier: MIT
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

struct tree tree;

static tr_child children[NODES_MAX][NODES_MAX];
static size_t child_counts[NODES_MAX];
static tr_supervisor_spec specs[NODES_MAX];
static int numbers[NODES_MAX]; // arguments of the workers: their own index

int split(char *line, char **words, int most)
{
    int count = 0;
    char *rest = line;
    char *word;
    while (count < most && (word = strtok_r(rest, " \n", &rest)) != NULL) {
        words[count++] = word;
    }
    return count;
}

int tree_find(const char *id)
{
    for (int i = 0; i < tree.node_count; i++) {
        if (strcmp(tree.nodes[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

static int index_of(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    tree.unsupported = true;
    return 0;
}

static tr_strategy strategy_of(const char *word)
{
    static const char *const words[] = { "one_for_one", "one_for_all", "rest_for_one" };
    return (tr_strategy)index_of(word, words, 3);
}

static void set_restart(struct node *node, const char *restart, const char *shutdown,
                        const char *significant)
{
    static const char *const words[] = { "permanent", "transient", "temporary" };
    node->restart = (tr_restart)index_of(restart, words, 3);
    if (strcmp(shutdown, "brutal") == 0) {
        node->shutdown_ms = TR_BRUTAL;
    } else if (strcmp(shutdown, "infinity") == 0) {
        node->shutdown_ms = TR_INFINITY;
    } else {
        node->shutdown_ms = atoll(shutdown);
    }
    tree.unsupported |= strcmp(significant, "no") != 0;
}

static void copy_word(char *to, const char *word)
{
    snprintf(to, WORD_BYTES, "%s", word);
}

static struct node *add_node(char **words)
{
    struct node *node = &tree.nodes[tree.node_count++];
    copy_word(node->id, words[1]);
    node->parent = tree_find(words[2]);
    return node;
}

// sup ID PARENT STRATEGY INTENSITY PERIOD AUTO RESTART SHUTDOWN SIGNIFICANT
static void add_supervisor(char **words)
{
    struct node *node = add_node(words);
    node->is_supervisor = true;
    node->strategy = strategy_of(words[3]);
    node->intensity = atoi(words[4]);
    tree.unsupported |= strcmp(words[6], "never") != 0;
    set_restart(node, words[7], words[8], words[9]);
}

// wrk|spare ID PARENT RESTART SHUTDOWN SIGNIFICANT TRAP ON START LINKED
static void add_worker(char **words)
{
    struct node *node = add_node(words);
    node->spare = strcmp(words[0], "spare") == 0;
    set_restart(node, words[3], words[4], words[5]);
    node->trap = strcmp(words[6], "yes") == 0;
    copy_word(node->on, words[7]);
    copy_word(node->start, words[8]);
    node->linked = strcmp(words[9], "yes") == 0;
}

static void read_line(const char *line)
{
    char copy[LINE_BYTES * 2];
    char *words[12] = { NULL };
    snprintf(copy, sizeof copy, "%s", line);
    int count = split(copy, words, 12);
    if (count == 10 && strcmp(words[0], "sup") == 0) {
        add_supervisor(words);
    } else if (count == 10) {
        add_worker(words);
    } else if (count > 1 && (strcmp(words[0], "op") == 0 || strcmp(words[0], "burst") == 0)) {
        snprintf(tree.ops[tree.op_count++], LINE_BYTES, "%.*s", (int)strcspn(line, "\n"), line);
    }
}

bool tree_read(const char *path)
{
    char line[LINE_BYTES * 2];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    while (fgets(line, sizeof line, file) != NULL && strncmp(line, "expect", 6) != 0) {
        read_line(line);
    }
    fclose(file);
    return tree.node_count > 0;
}

tr_child tree_child(int index)
{
    const struct node *node = &tree.nodes[index];
    tr_child child = { .id = node->id, .restart = node->restart, .shutdown_ms = node->shutdown_ms };
    if (node->is_supervisor) {
        child.supervisor = &specs[index];
        return child;
    }
    numbers[index] = index;
    child.server = &worker_server;
    child.trap = node->trap;
    child.args = &numbers[index];
    child.args_bytes = sizeof numbers[index];
    return child;
}

const tr_supervisor_spec *tree_root(void)
{
    for (int i = 0; i < tree.node_count; i++) {
        const struct node *node = &tree.nodes[i];
        specs[i] = (tr_supervisor_spec){
            .strategy = node->strategy,
            .intensity = node->intensity == 0 ? TR_ZERO : node->intensity,
            .period_ms = 3600000,
            .children = children[i],
        };
    }
    memset(child_counts, 0, sizeof child_counts);
    for (int i = 1; i < tree.node_count; i++) {
        const struct node *node = &tree.nodes[i];
        if (!node->spare) {
            children[node->parent][child_counts[node->parent]++] = tree_child(i);
            specs[node->parent].child_count = child_counts[node->parent];
        }
    }
    return &specs[0];
}
