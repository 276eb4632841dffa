// SPDX-License-Identifier: MIT
// A scenario of flat actors: its lines, the observer of its actors, and the playing of operations.
//
// Each operation is performed to the end (until quiet) before the next begins. What the tier's own
// file knows is which actor performs an operation and how. Threads: one. Ownership: static.
#ifndef TRT_OTP_SCRIPT_H
#define TRT_OTP_SCRIPT_H

#include <troupe/test.h>

enum { SCRIPT_LINES_MAX = 160, SCRIPT_LINE_BYTES = 256, SCRIPT_WORDS_MAX = 32 };

#undef TR_MODULE
#define TR_MODULE otp_script
TR_MESSAGE(perform, { int32_t op; }); // to an actor: perform the operation with this index
TR_MESSAGE(watch, {
    tr_pid pid;
    char name[16];
});
TR_MESSAGE0(watching);
TR_REQUEST(watch, watching);

/// The scenario.
struct script {
    char tier[SCRIPT_LINE_BYTES];
    char decls[SCRIPT_LINES_MAX][SCRIPT_LINE_BYTES]; ///< what stands before the operations
    int decl_count;
    char ops[SCRIPT_LINES_MAX][SCRIPT_LINE_BYTES]; ///< operations, without "op "
    int op_count;
};
extern struct script script;

/// Reads a file; false when that fails.
bool script_read(const char *path);
/// The words of operation number `op`; `line` holds them. Gives their number.
int script_words(int op, char line[SCRIPT_LINE_BYTES], char *words[SCRIPT_WORDS_MAX]);

/// Starts the observer, which writes `end NAME REASON` for the actors that it watches.
void script_observe(tr_test *test);
/// Ends it.
void script_unobserve(tr_test *test);
/// Has the calling actor watched under a name; returns when it is.
void script_watch_me(tr_self *self, const char *name);

/// Spawns an actor that traps exits or not, with a word as its argument.
tr_pid script_spawn(tr_test *test, const tr_actor_spec *spec, bool trap, const char *word);
/// Has an actor perform an operation.
void script_perform(tr_test *test, tr_pid actor, int op);
/// Receives the next operation to be performed.
int script_next_op(tr_self *self);

#endif
