#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs a build tree into a temporary folder and uses it as a stranger would.

check.py BUILD_DIR VERSION [CC [CXX]]: what is exported, what it asks of its host, and programs in
C11 and C++17 that are built through pkg-config against the shared and the static library.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wundef", "-Werror"]

results = {"passed": 0, "failed": 0}


def report(name, problem):
    """Counts one check; a problem is what went wrong, or nothing."""
    results["failed" if problem else "passed"] += 1
    print(f"{'FAIL' if problem else 'ok  '} {name}")
    if problem:
        print("    " + problem.strip().replace("\n", "\n    "))


def run(command, **more):
    """(exit code, what was printed) of a command."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def must(command, **more):
    """What a command printed; ends the check if it fails."""
    code, output = run(command, **more)
    if code != 0:
        report(" ".join(command), output or f"code {code}")
        finish()
    return output


def finish():
    print(f"{results['passed']} passed, {results['failed']} failed, 0 skipped")
    sys.exit(1 if results["failed"] else 0)


class Installed:
    """A build tree, installed below a folder."""

    def __init__(self, build, folder, version):
        self.version = version
        environment = dict(os.environ, DESTDIR=folder)
        must(["meson", "install", "-C", build, "--no-rebuild", "--quiet"], env=environment)
        self.pkgconfig = os.path.dirname(self.one(folder, "troupe.pc"))
        self.libdir = os.path.dirname(self.pkgconfig)
        self.prefix = os.path.dirname(os.path.dirname(self.one(folder, "troupe.h")))

    @staticmethod
    def one(folder, name):
        found = glob.glob(os.path.join(folder, "**", name), recursive=True)
        if len(found) != 1:
            report(f"one {name} is installed", f"found {found}")
            finish()
        return found[0]

    def flags(self, package, *options):
        environment = dict(os.environ, PKG_CONFIG_PATH=self.pkgconfig)
        return must(["pkg-config", "--define-variable=prefix=" + self.prefix, *options, package],
                    env=environment).split()

    def lib(self, name):
        return os.path.join(self.libdir, name)


def check_exports(tree):
    """The shared library exports tr_ names only, and asks for no allocator but the C library's."""
    lines = must(["nm", "-D", "--defined-only", tree.lib("libtroupe.so")]).splitlines()
    names = [line.split()[-1].split("@")[0] for line in lines if " A " not in line]
    foreign = [name for name in names if not name.startswith("tr_")]
    report("the shared library exports only tr_ names", " ".join(foreign))
    report("the shared library exports something", "" if names else "nothing")
    needed = must(["readelf", "-d", tree.lib("libtroupe.so")])
    report("the shared library's name is libtroupe.so.0",
           "" if "[libtroupe.so.0]" in needed else needed)
    report("the shared library needs no jemalloc", needed if "jemalloc" in needed else "")


def check_archive(tree, name):
    """An archive puts only tr_ and tri_ names into its host, and refers to jemalloc weakly."""
    defined = must(["nm", "--defined-only", "--extern-only", tree.lib(name)])
    foreign = [line.split()[-1] for line in defined.splitlines()
               if len(line.split()) == 3 and not line.split()[-1].startswith(("tr_", "tri_"))]
    report(f"{name} defines only tr_ and tri_ names", " ".join(sorted(set(foreign))))
    strong = re.findall(r"^\s+U (\w*(?:mallocx|dallocx|mallctl)\w*)$",
                        must(["nm", "--undefined-only", tree.lib(name)]), re.MULTILINE)
    report(f"{name} refers to jemalloc weakly or not at all", " ".join(sorted(set(strong))))


def check_headers(tree, compiler, standard, language):
    """Each header compiles alone."""
    include = os.path.join(tree.prefix, "include")
    for path in sorted(glob.glob(os.path.join(include, "**", "*.h"), recursive=True)):
        name = os.path.relpath(path, include)
        code, output = run([compiler, "-std=" + standard, *STRICT, "-fsyntax-only", "-I" + include,
                            "-x", language, "-include", path, "/dev/null"])
        report(f"<{name}> compiles alone as {standard}", output if code else "")


def check_program(tree, compiler, standard, source, shared=True):
    """A program is built through pkg-config, runs, and keeps its own malloc."""
    package = "troupe-test" if "test" in source else "troupe"
    name = f"{source} as {standard} with the {'shared' if shared else 'static'} {package}"
    program = os.path.join(tree.prefix, "program")
    libraries = tree.flags(package, "--libs", *([] if shared else ["--static"]))
    if not shared:
        libraries = ["-l:libtroupe.a" if flag == "-ltroupe" else flag for flag in libraries]
    code, output = run([compiler, "-std=" + standard, *STRICT, "-o", program,
                        *tree.flags(package, "--cflags"), os.path.join(HERE, source), *libraries,
                        "-Wl,-rpath," + tree.libdir])
    if code == 0:
        code, output = run([program])
        if output != f"{tree.version}: 42\n":
            code = code or 1
    report(name, (output or f"code {code}") if code else "")
    if code == 0:
        needed = must(["readelf", "-d", program])
        report(f"{name}: no jemalloc", needed if "jemalloc" in needed else "")


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: check.py BUILD_DIR VERSION [CC [CXX]]")
    build, version = sys.argv[1:3]
    compiler, plus = (sys.argv[3:] + ["gcc", "g++"][len(sys.argv) - 3:])[:2]
    folder = tempfile.mkdtemp()
    try:
        tree = Installed(build, folder, version)
        check_exports(tree)
        check_archive(tree, "libtroupe.a")
        check_archive(tree, "libtroupe-test.a")
        check_headers(tree, compiler, "c11", "c")
        check_headers(tree, plus, "c++17", "c++")
        for shared in (True, False):
            check_program(tree, compiler, "c11", "outside.c", shared)
            check_program(tree, plus, "c++17", "outside.cpp", shared)
        check_program(tree, compiler, "c11", "outside_test.c")
    finally:
        shutil.rmtree(folder)
    finish()


main()
