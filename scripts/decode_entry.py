#!/usr/bin/env python3
"""Decodes one Sijill entry, independently of the Rust code (ledger-core/src/store/FORMAT.md, "Entry").

    decode_entry.py ENTRY.hex                 print the entry's fields as JSON
    decode_entry.py ENTRY.hex EXPECTED.json   compare them with a golden file, commitments included

Plain Python 3, no packages. Exit status 0 when the entry is canonical and agrees, else 1.
"""

import hashlib
import json
import sys

CLASSES = {1: "pending", 2: "bidder", 3: "person", 4: "security"}
NUMBERS = {name: number for number, name in CLASSES.items()}


class Cursor:
    """Takes fields off the front of the bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count, field):
        taken = self.data[self.at:self.at + count]
        if len(taken) != count:
            raise ValueError(f"the bytes end inside the {field}")
        self.at += count
        return taken

    def number(self, count, field, signed=False):
        return int.from_bytes(self.take(count, field), "big", signed=signed)

    def prefixed(self, field):
        return self.take(self.number(2, field), field)


def decode(data):
    if len(data) > 65535:
        raise ValueError("larger than 65,535 bytes")
    rest = Cursor(data)
    version = rest.number(1, "version")
    if version != 1:
        raise ValueError(f"version {version}")
    entry = {
        "version": version,
        "stream": rest.prefixed("stream").decode("ascii"),
        "revision": rest.number(8, "revision"),
        "kind": rest.prefixed("kind").decode("ascii"),
        "id": rest.take(16, "event id").hex(),
        "recorded_at_us": rest.number(8, "stamp", signed=True),
        "metadata": rest.prefixed("metadata").hex(),
        "data": rest.prefixed("data").hex(),
        "withheld": [],
    }
    for _ in range(rest.number(1, "part count")):
        name = CLASSES[rest.number(1, "class")]
        entry["withheld"].append({"class": name, "commitment": rest.take(32, "commitment").hex()})
    if rest.at != len(data):
        raise ValueError(f"{len(data) - rest.at} bytes follow the last field")
    return entry


def commitment(part):
    fields = [
        b"sijill/withheld/v1",
        bytes([NUMBERS[part["class"]]]),
        bytes.fromhex(part["salt"]),
        bytes.fromhex(part["bytes"]),
    ]
    return hashlib.sha256(b"".join(len(f).to_bytes(4, "big") + f for f in fields)).hexdigest()


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 1
    with open(arguments[0], encoding="ascii") as file:
        data = bytes.fromhex(file.read())
    entry = decode(data)
    if len(arguments) == 1:
        print(json.dumps(entry, indent=2))
        return 0
    with open(arguments[1], encoding="utf-8") as file:
        expected = json.load(file)
    leaf = hashlib.sha256(b"\0" + data).hexdigest()
    checks = [("leaf hash", leaf, expected.pop("leaf_hash"))]
    for number, part in enumerate(expected["withheld"]):
        checks.append((f"commitment {number}", commitment(part), part["commitment"]))
        part.pop("salt"), part.pop("bytes")
    checks.extend((name, entry[name], value) for name, value in expected.items())
    wrong = [f"{name}: {found!r} instead of {wanted!r}" for name, found, wanted in checks if found != wanted]
    print("\n".join(wrong) or f"ok: {len(data)} bytes, {len(checks)} checks")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (ValueError, KeyError, OSError) as error:
        print(f"{sys.argv[0]}: {error!r}", file=sys.stderr)
        sys.exit(1)
