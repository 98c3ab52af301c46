"""AES-GCM (NIST SP 800-38D): the blocks by `openssl enc` in ECB mode, counter and GHASH here.

The openssl command line offers no authenticated mode. One process makes the key stream of any number of messages under
one key, so an envelope of many chunks costs one process.
"""
import subprocess

from wire import must


def _encrypt_blocks(key, blocks):
    """AES of each 16-byte block."""
    command = ['openssl', 'enc', f'-aes-{len(key) * 8}-ecb', '-K', key.hex(), '-nopad', '-nosalt']
    return subprocess.run(command, input=blocks, stdout=subprocess.PIPE, check=True).stdout


def _tables(h):
    """For each of the 16 bytes of a block, the product of each of its values with H (SP 800-38D section 6.3)."""
    powers, value = [], int.from_bytes(h, 'big')
    for _ in range(128):
        powers.append(value)
        value = value >> 1 ^ (0xE1 << 120 if value & 1 else 0)
    tables = []
    for byte in range(16):
        table = [0] * 256
        for bit in range(8):
            table[0x80 >> bit] = powers[byte * 8 + bit]
        for one in range(1, 256):
            low = one & -one
            table[one] = table[one ^ low] ^ table[low]
        tables.append(table)
    return tables


def _padded(raw):
    return raw + bytes(-len(raw) % 16)


def _ghash(tables, aad, text):
    data = _padded(aad) + _padded(text) + (len(aad) * 8).to_bytes(8, 'big') + (len(text) * 8).to_bytes(8, 'big')
    total = 0
    for at in range(0, len(data), 16):
        block = (total ^ int.from_bytes(data[at : at + 16], 'big')).to_bytes(16, 'big')
        total = 0
        for table, byte in zip(tables, block):
            total ^= table[byte]
    return total.to_bytes(16, 'big')


def _xor(a, b):
    return (int.from_bytes(a, 'big') ^ int.from_bytes(b, 'big')).to_bytes(len(a), 'big')


def _streams(key, messages):
    """H, and for each (nonce, length) the mask of its tag and its key stream."""
    counters = [bytes(16)]
    for nonce, length in messages:
        counters += [nonce + at.to_bytes(4, 'big') for at in range(1, 2 + -(-length // 16))]
    blocks = _encrypt_blocks(key, b''.join(counters))
    at, out = 16, []
    for _, length in messages:
        end = at + 16 + -(-length // 16) * 16
        out.append((blocks[at : at + 16], blocks[at + 16 : at + 16 + length]))
        at = end
    return blocks[:16], out


def seal(key, nonce, text, aad=b''):
    """ciphertext ‖ tag[16]"""
    h, [(mask, stream)] = _streams(key, [(nonce, len(text))])
    sealed = _xor(text, stream)
    return sealed + _xor(_ghash(_tables(h), aad, sealed), mask)


def open_all(key, messages):
    """Plaintexts of (nonce, ciphertext ‖ tag) without AAD. Raises Malformed naming the first that is false."""
    h, streams = _streams(key, [(nonce, len(raw) - 16) for nonce, raw in messages])
    tables, out = _tables(h), []
    for at, ((_, raw), (mask, stream)) in enumerate(zip(messages, streams)):
        text, tag = raw[:-16], raw[-16:]
        must(_xor(_ghash(tables, b'', text), mask) == tag, f'chunk {at} is not authentic')
        out.append(_xor(text, stream))
    return out
