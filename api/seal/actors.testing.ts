import type { Bytes } from '../log/bytes.ts'
import { issueCertificate, type KeyType, makeCa, makeCrl, makeKeyPair, type Subject, spkiOf } from './ca.ts'
import type { Signer } from './cms.ts'

/*
 * Certificates for tests: two CAs with Chinese names, and whoever is needed below them. Test files only.
 */
export const DAY = 86_400_000
/** The instant the tests play at. */
export const NOW = Date.UTC(2026, 10, 23, 4, 0, 0)

export const BIDDER: Subject = {
  commonName: '晨光医疗器械',
  organisation: '晨光医疗器械有限公司',
  organisationCode: '91310000MA1K35Q20X',
}
export const RIVAL: Subject = {
  commonName: '远山科技',
  organisation: '远山科技有限公司',
  organisationCode: '91310000MA1FL5E96U',
}

export const makeWorld = async (keyType: KeyType = 'EC') => {
  const validity = { notBefore: NOW - 400 * DAY, notAfter: NOW + 400 * DAY }
  const ca = await makeCa({ subject: { commonName: '演示电子认证服务中心', country: 'CN' }, keyType, ...validity })
  const crl = await makeCrl(ca, { thisUpdate: NOW - DAY, nextUpdate: NOW + DAY })
  const enrol = async (
    subject: Subject,
    type: KeyType = keyType,
    over: Partial<typeof validity> = {},
  ): Promise<Signer & { keys: CryptoKeyPair; certificateDer: Bytes }> => {
    const keys = await makeKeyPair(type)
    const certificateDer = await issueCertificate(await spkiOf(keys.publicKey), ca, { subject, ...validity, ...over })
    return { certificateDer, chainDer: [ca.certificateDer], privateKey: keys.privateKey, keys }
  }
  return { ca, crl, enrol, validity, policy: { at: NOW, trusted: [ca.certificateDer], crls: [crl] } }
}
