#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares Troupe with OTP: compare.py REPLAY SEEDS DIR…

Each DIR holds scenarios with the traces that OTP gave (README.md). REPLAY performs a scenario under
SEEDS seeds; every trace must be one of those recorded, or one of DIR/further/NAME.trace, which say
why OTP could give them as well. The last line is `N passed, N failed, N skipped`.
"""
import difflib
import glob
import os
import re
import subprocess
import sys

END_OF_TRACE = "=====\n"
UNSUPPORTED = 77


def read_scenario(path):
    """(lines of the scenario, [trace, …])"""
    with open(path, encoding="ascii") as file:
        parts = re.split(r"^expect \d+\n", file.read(), flags=re.MULTILINE)
    return parts[0].splitlines(), [part.splitlines() for part in parts[1:]]


def read_further(path):
    """Traces that were not recorded, separated by lines `expect`; lines of # say why."""
    name = os.path.basename(path).replace(".scn", ".trace")
    further = os.path.join(os.path.dirname(path), "further", name)
    if not os.path.exists(further):
        return []
    with open(further, encoding="ascii") as file:
        lines = [line for line in file.read().splitlines() if not line.startswith("#")]
    text = "\n".join(lines)
    return [part.strip("\n").splitlines() for part in text.split("expect\n")[1:]]


def kinds_of_ops(body, supervisors):
    """For the number of each operation: "burst", "kill" (of a supervisor) or None."""
    kinds = {}
    lines = iter([line.split() for line in body if line.startswith(("op ", "burst "))])
    for number, words in enumerate(lines, 1):
        group = [words]
        if words[0] == "burst":
            group = [next(lines) for _ in range(int(words[1]))]
        kill = any(op[1] == "kill" and op[2] in supervisors for op in group)
        kinds[number] = "kill" if kill else "burst" if words[0] == "burst" else None
    return kinds


def parent_of(event):
    """The id of the supervisor of the child an event is about."""
    return event.split()[1].split("#")[0].rpartition(".")[0]


def source_of(event):
    """Where a message that a flat actor took came from; for a notice, which monitor's it is."""
    words = event.split()
    return f"{words[3]}/{words[4]}" if words[2] == "down" else words[3]


def arrange(events, kind):
    """The events of a block in canonical order."""
    if kind == "flat":
        return sorted(events, key=source_of)  # different senders have no order
    if kind == "kill":
        return sorted(events)  # the children of a killed supervisor die at the same time
    if kind == "burst":
        return sorted(events, key=parent_of)  # supervisors act independently
    return events


def canonical(body, trace):
    """A trace as it is compared: blocks of events, ends in order, result and state."""
    supervisors = {line.split()[1] for line in body if line.startswith("sup ")}
    kinds = kinds_of_ops(body, supervisors)
    flat = any(line.startswith("tier t2") for line in body)
    out, events, ends, rest, kind = [], [], [], [], None

    def close():
        out.extend(arrange(events, kind) + sorted(ends) + rest)
        for block in (events, ends, rest):
            block.clear()

    for line in trace:
        words = line.split()
        if words[0] in ("op", "final"):
            close()
            kind = "flat" if flat else kinds.get(int(words[1]))
            out.append(line)
        elif words[0] == "end":
            who = words[1].split("#")[0]
            ends.append(f"end {who if who in supervisors else words[1]} {words[2]}")
        elif words[0] in ("ret", "tree", "r"):
            rest.append(line)
        elif words[0] not in ("sup_up", "sup_fail"):  # nobody in the tree is there to see these
            events.append(line)
    close()
    return out


def show(wanted, got):
    """Prints how a trace differs from the nearest that OTP gave."""
    nearest = min(wanted, key=lambda trace: len(list(difflib.unified_diff(trace, got, n=0))))
    for line in list(difflib.unified_diff(nearest, got, "otp", "troupe", lineterm=""))[:60]:
        print("   ", line)


def check(replay, seeds, path):
    """"passed", "failed" or "skipped" for one scenario."""
    body, recorded = read_scenario(path)
    wanted = [canonical(body, trace) for trace in recorded + read_further(path)]
    done = subprocess.run([replay, path, seeds], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300, check=False, encoding="ascii")
    if done.returncode == UNSUPPORTED:
        return "skipped"
    traces = [canonical(body, text.splitlines())
              for text in done.stdout.split(END_OF_TRACE)[:-1]]
    others = [trace for trace in traces if trace not in wanted]
    if done.returncode == 0 and len(traces) == int(seeds) and not others:
        return "passed"
    print(f"{path}: status {done.returncode}, {len(traces)} traces, {len(others)} not OTP's")
    print(done.stderr[-2000:])
    if others:
        show(wanted, others[0])
    return "failed"


def main():
    replay, seeds, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(folder, "*.scn"))):
            counts[check(replay, seeds, path)] += 1
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
