import { createHmac } from 'node:crypto'
import type { Script } from './outage-script.ts'
import type { ProbeAnswer } from './outages.ts'

/*
 * Ways to lie about an outage: what a platform has its log sign, and what it says of the probes afterwards. `fails`: the
 * checks that must name it, to both verifiers; `handed`: what the probes' own machines show besides.
 */
export type Lie = {
  what: string
  script?: Partial<Script>
  change?: (answer: ProbeAnswer) => void
  handed?: (file: string) => string
  fails: string[]
  open?: string[]
  words?: RegExp
  code?: string
}

const bytes = (text: string) => Buffer.from(text, 'base64url')
const text = (raw: Uint8Array) => Buffer.from(raw).toString('base64url')
const flipped = (signature: string): string => {
  const raw = bytes(signature)
  raw[40] = raw[40]! ^ 1
  return text(raw)
}
const stateOf = ({ statement }: { statement: string }): string => JSON.parse(bytes(statement).toString('utf8')).state
const firstDown = ({ statements }: ProbeAnswer) => statements.find((row) => stateOf(row) === 'down')!
const shown = (file: string) => file
/** The event of the first minute down, told otherwise. */
const eventChanged =
  (change: (event: NonNullable<ProbeAnswer['statements'][number]['event']>) => void) =>
  (answer: ProbeAnswer): void => {
    const row = firstDown(answer)
    row.event = { ...row.event! }
    change(row.event)
  }
type File = { statements: { statement: string; signature: string }[] }

/** CLOSED over a red minute, of which nothing is told but by the probes. */
const HIDDEN: Partial<Script> = { moved: null, declared: false, within: '' }

const DEADLINES: Lie[] = [
  { what: 'no lie: two probes of three see an outage over the deadline, and one in the window', fails: [] },
  { what: 'outages that one probe of three saw', script: { seers: 1 }, fails: ['V-91', 'V-92'] },
  { what: 'an outage over the deadline that no probe saw', script: { over: 'uuuuu' }, fails: ['V-91'] },
  { what: 'an outage that was over a minute before the deadline', script: { over: 'dduuu' }, fails: ['V-91'] },
  { what: 'the same, named as it was', script: { over: 'dduuu', claim: [-3, -1] }, fails: ['V-91'] },
  { what: 'an outage named longer than it was', script: { claim: [-3, 1] }, fails: ['V-91'] },
  { what: 'a deadline moved by a notice that is dated two minutes back', script: { ago: 2 }, fails: ['V-91'] },
  { what: 'a deadline moved by a notice that is dated ahead', script: { ago: -1 }, fails: ['V-91'] },
  { what: 'a deadline moved by a minute more than the rule gives', script: { moved: 1 }, fails: ['V-91'] },
  { what: 'a deadline moved by less than the rule gives', script: { moved: -1 }, fails: ['V-91'] },
  { what: 'CLOSED over a red minute', script: { last: 'd' }, fails: ['V-93'], words: /V-93 FAIL.*red minute/ },
  { what: 'CLOSED held back for the two hours that silence may last', script: { late: 120 }, fails: [] },
  { what: 'CLOSED held back for longer', script: { late: 122 }, fails: ['V-93'], words: /V-93 FAIL.*held back/ },
  {
    what: 'the rule used on a tender whose document does not know it',
    script: { clause: false, late: 1 },
    fails: ['V-91', 'V-92', 'V-93'],
    open: ['V-94'],
  },
  {
    what: 'a hidden outage over the deadline: without the probes’ own words nobody can tell',
    script: { ...HIDDEN, untold: true },
    fails: [],
  },
  {
    what: 'a hidden outage over the deadline, shown by the probes themselves',
    script: { ...HIDDEN, untold: true },
    handed: shown,
    fails: ['V-93'],
    open: ['V-94'],
  },
  {
    what: 'the same, by signatures that no probe made',
    script: { ...HIDDEN, untold: true },
    handed: (file) => {
      const { statements } = JSON.parse(file) as File
      return JSON.stringify({ statements: statements.map((one) => ({ ...one, signature: flipped(one.signature) })) })
    },
    fails: [],
  },
]

const WINDOWS: Lie[] = [
  { what: 'a window begun anew without cause', script: { within: 'uuuuuu' }, fails: ['V-92'] },
  { what: 'a window not begun anew', script: { declared: false }, fails: ['V-92'], words: /no window began anew/ },
  {
    what: 'a window begun anew for the friends of the operator: the trustees opened when the first had ended',
    script: { sharesAt: 35 },
    fails: ['V-59', 'V-80'],
  },
  { what: 'given up when the trustees had had their time anew', script: { how: 'failed', sharesAt: 69 }, fails: [] },
  { what: 'given up before', script: { how: 'failed', sharesAt: 67 }, fails: ['V-59'] },
  {
    what: 'a bidder blamed for a key that could not be sent',
    script: { within: 'uuddduud', cause: 'bidder', how: 'failed', sharesAt: 69 },
    fails: ['V-92'],
    words: /V-92 FAIL.*blamed/,
  },
  {
    what: 'a bidder blamed when nothing was down any more',
    script: { cause: 'bidder', how: 'failed', sharesAt: 69 },
    fails: [],
  },
]

/** Beside a suspension, what is not declared would go unnoticed if suspended tenders were let off. */
const STOPS: Lie[] = [
  {
    what: 'a suspension long after an outage: both move the windows',
    script: { stop: [15, 35], sharesAt: 63 },
    fails: [],
  },
  {
    what: 'an outage not declared, and a suspension long after it',
    script: { stop: [15, 35], sharesAt: 63, declared: false },
    fails: ['V-92'],
    words: /no window began anew/,
  },
  {
    what: 'an outage that a suspension cut short, declared when the tender went on',
    script: { stop: [8.5, 20], sharesAt: 53 },
    fails: [],
  },
  {
    what: 'the same, not declared',
    script: { stop: [8.5, 20], sharesAt: 53, declared: false },
    fails: ['V-92'],
    words: /no window began anew/,
  },
  {
    what: 'an outage that outlasted a suspension, not declared',
    script: { stop: [5, 9], declared: false },
    fails: ['V-92'],
  },
  {
    what: 'an outage wholly within a suspension: no window ran, and none begins anew',
    script: { stop: [6.5, 20], sharesAt: 53, declared: false },
    fails: [],
  },
  {
    what: 'a window begun anew for an outage wholly within a suspension',
    script: { stop: [6.5, 20], sharesAt: 63 },
    fails: ['V-92'],
    words: /V-92 FAIL.*suspended, and no window ran/,
    code: 'no window ran',
  },
  {
    what: 'given up before the end that a suspension and an outage moved',
    script: { stop: [15, 35], how: 'failed', sharesAt: 85 },
    fails: ['V-59'],
  },
]

const WORDS: Lie[] = [
  {
    what: 'a false signature of a probe',
    script: { seers: 3 },
    change: (answer) => {
      const row = firstDown(answer)
      row.signature = flipped(row.signature)
    },
    fails: ['V-94'],
    words: /V-94 FAIL.*false signature of university/,
  },
  {
    what: 'what probes signed about another log',
    script: { origin: 'another.test/log/sandbox' },
    fails: ['V-91', 'V-92', 'V-94'],
    words: /V-94 FAIL.*speaks of another log/,
  },
  {
    what: 'a minute down that the log does not hold',
    script: { seers: 3 },
    change: (answer) => {
      firstDown(answer).event = null
    },
    fails: ['V-94'],
  },
  {
    what: 'a minute down with the event of another',
    script: { seers: 3 },
    change: (answer) => {
      const [one, two] = answer.statements.filter((row) => stateOf(row) === 'down')
      one!.event = two!.event
    },
    fails: ['V-94'],
  },
  {
    what: 'a minute down whose event commits to it and was never logged',
    script: { seers: 3 },
    change: eventChanged((event) => {
      const salt = bytes(event.outerSalt).reverse()
      const commitment = createHmac('sha256', salt).update(bytes(event.outer)).digest()
      event.outerSalt = text(salt)
      event.leaf = text(Buffer.concat([bytes(event.leaf).subarray(0, 41), commitment]))
    }),
    fails: ['V-94'],
  },
  {
    what: 'a minute down at another place of the log',
    script: { seers: 3 },
    change: eventChanged((event) => {
      event.leafIndex! -= 1
    }),
    fails: ['V-94'],
  },
  {
    what: 'a minute down whose place in the log is not told yet: it does not pass, and counts nowhere',
    script: { seers: 3 },
    change: eventChanged((event) => {
      event.leafIndex = null
    }),
    fails: [],
    open: ['V-94'],
  },
  {
    what: 'a list of probes that is not the logged one',
    change: ({ policies }) => {
      policies[1]!.text += '# more\n'
    },
    fails: ['V-91', 'V-92', 'V-94'],
    words: /V-94 FAIL.*not the logged one/,
  },
  {
    what: 'an older list told last: the log says which is the newest',
    change: ({ policies }) => policies.reverse(),
    fails: [],
  },
  {
    what: 'an outage over the deadline hidden by the list of its probes, which is kept back',
    script: HIDDEN,
    change: ({ policies }) => policies.pop(),
    fails: ['V-94'],
    words: /V-94 FAIL.*not the one of the notice/,
  },
  {
    what: 'the same by keeping back every list',
    script: HIDDEN,
    change: ({ policies }) => policies.splice(0),
    fails: ['V-94'],
  },
  { what: 'the same by keeping back all of the probe log', script: { ...HIDDEN, tells: false }, fails: ['V-94'] },
  { what: 'a notice that names an older list', script: { ...HIDDEN, names: 'older' }, fails: ['V-94'] },
  {
    what: 'a notice that names nobody, and somebody was named',
    script: { ...HIDDEN, names: 'nobody' },
    fails: ['V-94'],
  },
  { what: 'a correction that names others', script: { renames: true }, fails: ['V-94'], words: /NOTICE 1 names other/ },
  {
    what: 'a notice from before it named a list: which is the newest cannot be told, and the rest holds',
    script: { names: 'unsaid' },
    fails: [],
    open: ['V-94'],
  },
  {
    what: 'the words of the probes kept back',
    change: ({ statements }) => statements.splice(0),
    fails: ['V-91', 'V-92'],
  },
  {
    what: 'the words of the probes kept back, and shown by them',
    change: ({ statements }) => statements.splice(0),
    handed: shown,
    fails: [],
    open: ['V-94'],
  },
]

export const LIES: Lie[] = [...DEADLINES, ...WINDOWS, ...STOPS, ...WORDS]
