import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Bytes, fromHex, utf8 } from '../../api/log/bytes.ts'
import { BIDDER, DAY, NOW, type World } from '../../api/seal/actors.testing.ts'
import { issueCertificate, makeCrl, makeKeyPair, spkiOf } from '../../api/seal/ca.ts'
import type { Signer } from '../../api/seal/cms.ts'
import { childrenOf, compareDer, enclose } from '../../api/seal/der.ts'
import { respelt } from '../../api/seal/mutations.testing.ts'

/*
 * Signatures that are really made with what is not in the list of docs/sealing.md ("CMS signatures and certificates"), and
 * for comparison with what is. Written by hand: the platform's own signer cannot do it.
 */
export type Digest = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
/** OIDs in hexadecimal: of the digest, of ECDSA and of RSA with it. */
const OIDS: Record<Digest, [digest: string, ecdsa: string, rsa: string]> = {
  sha1: ['2b0e03021a', '2a8648ce3d0401', '2a864886f70d010105'],
  sha224: ['608648016503040204', '2a8648ce3d040301', '2a864886f70d01010e'],
  sha256: ['608648016503040201', '2a8648ce3d040302', '2a864886f70d01010b'],
  sha384: ['608648016503040202', '2a8648ce3d040303', '2a864886f70d01010c'],
  sha512: ['608648016503040203', '2a8648ce3d040304', '2a864886f70d01010d'],
}
const [DATA, SIGNED_DATA] = ['2a864886f70d010701', '2a864886f70d010702']
const [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME] = ['03', '04', '05'].map((end) => `2a864886f70d0109${end}`)
const SIGNING_CERTIFICATE = '2a864886f70d010910022f'
const RSA_ENCRYPTION = '2a864886f70d010101'

const oid = (hex: string) => enclose(0x06, fromHex(hex))
const seq = (...parts: Uint8Array[]) => enclose(0x30, ...parts)
const set = (...parts: Uint8Array[]) => enclose(0x31, ...parts)
const octets = (raw: Uint8Array) => enclose(0x04, raw)
const ONE = enclose(0x02, Uint8Array.of(1))

/** Somebody who can sign as Node does, with any key. */
export type Hand = { certificateDer: Uint8Array; chainDer: readonly Uint8Array[]; key: KeyObject }

export const handOf = async ({ certificateDer, chainDer, privateKey }: Signer): Promise<Hand> => {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey))
  return { certificateDer, chainDer, key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }) }
}

/** Another certificate of the bidder’s organisation, over an RSA key of so many bits or one of a curve. */
const handWith = async ({ ca, validity }: World, key: number | string): Promise<Hand> => {
  const { publicKey, privateKey } =
    typeof key === 'number'
      ? generateKeyPairSync('rsa', { modulusLength: key })
      : generateKeyPairSync('ec', { namedCurve: key })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const certificateDer = await issueCertificate(new Uint8Array(spki), ca, { subject: BIDDER, ...validity })
  return { certificateDer, chainDer: [ca.certificateDer], key: privateKey }
}

/** One whose certificate says that a bit of its signature is unused. */
export const respeltHand = async ({ enrol }: World): Promise<Hand> => {
  let signer = await enrol(BIDDER)
  const certificateDer = await respelt(async () => {
    signer = await enrol(BIDDER)
    return signer.certificateDer
  })
  return { ...(await handOf(signer)), certificateDer }
}

/**
 * Somebody of the bidder's organisation, certified by an authority below the pinned one; `lists`: of both, of which the
 * upper revokes the lower where it is asked to.
 */
export const handBelow = async ({ ca, validity }: World) => {
  const [middle, own] = [await makeKeyPair('EC'), await makeKeyPair('EC')]
  const subject = { commonName: '演示中级电子认证服务中心', country: 'CN' }
  const middleDer = await issueCertificate(await spkiOf(middle.publicKey), ca, { subject, ...validity, ca: true })
  const below = { certificateDer: middleDer, privateKey: middle.privateKey }
  const certificateDer = await issueCertificate(await spkiOf(own.publicKey), below, { subject: BIDDER, ...validity })
  const hand = await handOf({ certificateDer, chainDer: [middleDer], privateKey: own.privateKey })
  const dates = { thisUpdate: NOW - DAY, nextUpdate: NOW + 40 * DAY }
  const lists = async (isRevoked: boolean): Promise<[upper: Bytes, lower: Bytes]> => [
    await makeCrl(ca, { ...dates, revoked: isRevoked ? [{ certificateDer: middleDer, at: NOW }] : [] }),
    await makeCrl(below, dates),
  ]
  return { hand, lists }
}

/** A revocation list in that spelling, in force all the time. */
export const respeltList = ({ ca }: World): Promise<Bytes> =>
  respelt(() => makeCrl(ca, { thisUpdate: NOW - DAY, nextUpdate: NOW + 40 * DAY }))

/** How a signature is made: `signed` and `named` are the digests of its algorithm and of signing-certificate-v2. */
type How = { digest: Digest; signed?: Digest; named?: Digest; plain?: true; null?: true }

/** A detached CMS as the specification has it in everything but, perhaps, its algorithms and its key. */
export const signAs = async (content: Uint8Array, hand: Hand, how: How, at: number): Promise<Bytes> => {
  const { certificateDer, chainDer, key } = hand
  const { digest, signed = digest, named = 'sha256' } = how
  const hash = (name: Digest, bytes: Uint8Array) => octets(createHash(name).update(bytes).digest())
  const time = `${new Date(at).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`
  const attribute = (type: string, value: Uint8Array) => seq(oid(type), set(value))
  const own = hash(named, certificateDer)
  const certId = named === 'sha256' ? seq(own) : seq(seq(oid(OIDS[named][0])), own)
  const attributes = [
    attribute(CONTENT_TYPE!, oid(DATA)),
    attribute(MESSAGE_DIGEST!, hash(digest, content)),
    attribute(SIGNING_TIME!, enclose(0x17, utf8(time))),
    attribute(SIGNING_CERTIFICATE, seq(seq(certId))),
  ].sort(compareDer)
  const value = octets(sign(signed, set(...attributes), key))
  const [, ecdsa, rsa] = OIDS[signed]
  const spelt = key.asymmetricKeyType !== 'rsa' ? ecdsa : how.plain ? RSA_ENCRYPTION : rsa
  const algorithm = seq(oid(spelt), ...(how.null ? [enclose(0x05)] : []))
  const [serial, , issuer] = childrenOf(childrenOf(certificateDer)[0]!).slice(1)
  const digestDer = seq(oid(OIDS[digest][0]))
  const signer = seq(ONE, seq(issuer!, serial!), digestDer, enclose(0xa0, ...attributes), algorithm, value)
  const certificates = enclose(0xa0, certificateDer, ...chainDer)
  const data = seq(ONE, set(digestDer), seq(oid(DATA)), certificates, set(signer))
  return seq(oid(SIGNED_DATA), enclose(0xa0, data))
}

/** `key`: RSA of so many bits or a curve; `words`, `code`: why the second verifier refuses it, and why the first does. */
type Algorithm = { how: How; key?: number | string; words?: RegExp; code?: string }
const DIGEST = { words: /a digest not allowed/, code: 'signature-malformed' }
const KEY = { words: /a key that is not RSA of 2048 to 8192 bits/, code: 'signature-malformed' }
const MISMATCH = { words: /a signature algorithm not allowed/, code: 'signature-invalid' }

export const ALGORITHMS: Algorithm[] = [
  { how: { digest: 'sha256' } },
  { how: { digest: 'sha384', named: 'sha512' } },
  { how: { digest: 'sha512', named: 'sha384' } },
  { how: { digest: 'sha1' }, ...DIGEST },
  { how: { digest: 'sha224' }, ...DIGEST },
  { how: { digest: 'sha256', signed: 'sha384' }, ...MISMATCH },
  { how: { digest: 'sha256', signed: 'sha1' }, ...MISMATCH },
  { how: { digest: 'sha256', named: 'sha1' }, words: /by a digest not allowed/, code: 'signature-malformed' },
  { how: { digest: 'sha256', null: true }, words: /an algorithm with parameters/, code: 'signature-invalid' },
  { how: { digest: 'sha256' }, key: 'secp384r1' },
  { how: { digest: 'sha512' }, key: 'secp521r1', ...KEY },
  { how: { digest: 'sha256', null: true }, key: 2048 },
  { how: { digest: 'sha512', plain: true }, key: 3072 },
  { how: { digest: 'sha256' }, key: 1024, ...KEY },
  { how: { digest: 'sha1' }, key: 2048, ...DIGEST },
  { how: { digest: 'sha1', plain: true }, key: 2048, ...DIGEST },
]

/** The bidder’s own key where no other is asked for. */
export const handFor = (world: World, signer: Signer, { key }: Algorithm): Promise<Hand> =>
  key === undefined ? handOf(signer) : handWith(world, key)
