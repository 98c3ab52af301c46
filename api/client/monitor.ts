/*
 * A monitor follows a log and keeps a state of its own: what it has seen once it never takes back.
 *   const { state, alarms } = await watchOnce(http, given, remembered)
 * It finds what one audit cannot: a fork or a rollback since its last look, a once-only subject that comes again, a
 * deadline that a later notice moves earlier, a leaf out of its time.
 */
import { z } from 'zod'
import { fromUtf8, toBase64url, toHex } from '../log/bytes.ts'
import { decodeLeaf, hasSubject, leafTime } from '../log/leaf.ts'
import { formatPolicy, type Policy } from '../log/policy.ts'
import { verifyLog } from '../log/verify.ts'
import { parseJson } from '../seal/json.ts'
import { type Check, check, worded } from './checks.ts'
import { type Http, isProblem, problem } from './http.ts'
import { readProbeLog } from './probe-log.ts'
import { verifyTender } from './tender.ts'
import { type GivenTrust, loadTrust, nowOf, type TrustContext } from './trust.ts'
import { probeChecks } from './verify-probes.ts'

const seenNotice = z.strictObject({ n: z.int().min(0), hash: z.string(), deadline: z.int() })
const stateSchema = z.strictObject({
  v: z.literal('sunlit/v1'),
  type: z.literal('monitor'),
  /** The witness policy by which the state was made; of a sandbox, the one first seen. */
  policy: z.string(),
  /** The newest checkpoint that continued all before it. */
  note: z.string(),
  size: z.int().min(1),
  /** The latest time of any leaf so far, UTC ms. */
  latest: z.int().min(0),
  /** Where each once-only subject stands, by its hexadecimal. */
  subjects: z.record(z.string(), z.int().min(0)),
  /** The notices of each tender as first seen. */
  tenders: z.record(z.string(), z.array(seenNotice)),
})
export type MonitorState = z.output<typeof stateSchema>
type SeenNotice = z.output<typeof seenNotice>

/** Leaves are sequenced in commit order and may be so many ms out of the order of time (SEALING §3). */
const DISORDER = 2_000

/** A state as it was kept. @throws Problem for another file, which must not be overwritten */
export const parseState = (bytes: Uint8Array): MonitorState => {
  const read = parseJson(bytes, stateSchema)
  if (!read.ok) throw problem('state-malformed', 'not a state of this monitor')
  return read.value
}

type Growth = { subjects: [subject: string, index: number][]; latest: number; disorder: string; size: number }

const grower = (latest: number) => {
  const growth: Growth = { subjects: [], latest, disorder: '', size: 0 }
  const visit = (index: number, leaf: Uint8Array): void => {
    const time = leafTime(leaf)
    if (hasSubject(leaf)) growth.subjects.push([toHex(decodeLeaf(leaf).subject), index])
    if (time < growth.latest - DISORDER)
      growth.disorder ||= `entry ${index} is ${growth.latest - time} ms older than an entry before it`
    growth.latest = Math.max(growth.latest, time)
    growth.size = index + 1
  }
  return { growth, visit }
}

/** Subjects of the new leaves against all that were seen before. */
const repeated = (growth: Growth, known: MonitorState['subjects']): string => {
  for (const [subject, index] of growth.subjects) {
    const first = known[subject]
    if (first !== undefined && first !== index) return `entry ${index} repeats the subject of entry ${first}`
  }
  return ''
}

const grown = (growth: Growth, state: MonitorState | null, note: string, policy: Policy): MonitorState => ({
  v: 'sunlit/v1',
  type: 'monitor',
  policy: formatPolicy(policy),
  note,
  size: Math.max(growth.size, state?.size ?? 0),
  latest: growth.latest,
  // What came first stays: a second one is the false one, however often it is shown.
  subjects: { ...Object.fromEntries([...growth.subjects].reverse()), ...state?.subjects },
  tenders: state?.tenders ?? {},
})

type Listed = { id: string; n: number; deadline: string }
type Page = { total: number; pageSize: number; items: Listed[] }

const isKnown = (seen: readonly SeenNotice[] | undefined, { n, deadline }: Listed): boolean => {
  const last = seen?.at(-1)
  return last !== undefined && last.n === n && last.deadline === Date.parse(deadline)
}

/** Tenders whose newest notice is another than the one seen; newest first, so that a page of known ones ends the reading. */
const changedTenders = async (http: Http, tenders: MonitorState['tenders']): Promise<string[]> => {
  const changed: string[] = []
  for (let page = 1; ; page++) {
    const { items, total, pageSize } = await http.json<Page>('GET', `/api/notices?page=${page}`)
    const fresh = items.filter((item) => !isKnown(tenders[item.id], item))
    changed.push(...fresh.map(({ id }) => id))
    if (items.length === 0 || fresh.length === 0 || page * pageSize >= total) return changed
  }
}

/** What a tender's notices say now against what was seen of them; null while the witnesses have not come so far. */
const judgeTender = async (
  http: Http,
  trust: TrustContext,
  tenderId: string,
  seen: readonly SeenNotice[],
): Promise<{ alarms: Check[]; notices: SeenNotice[] } | null> => {
  let checks: Check[]
  let notices: SeenNotice[] = []
  try {
    const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
    // A deadline that is moved after it has passed needs the probes' word, at once and not only in a later audit.
    checks = [...tender.checks, ...probeChecks(tender, await readProbeLog(http, trust, tender))]
    notices = tender.notices.map(({ n, hash, deadline }) => ({ n, hash: toBase64url(hash), deadline }))
  } catch (error) {
    if (!isProblem(error, 'tender-unverifiable')) throw error
    checks = error.checks as Check[]
  }
  if (checks.some(({ id, ok }) => id === 'V-31' && ok === null)) return null
  const alarms = checks.filter(({ ok }) => ok === false)
  const rewritten = seen.find(({ n, hash }) => notices.find((one) => one.n === n)?.hash !== hash)
  if (rewritten) alarms.push(check('V-33', false, `NOTICE ${rewritten.n} is another one than before, or gone`))
  const least = Math.max(0, ...seen.map(({ deadline }) => deadline))
  const early = notices.find(({ n, deadline }) => n >= (seen.at(-1)?.n ?? 0) && deadline < least)
  if (early) alarms.push(check('V-34', false, `NOTICE ${early.n}: earlier than a deadline seen before`))
  return { alarms: alarms.map((one) => ({ ...one, detail: `${tenderId}: ${one.detail}` })), notices }
}

const judgeTenders = async (http: Http, trust: TrustContext, state: MonitorState): Promise<Check[]> => {
  const alarms: Check[] = []
  for (const id of await changedTenders(http, state.tenders)) {
    const judged = await judgeTender(http, trust, id, state.tenders[id] ?? [])
    if (!judged) continue
    alarms.push(...judged.alarms)
    if (judged.alarms.length === 0) state.tenders[id] = judged.notices
  }
  return alarms
}

export type Watched = {
  /** To keep for the next look; the old one while the log does not continue it. */
  state: MonitorState | null
  alarms: Check[]
  /** The checkpoint that was shown: with the kept one it is the proof of a fork. */
  shown: string
}

/** One look at a log, from its beginning or from a kept state on. @throws Problem when the platform cannot be reached */
export const watchOnce = async (http: Http, given: GivenTrust, state: MonitorState | null): Promise<Watched> => {
  const trust = await loadTrust(http, { ...(state && { policy: state.policy }), ...given })
  const { policy } = trust
  const { growth, visit } = grower(state?.latest ?? 0)
  const shown = await http.bytes('/log/checkpoint')
  // The note that is judged is the note that is kept, even when the log grows meanwhile.
  const fetch = async (path: string) => (path === '/log/checkpoint' ? shown : http.bytes(path))
  const { checks, checkpoint } = await verifyLog({
    fetch,
    policy,
    remembered: state?.note,
    now: nowOf(trust),
    readers: { visit },
  })
  const alarms = worded(checks.filter(({ ok }) => ok === false))
  const note = shown ? fromUtf8(shown) : ''
  if (checkpoint === null) return { state, alarms, shown: note }
  const twice = repeated(growth, state?.subjects ?? {})
  if (twice) alarms.push(check('V-06', false, twice))
  if (growth.disorder) alarms.push(check('V-05', false, growth.disorder))
  const next = grown(growth, state, checkpoint, policy)
  alarms.push(...(await judgeTenders(http, trust, next)))
  return { state: next, alarms, shown: note }
}
