"""Ed25519 verification (RFC 8032 section 5.1.7).

`openssl pkeyutl -verify -rawin` costs a process for each of a log's many signatures; these lines cost two milliseconds.
vectors.py compares the two.
"""
import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _add(a, b):
    """RFC 8032 section 5.1.4, extended homogeneous coordinates."""
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    z = 2 * a[3] * b[3] * D % P
    t = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(a):
    x, y, z, _ = a
    xx, yy, zz = x * x % P, y * y % P, 2 * z * z % P
    h = xx + yy
    e = h - (x + y) * (x + y) % P
    g = xx - yy
    f = zz + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _point(raw):
    """Decoding of section 5.1.3; None when it is no point or not in its only spelling."""
    number = int.from_bytes(raw, 'little')
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * I % P
    elif v * x * x % P != u:
        return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


@functools.lru_cache(maxsize=64)
def _table(raw, negated):
    """0…15 times a point, for windows of four bits."""
    point = _point(raw)
    if point is None:
        return None
    if negated:
        point = (P - point[0], point[1], 1, P - point[3])
    table = [NEUTRAL]
    for _ in range(15):
        table.append(_add(table[-1], point))
    return table


BASE = (4 * pow(5, -1, P) % P).to_bytes(32, 'little')


def verify(public_key, message, signature):
    """Whether the 64 bytes sign the message under the 32-byte key. Never raises."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], 'little')
    key, base = _table(public_key, True), _table(BASE, False)
    if s >= L or key is None:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), 'little') % L
    total = NEUTRAL
    for shift in range(252, -4, -4):
        total = _double(_double(_double(_double(total))))
        if (digit := s >> shift & 15) != 0:
            total = _add(total, base[digit])
        if (digit := h >> shift & 15) != 0:
            total = _add(total, key[digit])
    inverse = pow(total[2], -1, P)
    x, y = total[0] * inverse % P, total[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, 'little') == signature[:32]
