"""Bytes, texts and strict JSON as SEALING.md section 3 has them; nothing here knows what they mean."""
import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, timezone

ID = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
INSTANT = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z')


class Malformed(ValueError):
    """Bytes that are not what they claim to be; the text says what was wrong."""


def must(condition, text='malformed'):
    if not condition:
        raise Malformed(text)


def sha256(*parts):
    """H of the specification: plain SHA-256 of what is shown."""
    return hashlib.sha256(b''.join(parts)).digest()


def hmac256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def u32(number):
    return number.to_bytes(4, 'big')


def u64(number):
    return number.to_bytes(8, 'big')


def unbase64url(text, length=None):
    """base64url without padding, in its only spelling (unused bits zero)."""
    must(isinstance(text, str) and re.fullmatch(r'[A-Za-z0-9_-]*', text), 'not base64url')
    try:
        raw = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    except ValueError as error:
        raise Malformed('not base64url') from error
    must(base64url(raw) == text, 'base64url in a second spelling')
    must(length is None or len(raw) == length, 'base64url of another length')
    return raw


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b'=').decode()


def unbase64(text):
    """Standard base64 with padding (RFC 4648 section 4), in its only spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Malformed('not base64') from error
    must(base64.b64encode(raw).decode() == text, 'base64 in a second spelling')
    return raw


def pem_blocks(text, label):
    """DER of each block of a PEM text with this label."""
    found = re.findall(rf'-----BEGIN {label}-----([A-Za-z0-9+/=\s]+)-----END {label}-----', text)
    return [base64.b64decode(''.join(body.split())) for body in found]


def pem(label, der):
    body = base64.encodebytes(der).decode()
    return f'-----BEGIN {label}-----\n{body}-----END {label}-----\n'


def milliseconds(text):
    """Unix milliseconds of an ISO 8601 UTC instant."""
    must(isinstance(text, str) and INSTANT.fullmatch(text), f'not an instant: {text}')
    moment = datetime.fromisoformat(text.replace('Z', '+00:00'))
    return round((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() * 1000)


def iso(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def beijing_day(ms):
    """The Beijing calendar day of unix milliseconds; UTC+8 all year."""
    return iso(ms + 8 * 3_600_000)[:10]


def _members_once(pairs):
    names = [name for name, _ in pairs]
    must(len(set(names)) == len(names) and '__proto__' not in names, 'a member twice')
    return dict(pairs)


def _no_constant(text):
    raise Malformed(f'{text} is not JSON')


def parse_json(raw):
    """Strict JSON (docs/sealing.md): valid UTF-8 without a mark, no member twice, no __proto__, no NaN."""
    must(raw is not None, 'nothing there')
    try:
        text = raw.decode('utf-8')
        return json.loads(text, object_pairs_hook=_members_once, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Malformed('not JSON') from error


# A shape is a literal (equal to it), a type, a function (true of it), a list of one shape, or a dict of shapes whose
# names may end in "?" for members that may be absent. A dict refuses every other member.
def shaped(value, shape, where='it'):
    """The value itself, once it has the shape. Raises Malformed naming the place."""
    if isinstance(shape, dict):
        _shaped_object(value, shape, where)
    elif isinstance(shape, list):
        must(isinstance(value, list), f'{where} is not a list')
        for at, one in enumerate(value):
            shaped(one, shape[0], f'{where}[{at}]')
    elif isinstance(shape, type):
        fits = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
        must(fits, f'{where} is not {shape.__name__}')
    elif callable(shape):
        must(shape(value), f'{where} is not of its form')
    else:
        must(type(value) is type(shape) and value == shape, f'{where} is not {shape!r}')
    return value


def _shaped_object(value, shape, where):
    must(isinstance(value, dict), f'{where} is not an object')
    known = {name.rstrip('?') for name in shape}
    for name in value:
        must(name in known, f'{where} has a foreign member {name}')
    for name, inner in shape.items():
        bare = name.rstrip('?')
        if bare in value:
            shaped(value[bare], inner, f'{where}.{bare}')
        else:
            must(name.endswith('?'), f'{where} lacks {bare}')


def is_id(value):
    return isinstance(value, str) and ID.fullmatch(value) is not None


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53 - 1


def bytes_of(length):
    """A shape: base64url of exactly so many bytes."""

    def fits(value):
        try:
            unbase64url(value, length)
            return True
        except Malformed:
            return False

    return fits


def one_of(*values):
    return lambda value: value in values


def or_null(shape):
    def fits(value):
        try:
            return value is None or shaped(value, shape) is value
        except Malformed:
            return False

    return fits
