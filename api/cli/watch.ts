/** `verify --watch`: a monitor with a state file; an alarm ends it with 1, its proofs beside the state. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Check } from '../client/checks.ts'
import { createHttp, isProblem } from '../client/http.ts'
import { type MonitorState, parseState, type Watched, watchOnce } from '../client/monitor.ts'
import type { GivenTrust } from '../client/trust.ts'

export type WatchOptions = {
  address: string
  given: GivenTrust
  state: string
  /** One look and no more, for a timer of the system. */
  once: boolean
  seconds: number
  language: 'zh' | 'en'
  say: (line: string) => void
  signal?: AbortSignal
}

const load = (file: string): MonitorState | null =>
  existsSync(file) ? parseState(new Uint8Array(readFileSync(file))) : null

/** Whole or not at all: a torn state would forget what was seen. */
const save = (file: string, value: unknown): void => {
  writeFileSync(`${file}.new`, JSON.stringify(value), { flush: true })
  renameSync(`${file}.new`, file)
}

const alarmLine = ({ id, text, detail }: Check, language: 'zh' | 'en'): string =>
  `ALARM ${id} ${text[language]} (${detail})`

const report = (options: WatchOptions, before: MonitorState | null, { state, alarms, shown }: Watched): void => {
  const { say, language } = options
  for (const alarm of alarms) say(alarmLine(alarm, language))
  if (alarms.length > 0) {
    const proof = `${options.state}.alarm.json`
    save(proof, { at: new Date().toISOString(), kept: before?.note ?? null, shown, alarms })
    say(`proofs: ${proof}`)
  } else if (state && state.size !== before?.size)
    say(`${new Date().toISOString()} ${before?.size ?? 0} → ${state.size} leaves, nothing amiss`)
}

/** Looks until an alarm or an abort. 0 nothing amiss, 1 alarm, 2 not reachable (with `once`). */
export const watch = async (options: WatchOptions): Promise<0 | 1 | 2> => {
  const http = createHttp({ origin: new URL(options.address).origin })
  for (;;) {
    const before = load(options.state)
    try {
      const seen = await watchOnce(http, options.given, before)
      if (seen.state) save(options.state, seen.state)
      report(options, before, seen)
      if (seen.alarms.length > 0) return 1
      if (options.once) return 0
    } catch (error) {
      // Not to be reached is no proof of anything; silence for long is for people to judge.
      if (!isProblem(error, 'unreachable') || options.once) throw error
      options.say(`${new Date().toISOString()} ${error.title}`)
    }
    try {
      await pause(options.seconds * 1000, undefined, options.signal ? { signal: options.signal } : {})
    } catch {
      return 0
    }
  }
}
