/*
 * The probe log of a tender, believed only as far as the probes' own signatures and the log bear it out.
 *   const log = await readProbeLog(http, trust, tender)
 */
import { z } from 'zod'
import { fromUtf8, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { OUTAGE_CLAUSE, type Quorum, type Said } from '../seal/outage.ts'
import {
  claimedProbe,
  type ProbePolicy,
  type ProbeStatement,
  parseProbes,
  type SignedProbe,
  verifyProbe,
} from '../seal/probe.ts'
import { committed, newestSize, type PublicEvent, placed } from './events.ts'
import { bytesOf, type Http } from './http.ts'
import type { VerifiedTender } from './tender.ts'
import type { TrustContext } from './trust.ts'

type Layers = Omit<PublicEvent, 'type' | 'lotId'>
type Answer = {
  policies: (Layers & { text: string })[]
  statements: { statement: string; signature: string; receivedAt: string; event: Layers | null }[]
}

/** A minute that a named probe told; `known`: by when the platform had it, by its leaf where it has one. */
export type Told = Said & { known: number }
type Finding = { ok: boolean | null; detail: string }

export type ProbeLog = {
  /** How many probes were named before the first notice; null where the rule does not hold for this tender. */
  of: Quorum | null
  told: Told[]
  /** Of V-94. */
  findings: Finding[]
}

const TWO = ['probes.named/1', 'probe.reported/1'] as const

type List = { text: string; index: number }

/** The lists of probes that the log holds before the first notice, oldest first: the log says which is the newest. */
const listsOf = async (http: Http, trust: TrustContext, tender: VerifiedTender, answer: Answer) => {
  const lists: List[] = []
  const findings: Finding[] = []
  for (const row of answer.policies) {
    const event = await committed(null, { ...row, type: TWO[0], lotId: null })
    const isThis = event !== null && event.data.text === row.text
    if (!isThis) findings.push({ ok: false, detail: 'a list of probes is not the logged one' })
    if (!isThis || row.leafIndex === null || row.leafIndex > tender.notices[0]!.index) continue
    const logged = await placed(http, trust, event, row.leafIndex)
    if (logged) lists.push({ text: row.text, index: row.leafIndex })
    else findings.push({ ok: false, detail: `probes named at ${row.leafIndex}: not in the log` })
  }
  return { lists: lists.sort((a, b) => a.index - b.index), findings }
}

const digestOf = async ({ text }: List): Promise<string | null> =>
  text === '' ? null : toBase64url(await sha256(utf8(text)))

/**
 * The list that the first notice names by its hash: none that is dropped goes unnoticed. A notice from before it did so has
 * the newest that is told, and whether that is the newest only every leaf would show.
 */
const namedIn = async (lists: readonly List[], tender: VerifiedTender) => {
  const [named, ...more] = tender.notices.map(({ notice }) => notice.probesSha256)
  const newest = lists.at(-1)
  const findings: Finding[] = []
  if (named === undefined) {
    if (newest) findings.push({ ok: null, detail: 'the notice names no list: a newer one may have been dropped' })
    return { text: newest?.text ?? '', findings }
  }
  const digests = await Promise.all(lists.map(digestOf))
  if (more.some((one) => one !== named)) findings.push({ ok: false, detail: 'notices that name different probes' })
  if ((digests.at(-1) ?? null) !== named)
    findings.push({ ok: false, detail: 'the newest list that is told is not the one that the notice names' })
  return { text: named === null ? '' : (lists[digests.lastIndexOf(named)]?.text ?? ''), findings }
}

/** The probes of the tender, where its document knows the rule. */
const policyOf = async (
  http: Http,
  trust: TrustContext,
  tender: VerifiedTender,
  answer: Answer,
): Promise<{ policy: ProbePolicy | null; findings: Finding[] }> => {
  const { lists, findings } = await listsOf(http, trust, tender, answer)
  const knows = tender.notices[0]!.notice.clauses.some(({ id }) => id === OUTAGE_CLAUSE)
  if (!knows) return { policy: null, findings }
  const { text, findings: naming } = await namedIn(lists, tender)
  findings.push(...naming)
  try {
    return { policy: text === '' ? null : parseProbes(text), findings }
  } catch {
    return { policy: null, findings: [...findings, { ok: false, detail: 'the list of probes does not read' }] }
  }
}

const statementOf = async (
  signed: SignedProbe,
  { probes }: ProbePolicy,
  origin: string,
): Promise<ProbeStatement | 'false' | 'foreign'> => {
  const key = probes.find(({ name }) => name === claimedProbe(signed.bytes))
  if (!key) return 'foreign'
  const verdict = await verifyProbe(signed, key, origin)
  return verdict.ok ? verdict.statement : 'false'
}

/** Asks the log for the events of statements, and knows how far the witnesses have seen. */
type Reader = { http: Http; trust: TrustContext; policy: ProbePolicy; seen: (beyond: number) => Promise<number> }

/** The leaf time of the event of a statement; `waits` beyond what the witnesses have seen, null where it does not hold. */
const loggedAt = async (
  { http, trust, seen }: Reader,
  row: Layers,
  { bytes }: SignedProbe,
): Promise<number | 'waits' | null> => {
  const event = await committed(null, { ...row, type: TWO[1], lotId: null })
  if (!event || event.data.statementSha256 !== toBase64url(await sha256(bytes))) return null
  if (row.leafIndex === null || (await seen(row.leafIndex)) <= row.leafIndex) return 'waits'
  return (await placed(http, trust, event, row.leafIndex))?.time ?? null
}

/** A minute down must stand in the log; every other follows from those that do, and where one is told there, it does. */
const readStatement = async (
  reader: Reader,
  row: Answer['statements'][number],
): Promise<{ told: Told | null; finding: Finding | null }> => {
  const signed = { bytes: bytesOf(row.statement), signature: bytesOf(row.signature) }
  const read = await statementOf(signed, reader.policy, reader.trust.policy.log.name)
  // Of a probe that does not count for this tender nothing is asked.
  if (read === 'foreign') return { told: null, finding: null }
  if (read === 'false') return { told: null, finding: { ok: false, detail: 'a false signature of a probe' } }
  const { probe, minute, state } = read
  const down = state === 'down'
  const at = row.event ? await loggedAt(reader, row.event, signed) : down ? null : Date.parse(row.receivedAt)
  if (typeof at === 'number') return { told: { probe, minute, down, known: at }, finding: null }
  const which = `${probe} ${new Date(minute).toISOString()}`
  const isWaiting = at === 'waits'
  const detail = `${which}: ${isWaiting ? 'waits for the witnesses' : 'not in the log'}`
  return { told: null, finding: { ok: isWaiting ? null : false, detail } }
}

const signedFile = z.object({
  statements: z.array(z.object({ statement: z.string(), signature: z.string() })),
})

/** What a probe signed, from its own state file. @throws SyntaxError, ZodError for another file */
export const parseProbeFile = (text: string): SignedProbe[] =>
  signedFile
    .parse(JSON.parse(text))
    .statements.map(({ statement, signature }) => ({ bytes: bytesOf(statement), signature: bytesOf(signature) }))

/** What probes handed over themselves and the platform does not tell: its own word against theirs. */
const withheld = async (
  handed: readonly SignedProbe[],
  policy: ProbePolicy,
  origin: string,
  told: readonly Told[],
): Promise<Told[]> => {
  const found: Told[] = []
  for (const signed of handed) {
    const read = await statementOf(signed, policy, origin)
    if (typeof read === 'string') continue
    const { probe, minute, state } = read
    const isTold = told.some((one) => one.probe === probe && one.minute === minute)
    if (!isTold) found.push({ probe, minute, down: state === 'down', known: Number.POSITIVE_INFINITY })
  }
  return found
}

/** @param handed statements that probes gave to the reader themselves */
export const readProbeLog = async (
  http: Http,
  trust: TrustContext,
  tender: VerifiedTender,
  handed: readonly SignedProbe[] = [],
): Promise<ProbeLog> => {
  const bytes = await http.bytes(`/api/tenders/${tender.tenderId}/probe-log`)
  const answer: Answer = bytes ? JSON.parse(fromUtf8(bytes)) : { policies: [], statements: [] }
  const { policy, findings } = await policyOf(http, trust, tender, answer)
  if (!policy) return { of: null, told: [], findings }
  const told: Told[] = []
  const reader = { http, trust, policy, seen: newestSize(http, trust) }
  for (const row of answer.statements) {
    const read = await readStatement(reader, row)
    if (read.told) told.push(read.told)
    if (read.finding) findings.push(read.finding)
  }
  for (const one of await withheld(handed, policy, trust.policy.log.name, told)) {
    const detail = `${one.probe} ${new Date(one.minute).toISOString()}: handed over by the probe, not told by the platform`
    findings.push({ ok: null, detail })
    told.push(one)
  }
  return { of: { probes: policy.probes.length, quorum: policy.quorum }, told, findings }
}
