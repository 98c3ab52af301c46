import { type Bytes, sha256, toBase64url } from '../../api/log/bytes.ts'
import { LOT, makeWorld, ORG, RIVAL } from '../../api/seal/actors.testing.ts'
import type { Signer } from '../../api/seal/cms.ts'
import { CENTRE, openPrinted, signedVersions } from './printed.ts'

/*
 * Evaluation reports and award letters, logged as a platform would log them, and handed to the verifiers by somebody who may
 * have them. Each is one of the same tender: its events lie beside those of the others.
 */
type Who = 'seal' | 'member1' | 'member2' | 'member3' | 'purchaser' | 'rival' | 'stranger'
type Handed = {
  what: string
  paper: 'report' | 'letter'
  signers: Who[]
  /** How many of the versions the log tells; absent: all. */
  logged?: number
  /** Whose signature the log says it is, after the seal. */
  organisationId?: string
  /** How many signatures the handed one has, or what is done to it. */
  given?: number
  change?: (pdf: Bytes) => Bytes
  holds: boolean | null
}
const ALL: Who[] = ['member1', 'member2', 'member3']

const REPORTS: Handed[] = [
  { what: 'a report that every member signed', paper: 'report', signers: ALL, holds: true },
  { what: 'without the last member', paper: 'report', signers: ALL.slice(0, 2), holds: false },
  { what: 'one member twice', paper: 'report', signers: ['member1', 'member2', 'member1'], holds: false },
  { what: 'one more than the committee has', paper: 'report', signers: [...ALL, 'rival'], holds: false },
  { what: 'a certificate under no pin', paper: 'report', signers: ['member1', 'member2', 'stranger'], holds: false },
  { what: 'a report before its last signature', paper: 'report', signers: ALL, given: 2, holds: false },
  {
    what: 'a byte of a report',
    paper: 'report',
    signers: ALL,
    change: (pdf) => pdf.map((byte, at) => (at === 700 ? byte ^ 1 : byte)),
    holds: false,
  },
  {
    what: 'something behind the last signature',
    paper: 'report',
    signers: ALL,
    change: (pdf) => new Uint8Array([...pdf, 10]),
    holds: false,
  },
]

const LETTERS: Handed[] = [
  { what: 'a letter under the seal alone', paper: 'letter', signers: ['seal'], holds: true },
  { what: 'a letter that the purchaser signed', paper: 'letter', signers: ['seal', 'purchaser'], holds: true },
  { what: 'the same before it did', paper: 'letter', signers: ['seal', 'purchaser'], given: 1, holds: null },
  { what: 'a letter under another seal', paper: 'letter', signers: ['rival', 'purchaser'], holds: false },
  { what: 'a rival in the name of the purchaser', paper: 'letter', signers: ['seal', 'rival'], holds: false },
  { what: 'a signature that was not logged', paper: 'letter', signers: ['seal', 'purchaser'], logged: 1, holds: false },
  {
    what: 'an agency that no notice names',
    paper: 'letter',
    signers: ['seal', 'rival'],
    organisationId: '0b6f1b52-6a58-4f0e-9a43-6d1f0c2b7e99',
    holds: null,
  },
  { what: 'a letter of no tender', paper: 'letter', signers: ['seal'], logged: 0, holds: false },
]
export const HANDED: Handed[] = [...REPORTS, ...LETTERS]

/** A tender that is opened, and the people who sign. */
export const openRoom = async () => {
  const committee = { size: 3, experts: 2, complex: false }
  const { platform, http, seal } = await openPrinted({ named: CENTRE }, { committee })
  const member = (commonName: string) => platform.world.enrol({ commonName })
  const [member1, member2, member3] = await Promise.all(['赵一', '钱二', '孙三'].map(member))
  const stranger = await (await makeWorld()).enrol({ commonName: '孙三' })
  const rival = await platform.world.enrol(RIVAL)
  const purchaser = platform.people[0]!.signer
  const members = { member1: member1!, member2: member2!, member3: member3! }
  const people: Record<Who, Signer> = { seal, purchaser, rival, stranger, ...members }
  return { platform, http, people }
}

const log = async ({ platform }: Room, { paper, logged, organisationId = ORG }: Handed, versions: readonly Bytes[]) => {
  const told = (await Promise.all(versions.slice(0, logged).map(sha256))).map(toBase64url)
  if (paper === 'report') {
    const facts = { lotId: LOT, reportJsonSha256: told[0], ranked: 1 }
    await platform.add('evaluation.reported/1', { ...facts, reportSha256: told.at(-1) }, null)
  }
  const [letterPdfSha256, ...signed] = paper === 'letter' ? told : []
  if (letterPdfSha256) await platform.add('result.published/1', { lotId: LOT, letterPdfSha256 }, null)
  for (const pdfSha256 of signed)
    await platform.add('award-letter.signed/1', { lotId: LOT, organisationId, pdfSha256 }, null)
}
type Room = Awaited<ReturnType<typeof openRoom>>

/** Made, signed and logged; what the person who may have it hands over. */
export const handOver = async (room: Room, handed: Handed): Promise<Bytes> => {
  const { platform, people } = room
  const signers = handed.signers.map((who) => people[who])
  const versions = await signedVersions(handed.what, signers, platform.state.now)
  await log(room, handed, versions)
  await platform.tick(platform.state.now + 1000)
  return (handed.change ?? ((pdf) => pdf))(versions[(handed.given ?? versions.length) - 1]!)
}
