# SPDX-License-Identifier: MIT
"""Rules that look at one file. Each yields (line, message) and is named in FILE_RULES."""
import re

PRODUCT = ("runtime", "supervisor", "include")
PEERS = "tests/bench/peers"  # programs for other runtimes, laid out as is usual there
COLUMNS = 100
FILE_MAX = 500
FUNCTION_MAX = 60
PARAMETER_MAX = 5
PUBLIC_PARAMETER_MAX = 7  # functions behind the public macros also take sizes and descriptors

FLOOR = {"base": 0, "platform": 1, "memory": 2, "mailbox": 3, "sched": 3, "timer": 3, "process": 4,
         "io": 5, "node": 6, "api": 7, "inspect": 8, "dist": 8, "behaviour": 9, "supervisor": 10}
PUBLIC_FLOORS = ("runtime/behaviour", "supervisor")
C11_HEADERS = {name + ".h" for name in (
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal "
    "stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath time "
    "uchar wchar wctype").split()}

ANYWHERE = "strcpy strcat sprintf vsprintf gets rand srand strtok alloca tmpnam mktemp"
NO_WAITING = "sleep usleep nanosleep clock_nanosleep thrd_sleep"
NO_PRINTING = "printf vprintf puts putchar perror"
ALLOCATING = "malloc calloc realloc free"
OUTSIDE = ("time clock clock_gettime gettimeofday getrandom pthread_create pthread_mutex_lock "
           "pthread_cond_wait")
BANNED = [
    # (names, folders it holds in or None for all, folders that are excepted, why)
    (ANYWHERE, None, (), "unsafe or hidden state"),
    (NO_WAITING, None, ("tests/bench",), "wait for a message or until all workers are idle"),
    (NO_PRINTING, ("runtime", "supervisor"), (), "the library writes to its log sink only"),
    # Above the public line there are no ports; code that guests run has no heap of an actor either.
    (ALLOCATING, ("runtime",), ("runtime/platform", "runtime/behaviour"), "goes through a port"),
    (OUTSIDE, ("runtime", "supervisor"), ("runtime/platform",), "goes through a port"),
]

ATOMIC = re.compile(r"\btri_(load|store|xchg|add|sub|cas|fence|light_fence)\s*\(")
ORDERED = re.compile(r"\b(acquire|release|acq_rel|seq_cst)\b")
RELAXED = re.compile(r"\brelaxed\b")
LABEL = re.compile(r"(?<![\w\]])\[([a-z][a-z0-9-]+)\]")
EFFECT = re.compile(
    r"\[(any-thread|actor-only)\] \[(never-suspends|may-suspend)\]( \[may-exit\])?"
    r"( \[owner: (caller keeps( [^\]]+)?|takes \w+( on TR_OK)?|valid (until|as long as) [^\]]+|"
    r"the caller frees [^\]]+|the \w+)\])?$")

# Some letters stand in brackets so that a search for these words does not find this file.
LEFTOVER = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
WORKPLACE = [re.compile(text) for text in (
    r"(?<![\w.])/(?:wor[k]|roo[t]|far[m]|home/\w+)/", r"\bissue [#]?\d",
    r"\b[Ss]ub-?agen[t]\b", r"\bdeveloper sessio[n]\b", r"(?i)\bclaud[e]\b|\banthropi[c]\b")]


def file_length(source):
    if source.is_c and source.below(*PRODUCT) and len(source.lines) > FILE_MAX:
        yield FILE_MAX + 1, f"{len(source.lines)} lines, at most {FILE_MAX}"


def function_length(source):
    if source.below(PEERS):
        return
    for function in source.functions if source.is_c else ():
        if function.length > FUNCTION_MAX:
            yield function.first, (f"{function.name} has {function.length} lines, "
                                   f"at most {FUNCTION_MAX}")


def parameters(source):
    for function in source.functions + source.prototypes if source.is_c else ():
        limit = PUBLIC_PARAMETER_MAX if function.name.startswith("tr_") else PARAMETER_MAX
        if function.parameters > limit and not function.name.isupper():
            yield function.first, (f"{function.name} has {function.parameters} parameters, "
                                   f"at most {limit}")


def spdx(source):
    exempt = source.path.endswith((".md", ".txt", ".scn")) and source.name != "meson_options.txt"
    if not exempt and not any("SPDX-License-Identifier: MIT" in line for line in source.lines[:2]):
        yield 1, "no line `SPDX-License-Identifier: MIT` at the top"


def header_guard(source):
    if not source.is_header:
        return
    directives = [line.split() for line in source.code if line.startswith("#")][:2]
    good = (len(directives) == 2 and directives[0][0] == "#ifndef" and directives[1][0] == "#define"
            and directives[0][1] == directives[1][1] and directives[0][1].endswith("_H"))
    if not good:
        yield 1, "the first directives are not #ifndef NAME_H and #define NAME_H"


def layout(source):
    if source.path.endswith((".md", ".txt", ".scn")) or source.below(PEERS):
        return
    for number, line in enumerate(source.lines, 1):
        if len(line) > COLUMNS:
            yield number, f"{len(line)} columns, at most {COLUMNS}"
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"


def banned_call(source):
    own = {function.name for function in source.functions} if source.is_c else ()
    for names, folders, excepted, why in BANNED if source.is_c else ():
        if (folders and not source.below(*folders)) or (excepted and source.below(*excepted)):
            continue
        pattern = re.compile(r"(?<![\w.>])(" + names.replace(" ", "|") + r")\s*\(")
        for number, line in enumerate(source.code, 1):
            for match in pattern.finditer(line):
                if match.group(1) in own:
                    continue
                yield number, f"{match.group(1)}(): {why}"


def floor_of(source):
    """(floor's folder, its number), or (None, None) outside the floors."""
    parts = source.path.split("/")
    if parts[0] == "supervisor":
        return "supervisor", FLOOR["supervisor"]
    if parts[0] == "runtime" and len(parts) > 2:
        return parts[1], FLOOR.get(parts[1])
    return None, None


def folder_level(folder):
    """The floor that an include's folder belongs to; ports belong to the platform."""
    return FLOOR.get("platform" if folder == "port" else folder, 99)


def floor_include(source):
    if not source.is_c:
        return
    name, level = floor_of(source)
    for number, kind, path in source.includes if level is not None else ():
        folder = path.split("/")[0] if "/" in path else None
        if path == "troupe.h" or folder == "troupe":
            continue
        if kind == "<":
            outside = path not in C11_HEADERS and name not in ("platform", "io")
            if outside:
                yield number, f"<{path}> belongs to runtime/platform or runtime/io"
        elif source.below(*PUBLIC_FLOORS):
            if folder is not None:
                yield number, f'"{path}": this folder includes public headers and its own only'
        elif folder != name and folder_level(folder) >= level + (folder == "port"):
            yield number, f'"{path}" is not on a lower floor than {name}'


def raw_atomic(source):
    if not source.is_c or not source.below(*PRODUCT) or source.path == "runtime/base/atomic.h":
        return
    pattern = re.compile(
        r"\b(_Atomic|atomic_\w+|__atomic_\w+|__sync_\w+|memory_order_\w+|stdatomic)\b")
    for number, line in enumerate(source.code, 1):
        match = pattern.search(line)
        if match:
            yield number, f"{match.group(1)}: atomics go through base/atomic.h"


def statement_end(source, index):
    """Index of the line on which the statement that begins at index ends."""
    for end in range(index, min(index + 6, len(source.code))):
        if source.code[end].rstrip().endswith((";", "{", "}", ",")) and end > index or \
                ";" in source.code[end]:
            return end
    return index


def remarks(source, index):
    """The comments about the line at index: beside it, and above within three code lines."""
    end = statement_end(source, index)
    found = [source.comments[at] for at in range(index, end + 1)]
    code_lines, at = 0, index - 1
    while at >= 0 and code_lines <= 3:
        if source.code[at].strip():
            # Another operation of the same kind may share the comment above both.
            code_lines += 0 if ATOMIC.search(source.code[at]) else 1
        elif not source.comments[at].strip():
            break
        if code_lines <= 3:
            found.append(source.comments[at])
        at -= 1
    return "\n".join(found)


def atomic_sites(source):
    """Yields (line, order words) of each atomic operation in the file."""
    for index, line in enumerate(source.code):
        if ATOMIC.search(line) and not line.lstrip().startswith("#"):
            yield index, " ".join(source.code[index:statement_end(source, index) + 1])


def order_label(source):
    if not source.is_c or not source.below("runtime", "supervisor"):
        return
    for index, text in atomic_sites(source):
        ordered = ORDERED.search(text) or "light_fence" in text
        if ordered and not LABEL.search(remarks(source, index)):
            yield index + 1, "an ordered operation without the [label] of its pair"


def relaxed_excuse(source):
    if not source.is_c or not source.below("runtime", "supervisor"):
        return
    for index, text in atomic_sites(source):
        if RELAXED.search(text) and not ORDERED.search(text):
            if "relaxed" not in remarks(source, index).lower():
                yield index + 1, "a relaxed operation without an excuse: // relaxed: why"


def effect_line(source):
    if not source.is_c or not source.below("include"):
        return
    declared = {function.name for function in source.prototypes}
    for function in source.prototypes + [function for function in source.functions
                                         if function.name not in declared]:
        if not function.name.startswith("tr_"):
            continue
        block, at = [], function.first - 2
        while at >= 0 and source.lines[at].lstrip().startswith("///"):
            block.append(source.lines[at].lstrip()[3:].strip())
            at -= 1
        effects = [line for line in block if line.startswith("[")]
        if not block:
            yield function.first, f"{function.name} has no /// block"
        elif len(effects) != 1 or not EFFECT.match(effects[0]):
            yield function.first, f"{function.name}: not one effect line in the vocabulary"


def leftover(source):
    for number, line in enumerate(source.lines, 1):
        match = LEFTOVER.search(line)
        if match:
            yield number, f"{match.group(1)}: do it, or leave it out"


def workplace(source):
    for number, line in enumerate(source.lines, 1):
        for pattern in WORKPLACE:
            match = pattern.search(line)
            if match:
                yield number, f"`{match.group()}` speaks of something other than Troupe"


def function_name(source):
    if not source.is_c or not source.below("runtime", "supervisor", "include", "tests/support"):
        return
    wanted = ("trt_",) if source.below("tests") else ("tr_",) if source.below("include") \
        else ("tr_", "tri_")
    for function in source.functions:
        prefixed = function.name.startswith(("tr_", "tri_", "trt_"))
        if function.static and not source.is_header:
            if prefixed:
                yield function.first, f"{function.name} is static: no prefix"
        elif not function.name.startswith(wanted) and not function.name.isupper() \
                and function.name != "main":
            yield function.first, f"{function.name} does not begin with {' or '.join(wanted)}"


def shared_name(source):
    if not source.is_c or not source.below("runtime", "supervisor"):
        return
    pattern = re.compile(
        r"\btri_atomic\([^()]*(?:\([^()]*\))?[^()]*\)\s+(\w+)\s*(?:\[[^\]]*\]\s*)?;")
    for number, line in enumerate(source.code, 1):
        match = pattern.search(line)
        if match and not re.search(r"(^|_)x_", match.group(1)):
            yield number, f"{match.group(1)} is touched by other threads: x_{match.group(1)}"


FILE_RULES = {
    "file-length": file_length, "function-length": function_length, "parameters": parameters,
    "spdx": spdx, "header-guard": header_guard, "layout": layout, "banned-call": banned_call,
    "floor-include": floor_include, "raw-atomic": raw_atomic, "order-label": order_label,
    "relaxed-excuse": relaxed_excuse, "effect-line": effect_line, "leftover": leftover,
    "workplace": workplace, "function-name": function_name, "shared-name": shared_name,
}
