#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves the rules: each fires on its planted violation, and on nothing in the clean tree.

planted/clean/ is a small tree without a finding. planted/RULE/VARIANT/ holds the files to lay over
it; the result has exactly one finding, of that rule. Violations of size are made here.
"""
import os
import shutil
import sys
import tempfile

from file_rules import FILE_MAX, FILE_RULES, FUNCTION_MAX
from tidy import check
from tree_rules import FILE_USUAL, FUNCTION_USUAL, TREE_RULES

PLANTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "planted")


def longer_file(lines):
    """Adds comment lines to a file of the clean tree until it has this many."""
    def change(root):
        path = os.path.join(root, "runtime/base/counter.c")
        with open(path, encoding="utf-8") as file:
            have = len(file.readlines())
        with open(path, "a", encoding="utf-8") as file:
            file.write("// A line.\n" * (lines - have))
    return change


def longer_function(lines):
    """Gives a function of the clean tree this many lines, from its name to its last brace."""
    def change(root):
        path = os.path.join(root, "runtime/base/counter.c")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            last = "    return 2 * n;\n"
            file.write(text.replace(last, "    n++;\n" * (lines - 4) + last))
    return change


def overlay(folder):
    """Lays the files of a planted folder over the tree."""
    def change(root):
        shutil.copytree(folder, root, dirs_exist_ok=True)
    return change


def cases():
    """Yields (name, change to the clean tree, rules that must fire)."""
    yield "clean", lambda root: None, []
    yield f"file of {FILE_USUAL} lines", longer_file(FILE_USUAL), []
    yield f"file of {FILE_USUAL + 1} lines", longer_file(FILE_USUAL + 1), ["usual-file"]
    yield f"file of {FILE_MAX + 1} lines", longer_file(FILE_MAX + 1), ["file-length", "usual-file"]
    yield f"function of {FUNCTION_USUAL} lines", longer_function(FUNCTION_USUAL), []
    yield (f"function of {FUNCTION_USUAL + 1} lines", longer_function(FUNCTION_USUAL + 1),
           ["usual-function"])
    yield (f"function of {FUNCTION_MAX + 1} lines", longer_function(FUNCTION_MAX + 1),
           ["function-length", "usual-function"])
    for rule in sorted(name for name in os.listdir(PLANTED) if name[0] != "."):
        for variant in sorted(os.listdir(os.path.join(PLANTED, rule))) if rule != "clean" else ():
            yield f"{rule}/{variant}", overlay(os.path.join(PLANTED, rule, variant)), [rule]


def main():
    passed, failed, fired = 0, 0, set()
    for name, change, wanted in cases():
        with tempfile.TemporaryDirectory() as folder:
            root = os.path.join(folder, "tree")
            shutil.copytree(os.path.join(PLANTED, "clean"), root)
            change(root)
            findings = check(root)
        fired.update(wanted)
        if sorted(rule for _, _, rule, _ in findings) == sorted(wanted):
            passed += 1
            continue
        failed += 1
        print(f"{name}: wanted {wanted or 'nothing'}, found:")
        for path, line, rule, message in findings:
            print(f"    {path}:{line}: {rule}: {message}")
    for rule in sorted(set(FILE_RULES) | set(TREE_RULES)):
        passed, failed = (passed + 1, failed) if rule in fired else (passed, failed + 1)
        if rule not in fired:
            print(f"{rule}: nothing planted")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
