#!/usr/bin/env python3
"""Derives a command's hash, event ids and statement, independently of the Rust code (ledger-core/src/ledger/IDS.md).

    command_ids.py VECTOR.json     compare them with those in a golden file

Plain Python 3, no packages. Exit status 0 when they agree, else 1.
"""

import hashlib
import json
import sys
import uuid


def prefixed(field):
    return len(field).to_bytes(4, "big") + field


def effective_field(effective):
    if effective is None:
        return b""
    micros = effective["micros"].to_bytes(8, "big", signed=True)
    return micros + effective["offset_minutes"].to_bytes(2, "big", signed=True)


def command_hash(vector):
    # Python orders names by code point, which is the order of their bytes in UTF-8.
    canonical = json.dumps(vector["command"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    fields = [
        b"sijill/command-hash/v1",
        vector["kind"].encode("ascii"),
        effective_field(vector["effective_at"]),
        canonical.encode("utf-8"),
    ]
    return hashlib.sha256(b"".join(map(prefixed, fields))).hexdigest()


def event_id(vector, number):
    fields = [
        vector["origin"].encode("utf-8"),
        vector["actor"].encode("utf-8"),
        vector["stream"].encode("ascii"),
        uuid.UUID(vector["command_id"]).bytes,
    ]
    name = b"".join(map(prefixed, fields)) + number.to_bytes(8, "big")
    # uuid.uuid5 took only text for a name before Python 3.12.
    digest = hashlib.sha1(uuid.NAMESPACE_OID.bytes + name).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def key_id(public_key):
    return hashlib.sha256(b"Ed25519\0" + public_key).hexdigest()[:16]


def signed_bytes(vector):
    statement = vector["statement"]
    approved = statement["approved"]
    fields = [
        b"sijill/command/v1",
        vector["origin"].encode("utf-8"),
        vector["stream"].encode("ascii"),
        uuid.UUID(vector["command_id"]).bytes,
        effective_field(vector["effective_at"]),
        key_id(bytes.fromhex(statement["public_key"])).encode("ascii"),
        bytes.fromhex(command_hash(vector)),
        uuid.UUID(approved["event"]).bytes if approved else b"",
        bytes.fromhex(approved["leaf"]) if approved else b"",
    ]
    return b"".join(map(prefixed, fields)).hex()


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 1
    with open(arguments[0], encoding="utf-8") as file:
        vector = json.load(file)
    checks = [("command hash", command_hash(vector), vector["command_hash"])]
    # The vectors show the first, the second and a late event.
    for number, known in zip((0, 1, 600), vector["event_ids"], strict=True):
        checks.append((f"event id {number}", event_id(vector, number), known))
    if "statement" in vector:
        statement = vector["statement"]
        checks.append(("key id", key_id(bytes.fromhex(statement["public_key"])), statement["key"]))
        # Plain Python cannot check the signature; the bytes under it are what differs between programs.
        checks.append(("signed bytes", signed_bytes(vector), statement["signed"]))
    wrong = [f"{name}: {found} instead of {wanted}" for name, found, wanted in checks if found != wanted]
    print("\n".join(wrong) or f"ok: {len(checks)} checks")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (ValueError, KeyError, TypeError, OSError) as error:
        print(f"{sys.argv[0]}: {error!r}", file=sys.stderr)
        sys.exit(1)
