import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

/**
 * CAdES-B signatures (ETSI EN 319 122-1) as PAdES wants them (EN 319 142-1 §6.3): detached CMS over a digest, signing
 * certificate bound in by signing-certificate-v2, no signing-time attribute (the PDF's own /M holds the claimed time).
 * Runs in browser, Node and CLI. The private key may be non-extractable and far from the document: only its digest is
 * needed. RSA (PKCS #1 v1.5) and ECDSA keys; SHA-256.
 */

const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsa: '1.2.840.113549.1.1.1',
  rsaSha256: '1.2.840.113549.1.1.11',
  ec: '1.2.840.10045.2.1',
  ecdsaSha256: '1.2.840.10045.4.3.2',
} as const

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512'
/** What a verifier accepts; SHA-1 and MD5 are not in the list. */
const hashes: Record<string, HashName> = {
  [oid.sha256]: 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
}
/** Octets of one coordinate by named curve. */
const curves: Record<string, { namedCurve: string; size: number }> = {
  '1.2.840.10045.3.1.7': { namedCurve: 'P-256', size: 32 },
  '1.3.132.0.34': { namedCurve: 'P-384', size: 48 },
  '1.3.132.0.35': { namedCurve: 'P-521', size: 66 },
}
/** Signature algorithm → hash; null = as the digest algorithm says (a bare rsaEncryption, as some signers write). */
const signatureHashes: Record<string, HashName | null> = {
  [oid.rsa]: null,
  [oid.rsaSha256]: 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  [oid.ecdsaSha256]: 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
}

/** WebCrypto and asn1js want a buffer of exactly these octets. */
const exact = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const sha = async (hash: HashName, bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest(hash, exact(bytes)))

const equal = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((octet, index) => octet === right[index])

const octets = (value: asn1js.OctetString): Uint8Array => new Uint8Array(value.getValue())

const attribute = (type: string, value: unknown): pkijs.Attribute => new pkijs.Attribute({ type, values: [value] })

/** X.690 11.6: the elements of a SET OF stand in the order of their encodings. */
const inDerOrder = (attributes: pkijs.Attribute[]): pkijs.Attribute[] =>
  attributes
    .map((item) => ({ item, der: new Uint8Array(item.toSchema().toBER()) }))
    .sort(({ der: a }, { der: b }) => {
      const at = a.findIndex((octet, index) => octet !== b[index])
      return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? 0)
    })
    .map(({ item }) => item)

const attributesFor = async (digest: Uint8Array, certificateDer: Uint8Array): Promise<pkijs.Attribute[]> => {
  // ESSCertIDv2 (RFC 5035): SHA-256 is the default and therefore absent; issuerSerial "should not be" there (EN 319 122-1 5.2.2.3).
  const certHash = new asn1js.OctetString({ valueHex: exact(await sha('SHA-256', certificateDer)).buffer })
  const certId = new asn1js.Sequence({ value: [certHash] })
  const certIds = new asn1js.Sequence({ value: [certId] })
  return inDerOrder([
    attribute(oid.contentType, new asn1js.ObjectIdentifier({ value: oid.data })),
    attribute(oid.messageDigest, new asn1js.OctetString({ valueHex: exact(digest).buffer })),
    attribute(oid.signingCertificateV2, new asn1js.Sequence({ value: [certIds] })),
  ])
}

const encodeAttributes = (attributes: pkijs.Attribute[]): Uint8Array =>
  new Uint8Array(new asn1js.Set({ value: attributes.map((item) => item.toSchema()) }).toBER())

/** DER of the signed attributes: the very octets the private key signs. `digest` is SHA-256 of the content. */
export const signedAttributes = async (digest: Uint8Array, certificateDer: Uint8Array): Promise<Uint8Array> =>
  encodeAttributes(await attributesFor(digest, certificateDer))

const isEc = (certificate: pkijs.Certificate): boolean =>
  certificate.subjectPublicKeyInfo.algorithm.algorithmId === oid.ec

export type AssembleCades = {
  /** SHA-256 of the content. */
  digest: Uint8Array
  /** Over `signedAttributes(digest, certificateDer)`; for EC keys as WebCrypto gives it (r ‖ s). */
  signature: Uint8Array
  certificateDer: Uint8Array
  /** Intermediate certificates, without the root. */
  chainDer?: Uint8Array[]
}

/** Puts a signature made elsewhere (a token, another process) into a CMS. */
export const assembleCades = async (parts: AssembleCades): Promise<Uint8Array> => {
  const certificate = pkijs.Certificate.fromBER(exact(parts.certificateDer))
  const chain = (parts.chainDer ?? []).map((der) => pkijs.Certificate.fromBER(exact(der)))
  const ec = isEc(certificate)
  const sha256 = () => new pkijs.AlgorithmIdentifier({ algorithmId: oid.sha256 })
  const signature = ec ? pkijs.createCMSECDSASignature(exact(parts.signature).buffer) : exact(parts.signature).buffer
  const signer = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
    digestAlgorithm: sha256(),
    signedAttrs: new pkijs.SignedAndUnsignedAttributes({
      type: 0,
      attributes: await attributesFor(parts.digest, parts.certificateDer),
    }),
    signatureAlgorithm: ec
      ? new pkijs.AlgorithmIdentifier({ algorithmId: oid.ecdsaSha256 })
      : new pkijs.AlgorithmIdentifier({ algorithmId: oid.rsaSha256, algorithmParams: new asn1js.Null() }),
    signature: new asn1js.OctetString({ valueHex: signature }),
  })
  const signed = new pkijs.SignedData({
    version: 1,
    digestAlgorithms: [sha256()],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: oid.data }),
    signerInfos: [signer],
    certificates: [certificate, ...chain],
  })
  const info = new pkijs.ContentInfo({ contentType: oid.signedData, content: signed.toSchema(true) })
  return new Uint8Array(info.toSchema().toBER())
}

export type SignCades = {
  digest: Uint8Array
  certificateDer: Uint8Array
  chainDer?: Uint8Array[]
  /** RSASSA-PKCS1-v1_5 with SHA-256, or ECDSA; `extractable: false` will do. */
  privateKey: CryptoKey
}

/** A detached CAdES-B CMS (DER) over a SHA-256 digest. */
export const signCades = async ({ privateKey, ...parts }: SignCades): Promise<Uint8Array> => {
  const attributes = exact(await signedAttributes(parts.digest, parts.certificateDer))
  const algorithm =
    privateKey.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : privateKey.algorithm.name
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, attributes))
  return assembleCades({ ...parts, signature })
}

export type CadesVerdict =
  | { ok: true; certificateDer: Uint8Array; chainDer: Uint8Array[] }
  /** One reason for every failure: an attacker learns nothing from the difference. */
  | { ok: false }

const verifySignature = async (
  certificate: pkijs.Certificate,
  signer: pkijs.SignerInfo,
  signed: Uint8Array,
  digestHash: HashName,
): Promise<boolean> => {
  const hash = signatureHashes[signer.signatureAlgorithm.algorithmId]
  if (hash === undefined || (hash !== null && hash !== digestHash)) return false
  const { subjectPublicKeyInfo: info } = certificate
  const spki = info.toSchema().toBER()
  const raw = signer.signature.getValue()
  if (!isEc(certificate)) {
    if (info.algorithm.algorithmId !== oid.rsa) return false
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: digestHash }
    const key = await crypto.subtle.importKey('spki', spki, rsa, false, ['verify'])
    if ((key.algorithm as RsaKeyAlgorithm).modulusLength < 2048) return false
    return crypto.subtle.verify(rsa, key, raw, exact(signed))
  }
  const named: unknown = info.algorithm.algorithmParams
  const curve = named instanceof asn1js.ObjectIdentifier ? curves[named.getValue()] : undefined
  if (!curve) return false
  const ecdsa = { name: 'ECDSA', namedCurve: curve.namedCurve, hash: digestHash }
  const key = await crypto.subtle.importKey('spki', spki, ecdsa, false, ['verify'])
  const parsed = asn1js.fromBER(raw)
  if (parsed.offset === -1) return false
  return crypto.subtle.verify(ecdsa, key, pkijs.createECDSASignatureFromCMS(parsed.result, curve.size), exact(signed))
}

/** The one value of an attribute that must be there once. */
const onlyValue = (attributes: pkijs.Attribute[], type: string): unknown => {
  const found = attributes.filter((item) => item.type === type)
  return found.length === 1 && found[0]!.values.length === 1 ? found[0]!.values[0] : undefined
}

/** signing-certificate-v2 names this certificate: else another one with the same key and issuer could be slipped in. */
const bindsCertificate = async (attributes: pkijs.Attribute[], certificateDer: Uint8Array): Promise<boolean> => {
  const value = onlyValue(attributes, oid.signingCertificateV2)
  if (!(value instanceof asn1js.Sequence)) return false
  const certIds = value.valueBlock.value[0]
  const certId = certIds instanceof asn1js.Sequence ? certIds.valueBlock.value[0] : undefined
  if (!(certId instanceof asn1js.Sequence)) return false
  const [first, second] = certId.valueBlock.value
  let hash: HashName | undefined = 'SHA-256'
  let certHash: unknown = first
  if (first instanceof asn1js.Sequence) {
    const algorithm = first.valueBlock.value[0]
    hash = algorithm instanceof asn1js.ObjectIdentifier ? hashes[algorithm.getValue()] : undefined
    certHash = second
  }
  if (!hash || !(certHash instanceof asn1js.OctetString)) return false
  return equal(octets(certHash), await sha(hash, certificateDer))
}

const inspect = async (cms: Uint8Array, digestOf: (hash: HashName) => Promise<Uint8Array>): Promise<CadesVerdict> => {
  const info = pkijs.ContentInfo.fromBER(exact(cms))
  if (info.contentType !== oid.signedData) return { ok: false }
  const data = new pkijs.SignedData({ schema: info.content })
  const [signer, ...others] = data.signerInfos
  const hash = signer && hashes[signer.digestAlgorithm.algorithmId]
  if (!signer?.signedAttrs || !hash || others.length > 0 || data.encapContentInfo.eContent) return { ok: false }
  const certificates = (data.certificates ?? []).filter((item) => item instanceof pkijs.Certificate)
  const { sid } = signer
  const isSigner = (item: pkijs.Certificate) =>
    sid instanceof pkijs.IssuerAndSerialNumber &&
    item.serialNumber.isEqual(sid.serialNumber) &&
    equal(new Uint8Array(item.issuer.toSchema().toBER()), new Uint8Array(sid.issuer.toSchema().toBER()))
  const certificate = certificates.find(isSigner)
  if (!certificate) return { ok: false }
  const certificateDer = new Uint8Array(certificate.toSchema().toBER())
  const { attributes } = signer.signedAttrs
  const type = onlyValue(attributes, oid.contentType)
  const digest = onlyValue(attributes, oid.messageDigest)
  const ok =
    type instanceof asn1js.ObjectIdentifier &&
    type.getValue() === oid.data &&
    digest instanceof asn1js.OctetString &&
    equal(octets(digest), await digestOf(hash)) &&
    (await bindsCertificate(attributes, certificateDer)) &&
    (await verifySignature(certificate, signer, encodeAttributes(attributes), hash))
  if (!ok) return { ok }
  const chainDer = certificates.filter((item) => item !== certificate)
  return { ok, certificateDer, chainDer: chainDer.map((item) => new Uint8Array(item.toSchema().toBER())) }
}

/**
 * Checks a detached CAdES CMS: one signer, signed attributes, digest, signing-certificate-v2, signature. Whether the
 * certificate is trusted, in force and the registered one is the caller's question.
 */
export const verifyCades = async (
  cms: Uint8Array,
  digestOf: (hash: HashName) => Promise<Uint8Array>,
): Promise<CadesVerdict> => {
  try {
    return await inspect(cms, digestOf)
  } catch {
    return { ok: false }
  }
}
