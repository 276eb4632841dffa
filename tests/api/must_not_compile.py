#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mistakes that the compiler must catch: must_not_compile.py INCLUDE_DIR [COMPILER…]

Each case is a line of C inside a common frame. The right line must compile without a warning, the
wrong one must stop the compiler with a message that names the mistake. Compilers that are absent
are skipped. The flags are those a user has by the README: -Wall -Wextra, warnings as errors.
"""
import re
import shutil
import subprocess
import sys

FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-S", "-o", "/dev/null",
         "-x", "c"]

# What every case can use. HERE is replaced inside a function, TOP at file scope.
FRAME = """
#define TR_MODULE game
#include <troupe.h>
TR_MESSAGE(ping, { int n; });
TR_MESSAGE(pong, { long long m; });
TR_MESSAGE(score, { double points; });
TR_MESSAGE0(quit);
TR_REQUEST(ping, pong);
TOP
void use(tr_self *self, tr_system *sys, tr_pid to, tr_from from, const tr_msg *msg);
void use(tr_self *self, tr_system *sys, tr_pid to, tr_from from, const tr_msg *msg)
{
    tr_ref ref = tr_ref_new(self);
    static const struct game_ping one = { 1 };
    (void)one, (void)sys, (void)to, (void)from, (void)msg, (void)ref;
    HERE
}
"""

# A server named table, whole; cases break it.
SERVER = """
struct table { int sum; };
struct table_args { int first; };
static tr_next table_init(tr_self *self, struct table *t, const struct table_args *args)
{ (void)self; t->sum = args->first; return TR_CONTINUE; }
static tr_next table_on_score(tr_self *self, struct table *t, const struct game_score *m)
{ (void)self; t->sum += (int)m->points; return TR_CONTINUE; }
static tr_next table_on_ping(tr_self *self, struct table *t, const struct game_ping *m,
                             tr_from from)
{ game_ping_reply(self, from, &(struct game_pong){ m->n + t->sum }); return TR_CONTINUE; }
TR_SERVER(table, TR_CAST(score), TR_CALL(ping));
"""
OTHER_STATE = SERVER.replace("struct table_args", "struct other { int x; };\nstruct table_args", 1)

# (name, place, right, wrong, what the message must say)
CASES = [
    ("wrong payload at send", "HERE",
     "struct game_ping p = { 1 }; (void)game_ping_send(self, to, &p);",
     "struct game_pong p = { 1 }; (void)game_ping_send(self, to, &p);",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("unknown field at send", "HERE",
     "(void)tr_send(self, to, game_ping, .n = 1);",
     "(void)tr_send(self, to, game_ping, .count = 1);",
     r"(no member|does not refer to any field).*(count|game_ping)?"),
    ("unknown message at send", "HERE",
     "(void)tr_send(self, to, game_ping, .n = 1);",
     "(void)tr_send(self, to, game_pint, .n = 1);",
     r"game_pint"),
    ("wrong type at receive", "HERE",
     "const struct game_ping *p = game_ping_of(msg); (void)p;",
     "const struct game_pong *p = game_ping_of(msg); (void)p;",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("changed payload of a received message", "HERE",
     "const struct game_ping *p = game_ping_of(msg); (void)p->n;",
     "const struct game_ping *p = game_ping_of(msg); p->n = 1;",
     r"read-only|const-qualified"),
    ("missing handler", "TOP",
     SERVER,
     SERVER.replace("table_on_score(tr_self", "table_on_points(tr_self"),
     r"table_on_score"),
    ("missing init", "TOP",
     SERVER,
     SERVER.replace("table_init(tr_self", "table_begin(tr_self"),
     r"table_init"),
    ("handler for another message", "TOP",
     SERVER,
     SERVER.replace("const struct game_score *m)", "const struct game_quit *m)")
           .replace("(int)m->points", "(int)m->tr_empty_"),
     r"table_on_score|incompatible"),
    ("handler with another state", "TOP",
     OTHER_STATE,
     OTHER_STATE.replace("table_on_score(tr_self *self, struct table *t",
                         "table_on_score(tr_self *self, struct other *t")
                .replace("t->sum += (int)m", "t->x += (int)m"),
     r"table_on_score|incompatible"),
    ("call handler without its from", "TOP",
     SERVER,
     SERVER.replace("const struct game_ping *m,\n                             tr_from from)",
                    "const struct game_ping *m)")
           .replace("game_ping_reply(self, from, &(struct game_pong){ m->n + t->sum });",
                    "t->sum += m->n;"),
     r"too many arguments"),
    ("handler that gives nothing", "TOP",
     SERVER,
     SERVER.replace("{ (void)self; t->sum += (int)m->points; return TR_CONTINUE; }",
                    "{ (void)self; t->sum += (int)m->points; return; }"),
     r"return"),
    ("callback with a wrong signature", "HERE",
     "static const tr_actor_spec spec = { .run = NULL }; (void)spec;",
     "extern int run(tr_self *, int); static const tr_actor_spec spec = { .run = run };"
     "(void)spec;",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("reply of the wrong type", "HERE",
     "game_ping_reply(self, from, &(struct game_pong){ 1 });",
     "game_ping_reply(self, from, &(struct game_ping){ 1 });",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("answer of the wrong type at call", "HERE",
     "struct game_pong out; if (game_ping_call(self, to, &one, 5, &out)) return;",
     "struct game_ping out; if (game_ping_call(self, to, &one, 5, &out)) return;",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("call of a message that is no request", "HERE",
     "struct game_pong out; if (game_ping_call(self, to, &one, 5, &out)) return;",
     "struct game_pong out; if (game_score_call(self, to, &one, 5, &out)) return;",
     r"game_score_call"),
    ("a number where a pid belongs", "HERE",
     "(void)tr_send(self, to, game_quit, 0);",
     "(void)tr_send(self, 7, game_quit, 0);",
     r"incompatible type"),
    ("a reference where a pid belongs", "HERE",
     "(void)tr_link(self, to);",
     "(void)tr_link(self, ref);",
     r"incompatible type"),
    ("a pid where a reference belongs", "HERE",
     "(void)tr_demonitor(self, ref, true);",
     "(void)tr_demonitor(self, to, true);",
     r"incompatible type"),
    ("swapped self and pid", "HERE",
     "(void)game_ping_send(self, to, &(struct game_ping){ 1 });",
     "(void)game_ping_send(to, self, &(struct game_ping){ 1 });",
     r"incompatible type"),
    ("system where self belongs", "HERE",
     "(void)tr_send(self, to, game_quit, 0);",
     "(void)tr_send(sys, to, game_quit, 0);",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("swapped timeout and out at receive", "HERE",
     "const tr_msg *m; if (tr_receive(self, NULL, 5, &m) == TR_OK) return;",
     "const tr_msg *m; if (tr_receive(self, NULL, &m, 5) == TR_OK) return;",
     r"makes (pointer|integer)|incompatible (pointer|integer)"),
    ("misspelt spawn option", "HERE",
     "(void)tr_spawn(self, NULL, &(tr_spawn_opts){ .name = \"x\", .link = true }, NULL);",
     "(void)tr_spawn(self, NULL, &(tr_spawn_opts){ .nmae = \"x\", .link = true }, NULL);",
     r"nmae"),
    ("misspelt system option", "HERE",
     "tr_system *s; if (tr_system_start(&(tr_system_opts){ .workers = 1 }, &s)) return;",
     "tr_system *s; if (tr_system_start(&(tr_system_opts){ .worker = 1 }, &s)) return;",
     r"worker"),
    ("misspelt child option", "TOP",
     "static const tr_child c = { .id = \"a\", .restart = TR_TRANSIENT };\n"
     "extern const tr_child *const d; const tr_child *const d = &c;",
     "static const tr_child c = { .id = \"a\", .restarts = TR_TRANSIENT };\n"
     "extern const tr_child *const d; const tr_child *const d = &c;",
     r"restarts"),
    ("options of something else", "HERE",
     "tr_spawn_opts o = { .link = true }; (void)tr_spawn(self, NULL, &o, NULL);",
     "tr_system_opts o = { .workers = 1 }; (void)tr_spawn(self, NULL, &o, NULL);",
     r"incompatible.*pointer|pointer.*incompatible"),
    ("ignored result of receive", "HERE",
     "const tr_msg *m; if (tr_receive(self, NULL, 5, &m) == TR_OK) return;",
     "const tr_msg *m; tr_receive(self, NULL, 5, &m);",
     r"warn.unused.result|ignoring return value"),
    ("ignored result of a call", "HERE",
     "struct game_pong out; if (game_ping_call(self, to, &one, 5, &out)) return;",
     "struct game_pong out; game_ping_call(self, to, &one, 5, &out);",
     r"warn.unused.result|ignoring return value"),
    ("ignored message of tr_msg_new", "HERE",
     "void *body; tr_msg *m = tr_msg_new(self, &game_ping_type, &body); tr_msg_free(self, m);",
     "void *body; tr_msg_new(self, &game_ping_type, &body);",
     r"warn.unused.result|ignoring return value"),
    ("ignored result of register", "HERE",
     "if (tr_register(self, \"n\", to) == TR_OK) return;",
     "tr_register(self, \"n\", to);",
     r"warn.unused.result|ignoring return value"),
    ("ignored result of starting a system", "HERE",
     "tr_system *s; if (tr_system_start(NULL, &s) == TR_OK) return;",
     "tr_system *s; tr_system_start(NULL, &s);",
     r"warn.unused.result|ignoring return value"),
    ("reply instead of a next step", "TOP",
     SERVER,
     SERVER.replace("t->sum = args->first; return TR_CONTINUE;",
                    "t->sum = args->first; return TR_NORMAL;"),
     r"incompatible (result )?types?|incompatible"),
    ("free of a borrowed message", "HERE",
     "tr_msg *own = tr_msg_keep(self, msg); tr_msg_free(self, own);",
     "tr_msg_free(self, msg);",
     r"discards.*qualifier"),
]


def compile_text(compiler, include, text):
    """(whether it compiled, its messages)"""
    done = subprocess.run([compiler, *FLAGS, "-I", include, "-"], input=text.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def frame(place, code):
    """The case's code inside the common frame."""
    text = FRAME.replace(place, code.replace("\\", "\\\\"), 1)
    return text.replace("HERE", "", 1).replace("TOP", "", 1)


def judge(compiler, include, case):
    """None, or what is wrong with the case."""
    _, place, right, wrong, pattern = case
    good, messages = compile_text(compiler, include, frame(place, right))
    if not good:
        return "the right code does not compile:\n" + messages
    good, messages = compile_text(compiler, include, frame(place, wrong))
    if good:
        return "the mistake compiles"
    if not re.search(pattern, messages):
        return "the message does not name the mistake:\n" + messages
    return None


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: must_not_compile.py INCLUDE_DIR [COMPILER…]")
    passed = failed = skipped = 0
    for compiler in sys.argv[2:] or ["gcc", "clang"]:
        if shutil.which(compiler) is None:
            print(f"{compiler}: not here")
            skipped += len(CASES)
            continue
        for case in CASES:
            fault = judge(compiler, sys.argv[1], case)
            if fault is None:
                passed += 1
            else:
                failed += 1
                print(f"{compiler}: {case[0]}: {fault}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


sys.exit(main())
