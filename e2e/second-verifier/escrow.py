"""The escrow block: Shamir over GF(2^8) modulo 0x11B, wraps and commitments, all recomputed (SEALING.md section 3)."""
from itertools import combinations

import hpke
from wire import must, sha256, unbase64url


def _powers():
    """Powers of 3, which generates the field's other 255 elements, and each element's exponent."""
    power, exponent = [], [0] * 256
    x = 1
    for at in range(255):
        power.append(x)
        exponent[x] = at
        x ^= x << 1 ^ (0x11B if x & 0x80 else 0)
    return power, exponent


POWER, EXPONENT = _powers()
PRODUCT = [
    bytes(POWER[(EXPONENT[a] + EXPONENT[b]) % 255] if a and b else 0 for b in range(256)) for a in range(256)
]
INVERSE = [0] + [PRODUCT[a].index(1) for a in range(1, 256)]


def combine(shares):
    """The secret of shares of 32 y ‖ 1 x: Lagrange interpolation at 0."""
    secret = bytes(32)
    for share in shares:
        basis = 1
        for other in shares:
            if other is not share:
                basis = PRODUCT[basis][PRODUCT[other[32]][INVERSE[other[32] ^ share[32]]]]
        secret = bytes(a ^ PRODUCT[basis][y] for a, y in zip(secret, share))
    return secret


def commitment(ctx, i, share):
    """c_i"""
    return sha256(b'sunlit/v1/share\n', ctx, bytes([i]), share)


def wrap(public_key, ctx, i, head56, share, ikm):
    """wrap_i = enc[65] ‖ ct[49]"""
    return hpke.seal(public_key, b'sunlit/v1/escrow\n' + ctx + bytes([i]) + head56, share, ikm)


def _distinct(shares):
    x = [share[32] for share in shares]
    return 0 not in x and len(set(x)) == len(x)


def recover(shares, escrow, ctx):
    """The DEK from released shares {i: share}, each judged by its c_i first. Raises Malformed."""
    for i, share in shares.items():
        told = [slot['c'] for slot in escrow['slots'] if slot['i'] == i]
        must(len(told) == 1, f'no slot {i}')
        must(commitment(ctx, i, share) == unbase64url(told[0], 32), f'the share of trustee {i} is not the one sealed')
    must(len(shares) >= escrow['k'] and _distinct(shares.values()), f'{len(shares)} shares, {escrow["k"]} needed')
    found = {combine(subset) for subset in combinations(shares.values(), escrow['k'])}
    must(len(found) == 1, 'the shares do not agree')
    return found.pop()


def recompute(dek, escrow, proof, terms, ctx, head56):
    """Compares the whole escrow of a manifest with its proof. `terms`: n, k and the trustees' keys of the set."""
    n, k, keys = terms['n'], terms['k'], terms['keys']
    shares = [unbase64url(share, 33) for share in proof['shares']]
    seeds = [unbase64url(ikm, 32) for ikm in proof['ikm']]
    slots = escrow['slots']
    must((escrow['n'], escrow['k']) == (n, k), 'an escrow for another n or k than the set')
    must(len(slots) == len(shares) == len(seeds) == n, 'not n slots, shares and seeds')
    must([slot['i'] for slot in slots] == list(range(1, n + 1)), 'slots not numbered 1…n')
    must(_distinct(shares), 'x of a share is zero or stands twice')
    for slot, share, seed, key in zip(slots, shares, seeds, keys):
        i = slot['i']
        must(commitment(ctx, i, share) == unbase64url(slot['c'], 32), f'c_{i} differs')
        must(wrap(key, ctx, i, head56, share, seed) == unbase64url(slot['wrap'], 114), f'wrap_{i} differs')
    for subset in combinations(shares, k):
        must(combine(subset) == dek, 'some k shares do not give the key')
