"""Detached CMS signatures (RFC 5652): strict form here, signature and chain by `openssl cms -verify`."""
import hashlib
import os
import subprocess
import tempfile

import certificate
import der
from wire import Malformed, must, parse_json, pem, shaped

SIGNED_DATA, DATA = '1.2.840.113549.1.7.2', '1.2.840.113549.1.7.1'
CONTENT_TYPE, MESSAGE_DIGEST = '1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4'
STAMP = '1.2.840.113549.1.9.16.2.14'
SIGNING_TIME, SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.5', '1.2.840.113549.1.9.16.2.47'
SHA256 = '2.16.840.1.101.3.4.2.1'
HASHES = ('sha256', 'sha384', 'sha512')
DIGESTS = (SHA256, '2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.3')
# ECDSA and RSA with each of them (RFC 5758, RFC 4055); plain rsaEncryption names no digest. openssl does not compare.
ECDSA, RSA = '1.2.840.10045.4.3.', '1.2.840.113549.1.1.'
SIGNATURES = {digest: (ECDSA + a, RSA + b, RSA + '1') for digest, a, b in zip(DIGESTS, '234', ('11', '12', '13'))}
MAX = 128 * 1024
NO_LIST = ('unable to get certificate CRL', 'CRL has expired', 'CRL is not yet valid')
# Of a path, the pinned authority at its end included.
LONGEST_PATH = 5
# A path and what carries it on up to a root.
MOST_CERTIFICATES = 10


def _algorithm(raw):
    """OID of an AlgorithmIdentifier whose parameters are absent or, but for ECDSA, NULL."""
    fields = der.children(raw, der.SEQUENCE)
    oid = der.oid(fields[0])
    bare = len(fields) == 1 or (fields[1:] == [b'\5\0'] and not oid.startswith(ECDSA[:13]))
    must(bare, 'an algorithm with parameters')
    return oid


def _attributes(raw):
    """Signed attributes by OID: sorted as DER sorts a SET OF, each once with one value."""
    all_ = der.children(raw)
    must(all(a < b for a, b in zip(all_, all_[1:])), 'signed attributes not sorted, or one twice')
    out = {}
    for one in all_:
        type_, values = der.children(one, der.SEQUENCE, (der.OID, der.SET))
        must(der.oid(type_) not in out, 'a signed attribute twice')
        [out[der.oid(type_)]] = der.children(values)
    return out


def _unstamped(signer):
    """Fields of a SignerInfo inside a PDF, without the one unsigned attribute that it may have: its time-stamp."""
    fields = der.children(signer, der.SEQUENCE)
    if fields[-1][0] == 0xA1:
        [stamp] = der.children(fields.pop())
        must(der.oid(der.children(stamp, der.SEQUENCE, (der.OID, der.SET))[0]) == STAMP, 'an unsigned attribute')
    return fields


def read(raw, in_pdf=False):
    """(certificates, signer's certificate) of one strict spelling of a SignedData. Raises Malformed."""
    try:
        must(len(raw) <= MAX, 'a signature too long')
        der.check(raw)
        type_, body = der.children(raw, der.SEQUENCE, (der.OID, 0xA0))
        [signed] = der.children(body)
        tags = (der.INTEGER, der.SET, der.SEQUENCE, 0xA0, der.SET)
        version, digests, content, carried, signers = der.children(signed, der.SEQUENCE, tags)
        must(der.oid(type_) == SIGNED_DATA and der.content(version) == b'\1', 'not SignedData of version 1')
        must([der.oid(one) for one in der.children(content)] == [DATA], 'not detached data')
        [listed], [signer] = der.children(digests), der.children(signers)
        tags = (der.INTEGER, der.SEQUENCE, der.SEQUENCE, 0xA0, der.SEQUENCE, der.OCTETS)
        fields = _unstamped(signer) if in_pdf else der.children(signer, der.SEQUENCE)
        must(tuple(one[0] for one in fields) == tags, 'not a SignerInfo without unsigned attributes')
        version, name, digest, attributes, algorithm, _ = fields
        must(der.content(version) == b'\1', 'not a SignerInfo of version 1')
        must(_algorithm(listed) == _algorithm(digest) and _algorithm(digest) in DIGESTS, 'a digest not allowed')
        must(_algorithm(algorithm) in SIGNATURES[_algorithm(digest)], 'a signature algorithm not allowed')
        must(len(der.children(carried)) <= MOST_CERTIFICATES, 'too many certificates')
        certificates = [certificate.read(one) for one in der.children(carried)]
        found = _signer(certificates, name, _attributes(attributes), in_pdf)
        must(found.is_ec == _algorithm(algorithm).startswith(ECDSA), 'a signature algorithm of another key')
        return certificates, found
    except (ValueError, IndexError, KeyError) as error:
        raise Malformed(f'not a strict CMS signature: {error}') from error


def _signer(certificates, name, attributes, in_pdf):
    must(der.oid(attributes[CONTENT_TYPE]) == DATA, 'another content type')
    must(attributes[MESSAGE_DIGEST][0] == der.OCTETS, 'no message digest')
    # PAdES (ETSI EN 319 142-1): inside a PDF the PDF claims the time.
    must((SIGNING_TIME in attributes) != in_pdf, 'no signing time, or one inside a PDF')
    issuer, serial = der.children(name, der.SEQUENCE, (der.SEQUENCE, der.INTEGER))
    named = [one for one in certificates if (one.issuer, one.serial) == (issuer, der.content(serial))]
    must(len(named) == 1 and len({one.der for one in certificates}) == len(certificates), 'not one signer')
    # SigningCertificateV2 (RFC 5035): the first ESSCertIDv2, whose hash is SHA-256 unless it names another.
    first = der.children(der.children(der.children(attributes[SIGNING_CERTIFICATE_V2])[0])[0])
    named_by = SHA256 if first[0][0] == der.OCTETS else _algorithm(first.pop(0))
    must(named_by in DIGESTS and first[0][0] == der.OCTETS, 'signing-certificate-v2 by a digest not allowed')
    hash_ = hashlib.new(HASHES[DIGESTS.index(named_by)], named[0].der).digest()
    must(der.content(first[0]) == hash_, 'signing-certificate-v2 names another certificate')
    must(named[0].may_verify, 'a key that is not RSA of 2048 to 8192 bits, P-256 or P-384')
    return named[0]


class Trust:
    """Pinned authorities and the revocation lists that travel along; the lists are signed by the authorities."""

    def __init__(self, pinned, lists):
        self.pinned = [certificate.read(one) for one in pinned]
        self.lists = list(lists)
        self.folder = tempfile.TemporaryDirectory(prefix='second-verifier-')
        self.pairs = {}

    def _file(self, name, raw):
        path = os.path.join(self.folder.name, name)
        with open(path, 'wb') as file:
            file.write(raw)
        return path

    def _store(self, lists):
        text = [pem('CERTIFICATE', one.der) for one in self.pinned] + [pem('X509 CRL', one) for one in lists]
        return self._file('store.pem', ''.join(text).encode())

    def _openssl(self, *words):
        answer = subprocess.run(['openssl', *words], capture_output=True, check=False)
        return answer.returncode == 0, answer.stderr.decode(errors='replace')

    def _cms(self, content, raw, at, lists):
        isolated = ['-no-CApath', '-no-CAstore', '-partial_chain', '-purpose', 'any', '-attime', str(at // 1000)]
        files = ['-in', self._file('cms', raw), '-content', self._file('content', content), '-out', os.devnull]
        checked = ['-crl_check'] if lists else []
        words = ['-verify', '-binary', '-cades', '-inform', 'DER', '-CAfile', self._store(lists)]
        return self._openssl('cms', *words, *files, *isolated, *checked)

    def verify(self, content, raw, at, certificate_sha256=None, lists=(), in_pdf=False):
        """(signer, whether revocation was looked at) as of unix ms. Raises Malformed.

        Docs/sealing.md: certificates are judged as of an instant, the leaf's time, never the machine's clock.
        """
        certificates, signer = read(raw, in_pdf)
        lists = [one for one in (*lists, *self.lists) if certificate.is_list(one)]
        holds, told = self._cms(content, raw, at, lists)
        revocation = holds and bool(lists)
        if not holds and any(text in told for text in NO_LIST):
            holds, told = self._cms(content, raw, at, [])
        must(holds, f'signature or chain does not hold: {_reason(told)}')
        must(certificate_sha256 in (None, signer.sha256), 'signed with another certificate')
        must(signer.may_sign, 'the certificate is not for signing')
        path = self._only_the_chain(signer, [one for one in certificates if one is not signer])
        # openssl has looked at the signer alone.
        for child, parent in zip(path[1:], path[2:]):
            revocation = self._is_listed_by(child, parent, at, lists) and revocation
        return signer, revocation

    def _is_listed_by(self, child, parent, at, lists):
        """Whether a list of its issuer, in force then, was there and does not name it. Raises Malformed where it does."""
        trusted = [pem('CERTIFICATE', parent.der), *(pem('X509 CRL', one) for one in lists)]
        files = [self._file('issuer.pem', ''.join(trusted).encode()),
                 self._file('issued.pem', pem('CERTIFICATE', child.der).encode())]
        words = ['-partial_chain', '-crl_check', '-attime', str(at // 1000), '-no-CApath', '-no-CAstore', '-CAfile']
        holds, told = self._openssl('verify', *words, *files)
        must(holds or any(text in told for text in NO_LIST), 'an authority on the way was revoked, or not valid')
        return holds

    def _only_the_chain(self, signer, others):
        """The path from the signer to a pinned authority; nothing else travels along but what goes on above that."""
        pinned = {one.der for one in self.pinned}
        last, left, path = signer, [one for one in others if one.der not in pinned], [signer]
        while not (anchors := [one for one in self.pinned if self._issued(last, one)]):
            last = self._step(last, left)
            path.append(last)
        last = anchors[0]
        must(len(path) < LONGEST_PATH, 'a path too long')
        path.append(last)
        while left:
            must(last.subject != last.issuer, 'a certificate foreign to the chain')
            last = self._step(last, left)
            must(left or self._issued(last, last), 'a chain that ends in no root')
        return path

    def _step(self, last, left):
        above = [one for one in left if self._issued(last, one)]
        must(above, 'a certificate foreign to the chain')
        left.remove(above[0])
        return above[0]

    def _issued(self, child, parent):
        if child.issuer != parent.subject or not parent.is_ca:
            return False
        pair = (child.der, parent.der)
        if pair not in self.pairs:
            files = [self._file(f'{name}.pem', pem('CERTIFICATE', one.der).encode()) for name, one in
                     (('parent', parent), ('child', child))]
            words = ['-partial_chain', '-no_check_time', '-no-CApath', '-no-CAstore', '-CAfile', *files]
            self.pairs[pair] = self._openssl('verify', *words)[0]
        return self.pairs[pair]

    def signed_json(self, content, raw, at, shape, lists=()):
        """(value, signer, revocation) of a signed JSON: its `type` is part of the shape."""
        signer, revocation = self.verify(content, raw, at, lists=lists)
        return shaped(parse_json(content), shape), signer, revocation

    def ecdsa(self, point, message, signature):
        """ECDSA P-256 with SHA-256, signature r ‖ s: proof of possession."""
        numbers = b''.join(der.integer(int.from_bytes(one, 'big')) for one in (signature[:32], signature[32:]))
        spki = bytes.fromhex('3059301306072a8648ce3d020106082a8648ce3d030107034200') + point
        key = self._file('pop.pem', pem('PUBLIC KEY', spki).encode())
        der_file = self._file('pop.sig', bytes([der.SEQUENCE, len(numbers)]) + numbers)
        words = ['-sha256', '-verify', key, '-signature', der_file, self._file('pop', message)]
        return self._openssl('dgst', *words)[0]


def _reason(told):
    """What openssl says of the last error: `…:error:<code>:<library>:<function>:<reason>:<file>:<line>:<data>`."""
    errors = [line.split(':error:')[1].split(':', 6) for line in told.split('\n') if ':error:' in line]
    last = errors[-1] if errors else []
    return ', '.join(one for one in (last[3:4] + last[6:7]) if one) or 'no reason told'
