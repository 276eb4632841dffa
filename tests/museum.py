#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bugs that others had, and what looks for each: docs/bug-museum.md.

museum.py [--hunt]: prints which of them have a test, and fails when a test or a mutant that the
page names does not exist, when a bug is missing, or when fewer than forty-five are looked for.
With --hunt it plants the mutants and demands that the model checker finds each.
"""
import argparse
import os
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BUGS = 75
LEAST = 45

sys.path.insert(0, str(HERE / "model"))
import mutants  # pylint: disable=wrong-import-position

ROW = re.compile(r"^\| (\d+) \| (.*?) \| .* \| (.*) \|$")
TEST = re.compile(r"test `(museum_\w+)`")
MUTANT = re.compile(r"mutant `(\w+)` of `([^`]+)`")
# The number of a row of the conformance table may stand before the name.
NAMED = re.compile(r"^(?:TRT_SCENARIO\(|Test\(\w+, )(?:[A-E]\d+\w?_)?(museum_\w+)", re.MULTILINE)


def rows():
    """(number, thread, what looks for it) of each bug."""
    for line in (ROOT / "docs" / "bug-museum.md").read_text().splitlines():
        match = ROW.match(line)
        if match:
            yield int(match[1]), match[2], match[3]


def named_tests():
    """The names of all tests that begin with museum_."""
    names = []
    for folder in ("scenario", "unit"):
        for path in (HERE / folder).rglob("*.c"):
            names += NAMED.findall(path.read_text())
    return names


def look(row, tests, keys):
    """(what is found, what is wrong) of one bug."""
    test, mutant = TEST.search(row), MUTANT.search(row)
    if test:
        there = [name for name in tests if (name + "_").startswith(test[1] + "_")]
        return "test", "" if there else "no test is named " + test[1]
    if mutant:
        return "mutant", "" if mutant[2] in keys else "the checker knows no mutant " + mutant[2]
    return "none", "" if row else "no reason is given"


def hunt(wanted):
    """Plants each mutant and runs its clients; the number that survive."""
    survivors = 0
    options = argparse.Namespace(cc=os.environ.get("CC", "cc"), root=ROOT, executions=60000)
    with tempfile.TemporaryDirectory(prefix="troupe-museum-") as name:
        directory = pathlib.Path(name)
        objects = mutants.compile_objects(options, directory)
        for number, (label, mutant) in enumerate(wanted):
            mutants.judge(options, objects, directory, mutant, number)
            survivors += not mutant.killed
            print(f"{'ok  ' if mutant.killed else 'FAIL'} museum_{label}: {mutant.verdict}")
    return survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hunt", action="store_true", help="plant the mutants")
    options = parser.parse_args()
    tests = named_tests()
    known = {mutant.key: mutant for header in mutants.CLIENTS
             for mutant in mutants.generate(ROOT, header)}
    excused = mutants.justifications()
    counts, failed, numbers, wanted = {"test": 0, "mutant": 0, "none": 0}, 0, [], []
    for number, thread, row in rows():
        kind, wrong = look(row, tests, known.keys() - excused.keys())
        numbers.append(number)
        counts[kind] += 1
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {number:2} {thread}: {wrong or row}")
        if kind == "mutant" and not wrong:
            match = MUTANT.search(row)
            wanted.append((match[1], known[match[2]]))
    if numbers != list(range(1, BUGS + 1)):
        print(f"FAIL the page does not list the bugs 1 to {BUGS} in order")
        failed += 1
    if counts["test"] + counts["mutant"] < LEAST:
        print(f"FAIL fewer than {LEAST} are looked for")
        failed += 1
    if options.hunt:
        failed += hunt(wanted)
    print(f"{counts['test']} tests, {counts['mutant']} mutants, {counts['none']} without")
    print(f"{len(numbers)} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
