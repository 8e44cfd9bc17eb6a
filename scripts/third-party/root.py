"""Computes the root of a log with PyPI's pymerkle from its entry bundles, and compares it with the one in its checkpoint.

    root.py DIR_OR_URL

The checkpoint's signature is not looked at: that is verify.go's. Exit status: 0 the same root, 1 not.
"""

import base64
import sys
import urllib.error
import urllib.request
from pathlib import Path

from pymerkle import InmemoryTree

BUNDLE_ENTRIES = 256
TIMEOUT_SECONDS = 30


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    read = reader(sys.argv[1])
    checkpoint = read("checkpoint")
    if checkpoint is None:
        sys.exit("bad: checkpoint is missing")
    _origin, size, root = checkpoint.decode().split("\n")[:3]
    size = int(size)
    tree = InmemoryTree(algorithm="sha256")
    for first in range(0, size, BUNDLE_ENTRIES):
        for entry in bundle(read, first // BUNDLE_ENTRIES, min(BUNDLE_ENTRIES, size - first)):
            tree.append_entry(entry)
    computed = base64.b64encode(tree.get_root()).decode()
    if computed != root:
        sys.exit(f"bad: pymerkle gives the root {computed}, the checkpoint says {root}")
    print(f"pymerkle: {size} entries give the root of the checkpoint, {computed}")


def reader(place):
    """Reads a resource of the log by its name; None when there is none."""

    def from_directory(name):
        path = Path(place, name)
        return path.read_bytes() if path.exists() else None

    def from_server(name):
        try:
            with urllib.request.urlopen(f"{place.rstrip('/')}/{name}", timeout=TIMEOUT_SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    return from_server if place.startswith(("http://", "https://")) else from_directory


def bundle(read, number, width):
    """The first entries of a bundle: it may be a full one where a partial one was dropped."""
    name = bundle_name(number)
    data = read(name if width == BUNDLE_ENTRIES else f"{name}.p/{width}") or read(name)
    if data is None:
        sys.exit(f"bad: {name} is missing")
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            sys.exit(f"bad: {name}: entry {number * BUNDLE_ENTRIES + len(entries)} is cut short")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) not in (width, BUNDLE_ENTRIES):
        sys.exit(f"bad: {name} has {len(entries)} entries, not {width}")
    return entries[:width]


def bundle_name(number):
    """Groups of three digits, all but the last after an x."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["tile", "entries", *(f"x{group}" for group in groups[:-1]), groups[-1]])


main()
