import { toBase64url } from '../../log/bytes.ts'
import type { NoteSigner } from '../../log/note.ts'
import { MINUTE, signProbe } from '../../seal/probe.ts'
import { type Address, lookAt, type Seen } from './look.ts'
import { type Look, wordOf } from './minute.ts'

export type Kept = { statement: string; signature: string; minute: number; delivered: boolean }
/** What a probe must not forget: which log it speaks of, and what it has not delivered yet. */
export type ProbeState = { origin: string | null; statements: Kept[] }
export type ProbeParts = {
  address: Address
  signer: NoteSigner
  /** Seconds between two looks. */
  seconds: number
  state: ProbeState
  save: (state: ProbeState) => void
  say: (line: string) => void
  /** The machine's own clock, UTC ms. */
  clock: () => number
}

/** Delivered minutes are kept for whoever verifies what the platform tells of them. */
const KEPT = 45 * 24 * 60 * MINUTE
const MOST = 120

/** What the platform will never take; everything else is tried again. */
const HOPELESS = new Set(['probe-minute-out-of-order', 'probe-minute-too-old'])

type Answer<T> = { status: number; body: T } | null

const ask = async <T>({ origin, fetch }: Address, path: string, init: RequestInit = {}): Promise<Answer<T>> => {
  try {
    const response = await fetch(new URL(path, origin).href, { ...init, signal: AbortSignal.timeout(4000) })
    return { status: response.status, body: (await response.json()) as T }
  } catch {
    return null
  }
}

/** The probe's time: its own, or that of a sandbox, which is moved at will and goes on as ours does while it is silent. */
const createTime = ({ address, state, clock }: ProbeParts) => {
  let offset = 0
  return {
    now: () => clock() + (state.origin?.endsWith('/sandbox') === true ? offset : 0),
    read: async (): Promise<void> => {
      const answer = await ask<{ now?: string }>(address, '/api/clock')
      const at = Date.parse(answer?.body.now ?? '')
      if (Number.isFinite(at)) offset = at - clock()
    },
  }
}

const createLooker = ({ address, state }: ProbeParts, time: ReturnType<typeof createTime>) => {
  let looks: Look[] = []
  let log: Seen['log'] = null
  let desk: string | null = null
  /** Looks that have begun and got no answer yet: the minute they began in waits for them. */
  const pending = new Set<{ at: number }>()

  const readDesk = async (): Promise<void> => {
    const answer = await ask<{ desk?: string | null }>(address, '/api/probes')
    if (answer?.status === 200) desk = answer.body.desk ?? null
  }
  const look = async (): Promise<void> => {
    const begun = { at: time.now() }
    pending.add(begun)
    try {
      const clocks = Promise.all([time.read(), desk === null ? readDesk() : undefined])
      const [seen] = await Promise.all([lookAt(address, desk, log, () => clocks.then(time.now)), clocks])
      log = seen.log ?? log
      if (state.origin === null) state.origin = seen.log?.origin ?? null
      // Another log under the same address is none that this probe speaks of.
      else looks.push({ at: begun.at, failed: seen.log && seen.log.origin !== state.origin ? ['log'] : seen.failed })
    } finally {
      pending.delete(begun)
    }
  }
  return {
    look,
    isComplete: (minute: number) => [...pending].every(({ at }) => at >= minute + MINUTE),
    /** What it saw of a minute and of the one before; what is older is forgotten. */
    seenOf: (minute: number): readonly Look[] => {
      looks = looks.filter(({ at }) => at >= minute - MINUTE)
      return looks
    },
  }
}

/** Oldest first; a refusal is of the first that was not taken, which is then found one by one. */
const deliver = async ({ address, state, save, say }: ProbeParts): Promise<void> => {
  const waiting = state.statements.filter(({ delivered }) => !delivered)
  for (let size = MOST, at = 0; at < waiting.length; ) {
    const part = waiting.slice(at, at + size)
    const answer = await ask<{ code?: string }>(address, '/api/probes/statements', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ statements: part.map(({ statement, signature }) => ({ statement, signature })) }),
    })
    const isHopeless = HOPELESS.has(answer?.body.code ?? '')
    if (answer?.status === 200 || (isHopeless && part.length === 1)) {
      for (const one of part) one.delivered = true
      at += part.length
    } else if (isHopeless) size = 1
    else {
      if (answer) say(`not taken: ${answer.body.code ?? answer.status}`)
      break
    }
  }
  if (waiting.some(({ delivered }) => delivered)) save(state)
}

/** `look` every few seconds, `report` often: it sums up each minute that is over, and delivers what it can. */
export const createProbe = (parts: ProbeParts) => {
  const { signer, seconds, state, save, say } = parts
  const time = createTime(parts)
  const looker = createLooker(parts, time)
  let minute: number | null = null

  const sumUp = async (over: number): Promise<void> => {
    const word = wordOf(looker.seenOf(over), over, 60 / seconds)
    if (!word || state.origin === null) return
    const { bytes, signature } = await signProbe({ origin: state.origin, probe: signer.name, ...word }, signer)
    const kept = { statement: toBase64url(bytes), signature: toBase64url(signature), minute: over, delivered: false }
    state.statements = [...state.statements.filter((one) => one.minute > over - KEPT), kept]
    save(state)
    if (word.state === 'down') say(`${new Date(over).toISOString()} down: ${word.failed.join(', ')}`)
  }

  return {
    look: looker.look,
    report: async (): Promise<void> => {
      const current = Math.floor(time.now() / MINUTE) * MINUTE
      // A clock that leaps leaves minutes of which there is nothing to say.
      if (minute === null || current < minute) minute = current
      const over = minute
      if (current > over && looker.isComplete(over)) {
        minute = current
        await sumUp(over)
      }
      await deliver(parts)
    },
  }
}
