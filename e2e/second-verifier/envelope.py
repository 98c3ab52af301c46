"""The envelope file: C2SP chunked-encryption with AES-256-GCM, context and plaintext (SEALING.md section 3)."""
import hashlib
import hmac
import re

import gcm
from hpke import expand
from merkle import root_of
from wire import base64url, bytes_of, is_count, is_id, must, parse_json, sha256, shaped, u32

CHUNK, TAG, HEAD = 16384, 16, 56
LABEL = b'c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'
PART = 8 * 1024 * 1024
KINDS = ('summary', 'qualification', 'technical', 'price-detail')
# Docs/sealing.md, "Plaintext".
MAX_HEADER, MAX_SIGNATURE = 4 * 1024 * 1024, 128 * 1024

NAME = re.compile(r'[^/\\\x00-\x1f]+')
FILE = {
    'name': lambda text: isinstance(text, str) and len(text) <= 255 and NAME.fullmatch(text) is not None,
    'size': is_count, 'sha256': bytes_of(32), 'mime': lambda text: isinstance(text, str) and len(text) <= 127,
}
HEADER = {
    'ctx': bytes_of(72),
    'consortium': [is_id],
    'files': [FILE],
    'form': dict,
    'escrowProof': {'shares': [bytes_of(33)], 'ikm': [bytes_of(32)]},
    'nonce': bytes_of(32),
}


def context(tender, lot, kind, certificate_sha256, bid_seq, envelope_no):
    """The 72 bytes of ctx."""
    place = sha256(b'sunlit/v1/ctx\n', f'{tender}\0{lot}\0{kind}'.encode())
    return place + certificate_sha256 + u32(bid_seq) + u32(envelope_no)


def _keys(dek, salt, ctx, set_hash):
    """key[32], base nonce[12], commitment[32]: HKDF-Expand-SHA-512, without Extract."""
    mac = lambda key, message: hmac.new(key, message, hashlib.sha512).digest()
    okm = expand(mac, dek, LABEL + salt + ctx + set_hash, 76)
    return okm[:32], okm[32:44], okm[44:]


def is_committed(dek, head56, ctx, set_hash):
    """Whether the first 56 bytes of an envelope commit to this key."""
    return _keys(dek, head56[:24], ctx, set_hash)[2] == head56[24:]


def _nonce(base, number):
    return (int.from_bytes(base, 'big') ^ number).to_bytes(12, 'big')


def decrypt(raw, dek, ctx, set_hash):
    """The plaintext of an envelope file. Raises Malformed."""
    must(len(raw) >= HEAD + TAG, 'an envelope too short')
    key, base, commitment = _keys(dek, raw[:24], ctx, set_hash)
    must(commitment == raw[24:HEAD], 'the key is not the one committed to')
    chunks = [raw[at : at + CHUNK + TAG] for at in range(HEAD, len(raw), CHUNK + TAG)]
    # The last chunk is always shorter, so an envelope that ends with a full one was cut.
    must(TAG <= len(chunks[-1]) < CHUNK + TAG, 'the last chunk is missing')
    return b''.join(gcm.open_all(key, [(_nonce(base, at), chunk) for at, chunk in enumerate(chunks)]))


def encrypt(text, dek, ctx, set_hash, salt):
    """For the vectors: the envelope file of a plaintext."""
    key, base, commitment = _keys(dek, salt, ctx, set_hash)
    chunks = [text[at : at + CHUNK] for at in range(0, len(text) + 1, CHUNK)]
    return salt + commitment + b''.join(gcm.seal(key, _nonce(base, at), one) for at, one in enumerate(chunks))


def parts_root(raw):
    """RFC 6962 root whose leaf data is SHA-256 of each part of 8 MiB."""
    return root_of([sha256(raw[at : at + PART]) for at in range(0, len(raw), PART)])


def read_plaintext(text, kind):
    """(header, header bytes, inner signatures). Every file and the padding are read to the end. Raises Malformed."""
    at = 0

    def take(length):
        nonlocal at
        must(at + length <= len(text), 'a plaintext cut short')
        at += length
        return text[at - length : at]

    must(take(4) == b'SLB1', 'not a plaintext')
    length = int.from_bytes(take(4), 'big')
    must(length <= MAX_HEADER, 'a header too long')
    header_bytes = take(length)
    header = shaped(parse_json(header_bytes), HEADER, 'header')
    signatures = []
    for _ in range(take(1)[0]):
        size = int.from_bytes(take(4), 'big')
        must(size <= MAX_SIGNATURE, 'an inner signature too long')
        signatures.append(take(size))
    names = [file['name'] for file in header['files']]
    must(len(names) <= 1000 and len(header['consortium']) <= 50, 'too many files or members')
    must(len(set(names)) == len(names), 'a file name twice')
    for file in header['files']:
        must(base64url(sha256(take(file['size']))) == file['sha256'], f'file {file["name"]} has another hash')
    unit = 64 * 1024 if kind == 'summary' else 1024 * 1024
    must(len(text) == -(-at // unit) * unit and not any(text[at:]), 'padding not as the rule says')
    return header, header_bytes, signatures
