import { fromBER } from 'asn1js'
import { CertificationRequest } from 'pkijs'
import { type Bytes, plain } from '../log/bytes.ts'
import { type KeyType, makeKeyPair, nameOf, type Subject, spkiOf } from './ca.ts'
import { isDer } from './der.ts'
import { failed, type Verdict } from './json.ts'
import { algorithmOf, publicKeyFacts, signatureOf, verifySignature } from './signature.ts'

/**
 * A key pair made in the browser and its certificate request (PKCS#10, RFC 2986). Only the request leaves the page; the
 * key goes into a PKCS#12 file with the certificate when that comes back.
 */
export const makeKeyAndCsr = async (
  subject: Subject,
  keyType: KeyType = 'EC',
): Promise<{ keys: CryptoKeyPair; csr: Bytes }> => {
  const keys = await makeKeyPair(keyType)
  const request = new CertificationRequest({ version: 0, subject: nameOf(subject), attributes: [] })
  request.subjectPublicKeyInfo.fromSchema(fromBER(await spkiOf(keys.publicKey)).result)
  await request.sign(keys.privateKey, 'SHA-256')
  return { keys, csr: new Uint8Array(request.toSchema(true).toBER()) }
}

/**
 * Public key of a request whose own signature holds. The subject is what the CA decides, not what is asked for.
 * Never throws.
 */
export const verifyCsr = async (csr: Uint8Array): Promise<Verdict<{ spki: Bytes }, 'csr-invalid'>> => {
  try {
    if (csr.length > 16384 || !isDer(csr)) return failed('csr-invalid')
    const request = CertificationRequest.fromBER(plain(csr))
    const facts = publicKeyFacts(request.subjectPublicKeyInfo)
    const signature = signatureOf(request.signatureValue)
    const isOwn =
      facts && (await verifySignature(facts, algorithmOf(request.signatureAlgorithm), request.tbsView, signature))
    return isOwn ? { ok: true, spki: facts.spki } : failed('csr-invalid')
  } catch {
    return failed('csr-invalid')
  }
}
