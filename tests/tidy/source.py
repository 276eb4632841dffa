# SPDX-License-Identifier: MIT
"""Source files as the rules see them: code and comments apart, functions with their sizes."""
import os
import re

SKIPPED_FOLDERS = {"build", "planted", "__pycache__"}
NOT_FUNCTIONS = {"if", "for", "while", "switch", "return", "sizeof", "do"}


class Function:
    """A definition: name, whether static, parameters, first and last line (from 1)."""

    def __init__(self, name, static, parameters, first, last):
        self.name = name
        self.static = static
        self.parameters = parameters
        self.first = first
        self.last = last

    @property
    def length(self):
        return self.last - self.first + 1


def split(text):
    """Returns (code, comments): the text twice, with everything of the other kind made blank.

    Strings and characters are blank in both, so that a rule finds no words in them.
    """
    pattern = re.compile(
        r"//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)+'", re.DOTALL)
    code, comments, at = [], [], 0

    def blank(piece):
        return re.sub(r"[^\n]", " ", piece)

    for match in pattern.finditer(text):
        before, piece = text[at:match.start()], match.group()
        code.append(before)
        comments.append(blank(before))
        is_comment = piece.startswith("/")
        code.append(blank(piece) if is_comment else piece[0] + blank(piece[1:-1]) + piece[-1])
        comments.append(piece if is_comment else blank(piece))
        at = match.end()
    code.append(text[at:])
    comments.append(blank(text[at:]))
    return "".join(code), "".join(comments)


def count_parameters(text):
    """Number of parameters in the text between a function's parentheses."""
    depth, count = 0, 1
    for letter in text:
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and depth == 0:
            count += 1
    return 0 if text.strip() in ("", "void") else count


class Source:
    """One file below the tree's root."""

    def __init__(self, root, path, static_macros):
        self.path = path
        self.folder = os.path.dirname(path)
        self.name = os.path.basename(path)
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            self.text = file.read()
        self.lines = self.text.splitlines()
        self.is_c = path.endswith((".c", ".h"))
        self.is_header = path.endswith(".h")
        if self.is_c:
            code, comments = split(self.text)
            # split() blanks what stands in quotes, so includes are taken from the text.
            self.includes = [(number, match.group(1), match.group(2))
                             for number, line in enumerate(self.lines, 1)
                             if (match := re.match(r"\s*#\s*include\s*([<\"])([^>\"]+)", line))]
            self.code = code.splitlines()
            self.comments = comments.splitlines()
            self.functions, self.prototypes = read_functions(self.code, static_macros)

    def below(self, *folders):
        return any(self.path.startswith(folder + "/") for folder in folders)


def blank_preprocessor(code):
    """The code without preprocessor lines and their continuations."""
    kept, inside = [], False
    for line in code:
        is_directive = inside or line.lstrip().startswith("#")
        inside = is_directive and line.endswith("\\")
        kept.append("" if is_directive else line)
    return kept


def make_function(head, line, last, static_macros):
    """A Function for the text before an opening brace or a semicolon, or None."""
    head = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head, flags=re.DOTALL)
    first = re.search(r"([A-Za-z_]\w*)\s*\(", head)
    if not first or ")" not in head or "=" in head[:first.start()]:
        return None
    name = first.group(1)
    if name in NOT_FUNCTIONS or head.lstrip().startswith("typedef"):
        return None
    words = re.findall(r"\w+", head[:first.start()])
    static = any(word == "static" or word in static_macros for word in words)
    return Function(name, static, count_parameters(head[first.end():head.rindex(")")]), line, last)


def read_functions(code, static_macros):
    """Returns (definitions, prototypes) of a file's code lines."""
    definitions, prototypes = [], []
    depth, head, head_line, open_head = 0, "", 0, None
    for number, line in enumerate(blank_preprocessor(code), 1):
        for letter in line + "\n":
            if depth == 0 and letter not in "{};":
                if not head.strip():
                    head_line = number
                head += letter
            elif letter == "{":
                if depth == 0 and re.search(r"extern\s+\"\s*\"\s*$", head):
                    head = ""
                    continue  # what stands in extern "C" { } counts as outermost
                if depth == 0:
                    open_head = (head, head_line)
                depth += 1
            elif letter == "}" and depth > 0:
                depth -= 1
                if depth == 0:
                    function = make_function(*open_head, number, static_macros)
                    if function:
                        definitions.append(function)
                        head = ""
                    else:
                        head = open_head[0]  # a struct or an initialiser: the declaration goes on
                        head_line = open_head[1]
            elif letter == ";" and depth == 0:
                function = make_function(head, head_line, number, static_macros)
                if function:
                    prototypes.append(function)
                head = ""
    return definitions, prototypes


def walk(root):
    """Paths of all files of the tree, relative to its root, in a fixed order."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders
                            if name not in SKIPPED_FOLDERS and (name[0] != "." or name == ".ci"))
        for name in sorted(files):
            yield os.path.relpath(os.path.join(folder, name), root)


class Tree:
    """All files of a tree that rules look at."""

    TEXT = (".c", ".h", ".S", ".py", ".sh", ".md", ".build", ".txt", ".map", ".scn")

    def __init__(self, root):
        self.root = root
        self.paths = list(walk(root))
        texts = [path for path in self.paths if self.is_text(path)]
        macros = {macro for path in texts if path.endswith((".c", ".h"))
                  for macro in self.static_macros(path)}
        self.sources = [Source(root, path, macros) for path in texts]

    def static_macros(self, path):
        """Names of macros that stand for `static` and attributes."""
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            text = file.read().replace("\\\n", " ")
        return re.findall(r"^#\s*define (\w+)[ \t]+.*\bstatic\b", text, re.MULTILINE)

    def is_text(self, path):
        if path.endswith(self.TEXT):
            return True
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read(2) == b"#!"

    def c(self, *folders):
        """The C files, all or those below some folders."""
        return [source for source in self.sources
                if source.is_c and (not folders or source.below(*folders))]
