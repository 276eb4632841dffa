#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the rules of style: tidy.py [ROOT]. Prints `path:line: rule: message`, exits 1 if any.

A line that must break a rule says so with its reason: // tidy allows RULE: reason
"""
import os
import re
import sys

from file_rules import FILE_RULES
from source import Tree
from tree_rules import TREE_RULES


def allows(source, line, rule):
    """True if the line, or the one above, excepts itself from the rule and says why."""
    for at in (line - 1, line - 2):
        if 0 <= at < len(source.lines) and re.search(
                r"tidy allows " + rule + r": \S", source.lines[at]):
            return True
    return False


def check(root):
    """All findings of a tree, as sorted (path, line, rule, message)."""
    tree = Tree(root)
    by_path = {source.path: source for source in tree.sources}
    findings = []
    for source in tree.sources:
        for rule, look in FILE_RULES.items():
            findings += [(source.path, line, rule, message) for line, message in look(source)]
    for rule, look in TREE_RULES.items():
        findings += [(path, line, rule, message) for path, line, message in look(tree)]
    return sorted(found for found in set(findings)
                  if found[0] not in by_path or not allows(by_path[found[0]], found[1], found[2]))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "..")
    findings = check(root)
    for path, line, rule, message in findings:
        print(f"{path}:{line}: {rule}: {message}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
