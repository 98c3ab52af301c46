import type { Bytes } from '../log/bytes.ts'
import { issueCertificate, type KeyType, makeCa, makeCrl, makeKeyPair, type Subject, spkiOf } from './ca.ts'
import type { Signer } from './cms.ts'
import { signTrusteeSet, type TrusteeSet, verifyTrusteeSet } from './trustee-set.ts'
import type { TrusteeRole } from './trustees.ts'
import { generateTrusteeKey, signKeyStatement } from './trustees.ts'

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

export const TENDER = '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e5f'
export const LOT = '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e60'
export const ORG = '0b6f1b52-6a58-4f0e-9a43-6d1f0c2b7e11'
const CODES = [
  '11310000MB2F300015',
  '12310000425000016P',
  '12100000425006133D',
  '11310000002420000K',
  '31310000E7880000X1',
]
const ROLES: TrusteeRole[] = ['purchaser', 'notary', 'university', 'lawyers', 'centre']
const WINDOW = 30 * 60_000

export type World = Awaited<ReturnType<typeof makeWorld>>

/** A tender's trustees with keys, statements and the set signed by the purchaser. */
export const makeTrustees = async (
  world: World,
  n = 3,
  k = 2,
  change: (set: SetDraft) => SetDraft = (set) => set,
  pages = 1,
) => {
  const opening = NOW + 20 * DAY
  const people = await Promise.all(
    Array.from({ length: n }, async (_, at) => {
      const signer = await world.enrol({
        commonName: `保管人${at + 1}`,
        organisation: `机构${at + 1}`,
        organisationCode: CODES[at]!,
      })
      const key = await generateTrusteeKey()
      const client = at < pages ? ('page' as const) : ('offline' as const)
      const terms = { tenderId: TENDER, i: at + 1, n, k, role: ROLES[at]!, opening, window: WINDOW, client }
      return { signer, key, statement: await signKeyStatement(terms, key, signer, NOW) }
    }),
  )
  const groups = people.map((_, at) => ({
    code: CODES[at]!,
    relation: at === 0 ? ('purchaser' as const) : ('independent' as const),
    members: [at + 1],
  }))
  const windows = { bidder: WINDOW, trustee: WINDOW }
  const statements = people.map(({ statement }) => statement)
  const draft = change({ tenderId: TENDER, n, k, statements, groups, windows, deadline: opening, opening })
  const signed = await signTrusteeSet(draft, people[0]!.signer, NOW)
  return { people, signed, verdict: await verifyTrusteeSet(signed, world.policy) }
}
type SetDraft = Omit<TrusteeSet, 'v' | 'type' | 'statements'> & { statements: readonly { bytes: Bytes; cms: Bytes }[] }

/** A file to seal. */
export const fileOf = (name: string, bytes: Bytes, mime = 'application/pdf') => {
  const blob = new Blob([bytes])
  return { name, mime, size: blob.size, slice: (from: number, to: number) => blob.slice(from, to) }
}
