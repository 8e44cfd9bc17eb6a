#!/usr/bin/env python3
"""Seals a bid, independently of the Rust code, as ledger-core/src/seal/SEAL.md says it is sealed.

    sealed_bid.py VECTOR.json      derive an envelope, or RFC 9180's example, and compare every value with those in a golden file

Plain Python 3, no packages: X25519, Ed25519, ristretto255, ChaCha20 and Poly1305 are written out here from RFC 7748, 8032, 9496
and 8439. Far too slow, and not constant in time: for comparing, not for sealing. Exit status 0 when all agree, else 1.
"""

import hashlib
import hmac
import json
import sys
import uuid

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


# -- the curve: extended coordinates X, Y, Z, T of RFC 8032, 5.1.4


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def even_root(y):
    """The even x of a y on the curve."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    return x if x % 2 == 0 else P - x


BASE_Y = 4 * pow(5, -1, P) % P
BASE_X = even_root(BASE_Y)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def little(number, size=32):
    return number.to_bytes(size, "little")


def number(octets):
    return int.from_bytes(octets, "little")


def ed25519_encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return little(y | (x & 1) << 255)


def clamp(octets):
    return number(octets) & ~7 & ~(1 << 255) | 1 << 254


def ed25519_public(seed):
    return ed25519_encode(times(clamp(hashlib.sha512(seed).digest()[:32]), BASE))


def ed25519_sign(seed, message):
    expanded = hashlib.sha512(seed).digest()
    scalar, public = clamp(expanded[:32]), ed25519_public(seed)
    nonce = number(hashlib.sha512(expanded[32:] + message).digest()) % L
    commitment = ed25519_encode(times(nonce, BASE))
    challenge = number(hashlib.sha512(commitment + public + message).digest()) % L
    return commitment + little((nonce + challenge * scalar) % L)


def x25519_of_ed25519(public):
    y = number(public) & (1 << 255) - 1
    return little((1 + y) * pow(1 - y, -1, P) % P)


def x25519(secret, public):
    """RFC 7748, 5."""
    k, u = clamp(secret), number(public) & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for bit in reversed(range(255)):
        if swap ^ (k >> bit & 1):
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = k >> bit & 1
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return little(x2 * pow(z2, -1, P) % P)


def negative(x):
    return x % P & 1


def root_of_ratio(u, v):
    """SQRT_RATIO_M1 of RFC 9496, 4.2, without its first result."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    if check in (-u % P, -u * SQRT_M1 % P):
        r = r * SQRT_M1 % P
    return P - r if negative(r) else r


INVSQRT_A_MINUS_D = root_of_ratio(1, (-1 - D) % P)


def ristretto_encode(point):
    """RFC 9496, 4.3.2."""
    x0, y0, z0, t0 = point
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    inverse = root_of_ratio(1, u1 * u2 * u2 % P)
    den1, den2 = inverse * u1 % P, inverse * u2 % P
    z_inverse = den1 * den2 * t0 % P
    if negative(t0 * z_inverse):
        x, y, den = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if negative(x * z_inverse):
        y = -y % P
    s = den * (z0 - y) % P
    return little(P - s if negative(s) else s)


# -- ChaCha20-Poly1305, RFC 8439, and XChaCha20 over it


def quarter(s, a, b, c, d):
    for x, y, z, left in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = s[x] + s[y] & 0xFFFFFFFF
        mixed = s[z] ^ s[x]
        s[z] = (mixed << left | mixed >> 32 - left) & 0xFFFFFFFF


def words(octets):
    return [number(octets[at : at + 4]) for at in range(0, len(octets), 4)]


def rounds(state):
    s = list(state)
    for _ in range(10):
        for column in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            quarter(s, *column)
        for diagonal in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(s, *diagonal)
    return s


CONSTANTS = words(b"expand 32-byte k")


def chacha20(key, nonce, counter, octets):
    out = bytearray()
    for at in range(0, len(octets), 64):
        state = CONSTANTS + words(key) + [counter + at // 64] + words(nonce)
        stream = b"".join(little(a + b & 0xFFFFFFFF, 4) for a, b in zip(state, rounds(state)))
        out += bytes(a ^ b for a, b in zip(octets[at : at + 64], stream))
    return bytes(out)


def poly1305(key, message):
    r, s = number(key[:16]) & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF, number(key[16:])
    total = 0
    for at in range(0, len(message), 16):
        total = (total + number(message[at : at + 16] + b"\1")) * r % (2**130 - 5)
    return little((total + s) % 2**128, 16)


def padded(octets):
    return octets + bytes(-len(octets) % 16)


def chacha20_poly1305(key, nonce, plaintext, aad):
    ciphertext = chacha20(key, nonce, 1, plaintext)
    lengths = little(len(aad), 8) + little(len(ciphertext), 8)
    tag = poly1305(chacha20(key, nonce, 0, bytes(32)), padded(aad) + padded(ciphertext) + lengths)
    return ciphertext + tag


def xchacha20_poly1305(key, nonce, plaintext, aad):
    mixed = rounds(CONSTANTS + words(key) + words(nonce[:16]))
    subkey = b"".join(little(word, 4) for word in mixed[:4] + mixed[12:])
    return chacha20_poly1305(subkey, bytes(4) + nonce[16:], plaintext, aad)


# -- HKDF, RFC 5869; HPKE, RFC 9180, base mode


def extract(salt, secret):
    return hmac.digest(salt, secret, "sha256")


def expand(prk, info, size):
    out, block = b"", b""
    for counter in range(1, -(-size // 32) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out += block
    return out[:size]


KEM_SUITE = b"KEM" + (0x20).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(code.to_bytes(2, "big") for code in (0x20, 1, 3))


def labeled_extract(suite, salt, label, secret):
    return extract(salt, b"HPKE-v1" + suite + label + secret)


def labeled_expand(suite, prk, label, info, size):
    return expand(prk, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, size)


def hpke(public, info, plaintext, aad, ikm):
    """The encapsulated key, the ciphertext, and the key and nonce between them."""
    ephemeral = labeled_expand(KEM_SUITE, labeled_extract(KEM_SUITE, b"", b"dkp_prk", ikm), b"sk", b"", 32)
    encapsulated = x25519(ephemeral, little(9))
    prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", x25519(ephemeral, public))
    shared = labeled_expand(KEM_SUITE, prk, b"shared_secret", encapsulated + public, 32)
    context = b"\0" + labeled_extract(SUITE, b"", b"psk_id_hash", b"") + labeled_extract(SUITE, b"", b"info_hash", info)
    secret = labeled_extract(SUITE, shared, b"secret", b"")
    key, nonce = labeled_expand(SUITE, secret, b"key", context, 32), labeled_expand(SUITE, secret, b"base_nonce", context, 12)
    return encapsulated, chacha20_poly1305(key, nonce, plaintext, aad), key, nonce


# -- SEAL.md


def prefixed(*fields):
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def digest(*fields):
    return hashlib.sha256(prefixed(*fields)).digest()


def derive(secret, size, *purpose):
    return expand(extract(b"sijill/seal/v1", secret), prefixed(*purpose), size)


SIZE_CLASSES = [4 << 10, 16 << 10, 49 << 10]


def pack(salt, bid, r):
    framed = salt + len(bid).to_bytes(4, "big") + bid + r
    return framed.ljust(min(size for size in SIZE_CLASSES if size >= len(framed)), b"\0")


def member_checks(vector, seat):
    seed, name = bytes.fromhex(seat["seed"]), seat["member"]
    key = ed25519_public(seed)
    texts = (vector["origin"], vector["tender"], name)
    message = prefixed(b"sijill/committee-key/v1", *(text.encode() for text in texts), key)
    form = x25519_of_ed25519(key)
    assert form == x25519(hashlib.sha512(seed).digest()[:32], little(9)), "the two forms of the key differ"
    yield f"key of {name}", key, seat["key"]
    yield f"X25519 key of {name}", form, seat["x25519"]
    yield f"proof of {name}", ed25519_sign(seed, message), seat["proof"]


def envelope_checks(vector):
    seats, threshold = vector["seats"], vector["threshold"]
    for seat in seats:
        yield from member_checks(vector, seat)
    texts = (vector[name].encode() for name in ("origin", "tender", "kind"))
    members = [field for seat in seats for field in (seat["member"].encode(), bytes.fromhex(seat["key"]))]
    sheet = digest(b"sijill/seal/sheet/v1", *texts, bytes([threshold, len(seats)]), *members)
    yield "sheet", sheet, vector["sheet"]

    identity, sender = uuid.UUID(vector["envelope"]).bytes, bytes.fromhex(vector["sender"])
    bid, salt, r = (bytes.fromhex(vector[name]) for name in ("bid", "salt", "r"))
    context = digest(b"sijill/seal/context/v1", sheet, identity, b"Ed25519", sender)
    yield "context", context, vector["context"]
    commitment = digest(b"sijill/seal/bid/v1", context, salt, bid)
    yield "bid commitment", commitment, vector["bid_commitment"]

    wide = (derive(r, 64, b"coefficient", context, bytes([power])) for power in range(threshold))
    coefficients = [number(octets) % L for octets in wide]
    secret = little(coefficients[0])
    yield "secret", secret, vector["secret"]
    points = [ristretto_encode(times(coefficient, BASE)) for coefficient in coefficients]
    yield "commitments", b"".join(points), "".join(vector["commitments"])
    header = digest(b"sijill/seal/header/v1", context, commitment, *points)
    yield "header", header, vector["header"]

    key, nonce = derive(secret, 32, b"key", header), derive(secret, 24, b"nonce", header)
    yield "key", key, vector["key"]
    yield "nonce", nonce, vector["nonce"]
    ciphertext = xchacha20_poly1305(key, nonce, pack(salt, bid, r), header)
    yield "size", str(len(ciphertext)), str(vector["ciphertext_bytes"])
    yield "ciphertext's beginning", ciphertext[:64], vector["ciphertext_begins"]
    hashed = hashlib.sha256(ciphertext).digest()
    yield "ciphertext's hash", hashed, vector["ciphertext_sha256"]
    transcript = digest(b"sijill/seal/transcript/v1", header, hashed)
    yield "transcript", transcript, vector["transcript"]

    sealed = []
    for at, seat in enumerate(seats, 1):
        share = little(sum(coefficient * at**power for power, coefficient in enumerate(coefficients)) % L)
        yield f"share {at}", share, seat["share"]
        info = prefixed(b"sijill/seal/share/v1", transcript, bytes([at]), bytes.fromhex(seat["key"]))
        yield f"info {at}", info, seat["info"]
        ikm = derive(r, 32, b"encapsulation", context, bytes([at]))
        yield f"ikm {at}", ikm, seat["ikm"]
        encapsulated, hidden, _, _ = hpke(bytes.fromhex(seat["x25519"]), info, share, b"", ikm)
        sealed.append(encapsulated + hidden)
        yield f"sealed share {at}", sealed[-1], seat["sealed"]
    whole = digest(b"sijill/seal/envelope/v1", identity, b"Ed25519", sender, commitment, hashed, *points, *sealed)
    yield "digest", whole, vector["digest"]


def vouch_checks(vector):
    seed, sender = bytes.fromhex(vector["seed"]), bytes.fromhex(vector["sender"])
    key = ed25519_public(seed)
    texts = (vector[name].encode() for name in ("origin", "tender", "bidder"))
    message = prefixed(b"sijill/tender-key/v1", *texts, b"Ed25519", sender)
    yield "key", key, vector["key"]
    yield "key's id", hashlib.sha256(b"Ed25519\0" + key).digest()[:8], vector["key_id"]
    yield "message", message, vector["message"]
    yield "signature", ed25519_sign(seed, message), vector["signature"]


def hpke_checks(vector):
    names = ("pkRm", "info", "pt", "aad", "ikmE")
    found = hpke(*(bytes.fromhex(vector[name]) for name in names))
    yield "receiver's key", x25519(bytes.fromhex(vector["skRm"]), little(9)), vector["pkRm"]
    for name, value in zip(("enc", "ct", "key", "base_nonce"), found):
        yield name, value, vector[name]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 1
    with open(arguments[0], encoding="utf-8") as file:
        vector = json.load(file)
    checks_of = hpke_checks if "ikmE" in vector else vouch_checks if "bidder" in vector else envelope_checks
    checks = list(checks_of(vector))
    found = [(name, value if isinstance(value, str) else value.hex(), wanted) for name, value, wanted in checks]
    wrong = [f"{name}: {value} instead of {wanted}" for name, value, wanted in found if value != wanted]
    print("\n".join(wrong) or f"ok: {len(checks)} checks")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (ValueError, KeyError, TypeError, OSError, AssertionError) as error:
        print(f"{sys.argv[0]}: {error!r}", file=sys.stderr)
        sys.exit(1)
