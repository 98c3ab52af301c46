/**
 * The audit: everything anybody can check of the log from public data, as numbered checks. Nothing of the server's word
 * is taken; what cannot be checked yet is said so and never counted as passed.
 */
import { equal } from './bytes.ts'
import { openCheckpoint } from './checkpoint.ts'
import { dayNamed, dayNumber, type Opened } from './disclosure.ts'
import { type History, type HistoryFindings, openHistory } from './history.ts'
import { hasSubject, isLeaf, leafTime } from './leaf.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from './policy.ts'
import { createSubjects } from './subjects.ts'
import { type Fetcher, tileHashReader } from './tiles.ts'
import { consistencyProof, verifyConsistency } from './tree.ts'
import { isFault, judgeDisclosure, type LogFault, walkLeaves } from './walk.ts'

/** One numbered check. `ok` null = nothing to compare with, or not checkable yet. */
export type Check = { id: string; ok: boolean | null; text: string; detail: string }
/** `checkpoint` is the note to remember for the next audit; null when none could be trusted. */
export type Audit = { checks: Check[]; checkpoint: string | null }

/** Who reads along with an audit, for what they keep of the leaves. */
export type Readers = {
  /** Each leaf, before it is proven. */
  visit?: (index: number, leaf: Uint8Array) => void
  /** A bundle's leaves with what is told of them, as far as none of it was false. */
  told?: (bundle: number, entries: readonly Uint8Array[], opened: readonly Opened[]) => void
}

/** A leaf is at most so many milliseconds earlier than the first checkpoint covering it (SEALING §3). */
const LEAF_LAG = 5_000
/** A quorum later than this gives no ground to trust the log's own times; also the promise's mergeBy. */
const WITNESS_LAG = 60_000
/** An undisclosed day is a fault after so many days. */
const DISCLOSE_WITHIN = 180
/** The checks that decide whether there is one history. */
const TREE_CHECKS = ['V-01', 'V-02', 'V-03']

const iso = (time: number): string => new Date(time).toISOString()

/**
 * Audits the log: from its beginning, or from `remembered` (a note this auditor verified before) on.
 * `now` in unix milliseconds serves only the 180-day rule. Never throws for what the log serves.
 */
export const verifyLog = async (options: {
  fetch: Fetcher
  policy: Policy
  remembered?: string | undefined
  now: number
  readers?: Readers
}): Promise<Audit> => {
  const { fetch, policy } = options
  const bytes = await fetch('/log/checkpoint')
  const note = bytes ? new TextDecoder().decode(bytes) : ''
  const newest = await judgeCheckpoint(note, policy)
  const checks = [checkQuorum(newest, policy)]
  if (!newest || newest.size === 0) return { checks, checkpoint: null }
  const remembered = options.remembered === undefined ? null : await openCheckpoint(options.remembered, policy.log)
  checks.push(await checkContinues(fetch, newest, remembered, options.remembered !== undefined))
  const from = remembered && remembered.size <= newest.size ? remembered.size : 0
  const history = await openHistory(fetch, policy, from, newest)
  const scan = await scanLeaves(fetch, { from, newest, history, readers: options.readers ?? {} })
  const { tree, rules } = checkLeaves(scan, from, newest.size)
  const recorded = await history.finish()
  checks.push(tree, checkHistory(recorded), ...rules, checkWitnesses(recorded))
  if (tree.ok) checks.push(...checkDisclosures(scan.found, options.now))
  // What continues may be remembered even when a leaf is flagged: else one late leaf would end every later audit.
  const sound = checks.every(({ id, ok }) => ok !== false || !TREE_CHECKS.includes(id))
  return { checks, checkpoint: sound ? note : null }
}

const checkQuorum = (newest: WitnessedCheckpoint | null, policy: Policy): Check => ({
  id: 'V-01',
  ok: newest?.quorum === true && newest.size > 0,
  text: 'the newest checkpoint is signed by the log and cosigned by a quorum of witnesses',
  detail: newest
    ? `${newest.size} leaves; cosigned by ${newest.cosignatures.length} of ${policy.witnesses.length}, needed ${policy.quorum}`
    : 'no checkpoint signed by the log of the policy',
})

const checkContinues = async (
  fetch: Fetcher,
  newest: WitnessedCheckpoint,
  remembered: { size: number; root: Uint8Array } | null,
  given: boolean,
): Promise<Check> => {
  const check = (ok: boolean | null, detail: string): Check => ({
    id: 'V-02',
    ok,
    text: 'the log continues the checkpoint remembered from an earlier audit',
    detail,
  })
  if (!given) return check(null, 'nothing remembered: this audit begins at the first leaf')
  if (!remembered) return check(false, 'the remembered checkpoint is not signed by the log of the policy')
  if (remembered.size > newest.size)
    return check(false, `the log shrank from ${remembered.size} to ${newest.size} leaves`)
  try {
    const proof = await consistencyProof(remembered.size, newest.size, tileHashReader(fetch, newest.size))
    const ok = verifyConsistency(remembered.size, newest.size, proof, remembered.root, newest.root)
    return check(ok, ok ? `from ${remembered.size} to ${newest.size} leaves` : 'two histories: the roots do not agree')
  } catch {
    return check(false, 'tiles needed for the consistency proof are missing')
  }
}

const checkHistory = ({ problem, count }: HistoryFindings): Check => ({
  id: 'V-04',
  ok: problem === '',
  text: 'recorded checkpoints are signed, grow, and their times never go backwards',
  detail: problem || `${count} checkpoints`,
})

/** What one pass over all leaves finds besides the tree: flagged times, repeated subjects, what is disclosed. */
type Findings = { late: string; twice: string; days: Set<number>; falseTold: string; roots: number }

type Scan = { from: number; newest: WitnessedCheckpoint; history: History; readers: Readers }

/** One pass over all leaves, nothing of which is kept but what is found. */
const scanLeaves = async (fetch: Fetcher, scan: Scan): Promise<{ wrong: string | null; found: Findings }> => {
  const { from, newest, history, readers } = scan
  const found: Findings = { late: '', twice: '', days: new Set(), falseTold: '', roots: 0 }
  const told = (bundle: number, entries: readonly Uint8Array[], disclosure: Uint8Array | null): void => {
    if (found.falseTold) return
    const opened = judgeDisclosure(disclosure, bundle, entries)
    if (isFault(opened)) {
      found.falseTold = opened.fault
      return
    }
    for (const [i, { state }] of opened.entries())
      if (state === 'hidden') found.days.add(dayNumber(leafTime(entries[i]!)))
    readers.told?.(bundle, entries, opened)
  }
  const walker = { before: history.upTo, visit: judgeLeaf(scan, found), told }
  const walked = await walkLeaves(fetch, from, newest.size, walker)
  if (isFault(walked)) return { wrong: walked.fault, found }
  return { wrong: equal(walked.root, newest.root) ? null : 'the leaves do not give the root', found }
}

/** Judges the leaves in order; a fault ends the walk, lesser findings are noted. */
const judgeLeaf = ({ from, history, readers }: Scan, found: Findings) => {
  const subjects = createSubjects()
  let since = from
  return (index: number, leaf: Uint8Array, root: () => Uint8Array): LogFault | undefined => {
    if (!isLeaf(leaf)) return { fault: `entry ${index} is not a leaf`, entry: index }
    readers.visit?.(index, leaf)
    const covering = history.covering(index)
    found.late ||= lateness(index, leafTime(leaf), covering)
    if (hasSubject(leaf)) {
      const first = subjects.place(leaf, index)
      if (first !== undefined) found.twice ||= `entry ${index} repeats the subject of entry ${first}`
    }
    if (covering?.size !== index + 1) return undefined
    const before = since
    since = covering.size
    found.roots += 1
    if (equal(root(), covering.root)) return undefined
    const where = `first bad entry ${before} to ${index}`
    return { fault: `the tree differs from the checkpoint of ${covering.size} leaves: ${where}`, entry: before }
  }
}

const checkLeaves = (scan: Awaited<ReturnType<typeof scanLeaves>>, from: number, size: number) => {
  const { wrong, found } = scan
  const rule = (id: string, text: string, problem: string): Check => ({
    id,
    ok: wrong ? null : problem === '',
    text,
    detail: problem || (wrong ? 'not checked: the tree is broken' : `leaves ${from} to ${size - 1}`),
  })
  const tree: Check = {
    id: 'V-03',
    ok: wrong === null,
    text: 'every entry hashes to the tree, and the tree gives the root of every recorded checkpoint',
    detail: wrong ?? `${size - from} entries, ${found.roots} roots recomputed`,
  }
  const rules = [
    rule('V-05', 'no leaf is later, or more than 5 s earlier, than the first checkpoint covering it', found.late),
    rule('V-06', 'each once-only subject stands in one leaf', found.twice),
  ]
  return { tree, rules }
}

/** What is wrong with a leaf's time; empty when nothing is. */
const lateness = (index: number, leaf: number, covering: { time: number | null } | undefined): string => {
  if (!covering) return `no recorded checkpoint covers entry ${index}`
  const checkpoint = covering.time ?? 0
  if (leaf <= checkpoint && checkpoint - leaf <= LEAF_LAG) return ''
  return `entry ${index} says ${iso(leaf)}, its checkpoint ${iso(checkpoint)}`
}

/** How long each checkpoint waited for a quorum: the only ground to believe the log's own times. */
const checkWitnesses = ({ wait, at, ahead }: HistoryFindings): Check => ({
  id: 'V-07',
  ok: ahead === '' && wait <= WITNESS_LAG,
  text: 'a quorum of witnesses saw each leaf within 60 s of its checkpoint',
  detail: ahead || `longest wait ${(wait / 1000).toFixed(1)} s, at ${at} leaves`,
})

const checkDisclosures = ({ days, falseTold: problem }: Findings, now: number): Check[] => {
  const numbers = [...days].sort((a, b) => a - b)
  const hidden = numbers.map(dayNamed)
  const overdue = numbers.filter((day) => day < dayNumber(now) - DISCLOSE_WITHIN).map(dayNamed)
  return [
    {
      id: 'V-08',
      ok: problem === '',
      text: 'everything disclosed matches the commitment in its leaf',
      // Never a number of leaves: what is left over would count a tender's bids.
      detail:
        problem || (hidden.length > 0 ? `days not yet disclosed: ${hidden.join(', ')}` : 'every leaf is disclosed'),
    },
    {
      id: 'V-09',
      ok: overdue.length === 0,
      text: 'no day stays undisclosed for more than 180 days',
      detail: overdue.join(', ') || 'none',
    },
  ]
}
