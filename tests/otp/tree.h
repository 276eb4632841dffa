// SPDX-License-Identifier: MIT
// A scenario of supervision: the tree it declares, its operations, and the trace it leaves.
//
// The language of the files is described in README.md. Threads: one. Ownership: static.
#ifndef TRT_OTP_TREE_H
#define TRT_OTP_TREE_H

#include <troupe/test.h>

enum { NODES_MAX = 64, OPS_MAX = 100, WORD_BYTES = 32, LINE_BYTES = 128 };

/// A supervisor or a worker of the scenario.
struct node {
    char id[WORD_BYTES];
    int parent; ///< index, -1 for the root
    bool is_supervisor;
    bool trap;
    bool linked; ///< a worker: keeps the link to its supervisor
    bool spare;  ///< not started with its supervisor
    tr_strategy strategy;
    int32_t intensity;
    tr_restart restart;
    int64_t shutdown_ms;
    char on[WORD_BYTES];    ///< what a trapping worker does with an exit signal
    char start[WORD_BYTES]; ///< which attempts to start fail or answer ignore
    unsigned attempts;      ///< of this run
    tr_pid pid;             ///< the newest instance of this run
};

/// The scenario.
struct tree {
    struct node nodes[NODES_MAX];
    int node_count;
    char ops[OPS_MAX][LINE_BYTES]; ///< lines "op …" and "burst N"
    int op_count;
    bool unsupported; ///< dynamic children, significant ones or auto_shutdown
};
extern struct tree tree;

/// Reads a file; false when that fails.
bool tree_read(const char *path);
/// Index of an id, -1 for none.
int tree_find(const char *id);
/// The spec of a node that is a child.
tr_child tree_child(int node);
/// The spec of the root with everything below it.
const tr_supervisor_spec *tree_root(void);

/// Splits a line into words; gives their number. The line is changed.
int split(char *line, char **words, int most);

#endif
