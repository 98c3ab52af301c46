"""HPKE (RFC 9180) in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-GCM: the sender's side, repeated.

Whoever knows `ikm` derives the ephemeral key (section 7.1.3) and so makes the same wrap byte for byte. Nothing secret
is handled: all inputs are public by then, so that the time of the arithmetic tells nothing.
"""
import functools

import gcm
from wire import hmac256, must

# P-256 (FIPS 186-4 D.1.2.3)
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def _double(point):
    """Jacobian coordinates with a = -3."""
    x, y, z = point
    if not y:
        return (1, 1, 0)
    delta, gamma = z * z % P, y * y % P
    beta, alpha = x * gamma % P, 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = ((y + z) ** 2 - gamma - delta) % P
    return (x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, z3)


def _add_affine(point, other):
    x1, y1, z1 = point
    if not z1:
        return (*other, 1)
    zz = z1 * z1 % P
    h, r = (other[0] * zz - x1) % P, (other[1] * zz * z1 - y1) % P
    if not h:
        return _double(point) if not r else (1, 1, 0)
    hh = h * h % P
    hhh, v = h * hh % P, x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return (x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P)


def multiply(scalar, point):
    """The affine point scalar · point; scalar in 1…n−1."""
    total = (1, 1, 0)
    for bit in bin(scalar)[2:]:
        total = _double(total)
        if bit == '1':
            total = _add_affine(total, point)
    must(total[2], 'the point at infinity')
    inverse = pow(total[2], -1, P)
    return (total[0] * inverse**2 % P, total[1] * inverse**3 % P)


def read_point(raw):
    """An uncompressed point of the curve."""
    must(len(raw) == 65 and raw[0] == 4, 'not an uncompressed point')
    x, y = int.from_bytes(raw[1:33], 'big'), int.from_bytes(raw[33:], 'big')
    must(x < P and y < P and (y * y - x**3 + 3 * x - B) % P == 0, 'not a point of P-256')
    return (x, y)


def write_point(point):
    return b'\4' + point[0].to_bytes(32, 'big') + point[1].to_bytes(32, 'big')


def expand(mac, prk, info, length):
    """HKDF-Expand (RFC 5869 section 2.3) over a keyed hash."""
    out, last, counter = b'', b'', 1
    while len(out) < length:
        last = mac(prk, last + info + bytes([counter]))
        out, counter = out + last, counter + 1
    return out[:length]


KEM = b'KEM' + (0x0010).to_bytes(2, 'big')


def _suite(key_length):
    return b'HPKE' + bytes([0, 0x10, 0, 1, 0, 1 if key_length == 16 else 2])


def _extract(suite, salt, label, ikm):
    """LabeledExtract (section 4); an empty salt is HMAC's all-zero key."""
    return hmac256(salt, b'HPKE-v1' + suite + label + ikm)


def _expand(suite, prk, label, info, length):
    """LabeledExpand (section 4)"""
    return expand(hmac256, prk, length.to_bytes(2, 'big') + b'HPKE-v1' + suite + label + info, length)


def derive_private_key(ikm):
    """DeriveKeyPair of section 7.1.3 for P-256 (bitmask 0xff)."""
    prk = _extract(KEM, b'', b'dkp_prk', ikm)
    for counter in range(256):
        candidate = int.from_bytes(_expand(KEM, prk, b'candidate', bytes([counter]), 32), 'big')
        if 0 < candidate < N:
            return candidate
    return must(False, 'no private key')


@functools.lru_cache(maxsize=4096)
def encapsulate(public_key, ikm):
    """(shared secret, enc) of section 4.1 with the ephemeral key derived from ikm."""
    private = derive_private_key(ikm)
    enc = write_point(multiply(private, G))
    dh = multiply(private, read_point(public_key))[0].to_bytes(32, 'big')
    prk = _extract(KEM, b'', b'eae_prk', dh)
    return _expand(KEM, prk, b'shared_secret', enc + public_key, 32), enc


def key_schedule(shared, info, key_length=32):
    """(key, base nonce) of section 5.1 in base mode."""
    suite = _suite(key_length)
    context = b'\0' + _extract(suite, b'', b'psk_id_hash', b'') + _extract(suite, b'', b'info_hash', info)
    secret = _extract(suite, shared, b'secret', b'')
    return _expand(suite, secret, b'key', context, key_length), _expand(suite, secret, b'base_nonce', context, 12)


def seal(public_key, info, text, ikm, aad=b'', key_length=32):
    """enc[65] ‖ ct of the first message."""
    shared, enc = encapsulate(public_key, ikm)
    key, nonce = key_schedule(shared, info, key_length)
    return enc + gcm.seal(key, nonce, text, aad)
