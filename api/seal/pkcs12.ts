import * as asn1js from 'asn1js'
import { type Bytes, concat, equal, fromBase64url, plain, randomBytes, toHex, utf8 } from '../log/bytes.ts'
import { type CertificateInfo, parseCertificate } from './certificate.ts'
import type { Signer } from './cms.ts'
import { failed, type Verdict } from './json.ts'
import { decryptOld, type Pkcs12Hash, pkcs12Key, USES } from './pkcs12-ciphers.ts'
import type { DecryptKey } from './selfslot.ts'

/*
 * PKCS#12 files (RFC 7292): certificate and key under a PIN. The structure is read as exact bytes, because node-forge
 * re-encodes names and spoils Chinese ones; what WebCrypto lacks stands in pkcs12-ciphers.ts.
 */
const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const
const AES_BITS: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.1.2': 128,
  '2.16.840.1.101.3.4.1.22': 192,
  [OID.aes256]: 256,
}
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'SHA-1',
  [OID.hmacSha256]: 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
}
const MACS: Readonly<Record<string, { hash: Pkcs12Hash; size: number }>> = {
  '1.3.14.3.2.26': { hash: 'SHA-1', size: 20 },
  [OID.sha256]: { hash: 'SHA-256', size: 32 },
  '2.16.840.1.101.3.4.2.2': { hash: 'SHA-384', size: 48 },
  '2.16.840.1.101.3.4.2.3': { hash: 'SHA-512', size: 64 },
}
/** For the files made here: the key derivation a thief of the file has to repeat for each PIN. */
const ROUNDS = 100_000

type Node = asn1js.AsnType
const kids = (node: Node | undefined): Node[] => {
  const value = (node as asn1js.Sequence | undefined)?.valueBlock?.value
  if (!Array.isArray(value)) throw new RangeError('not-pkcs12')
  return value
}
const read = (bytes: Uint8Array): Node => {
  const { offset, result } = asn1js.fromBER(plain(bytes))
  if (offset < 0) throw new RangeError('not-pkcs12')
  return result
}
const oidOf = (node: Node | undefined): string => (node as asn1js.ObjectIdentifier).valueBlock.toString()
const numberOf = (node: Node | undefined): number => (node as asn1js.Integer).valueBlock.valueDec
/** OCTET STRING, primitive or in BER's pieces, under whatever tag. (asn1js also guesses inside primitive ones: ignored.) */
const octetsOf = (node: Node | undefined): Bytes => {
  const { idBlock, valueBlock } = node as asn1js.OctetString
  if (idBlock.isConstructed) return concat(...kids(node).map(octetsOf))
  return new Uint8Array(valueBlock.valueHexView)
}
const derOf = (node: Node): Bytes => new Uint8Array(node.toBER())

/** No file asks for more: a forged one could keep a browser busy for hours. */
const MOST_ROUNDS = 5_000_000
const roundsOf = (node: Node | undefined): number => {
  const rounds = node ? numberOf(node) : 1
  if (!(rounds >= 1 && rounds <= MOST_ROUNDS)) throw new RangeError('not-pkcs12')
  return rounds
}

const stamp = async (oid: string, pin: string, salt: Uint8Array, rounds: number, data: Bytes): Promise<Bytes> => {
  const mac = MACS[oid]
  if (!mac) throw new RangeError('not-pkcs12')
  const key = pkcs12Key(mac.hash, pin, salt, USES.mac, rounds, mac.size)
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: mac.hash }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data))
}

const pbkdf2Key = async (pin: string, salt: Bytes, iterations: number, hash: string, length: number) => {
  const base = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveKey'])
  const aes = { name: 'AES-CBC', length }
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash, salt, iterations }, base, aes, false, ['encrypt', 'decrypt'])
}

const decryptPbes2 = async (parameters: Node | undefined, sealed: Bytes, pin: string): Promise<Bytes> => {
  const [kdf, cipher] = kids(parameters)
  const [salt, rounds, ...more] = kids(kids(kdf)[1])
  const prf = more.find((one) => one instanceof asn1js.Sequence)
  const hash = prf ? PRFS[oidOf(kids(prf)[0])] : 'SHA-1'
  const length = AES_BITS[oidOf(kids(cipher)[0])]
  if (oidOf(kids(kdf)[0]) !== OID.pbkdf2 || !hash || !length) throw new RangeError('not-pkcs12')
  const key = await pbkdf2Key(pin, octetsOf(salt), roundsOf(rounds), hash, length)
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: octetsOf(kids(cipher)[1]) }, key, sealed))
}

const decrypt = async (algorithm: Node | undefined, sealed: Bytes, pin: string): Promise<Bytes> => {
  const [oid, parameters] = kids(algorithm)
  if (oidOf(oid) === OID.pbes2) return decryptPbes2(parameters, sealed, pin)
  // 3DES and RC2-40 with the PKCS#12 derivation: what old CA tools still write
  const [salt, rounds] = kids(parameters)
  return decryptOld(oidOf(oid), { pin, salt: octetsOf(salt), rounds: roundsOf(rounds) }, sealed)
}

/** One padding in 256 fits by chance; what a wrong PIN left is then no SEQUENCE to its end. (Without a MAC nothing else tells.) */
const decryptWhole = async (algorithm: Node | undefined, sealed: Bytes, pin: string): Promise<Bytes> => {
  const text = await decrypt(algorithm, sealed, pin)
  if (text[0] !== 0x30 || asn1js.fromBER(plain(text)).offset !== text.length) throw new RangeError('wrong-pin')
  return text
}

type Bags = { keys: Bytes[]; certificates: Bytes[] }

const readBags = async (contents: Bytes, pin: string, bags: Bags): Promise<void> => {
  for (const bag of kids(read(contents))) {
    const [id, wrapped] = kids(bag)
    const value = kids(wrapped)[0]
    if (oidOf(id) === OID.keyBag) bags.keys.push(derOf(value!))
    if (oidOf(id) === OID.shroudedKeyBag) {
      bags.keys.push(await decryptWhole(kids(value)[0], octetsOf(kids(value)[1]), pin))
    }
    if (oidOf(id) === OID.certBag && oidOf(kids(value)[0]) === OID.x509) {
      bags.certificates.push(octetsOf(kids(kids(value)[1])[0]))
    }
  }
}

const readPfx = async (file: Uint8Array, pin: string): Promise<Bags> => {
  const [, authSafe, macData] = kids(read(file))
  const data = octetsOf(kids(kids(authSafe)[1])[0])
  if (macData) {
    const [digestInfo, salt, rounds] = kids(macData)
    const [algorithm, digest] = kids(digestInfo)
    const made = await stamp(oidOf(kids(algorithm)[0]), pin, octetsOf(salt), roundsOf(rounds), data)
    if (!equal(made, octetsOf(digest))) throw new RangeError('wrong-pin')
  }
  const bags: Bags = { keys: [], certificates: [] }
  for (const info of kids(read(data))) {
    const [type, wrapped] = kids(info)
    const content = kids(wrapped)[0]
    if (oidOf(type) === OID.data) await readBags(octetsOf(content), pin, bags)
    if (oidOf(type) !== OID.encryptedData) continue
    const [, algorithm, sealed] = kids(kids(content)[1])
    await readBags(await decryptWhole(algorithm, octetsOf(sealed), pin), pin, bags)
  }
  return bags
}

const RSA_SIGN = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const RSA_OPEN = { name: 'RSA-OAEP', hash: 'SHA-256' }
const P256 = { namedCurve: 'P-256' }

type OpenKey = { privateKey: CryptoKey; decryptKey: DecryptKey; isKeyOf: (certificate: CertificateInfo) => boolean }

const openKey = async (pkcs8: Bytes): Promise<OpenKey> => {
  const { subtle } = crypto
  const oid = oidOf(kids(kids(read(pkcs8))[1])[0])
  if (oid === '1.2.840.113549.1.1.1') {
    const { n } = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, RSA_SIGN, true, ['sign']))
    const modulus = toHex(fromBase64url(n!))
    return {
      privateKey: await subtle.importKey('pkcs8', pkcs8, RSA_SIGN, false, ['sign']),
      decryptKey: { type: 'RSA', key: await subtle.importKey('pkcs8', pkcs8, RSA_OPEN, false, ['decrypt']) },
      isKeyOf: ({ publicKey }) => publicKey.key === 'RSA' && toHex(publicKey.spki).includes(modulus),
    }
  }
  const ecdsa = { name: 'ECDSA', ...P256 }
  const jwk = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, ecdsa, true, ['sign']))
  const publicJwk = { kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! }
  const publicKey = await subtle.importKey('jwk', publicJwk, { name: 'ECDH', ...P256 }, true, [])
  const spki = new Uint8Array(await subtle.exportKey('spki', publicKey))
  const opening = await subtle.importKey('pkcs8', pkcs8, { name: 'ECDH', ...P256 }, false, ['deriveBits'])
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign']),
    decryptKey: { type: 'EC', keys: { privateKey: opening, publicKey } },
    isKeyOf: (certificate) => equal(certificate.publicKey.spki.slice(-65), spki.slice(-65)),
  }
}

/** The certificates above the leaf, in order; others in the file are left out. */
const chainAbove = (leaf: CertificateInfo, others: readonly CertificateInfo[]): Bytes[] => {
  const chain: CertificateInfo[] = []
  for (let last = leaf; !equal(last.issuerDer, last.subjectDer); ) {
    const next = others.find((one) => equal(one.subjectDer, last.issuerDer) && !chain.includes(one))
    if (!next) break
    chain.push(next)
    last = next
  }
  return chain.map((one) => one.der)
}

export type OpenedPkcs12 = Signer & {
  certificateDer: Bytes
  chainDer: Bytes[]
  certificate: CertificateInfo
  /** For recovery files and self slots. */
  decryptKey: DecryptKey
}

/**
 * Opens a PKCS#12 file in the browser; keys come out non-extractable. RSA (2048 or more) and EC P-256; PBES2 with AES,
 * 3DES and RC2-40. Never throws.
 */
export const openPkcs12 = async (
  file: Uint8Array,
  pin: string,
): Promise<Verdict<OpenedPkcs12, 'wrong-pin' | 'not-pkcs12'>> => {
  let bags: Bags
  try {
    bags = await readPfx(file, pin)
  } catch (error) {
    // a padding failure behind a right MAC (or without one) is a wrong PIN, too
    const isPin = (error instanceof RangeError && error.message === 'wrong-pin') || error instanceof DOMException
    return failed(isPin && error instanceof Error ? 'wrong-pin' : 'not-pkcs12')
  }
  try {
    const parsed = await Promise.all(bags.certificates.map(parseCertificate))
    const certificates = parsed.flatMap((one) => (one.ok ? [one.certificate] : []))
    for (const pkcs8 of bags.keys) {
      const { privateKey, decryptKey, isKeyOf } = await openKey(pkcs8)
      const leaf = certificates.find((one) => !one.isCa && isKeyOf(one)) ?? certificates.find(isKeyOf)
      if (!leaf) continue
      const chainDer = chainAbove(leaf, certificates)
      return { ok: true, certificateDer: leaf.der, chainDer, certificate: leaf, privateKey, decryptKey }
    }
    return failed('not-pkcs12')
  } catch {
    return failed('not-pkcs12')
  }
}

const seq = (...value: Node[]) => new asn1js.Sequence({ value })
const oid = (value: string) => new asn1js.ObjectIdentifier({ value })
const octets = (bytes: Uint8Array) => new asn1js.OctetString({ valueHex: plain(bytes) })
const tagged = (...value: Node[]) => new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value })
const int = (value: number) => new asn1js.Integer({ value })

const encryptPbes2 = async (data: Bytes, pin: string): Promise<{ algorithm: Node; sealed: Bytes }> => {
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const key = await pbkdf2Key(pin, salt, ROUNDS, 'SHA-256', 256)
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, data))
  const kdf = seq(octets(salt), int(ROUNDS), seq(oid(OID.hmacSha256), new asn1js.Null()))
  const algorithm = seq(oid(OID.pbes2), seq(seq(oid(OID.pbkdf2), kdf), seq(oid(OID.aes256), octets(iv))))
  return { algorithm, sealed }
}

/**
 * A PKCS#12 file for a key made in the browser: AES-256 under PBKDF2-SHA-256, HMAC-SHA-256.
 * @param key extractable private CryptoKey; @param certificates the key's own first, then its chain
 */
export const makePkcs12 = async (key: CryptoKey, certificates: readonly Uint8Array[], pin: string): Promise<Bytes> => {
  const keyId = new asn1js.Set({ value: [octets(randomBytes(8))] })
  const attributes = () => new asn1js.Set({ value: [seq(oid(OID.localKeyId), keyId)] })
  const pkcs8 = await encryptPbes2(new Uint8Array(await crypto.subtle.exportKey('pkcs8', key)), pin)
  const keyBag = seq(oid(OID.shroudedKeyBag), tagged(seq(pkcs8.algorithm, octets(pkcs8.sealed))), attributes())
  const certBags = certificates.map((der, at) => {
    const bag = [oid(OID.certBag), tagged(seq(oid(OID.x509), tagged(octets(der))))]
    return seq(...bag, ...(at === 0 ? [attributes()] : []))
  })
  const certs = await encryptPbes2(derOf(seq(...certBags)), pin)
  const sealed = new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: certs.sealed })
  const encrypted = seq(int(0), seq(oid(OID.data), certs.algorithm, sealed))
  const safe = derOf(
    seq(seq(oid(OID.encryptedData), tagged(encrypted)), seq(oid(OID.data), tagged(octets(derOf(seq(keyBag)))))),
  )
  const salt = randomBytes(16)
  const digest = await stamp(OID.sha256, pin, salt, ROUNDS, safe)
  const mac = seq(seq(seq(oid(OID.sha256), new asn1js.Null()), octets(digest)), octets(salt), int(ROUNDS))
  return derOf(seq(int(3), seq(oid(OID.data), tagged(octets(safe))), mac))
}
