#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No floor calls upward or sideways: floors.py NAME=LEVEL=LIBRARY…

Reads the symbols of each floor's static library. A symbol that a floor leaves undefined must come
from a lower floor, or from outside Troupe; the floors on the public line (PUBLIC) take tr_ symbols
only. Prints the symbol, the object that asks for it and both floors.
"""
import re
import subprocess
import sys

PUBLIC = ("behaviour", "supervisor")
OURS = re.compile(r"tri?_")


def symbols(library):
    """Yields (object, kind, symbol) of a static library."""
    listing = subprocess.run(["nm", "-A", "-g", library], stdout=subprocess.PIPE, check=True)
    for line in listing.stdout.decode().splitlines():
        place, rest = line.rsplit(":", 1)
        fields = rest.split()
        if len(fields) >= 2:
            yield place.rsplit(":", 1)[-1], fields[-2], fields[-1]


def read(floors):
    """({symbol: floor that defines it}, [(symbol, floor that wants it, object)])"""
    defined, wanted = {}, []
    for floor, (_, library) in floors.items():
        for member, kind, symbol in symbols(library):
            if not OURS.match(symbol):
                continue
            if kind in "UwV":
                wanted.append((symbol, floor, member))
            else:
                defined[symbol] = floor
    return defined, wanted


def faults(floors):
    defined, wanted = read(floors)
    if not defined:
        yield "no symbol of Troupe was found in any library"
    for symbol, floor, member in wanted:
        origin = defined.get(symbol)
        asks = f"{floor} ({member}) uses {symbol}"
        if origin is None:
            yield f"{asks}, which no floor defines"
        elif origin == floor:
            continue
        elif floors[origin][0] >= floors[floor][0]:
            where = "a sibling" if floors[origin][0] == floors[floor][0] else "above it"
            yield f"{asks} of {origin}, {where}"
        elif floor in PUBLIC and symbol.startswith("tri_"):
            yield f"{asks} of {origin}, behind the public line"


def main(arguments):
    floors = {}
    for argument in arguments:
        name, level, library = argument.split("=", 2)
        floors[name] = (int(level), library)
    found = sorted(set(faults(floors)))
    for fault in found:
        print(fault)
    print(f"{len(floors)} floors, {len(found)} faults")
    return 1 if found or not floors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
