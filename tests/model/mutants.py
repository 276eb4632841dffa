#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Weakens every memory order of the lock-free headers, one at a time, and demands that the model
checker finds out.

A mutant is a header with one order weakened, one fence or store left out, or one read-modify-write
split into a load and a store. It is compiled with the clients
that use it and run until a run fails (killed) or the executions are used up (survived). A survivor
needs a justification in equivalent.txt, and a justification needs a survivor.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CLIENTS = {
    "mailbox/mpsc.h": ["mailbox", "slot"],
    "mailbox/slot.h": ["slot"],
    "sched/guard.h": ["guard"],
    "sched/ring.h": ["ring"],
    "sched/idle.h": ["idle", "dispatch"],
    "memory/returns.h": ["returns"],
    "timer/fate.h": ["fate"],
}

READ_MODIFY_WRITE = {
    "seq_cst": ["acquire", "release", "relaxed"],
    "acq_rel": ["acquire", "release", "relaxed"],
    "acquire": ["relaxed"],
    "release": ["relaxed"],
}
FENCE = {
    "seq_cst": ["acq_rel", "none"],
    "acq_rel": ["acquire", "release", "none"],
    "acquire": ["none"],
    "release": ["none"],
}
WEAKER = {
    "load": {"seq_cst": ["relaxed"], "acquire": ["relaxed"]},
    "store": {"seq_cst": ["relaxed"], "release": ["relaxed"]},
    "fence": FENCE,
}
# The same operation without its atomicity, with all the order it could want.
SPLIT = {
    "xchg": "({{ __auto_type old_ = tri_load({0}, acquire); tri_store({0}, {1}, release);"
            " old_; }})",
    "add": "({{ __auto_type old_ = tri_load({0}, acquire); tri_store({0}, old_ + ({1}), release);"
           " old_; }})",
    "sub": "({{ __auto_type old_ = tri_load({0}, acquire); tri_store({0}, old_ - ({1}), release);"
           " old_; }})",
    "cas": "({{ __auto_type old_ = tri_load({0}, acquire); bool same_ = old_ == *({1});"
           " if (same_) tri_store({0}, {2}, release); else *({1}) = old_; same_; }})",
}
CALL = re.compile(r"\btri_(load|store|xchg|add|sub|cas|fence|light_fence|heavy_fence)\(")
FUNCTION = re.compile(r"^static inline [^;]*?\b(tri_\w+)\(", re.MULTILINE)
HERE = pathlib.Path(__file__).resolve().parent


class Mutant:
    def __init__(self, header, line, key, text):
        self.header, self.line, self.key, self.text = header, line, key, text
        self.killed, self.verdict = False, ""


def blank_comments(text):
    """The same text with spaces for comments, so that positions stay."""
    return re.sub(r"//[^\n]*|/\*.*?\*/",
                  lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.DOTALL)


def arguments(code, start):
    """The spans of the arguments of a call whose first one begins at start."""
    spans, depth, begin, at = [], 0, start, start
    while depth >= 0:
        if code[at] in "([{":
            depth += 1
        elif code[at] in ")]}":
            depth -= 1
        if (code[at] == "," and depth == 0) or depth < 0:
            spans.append((begin, at))
            begin = at + 1
        at += 1
    return spans, at


def edits(kind, code, call, spans, end):
    """Every weakening of one call: (what, from, to, replacement)."""
    if kind in ("light_fence", "heavy_fence"):
        yield kind, "left out", call, end, "((void)0)"
        return
    words = [code[slice(*span)].strip() for span in spans]
    target = " ".join(words[0].split())
    if kind == "store":
        yield f"store({target})", "left out", call, end, "((void)0)"
    elif kind in SPLIT:
        yield f"{kind}({target})", "split", call, end, SPLIT[kind].format(*words)
    orders = spans[-2:] if kind == "cas" else spans[-1:]
    for position, (begin, stop) in enumerate(orders):
        order = code[begin:stop].strip()
        is_failure = position == 1
        table = WEAKER["load"] if is_failure else WEAKER.get(kind, READ_MODIFY_WRITE)
        if kind == "fence":
            what = "fence"
        else:
            what = f"{kind}({target})" + (" failing" if is_failure else "")
        for weaker in table.get(order, []):
            if weaker == "none":
                yield what, f"{order} left out", call, end, "((void)0)"
            else:
                yield what, f"{order} -> {weaker}", begin, stop, " " * (kind != "fence") + weaker


def generate(root, header):
    text = (root / "runtime" / header).read_text()
    code = blank_comments(text)
    functions = [(m.start(), m.group(1)) for m in FUNCTION.finditer(code)]
    seen = {}
    for match in CALL.finditer(code):
        spans, end = arguments(code, match.end())
        function = [name for start, name in functions if start < match.start()][-1]
        call = match.start()
        for what, change, begin, stop, new in edits(match.group(1), code, call, spans, end):
            key = f"{header} {function}: {what} {change}"
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                key += f" #{seen[key]}"
            line = text.count("\n", 0, call) + 1
            yield Mutant(header, line, key, text[:begin] + new + text[stop:])


def compile_objects(options, directory):
    objects = []
    for source in sorted((HERE / "engine").glob("*.c")):
        target = directory / (source.stem + ".o")
        subprocess.run([options.cc, "-std=gnu11", "-O2", "-I", str(HERE / "twin"), "-I", str(HERE),
                        "-c", str(source), "-o", str(target)], check=True)
        objects.append(str(target))
    return objects


def build(options, objects, directory, client):
    program = directory / ("model_" + client)
    command = [options.cc, "-std=gnu11", "-O1", "-w", "-I", str(directory), "-I",
               str(HERE / "twin"), "-I", str(HERE), "-I", str(options.root / "runtime"),
               str(HERE / "clients" / (client + ".c")), *objects, "-o", str(program)]
    subprocess.run(command, check=True)
    return program


def hunt(options, program):
    """Runs a client; returns (killed, verdict)."""
    try:
        run = subprocess.run([str(program), "--hunt", str(options.executions)],
                             capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return False, "no verdict within 120 s"
    if run.returncode < 0:
        return True, f"killed (signal {-run.returncode})"
    failed = re.search(r"^FAIL .*?seed (\d+) executions (\d+): (.*)$", run.stdout, re.MULTILINE)
    if failed:
        return True, f"killed (seed {failed[1]}, executions {failed[2]})"
    if run.returncode != 0:
        return False, "the client ended with an error: " + run.stdout[-200:]
    return False, "survived"


def judge(options, objects, directory, mutant, number):
    place = directory / str(number)
    header = place / mutant.header
    header.parent.mkdir(parents=True)
    header.write_text(mutant.text)
    for client in CLIENTS[mutant.header]:
        mutant.killed, mutant.verdict = hunt(options, build(options, objects, place, client))
        if mutant.killed:
            mutant.verdict += " by " + client
            break
    return mutant


def justifications():
    """equivalent.txt: a key on a line of its own, its reason indented below."""
    reasons, key = {}, None
    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line[0].isspace():
            key = line.strip()
            reasons[key] = ""
        else:
            reasons[key] += line.strip() + " "
    return {key: reason for key, reason in reasons.items() if reason}


def check_unchanged(options, objects, directory):
    """The clients pass with the headers as they are: otherwise every mutant would look killed."""
    wrong = 0
    for client in sorted({name for names in CLIENTS.values() for name in names}):
        place = directory / ("unchanged-" + client)
        place.mkdir()
        killed, verdict = hunt(options, build(options, objects, place, client))
        if killed or verdict != "survived":
            print(f"unchanged header: {client} {verdict}")
            wrong += 1
    return wrong


def report(mutants, reasons):
    counts = {"killed": 0, "equivalent": 0, "unexplained": 0}
    for mutant in mutants:
        is_excused = mutant.key in reasons
        if mutant.killed and is_excused:
            kind, remark = "unexplained", "  <- equivalent.txt says it survives"
        elif mutant.killed:
            kind, remark = "killed", ""
        elif is_excused and mutant.verdict == "survived":
            kind, remark = "equivalent", "  (equivalent)"
        else:
            kind, remark = "unexplained", "  <- no justification"
        counts[kind] += 1
        place = f"{mutant.header}:{mutant.line}"
        print(f"{place:22} {mutant.key.split(' ', 1)[1]:72} {mutant.verdict}{remark}")
    stale = set(reasons) - {mutant.key for mutant in mutants}
    for key in sorted(stale):
        print(f"equivalent.txt: no such mutant: {key}")
    return counts, len(stale)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=HERE.parent.parent)
    parser.add_argument("--cc", default=os.environ.get("CC", "cc"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--executions", type=int, default=60000)
    parser.add_argument("--header", help="only this one, as mailbox/mpsc.h")
    options = parser.parse_args()
    mutants = [mutant for header in CLIENTS if options.header in (None, header)
               for mutant in generate(options.root, header)]
    reasons = {key: reason for key, reason in justifications().items()
               if options.header is None or key.startswith(options.header + " ")}
    with tempfile.TemporaryDirectory(prefix="troupe-mutants-") as name:
        directory = pathlib.Path(name)
        objects = compile_objects(options, directory)
        wrong = check_unchanged(options, objects, directory)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            mutants = list(pool.map(
                lambda pair: judge(options, objects, directory, pair[1], pair[0]),
                enumerate(mutants)))
    counts, stale = report(mutants, reasons)
    print("mutants: " + ", ".join(f"{number} {kind}" for kind, number in counts.items()))
    failed = counts["unexplained"] + stale + wrong
    print(f"{counts['killed'] + counts['equivalent']} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
