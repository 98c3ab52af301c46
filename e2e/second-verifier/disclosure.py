"""Leaves, the two layers of an event, once-only subjects, disclosure bundles (SEALING.md section 3, "Log leaf")."""
from merkle import WIDTH
from wire import base64url, hmac256, must, or_null, parse_json, sha256, shaped, u32, u64, unbase64url, bytes_of, is_id

ZERO = bytes(32)
HOUR = 3_600_000
# Not in SEALING.md: the exact bytes that a dummy commits to.
DUMMY = b'{"type":"dummy/1"}'

OUTER = {'type': str, 'tenderId': or_null(is_id), 'bodyHash': bytes_of(32)}
BID_OUTER = {**OUTER, 'lotId': is_id, 'manifestHash': bytes_of(32), 'prevManifest': or_null(bytes_of(32))}
# Not in SEALING.md either: names of the members, hours counted since 1970, bit i = bit 7-(i mod 8) of byte i/8.
TOLD = {'i': int, 'outer': str, 'salt': bytes_of(32)}
BUNDLE = {'v': 1, 'bundle': int, 'width': int, 'dummies': bytes_of(32), 'seeds': dict, 'leaves': [TOLD]}


class Leaf:
    """u8 1 ‖ u64 unix ms ‖ subject[32] ‖ commitment[32]"""

    def __init__(self, raw):
        must(len(raw) == 73 and raw[0] == 1, 'not a leaf of 73 bytes and version 1')
        self.raw, self.time = raw, int.from_bytes(raw[1:9], 'big')
        self.subject, self.commitment = raw[9:41], raw[41:]

    def commits(self, salt, outer):
        return len(salt) == 32 and hmac256(salt, outer) == self.commitment


def subject_of(tender, lot, name, n=0):
    return sha256(b'sunlit/v1/subject\n', f'{tender}\0{lot or ""}\0{name}\0'.encode(), u32(n))


def parse_outer(raw):
    """The outer layer; a bid's or withdrawal's has three members more."""
    value = parse_json(raw)
    must(isinstance(value, dict), 'not an outer layer')
    return shaped(value, BID_OUTER if 'manifestHash' in value else OUTER, 'outer')


def body_of(outer, salt, raw):
    """The body, once the outer layer names it."""
    must(len(salt) == 32 and base64url(hmac256(salt, raw)) == outer['bodyHash'], 'the body is not the one committed to')
    return parse_json(raw)


def open_bundle(raw, number, leaves):
    """For each leaf: None while hidden, 'dummy', or its outer layer. Raises Malformed naming the first false entry."""
    told = shaped(parse_json(raw), BUNDLE, f'disclosure {number}')
    must(told['bundle'] == number, f'disclosure {number} is of bundle {told["bundle"]}')
    bitmap = int.from_bytes(unbase64url(told['dummies']), 'big')
    events = {one['i']: one for one in told['leaves']}
    must(len(events) == len(told['leaves']), f'disclosure {number} tells of a leaf twice')
    out = []
    for at, leaf in enumerate(leaves):
        index = number * WIDTH + at
        false = f'what is told of entry {index} is false'
        if bitmap >> (WIDTH - 1 - at) & 1:
            seed = told['seeds'].get(str(leaf.time // HOUR))
            must(seed is not None and leaf.commits(hmac256(unbase64url(seed), u64(index)), DUMMY), false)
            must(at not in events and leaf.subject == ZERO, false)
            out.append('dummy')
        elif at in events:
            outer = unbase64url(events[at]['outer'])
            must(leaf.commits(unbase64url(events[at]['salt']), outer), false)
            out.append(parse_outer(outer))
        else:
            out.append(None)
    return out
