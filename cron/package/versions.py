#!/usr/bin/env python3
"""Holds the Swift packages that were resolved against those of this repository (cron/package/versions).

versions.py RESOLVED: ends with 1 and the differences where they are others; versions.py --write RESOLVED
takes them over.
"""

import json
import sys
from pathlib import Path

PINNED = Path(__file__).with_name("versions")
HEAD = "# Swift packages: name, version, revision. Written by `make versions`; `make deb` accepts no others.\n"


def resolved(path):
    pins = json.loads(Path(path).read_text())["pins"]
    return "".join(
        f"{pin['identity']} {pin['state']['version']} {pin['state']['revision']}\n" for pin in pins)


def main():
    now = HEAD + resolved(sys.argv[-1])
    if sys.argv[1] == "--write":
        PINNED.write_text(now)
        return
    before = PINNED.read_text()
    for line in sorted(set(now.splitlines()) ^ set(before.splitlines())):
        print(("resolved: " if line in now.splitlines() else "pinned:   ") + line, file=sys.stderr)
    if now != before:
        sys.exit("other Swift packages were resolved than cron/package/versions pins")


main()
