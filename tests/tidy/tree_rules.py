# SPDX-License-Identifier: MIT
"""Rules that look at the whole tree. Each yields (path, line, message)."""
import os
import re

from file_rules import LABEL, PRODUCT, atomic_sites, remarks

FILE_USUAL = 400
FUNCTION_USUAL = 40
USUAL_SHARE = 0.95
DIRECTIVES_PER_1000 = 5


def beyond(sizes, limit):
    """The (size, path, line) over the limit, if they are more than the share allowed."""
    over = sorted((entry for entry in sizes if entry[0] > limit), reverse=True)
    allowed = int(len(sizes) * (1 - USUAL_SHARE))
    return over[:len(over) - allowed] if len(over) > allowed else []


def usual_file(tree):
    sizes = [(len(source.lines), source.path, 1) for source in tree.c(*PRODUCT)]
    for size, path, line in beyond(sizes, FILE_USUAL):
        yield path, line, f"{size} lines; 95 of 100 files have at most {FILE_USUAL}"


def usual_function(tree):
    sizes = [(function.length, source.path, function.first)
             for source in tree.c(*PRODUCT) for function in source.functions]
    for size, path, line in beyond(sizes, FUNCTION_USUAL):
        yield path, line, f"{size} lines; 95 of 100 functions have at most {FUNCTION_USUAL}"


def label_pair(tree):
    """A label at an ordered operation stands at one more place at least: at its partner."""
    used, places = {}, {}
    for source in tree.c("runtime", "supervisor"):
        if source.path == "runtime/base/atomic.h":
            continue
        for index, _ in atomic_sites(source):
            for label in LABEL.findall(remarks(source, index)):
                used.setdefault(label, (source.path, index + 1))
        for number, line in enumerate(source.comments, 1):
            for label in LABEL.findall(line):
                places.setdefault(label, set()).add((source.path, number))
    for label, (path, line) in sorted(used.items()):
        if len(places[label]) < 2:
            yield path, line, f"[{label}] stands here only; its partner should name it too"


def named(name, folder, text_of):
    """True if a build file or script of the folder, or of one above it, names the file."""
    pattern = re.compile(r"(?<![\w.-])" + re.escape(name) + r"(?![\w.-])")
    while True:
        if pattern.search(text_of.get(folder, "")):
            return True
        if not folder:
            return False
        folder = os.path.dirname(folder)


def dead_file(tree):
    """A .c or .S that no build file or script names, a .h that nobody includes."""
    listings = [source for source in tree.sources
                if source.name == "meson.build" or source.path.endswith(".py")
                or source.text.startswith("#!")]
    included = {path for source in tree.c() for _, _, path in source.includes}
    text_of = {}
    for source in listings:
        text_of[source.folder] = text_of.get(source.folder, "") + source.text
    for path in tree.paths:
        folder, name = os.path.split(path)
        if path.endswith(".h"):
            used = any(path == other or path.endswith("/" + other) for other in included)
            if not used and not (path.startswith("include/") and named(name, folder, text_of)):
                yield path, 1, "nobody includes this header"
        elif path.endswith((".c", ".S")):
            used = any(path.endswith("/" + other) for other in included)
            if not used and not named(name, folder, text_of):
                yield path, 1, "no meson.build names this file"


def directives(tree):
    """Variants are files: few #if outside runtime/platform."""
    lines, places = 0, []
    for source in tree.c(*PRODUCT):
        if source.below("runtime/platform"):
            continue
        lines += len(source.lines)
        for number, line in enumerate(source.code, 1):
            if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b", line) and not re.search(
                    r"__cplusplus|TRI_PLANT_|ifndef \w+_H\b", line):
                places.append((source.path, number))
    allowed = max(DIRECTIVES_PER_1000, lines * DIRECTIVES_PER_1000 // 1000)
    for path, line in places[allowed:]:
        yield path, line, (f"{len(places)} #if in {lines} lines outside runtime/platform, "
                           f"at most {DIRECTIVES_PER_1000} per 1000")


def links(source):
    """(line, target as written, path it leads to) of each relative link of a page."""
    for number, line in enumerate(source.lines, 1):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
            if "://" not in target:
                goal = os.path.normpath(os.path.join(source.folder, target)).rstrip("/")
                yield number, target, goal


def dead_link(tree):
    """A relative link in a page leads to a file of the tree."""
    known = set(tree.paths) | {os.path.dirname(path) for path in tree.paths}
    for source in tree.sources:
        if not source.path.endswith(".md"):
            continue
        for number, target, goal in links(source):
            if goal != "." and goal not in known \
                    and not any(path.startswith(goal + "/") for path in known):
                yield source.path, number, f"{target} is not in this tree"


def page_list(tree):
    """A README.md below docs/ lists each page there; the decisions stand in order."""
    listed, decision = {}, ""
    for source in tree.sources:
        if source.below("docs") and source.name == "README.md":
            for number, _, goal in links(source):
                if goal.startswith("docs/decisions/") and goal not in listed:
                    if goal < decision:
                        yield source.path, number, "the decisions are listed by their numbers"
                    decision = max(goal, decision)
                listed.setdefault(goal, source.path)
    for path in tree.paths:
        if path.startswith("docs/") and path.endswith(".md") and path not in listed \
                and os.path.basename(path) != "README.md":
            yield path, 1, "no README.md below docs/ links to this page"


TREE_RULES = {
    "usual-file": usual_file, "usual-function": usual_function, "label-pair": label_pair,
    "dead-file": dead_file, "directives": directives, "dead-link": dead_link,
    "page-list": page_list,
}
