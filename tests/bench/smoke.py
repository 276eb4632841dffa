#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one benchmark with tiny counts in each of its styles and checks what it reports:
smoke.py PROGRAM BENCH, or smoke.py PROGRAM usage for the command line itself."""
import json
import subprocess
import sys

BASE = {"params", "messages", "seconds", "msgs_per_s", "peak_rss_kib", "worker_count", "allocator"}
LATENCIES = {"p50_ns", "p99_ns", "p999_ns", "max_ns", "samples"}
ALL = ("handler", "process", "server")
PROCESS = ("process",)

# name: (styles, [(parameters, messages, values)], further fields). Messages None: any number.
# Values are those that further fields must have; ... stands for any, where only this set-up has
# the field.
CASES = {
    "pingpong": (ALL[:2], [("n=50", 100, {}), ("n=20 pairs=7", 280, {})], {"ns_per_roundtrip"}),
    "ring": (ALL[:2], [("r=5 n=100", 100, {}), ("r=3 n=99 k=3", 99, {}), ("r=1 n=10", 10, {})],
             {"ns_per_hop"}),
    "counting": (ALL[:2], [("n=500", 502, {}), ("n=500 cap=8", 502, {})], set()),
    "fanin": (ALL[:2], [("m=5 n=40", 200, {}), ("m=5 n=40 cap=4", 200, {})], set()),
    "fork_create": (ALL[:2], [("n=200", 200, {})], {"ns_per_spawn", "spawns_per_s"}),
    "memory": (ALL, [("n=300", 300, {})], {"bytes_per_actor"}),
    "idle": (ALL[:2], [("ms=50 actors=10", 0, {})], {"cpu_ms", "cpu_ms_per_10s"}),
    "call": (ALL, [("n=60", 120, {"samples": 60}), ("n=40 clients=3", 240, {"samples": 40})],
             LATENCIES | {"calls_per_s"}),
    "fanout": (ALL[:2], [("m=6 n=30", 180, {})], set()),
    "big": (ALL[:2], [("actors=9 n=20", 360, {}), ("actors=1 n=20", 40, {})], set()),
    "chameneos": (ALL[:2], [("c=4 n=50", 200, {}), ("c=3 n=51", 204, {})], {"meetings_per_s"}),
    "skynet": (ALL[:2], [("n=100", 111, {}), ("n=1", 1, {})], {"spawns_per_s"}),
    "selective": (PROCESS, [(f"k=20 n=50 mode={mode}", 100, {}) for mode in ("ref", "tag", "call")],
                  {"ns_per_call"}),
    "bounded": (("mailbox", "buffer"),
                [("p=3 c=2 cap=4 n=50", 150, {}), ("p=1 c=3 cap=1 n=50", 50, {})],
                {"items_per_s"}),
    "timers": (PROCESS, [("mode=cancel n=50", 50, {"arm_ns": ..., "cancel_ns": ...}),
                         ("mode=fire n=50", 50, dict.fromkeys(LATENCIES, ...))], set()),
    "restart": (PROCESS, [("mode=one n=20", 40, {}), ("mode=many n=20", 40, {})],
                {"restarts_per_s"}),
    "payload": (PROCESS, [("bytes=3000 n=300 mode=copy", 300, {}),
                          ("bytes=1 n=64 mode=move", 64, {}),
                          ("bytes=70000 n=100 mode=blob", 100, {})], {"mib_per_s"}),
    "inspect": (("handler",), [("n=30 pairs=2 slices=2 ms=20", None, {})],
                LATENCIES | {"without_per_s", "with_per_s", "lost_percent", "best_ns"}),
    "hog": (PROCESS, [("w=1 ms=150 gap=1", None, {}), ("w=0 ms=30", None, {})], LATENCIES),
}


def run(program, *arguments):
    """(exit code, standard output, standard error) of the program."""
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=50, check=False)
    return done.returncode, done.stdout, done.stderr


def faults_of(name, style, workers, parameters, messages, values, output):
    """What is wrong with the line that a run printed."""
    lines = output.splitlines()
    if len(lines) != 1:
        return [f"{len(lines)} lines instead of one"]
    got = json.loads(lines[0])
    fields = BASE | CASES[name][2] | set(values)
    asked = dict(pair.split("=") for pair in parameters.split())
    faults = []
    if set(got) != fields:
        return [f"fields that are missing or too many: {sorted(set(got) ^ fields)}"]
    for key, value in {**asked, "style": style, "workers": str(workers)}.items():
        if str(got["params"].get(key)) != value:
            faults.append(f"parameter {key} is {got['params'].get(key)}, not {value}")
    for key, value in {**values, "messages": messages, "worker_count": workers}.items():
        if value is not None and value is not ... and got.get(key) != value:
            faults.append(f"{key} is {got.get(key)}, not {value}")
    if got["seconds"] <= 0 or got["peak_rss_kib"] <= 0:
        faults.append("seconds and peak memory must be positive")
    elif abs(got["messages"] - got["msgs_per_s"] * got["seconds"]) > got["msgs_per_s"] * 1e-6 + 1:
        faults.append("messages, seconds and msgs_per_s disagree")  # beyond what rounding explains
    return faults


def check_bench(program, name):
    """Runs all styles and set-ups of one benchmark; returns the faults."""
    styles, setups, _ = CASES[name]
    faults = []
    for style in styles:
        for workers in (1, 2):
            for parameters, messages, values in setups:
                words = [*parameters.split(), f"style={style}", f"workers={workers}"]
                code, output, errors = run(program, name, *words)
                found = ([f"exit code {code}: {errors.strip()}"] if code != 0 else
                         faults_of(name, style, workers, parameters, messages, values, output))
                faults += [f"{name} {' '.join(words)}: {fault}" for fault in found]
    return faults


def check_usage(program):
    """Wrong command lines must end with 2 and name what is wrong; --list names the benchmarks."""
    faults = []
    for words, named in ((["nosuch"], "nosuch"), (["ring", "q=1"], "q"), (["ring", "n=x"], "n=x"),
                         (["ring", "n=0"], "n=0"), (["ring", "n"], "n"),
                         (["ring", "style=server"], "server"), (["ring", "workers=-1"], "workers"),
                         (["payload", "mode=x"], "mode=x")):
        code, output, errors = run(program, *words)
        if code != 2 or output or f"'{named}" not in errors:
            faults.append(f"{' '.join(words)}: code {code}, {output!r}, {errors!r}")
    code, output, _ = run(program, "--list")
    if code != 0 or not set(CASES) <= set(output.split()):
        faults.append(f"--list: code {code}, {output!r}")
    return faults


def main():
    program, name = sys.argv[1:]
    faults = check_usage(program) if name == "usage" else check_bench(program, name)
    print("\n".join(faults) or f"{name}: as it should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
