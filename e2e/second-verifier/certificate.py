"""As much of an X.509 certificate (RFC 5280) as tells whose it is and for what; signatures and dates are openssl's."""
import functools
import re

import der
from wire import Malformed, must, sha256

# Where the credit code (统一社会信用代码, GB 32100) stands in a certificate is said in no text: organizationIdentifier or
# serialNumber of the subject, at the end, whatever prefix the authority writes before it.
CODE = re.compile(r'(?:^|[^0-9A-Z])([0-9A-HJ-NPQRTUWXY]{18})$')
CODE_ATTRIBUTES = ('2.5.4.97', '2.5.4.5')
KEY_USAGE, BASIC = '2.5.29.15', '2.5.29.19'
EC, RSA = '1.2.840.10045.2.1', '1.2.840.113549.1.1.1'
CURVES = {'1.2.840.10045.3.1.7': 32, '1.3.132.0.34': 48}
SIGNING = 0x80 | 0x40


def signed_fields(raw):
    """Fields of the signed part of a certificate or CRL, from the one before its algorithm on.

    Docs/sealing.md: three fields in DER, the algorithm outside is the one inside, no unused bits in the signature.
    """
    der.check(raw)
    tbs, algorithm, signature = der.children(raw, der.SEQUENCE, (der.SEQUENCE, der.SEQUENCE, der.BITS))
    der.whole_octets(signature)
    fields = der.children(tbs, der.SEQUENCE)
    if fields[0][0] == 0xA0:
        fields.pop(0)
    must(fields[1] == algorithm, 'another algorithm outside than inside')
    return fields


@functools.lru_cache(maxsize=1024)
def is_list(raw):
    """Whether a CRL (of version 2) has the one spelling; openssl says the rest."""
    try:
        signed_fields(raw)
        return True
    except (Malformed, IndexError):
        return False


class Certificate:
    def __init__(self, raw):
        must(len(raw) <= 32768, 'a certificate too long')
        fields = signed_fields(raw)
        self.der, self.sha256 = raw, sha256(raw)
        serial, _, issuer, _, subject, key = fields[:6]
        self.serial, self.issuer, self.subject = der.content(serial), issuer, subject
        self.is_ec = der.oid(der.children(der.children(key)[0])[0]) == EC
        self.may_verify = self._may_verify(key)
        self.code = self._code()
        extensions = [one for one in fields[6:] if one[0] == 0xA3]
        self.usage, self.is_ca = None, False
        for one in der.children(der.children(extensions[0])[0]) if extensions else []:
            self._extension(der.children(one, der.SEQUENCE))

    def _may_verify(self, key):
        """RSA of 2048 to 8192 bits, or an uncompressed point of P-256 or P-384."""
        algorithm, bits = der.children(key, der.SEQUENCE)
        raw = der.content(bits)[1:]
        if self.is_ec:
            size = CURVES.get(der.oid(der.children(algorithm)[1]))
            return size is not None and len(raw) == 2 * size + 1 and raw[0] == 4
        modulus = int.from_bytes(der.content(der.children(raw, der.SEQUENCE)[0]), 'big')
        return der.oid(der.children(algorithm)[0]) == RSA and 2048 <= modulus.bit_length() <= 8192

    def _extension(self, fields):
        name, value = der.oid(fields[0]), der.content(fields[-1])
        if name == KEY_USAGE:
            self.usage = der.content(value)[1]
        if name == BASIC:
            self.is_ca = any(one == b'\1\1\xff' for one in der.children(value))

    def _code(self):
        found = {}
        for names in der.children(self.subject):
            for one in der.children(names):
                type_, value = der.children(one, der.SEQUENCE)
                found[der.oid(type_)] = der.content(value).decode('utf-8', 'replace')
        for name in CODE_ATTRIBUTES:
            hit = CODE.search(found.get(name, '').strip().upper())
            if hit:
                return hit.group(1)
        return None

    @property
    def may_sign(self):
        return not self.is_ca and (self.usage is None or self.usage & SIGNING != 0)

    def is_same_organisation(self, other):
        return self.code is not None and self.code == other.code


@functools.lru_cache(maxsize=1024)
def read(raw):
    return Certificate(raw)
