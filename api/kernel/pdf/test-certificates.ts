import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

/** Certificates for tests only: a root whose name is Chinese, as China's CAs have them, and people under it. */
export type TestSigner = { certificateDer: Uint8Array; privateKey: CryptoKey }
export type TestCa = TestSigner & { issue: (name: string, algorithm: TestAlgorithm) => Promise<TestSigner> }
export type TestAlgorithm = 'RSA' | 'EC'

const parameters = {
  RSA: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  EC: { name: 'ECDSA', namedCurve: 'P-256' },
}

/** Private keys are not extractable: what a browser holds. */
const keyPair = (algorithm: TestAlgorithm) =>
  crypto.subtle.generateKey(parameters[algorithm], false, ['sign', 'verify']) as Promise<CryptoKeyPair>

/** Built by hand: pkijs would put all parts into one relative name (C+O+CN), as no CA does. */
const nameOf = (commonName: string, organization: string): pkijs.RelativeDistinguishedNames => {
  const part = (type: string, value: asn1js.PrintableString | asn1js.Utf8String) =>
    new asn1js.Set({
      value: [new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: type }), value] })],
    })
  const parts = [
    part('2.5.4.6', new asn1js.PrintableString({ value: 'CN' })),
    part('2.5.4.10', new asn1js.Utf8String({ value: organization })),
    part('2.5.4.3', new asn1js.Utf8String({ value: commonName })),
  ]
  return pkijs.RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: parts }).toBER())
}

let serial = 4096

const certify = async (
  subject: pkijs.RelativeDistinguishedNames,
  publicKey: CryptoKey,
  issuer: pkijs.RelativeDistinguishedNames,
  issuerKey: CryptoKey,
  isCa: boolean,
): Promise<Uint8Array> => {
  const certificate = new pkijs.Certificate({ version: 2 })
  certificate.serialNumber = new asn1js.Integer({ value: ++serial })
  certificate.subject = subject
  certificate.issuer = issuer
  certificate.notBefore.value = new Date(Date.UTC(2025, 0, 1))
  certificate.notAfter.value = new Date(Date.UTC(2045, 0, 1))
  const basic = new pkijs.BasicConstraints({ cA: isCa })
  // keyCertSign and cRLSign, or digitalSignature and nonRepudiation.
  const usage = new asn1js.BitString({
    valueHex: new Uint8Array([isCa ? 0x06 : 0xc0]).buffer,
    unusedBits: isCa ? 1 : 6,
  })
  certificate.extensions = [
    new pkijs.Extension({ extnID: '2.5.29.19', critical: true, extnValue: basic.toSchema().toBER() }),
    new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: usage.toBER() }),
  ]
  await certificate.subjectPublicKeyInfo.importKey(publicKey)
  await certificate.sign(issuerKey, 'SHA-256')
  return new Uint8Array(certificate.toSchema(true).toBER())
}

export const makeTestCa = async (): Promise<TestCa> => {
  const root = nameOf('阳光测试根证书', '江南市数字证书认证中心')
  const { publicKey, privateKey } = await keyPair('RSA')
  return {
    privateKey,
    certificateDer: await certify(root, publicKey, root, privateKey, true),
    issue: async (name, algorithm) => {
      const keys = await keyPair(algorithm)
      const subject = nameOf(name, '江南市第一人民医院')
      const certificateDer = await certify(subject, keys.publicKey, root, privateKey, false)
      return { certificateDer, privateKey: keys.privateKey }
    },
  }
}

export const pemOf = (der: Uint8Array): string => {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
