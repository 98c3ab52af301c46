"""Vectors: the project's own (api/seal/vectors.gen.json), RFC 9180 A.3, RFC 8032 7.1, FIPS 180 and Ed25519 by openssl.

    python3 e2e/second-verifier/vectors.py api/seal/vectors.gen.json
"""
import json
import os
import subprocess
import sys
import tempfile

import ed25519
import envelope
import escrow
import hpke
import merkle
from wire import sha256

# RFC 9180 appendix A.3.1 (base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM), first encryption.
RFC9180 = {
    'info': '4f6465206f6e2061204772656369616e2055726e',
    'ikmE': '4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e',
    'pkR': '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82'
    '6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
    'skE': '4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb',
    'enc': '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9'
    '8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
    'shared': 'c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8',
    'key': '868c066ef58aae6dc589b6cfdd18f97e',
    'nonce': '4e0bc5018beba4bf004cca59',
    'pt': '4265617574792069732074727574682c20747275746820626561757479',
    'aad': '436f756e742d30',
    'ct': '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434',
}
# RFC 8032 section 7.1, TEST 3
RFC8032 = (
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac'
    '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
)


def own_vectors(path):
    """(name, holds) of each vector of the project."""
    with open(path, encoding='utf-8') as file:
        told = json.load(file)
    place, keys, sealed = told['context'], told['keys'], told['escrow']
    certificate = sha256(bytes.fromhex(place['certificateDer']))
    where = [place[name] for name in ('tenderId', 'lotId', 'kind')]
    ctx = envelope.context(*where, certificate, place['bidSeq'], place['envelopeNo'])
    yield 'context', ctx.hex() == place['ctx']
    dek, set_hash, salt = (bytes.fromhex(keys[name]) for name in ('dek', 'setHash', 'salt'))
    for one in told['envelopes']:
        text = bytes(at % 251 for at in range(one['length']))
        raw = envelope.encrypt(text, dek, ctx, set_hash, salt)
        same = len(raw) == one['size'] and sha256(raw).hex() == one['sha256'] and raw[:96].hex().startswith(one['head'])
        yield f'envelope of {one["length"]}', same and envelope.decrypt(raw, dek, ctx, set_hash) == text
    pk, ikm, share = (bytes.fromhex(sealed[name]) for name in ('pk', 'ikm', 'share'))
    head56 = bytes.fromhex(told['envelopes'][0]['head'])[:56]
    yield 'escrow wrap', escrow.wrap(pk, ctx, sealed['i'], head56, share, ikm).hex() == sealed['wrap']
    yield 'escrow commitment', escrow.commitment(ctx, sealed['i'], share).hex() == sealed['c']


def rfc_vectors():
    told = {name: bytes.fromhex(value) for name, value in RFC9180.items()}
    private = hpke.derive_private_key(told['ikmE'])
    yield 'RFC 9180 DeriveKeyPair', private.to_bytes(32, 'big') == told['skE']
    shared, enc = hpke.encapsulate(told['pkR'], told['ikmE'])
    yield 'RFC 9180 Encap', (shared, enc) == (told['shared'], told['enc'])
    yield 'RFC 9180 KeySchedule', hpke.key_schedule(shared, told['info'], 16) == (told['key'], told['nonce'])
    sent = hpke.seal(told['pkR'], told['info'], told['pt'], told['ikmE'], told['aad'], 16)
    yield 'RFC 9180 Seal', sent == told['enc'] + told['ct']
    key, message, signature = (bytes.fromhex(one) for one in RFC8032)
    yield 'RFC 8032', ed25519.verify(key, message, signature)
    yield 'RFC 8032 altered', not ed25519.verify(key, message + b'\0', signature)
    # RFC 6962 section 2.1: the hash of an empty list is the hash of an empty string.
    yield 'RFC 6962 empty', merkle.root_of([]) == sha256(b'')


def ed25519_by_openssl():
    """A fresh key of openssl: both must say yes to its signature and no to an altered one."""
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        run = lambda *words: subprocess.run(['openssl', *words], check=True, capture_output=True).stdout
        run('genpkey', '-algorithm', 'ed25519', '-out', at('key'))
        public = run('pkey', '-in', at('key'), '-pubout', '-outform', 'DER')[-32:]
        with open(at('text'), 'wb') as file:
            file.write(b'cosignature/v1\n')
        run('pkeyutl', '-sign', '-inkey', at('key'), '-rawin', '-in', at('text'), '-out', at('signature'))
        with open(at('signature'), 'rb') as file:
            signature = file.read()
    altered = bytes([signature[0] ^ 1]) + signature[1:]
    verdicts = [ed25519.verify(public, b'cosignature/v1\n', one) for one in (signature, altered)]
    yield 'Ed25519 of openssl', verdicts == [True, False]


def main(path):
    wrong = 0
    for vectors in (own_vectors(path), rfc_vectors(), ed25519_by_openssl()):
        for name, holds in vectors:
            print(f'{"ok  " if holds else "FAIL"} {name}')
            wrong += not holds
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
