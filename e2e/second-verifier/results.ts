import { evaluationOf, resultOf } from '../../api/client/evaluated.testing.ts'
import { type Bytes, concat, sha256, toBase64url, utf8 } from '../../api/log/bytes.ts'
import { LOT, makeWorld, RIVAL } from '../../api/seal/actors.testing.ts'
import type { Signer } from '../../api/seal/cms.ts'
import { encodeJson } from '../../api/seal/json.ts'
import { CENTRE, openPrinted, signedVersions } from './printed.ts'

/*
 * Result notices (中标结果公告): what is logged, who signed it, and what is shown. One version under the platform's seal is
 * all that there is of such a paper; V-64, which the second verifier never makes, compares the hash of the whole alone.
 */
type Who = 'seal' | 'rival' | 'stranger'
type Result = {
  what: string
  signers?: Who[]
  /** What the platform makes of the paper before it logs it. */
  made?: (pdf: Bytes) => Bytes
  /** How many signatures the logged version has; absent: all. */
  logged?: number
  /** What is shown in place of the logged one, null for nothing; `other` is another paper under the seal. */
  shown?: (pdf: Bytes, other: Bytes) => Bytes | null
  fails: string[]
  /** What the first verifier names besides. */
  first?: string[]
  words?: RegExp
  code?: string
}
const spoilt = (pdf: Bytes, at: number): Bytes => pdf.map((byte, place) => (place === at ? byte ^ 1 : byte))
/** The last digits of the signature's hole are zeros that nobody signed. */
const inHole = (pdf: Bytes): Bytes => pdf.with(Buffer.from(pdf).lastIndexOf('0>'), 0x31)
const added = (pdf: Bytes): Bytes => concat(pdf, utf8('\n1 0 obj\n<<>>\nendobj\n%%EOF\n'))
const because = (second: string, first: string) => ({
  words: new RegExp(`^V-72 FAIL.*result notice: ${second}`, 'm'),
  code: `V-72 result notice: ${first}`,
})
const OTHER = because('another version than the one logged', 'another version than the one logged')
const LOOSE = because('no signature over all of the file', 'no strict signature over all of the file')
const FALSE = { fails: ['V-72'] }
/** Its hash is not the logged one either. */
const ALTERED = { ...FALSE, first: ['V-64'] }

export const RESULTS: Result[] = [
  { what: 'a result notice under the platform’s seal', fails: [] },
  { what: 'a byte of it', shown: (pdf) => spoilt(pdf, 700), ...ALTERED, ...OTHER },
  {
    what: 'a byte of what no signature covers',
    shown: inHole,
    ...ALTERED,
    ...because('something behind the signature', 'no strict signature over all of the file'),
  },
  { what: 'another paper under the seal than the one logged', shown: (_, other) => other, ...ALTERED, ...OTHER },
  {
    what: 'a paper that a rival signed in place of the platform',
    signers: ['rival'],
    ...FALSE,
    ...because('sealed by', 'signed by'),
  },
  {
    what: 'a paper under a seal of no pinned authority',
    signers: ['stranger'],
    ...FALSE,
    ...because('', 'certificate-not-trusted'),
  },
  { what: 'a second signature, logged with the first', signers: ['seal', 'rival'], ...FALSE, ...OTHER },
  {
    what: 'a second signature that was not logged',
    signers: ['seal', 'rival'],
    logged: 1,
    ...ALTERED,
    ...because('a later version than the log tells of', 'a later version than the log tells of'),
  },
  { what: 'something on top that nobody signed, logged with it', made: added, ...FALSE, ...LOOSE },
  { what: 'something on top that nobody signed', shown: added, ...ALTERED, ...LOOSE },
  {
    what: 'a paper that is kept back',
    shown: () => null,
    ...ALTERED,
    ...because('the PDF is logged, and not shown', 'the PDF is logged, and not shown'),
  },
]

/** A tender of one bid, decided and published; `row` is the event of the result. */
export const openResult = async ({ signers = ['seal'], made = (pdf) => pdf, logged, shown }: Partial<Result> = {}) => {
  const { platform, http, seal, record } = await openPrinted({ named: CENTRE })
  const people: Record<Who, () => Promise<Signer>> = {
    seal: async () => seal,
    rival: () => platform.world.enrol(RIVAL),
    stranger: async () => (await makeWorld()).enrol(CENTRE),
  }
  const at = platform.state.now
  const who = await Promise.all(signers.map((one) => people[one]()))
  const versions = (await signedVersions('中标结果公告', who, at)).map(made)
  const [other] = (await signedVersions('另一份中标结果公告', [seal], at)) as [Bytes]
  const hashOf = async (bytes: Uint8Array) => toBase64url(await sha256(bytes))
  const { bidId } = record.bids[0]!
  const [notice, reportJsonSha256] = [encodeJson(resultOf(bidId)), await hashOf(utf8('评标报告'))]
  await platform.add('evaluation.reported/1', { lotId: LOT, reportJsonSha256 }, null)
  const noticePdfSha256 = await hashOf(versions[(logged ?? versions.length) - 1]!)
  const told = { lotId: LOT, bidId, noticeSha256: await hashOf(notice), noticePdfSha256 }
  const row = await platform.add('result.published/1', told, null)
  await platform.tick(platform.state.now + 1000)
  const { routes } = platform.state
  const evaluation = evaluationOf(bidId, reportJsonSha256, await hashOf(encodeJson(record)))
  routes.set(`/api/lots/${LOT}/evaluation`, evaluation)
  routes.set(`/api/lots/${LOT}/award/notice`, notice)
  const pdf = shown ? shown(versions.at(-1)!, other) : versions.at(-1)!
  if (pdf) routes.set(`/api/lots/${LOT}/award/notice.pdf`, pdf)
  return { platform, http, row }
}
