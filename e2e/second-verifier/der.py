"""A reader of DER (X.690 section 10) that knows one spelling of everything it reads."""
from wire import must

INTEGER, BITS, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
CONSTRUCTED = 0x20


def split(raw, at):
    """(start of the content, its end) of the value at `at`."""
    must(at + 2 <= len(raw) and raw[at] & 0x1F != 0x1F, 'not DER')
    length, begin = raw[at + 1], at + 2
    if length >= 0x80:
        octets = length & 0x7F
        must(1 <= octets <= 4 and begin + octets <= len(raw), 'not DER: a length')
        length = int.from_bytes(raw[begin : begin + octets], 'big')
        must(length >= 0x80 and length >> 8 * (octets - 1), 'not DER: a length in a second spelling')
        begin += octets
    must(begin + length <= len(raw), 'not DER: cut short')
    return begin, begin + length


def content(der):
    begin, end = split(der, 0)
    must(end == len(der), 'not DER: bytes after the end')
    return der[begin:end]


def children(der, tag=None, tags=None):
    """The values inside, each with its tag; as many and of such tags as `tags` says."""
    must(tag is None or der[:1] == bytes([tag]), 'not DER: another tag')
    raw, at, out = content(der), 0, []
    while at < len(raw):
        _, end = split(raw, at)
        out.append(raw[at:end])
        at = end
    must(tags is None or [one[0] for one in out] == list(tags), 'not DER: other fields')
    return out


def check(der, depth=0):
    """That all of it is DER as far as it can be seen without a schema."""
    must(depth < 40, 'not DER: too deep')
    if der[0] & CONSTRUCTED:
        for one in children(der):
            check(one, depth + 1)
        return
    raw = content(der)
    if der[0] == INTEGER:
        must(raw and not (len(raw) > 1 and raw[0] in (0, 0xFF) and raw[0] >> 7 == raw[1] >> 7), 'not DER: an integer')
    if der[0] == 0x01:
        must(raw in (b'\0', b'\xff'), 'not DER: a boolean')


def whole_octets(der):
    """The octets of a BIT STRING that has no unused bits."""
    raw = content(der)
    must(der[0] == BITS and len(raw) > 1 and raw[0] == 0, 'a signature with unused bits')
    return raw[1:]


def oid(der):
    """Dotted form of an OBJECT IDENTIFIER."""
    must(der[0] == OID, 'not an OID')
    numbers, value = [], 0
    raw = content(der)
    must(raw and not raw[-1] & 0x80, 'not an OID')
    for byte in raw:
        must(value or byte != 0x80, 'not an OID')
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return '.'.join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def integer(value):
    """DER of a non-negative number."""
    raw = value.to_bytes(value.bit_length() // 8 + 1, 'big')
    return bytes([INTEGER, len(raw)]) + raw
