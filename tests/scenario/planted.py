#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The seeds must find a planted bug: PROGRAM is the scenarios of calls, with a reply that an actor
loses when it migrates between its request and its wait. The first seed reported must fail again."""

import os
import re
import subprocess
import sys


def run(program, scenario, **more):
    """The scenario's exit status and all that it printed."""
    done = subprocess.run([program, scenario], capture_output=True, text=True, check=False,
                          env=dict(os.environ, **more))
    return done.returncode, done.stdout + done.stderr


def main():
    program, scenario = sys.argv[1:3]
    status, text = run(program, scenario)
    seed = re.search(r"TR_REPLAY=([0-9]+) PROGRAM", text)
    count = re.search(r"FAILED in ([0-9]+) runs", text)
    if status != 1 or not seed or not count:
        print(f"no seed found the planted bug: status {status}\n{text}")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    print(f"the planted bug fails {count.group(1)} runs, the first with seed {seed.group(1)}")
    status, text = run(program, scenario, TR_REPLAY=seed.group(1))
    again = status == 1
    print(f"seed {seed.group(1)} replayed: {'fails again' if again else 'does not fail'}")
    print(f"{1 + again} passed, {0 if again else 1} failed, 0 skipped")
    return 0 if again else 1


if __name__ == "__main__":
    sys.exit(main())
