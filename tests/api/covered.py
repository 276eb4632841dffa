#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No public function is forgotten: covered.py INCLUDE_DIR TEST_DIR

foreign.c names every function that takes a pid, forked.c every one that takes a system. What the
headers declare is the list.
"""
import pathlib
import re
import sys

DECLARATION = re.compile(r"\bTR_API\b[^;{}]*?\b(tr_\w+)\(([^;{}]*)\)\s*;")

# About a pid as such, or part of the test kit.
NOT_ASKED = {"tr_test_system"}
# A forked child may ask them: they read what does not change, or have no error to answer.
READ_ONLY = {"tr_is_alive", "tr_system_guard"}


def functions(include):
    """(name, parameters) of each exported function"""
    for header in sorted((include / "troupe").glob("*.h")):
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", header.read_text())
        text = re.sub(r"^#.*?(?<!\\)$", "", text, flags=re.MULTILINE | re.DOTALL)
        yield from DECLARATION.findall(text)


def missing(names, path):
    text = path.read_text()
    return [name for name in sorted(names) if not re.search(rf"\b{name}\(", text)]


def main(include, tests):
    found = list(functions(include))
    pids = {name for name, args in found if re.search(r"\btr_pid \w", args)} - NOT_ASKED
    systems = {name for name, args in found if re.search(r"\btr_system \*\w", args)}
    systems -= NOT_ASKED | READ_ONLY
    failed = 0
    for names, file in ((pids, "foreign.c"), (systems, "forked.c")):
        for name in missing(names, tests / file):
            print(f"{file} does not ask {name}")
            failed += 1
    asked = len(pids) + len(systems)
    if len(pids) < 20 or len(systems) < 20:
        print(f"the headers were not understood: {len(pids)} and {len(systems)} functions")
        failed += 1
    print(f"{asked - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
