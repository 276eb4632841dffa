#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The public headers: headers.py INCLUDE_DIR [LIBRARY]

Each compiles alone, twice, and before all others in some order, as pedantic C11 and as C++17; they
define no macro but TR_*, tr_* and TROUPE_* (and errno); what they declare is tr_* only; and
LIBRARY, a shared object, exports tr_* only.
"""
import os
import random
import re
import shutil
import subprocess
import sys

C = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow",
     "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wundef", "-Werror", "-x", "c"]
CXX = ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-x", "c++"]
LANGUAGES = [("gcc", C), ("clang", C), ("g++", CXX), ("clang++", CXX)]
MODULE = ("#define TR_MODULE probing\n#include <troupe.h>\n"
          "TR_MESSAGE(probe, { int n; });\nTR_MESSAGE0(empty);\nTR_REQUEST(empty, probe);\n")


def run(command, text):
    """(whether it worked, its output)"""
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def includes(names):
    return "".join(f"#include <{name}>\n" for name in names) + "int tr_probe_(void);\n"


def orders(names):
    """Each alone, twice, and before the others as they fall."""
    for name in names:
        yield [name]
        yield [name, name]
    chance = random.Random(1)
    for first in names:
        rest = [name for name in names if name != first]
        chance.shuffle(rest)
        yield [first] + rest


class Tally:
    """Counts checks and prints the failing ones."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, good, what, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{what}\n{detail}".rstrip())


def check_orders(tally, include, names):
    for compiler, flags in LANGUAGES:
        if shutil.which(compiler) is None:
            tally.skipped += 1
            continue
        for order in orders(names):
            good, output = run([compiler, *flags, "-fsyntax-only", "-I", include, "-"],
                               includes(order))
            tally.check(good, f"{compiler}: {' '.join(order)}", output)
        good, output = run([compiler, *flags, "-fsyntax-only", "-I", include, "-"], MODULE)
        tally.check(good, f"{compiler}: a module of messages", output)


def macros(include, text):
    good, output = run(["gcc", "-std=c11", "-dM", "-E", "-I", include, "-x", "c", "-"], text)
    return set(re.findall(r"^#define (\w+)", output, re.MULTILINE)) if good else set()


def check_names(tally, include, names):
    system = sorted(set(re.findall(r"#include <([^>]+)>", "".join(
        open(os.path.join(include, name), encoding="utf-8").read() for name in names))))
    system = [name for name in system if not name.startswith("troupe")]
    before = macros(include, includes(system))
    for name in names:
        new = macros(include, includes([name])) - before
        odd = {one for one in new if not re.match(r"TR_|tr_|TROUPE_", one)} - {"errno"}
        tally.check(not odd, f"{name} defines {sorted(odd)}")
    for name in names:
        text = open(os.path.join(include, name), encoding="utf-8").read()
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
        tags = set(re.findall(r"^\s*typedef\s+(?:struct|enum)\s+(\w+)", text, re.MULTILINE))
        tags |= set(re.findall(r"^TR_API[^(;]*?\b\*?(\w+)\s*[(;]", text, re.MULTILINE))
        odd = {one for one in tags if not one.startswith("tr_")}
        tally.check(not odd, f"{name} declares {sorted(odd)}")


def check_library(tally, include, names, library):
    good, output = run(["nm", "-D", "--defined-only", library], "")
    exported = {line.split()[-1].split("@")[0] for line in output.splitlines() if line.strip()}
    tally.check(good and exported, "nm gives the library's symbols", output)
    odd = {name for name in exported if not re.match(r"tr_|TROUPE|LIBTROUPE", name)}
    tally.check(not odd, f"the library exports {sorted(odd)}")
    declared = set()
    for name in names:
        if name.endswith("test.h"):
            continue
        text = open(os.path.join(include, name), encoding="utf-8").read()
        declared |= set(re.findall(r"^TR_API[^(;]*?\*?\b(tr_\w+)\s*[(;]", text, re.MULTILINE))
    tally.check(declared <= exported, f"declared, not exported: {sorted(declared - exported)}")
    hidden = {name for name in exported if name.startswith("tr_")} - declared
    tally.check(not hidden, f"exported, not declared: {sorted(hidden)}")


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: headers.py INCLUDE_DIR [LIBRARY]")
    include = sys.argv[1]
    names = ["troupe.h"] + sorted("troupe/" + name
                                  for name in os.listdir(os.path.join(include, "troupe")))
    tally = Tally()
    check_orders(tally, include, names)
    check_names(tally, include, names)
    if len(sys.argv) > 2:
        check_library(tally, include, names, sys.argv[2])
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


sys.exit(main())
