/**
 * The audit: everything anybody can check of the log from public data, as numbered checks. Nothing of the server's word
 * is taken; what cannot be checked yet is said so and never counted as passed.
 */
import { equal, toHex } from './bytes.ts'
import { openCheckpoint } from './checkpoint.ts'
import { dayOf } from './disclosure.ts'
import { decodeLeaf, type Leaf, NO_SUBJECT } from './leaf.ts'
import { judgeCheckpoint, type Policy, type WitnessedCheckpoint } from './policy.ts'
import { type Fetcher, tileHashReader } from './tiles.ts'
import { consistencyProof, verifyConsistency } from './tree.ts'
import {
  HISTORY_PAGE,
  historyCount,
  historyPage,
  isFault,
  type LogFault,
  pageAfter,
  readDisclosure,
  walkLeaves,
} from './walk.ts'

/** One numbered check. `ok` null = nothing to compare with, or not checkable yet. */
export type Check = { id: string; ok: boolean | null; text: string; detail: string }
/** `checkpoint` is the note to remember for the next audit; null when none could be trusted. */
export type Audit = { checks: Check[]; checkpoint: string | null }

/** A leaf is at most so many milliseconds earlier than the first checkpoint covering it (SEALING §3). */
const LEAF_LAG = 5_000
/** A quorum later than this gives no ground to trust the log's own times; also the promise's mergeBy. */
const WITNESS_LAG = 60_000
/** Cosignatures carry whole seconds, and witnesses' clocks differ a little. */
const CLOCK_SKEW = 2_000
/** An undisclosed day is a fault after so many days. */
const DISCLOSE_WITHIN = 180
const DAY = 86_400_000
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
  /** Told each leaf that is read, for what a reader keeps of them. */
  visit?: ((index: number, leaf: Leaf) => void) | undefined
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
  const history = await readHistory(fetch, policy, from, newest.size)
  const scan = await scanLeaves(fetch, from, newest, history.checkpoints, options.visit)
  const { tree, rules } = checkLeaves(scan, from, newest.size)
  checks.push(tree, checkHistory(history), ...rules, checkWitnesses(history.checkpoints, newest))
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

type History = { checkpoints: WitnessedCheckpoint[]; fault: string | null }

/** The recorded checkpoints that cover leaves from `from` to `size`. */
const readHistory = async (fetch: Fetcher, policy: Policy, from: number, size: number): Promise<History> => {
  const count = await historyCount(fetch)
  if (count === null) return { checkpoints: [], fault: 'the checkpoint history is missing' }
  const checkpoints: WitnessedCheckpoint[] = []
  for (let page = await pageAfter(fetch, from, count); page * HISTORY_PAGE < count; page++) {
    const notes = await historyPage(fetch, page)
    if (isFault(notes)) return { checkpoints, fault: notes.fault }
    const judged = await Promise.all(notes.map((note) => judgeCheckpoint(note, policy)))
    const bad = judged.indexOf(null)
    if (bad >= 0)
      return { checkpoints, fault: `recorded checkpoint ${page * HISTORY_PAGE + bad} is not signed by the log` }
    for (const one of judged) if (one && one.size > from && one.size <= size) checkpoints.push(one)
    if ((judged.at(-1)?.size ?? 0) >= size) break
  }
  return { checkpoints, fault: null }
}

const checkHistory = ({ checkpoints, fault }: History): Check => {
  let problem = fault
  for (let i = 0; i < checkpoints.length && !problem; i++) {
    const [one, before] = [checkpoints[i]!, checkpoints[i - 1]]
    if (one.time === null) problem = `the checkpoint of ${one.size} leaves has no time`
    else if (before && one.size <= before.size) problem = `checkpoints do not grow at ${one.size} leaves`
    else if (before && one.time < before.time!) problem = `checkpoint times go backwards at ${one.size} leaves`
  }
  return {
    id: 'V-04',
    ok: problem === null,
    text: 'recorded checkpoints are signed, grow, and their times never go backwards',
    detail: problem ?? `${checkpoints.length} checkpoints`,
  }
}

/** What one pass over all leaves finds besides the tree: flagged times, repeated subjects, what is disclosed. */
type Findings = { late: string; twice: string; days: Set<string>; falseTold: string; roots: number }

/** One pass over all leaves. */
const scanLeaves = async (
  fetch: Fetcher,
  from: number,
  newest: WitnessedCheckpoint,
  history: readonly WitnessedCheckpoint[],
  visit?: (index: number, leaf: Leaf) => void,
): Promise<{ wrong: string | null; found: Findings }> => {
  const found: Findings = { late: '', twice: '', days: new Set(), falseTold: '', roots: 0 }
  const disclosed = async (bundle: number, entries: readonly Uint8Array[]) => {
    if (found.falseTold) return
    const opened = await readDisclosure(fetch, bundle, entries)
    if (isFault(opened)) found.falseTold = opened.fault
    else
      for (const [i, { state }] of opened.entries())
        if (state === 'hidden') found.days.add(dayOf(decodeLeaf(entries[i]!).time))
  }
  const walked = await walkLeaves(fetch, from, newest.size, judgeLeaf(from, history, found, visit), disclosed)
  if (isFault(walked)) return { wrong: walked.fault, found }
  return { wrong: equal(walked.root, newest.root) ? null : 'the leaves do not give the root', found }
}

/** Judges the leaves in order; a fault ends the walk, lesser findings are noted. */
const judgeLeaf = (
  from: number,
  history: readonly WitnessedCheckpoint[],
  found: Findings,
  told?: (index: number, leaf: Leaf) => void,
) => {
  const subjects = new Map<string, number>()
  return (index: number, bytes: Uint8Array, root: () => Uint8Array): LogFault | undefined => {
    const covering = history[found.roots]
    let leaf: Leaf
    try {
      leaf = decodeLeaf(bytes)
    } catch {
      return { fault: `entry ${index} is not a leaf`, entry: index }
    }
    told?.(index, leaf)
    found.late ||= lateness(index, leaf.time, covering)
    if (!equal(leaf.subject, NO_SUBJECT)) {
      const first = subjects.get(toHex(leaf.subject))
      if (first === undefined) subjects.set(toHex(leaf.subject), index)
      else found.twice ||= `entry ${index} repeats the subject of entry ${first}`
    }
    if (covering?.size !== index + 1) return undefined
    const since = history[found.roots - 1]?.size ?? from
    found.roots += 1
    if (equal(root(), covering.root)) return undefined
    const where = `first bad entry ${since} to ${index}`
    return { fault: `the tree differs from the checkpoint of ${covering.size} leaves: ${where}`, entry: since }
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
const lateness = (index: number, leaf: number, covering: WitnessedCheckpoint | undefined): string => {
  if (!covering) return `no recorded checkpoint covers entry ${index}`
  const checkpoint = covering.time ?? 0
  if (leaf <= checkpoint && checkpoint - leaf <= LEAF_LAG) return ''
  return `entry ${index} says ${iso(leaf)}, its checkpoint ${iso(checkpoint)}`
}

/** How long each checkpoint waited for a quorum: the only ground to believe the log's own times. */
const checkWitnesses = (history: readonly WitnessedCheckpoint[], newest: WitnessedCheckpoint): Check => {
  let [worst, where, ahead] = [0, newest.size, '']
  let seenBy = newest.seenBy
  for (const one of [...history].reverse()) {
    seenBy = one.seenBy ?? seenBy
    if (seenBy === null || one.time === null) continue
    const gap = seenBy * 1000 - one.time
    if (gap > worst) [worst, where] = [gap, one.size]
    if (gap < -CLOCK_SKEW) ahead = `the checkpoint of ${one.size} leaves is dated after its cosignatures`
  }
  return {
    id: 'V-07',
    ok: ahead === '' && worst <= WITNESS_LAG,
    text: 'a quorum of witnesses saw each leaf within 60 s of its checkpoint',
    detail: ahead || `longest wait ${(worst / 1000).toFixed(1)} s, at ${where} leaves`,
  }
}

const checkDisclosures = ({ days, falseTold: problem }: Findings, now: number): Check[] => {
  const hidden = [...days].sort()
  const overdue = hidden.filter((day) => day < dayOf(now - DISCLOSE_WITHIN * DAY))
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
