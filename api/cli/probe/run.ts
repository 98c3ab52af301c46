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

/** `look` is to be called every few seconds: it looks, sums up each minute that is over, and delivers what it can. */
export const createProbe = ({ address, signer, seconds, state, save, say, clock }: ProbeParts) => {
  let looks: Look[] = []
  let log: Seen['log'] = null
  let desk: string | null = null
  let offset = 0
  let minute: number | null = null
  /** Looks that have begun and got no answer yet: the minute they began in waits for them. */
  const pending = new Set<{ at: number }>()

  const json = async <T>(path: string, init: RequestInit = {}): Promise<{ status: number; body: T } | null> => {
    try {
      const url = new URL(path, address.origin).href
      const response = await address.fetch(url, { ...init, signal: AbortSignal.timeout(4000) })
      return { status: response.status, body: (await response.json()) as T }
    } catch {
      return null
    }
  }
  const isSandbox = () => state.origin?.endsWith('/sandbox') === true
  const now = () => clock() + (isSandbox() ? offset : 0)

  /** A sandbox moves its time at will; while it does not answer, its clock goes on as ours does. */
  const readClock = async (): Promise<void> => {
    const answer = await json<{ now?: string }>('/api/clock')
    const at = Date.parse(answer?.body.now ?? '')
    if (Number.isFinite(at)) offset = at - clock()
  }
  const readDesk = async (): Promise<void> => {
    const answer = await json<{ desk?: string | null }>('/api/probes')
    if (answer?.status === 200) desk = answer.body.desk ?? null
  }

  const sumUp = async (over: number): Promise<void> => {
    const word = wordOf(looks, over, 60 / seconds)
    looks = looks.filter(({ at }) => at >= over - MINUTE)
    if (!word || state.origin === null) return
    const { bytes, signature } = await signProbe({ origin: state.origin, probe: signer.name, ...word }, signer)
    const kept = { statement: toBase64url(bytes), signature: toBase64url(signature), minute: over, delivered: false }
    state.statements = [...state.statements.filter((one) => one.minute > over - KEPT), kept]
    save(state)
    if (word.state === 'down') say(`${new Date(over).toISOString()} down: ${word.failed.join(', ')}`)
  }

  const post = (statements: readonly Kept[]) =>
    json<{ code?: string }>('/api/probes/statements', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ statements: statements.map(({ statement, signature }) => ({ statement, signature })) }),
    })
  /** Oldest first; a refusal is of the first that was not taken, so that it is then found one by one. */
  const deliver = async (): Promise<void> => {
    const waiting = state.statements.filter(({ delivered }) => !delivered)
    for (let size = MOST, at = 0; at < waiting.length; ) {
      const part = waiting.slice(at, at + size)
      const answer = await post(part)
      const isTaken = answer?.status === 200
      const isHopeless = part.length === 1 && HOPELESS.has(answer?.body.code ?? '')
      if (isTaken || isHopeless) {
        for (const one of part) one.delivered = true
        at += part.length
      } else if (part.length > 1 && HOPELESS.has(answer?.body.code ?? '')) size = 1
      else {
        if (answer) say(`not taken: ${answer.body.code ?? answer.status}`)
        break
      }
    }
    if (waiting.some(({ delivered }) => delivered)) save(state)
  }

  return {
    look: async (): Promise<void> => {
      const begun = { at: now() }
      pending.add(begun)
      try {
        const clocks = Promise.all([readClock(), desk === null ? readDesk() : undefined])
        const [seen] = await Promise.all([lookAt(address, desk, log, () => clocks.then(now)), clocks])
        log = seen.log ?? log
        if (state.origin === null) state.origin = seen.log?.origin ?? null
        // Another log under the same address is none that this probe speaks of.
        else looks.push({ at: begun.at, failed: seen.log && seen.log.origin !== state.origin ? ['log'] : seen.failed })
      } finally {
        pending.delete(begun)
      }
    },
    /** To be called often: sums up the minutes that are over and delivers. */
    report: async (): Promise<void> => {
      const current = Math.floor(now() / MINUTE) * MINUTE
      // A clock that leaps leaves minutes of which there is nothing to say.
      if (minute === null || current < minute) minute = current
      const over = minute
      const isComplete = [...pending].every(({ at }) => at >= over + MINUTE)
      if (current > over && isComplete) {
        minute = current
        await sumUp(over)
      }
      await deliver()
    },
  }
}
