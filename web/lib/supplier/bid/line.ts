import { isProblem, problem } from '../../../../api/client/http.ts'

export type LineState = 'open' | 'paused' | 'lost'

/** The way from this device to the platform: it may be paused by hand, and it may break and come back. */
export type Line = {
  /**
   * Sends as soon as the line is open, again after a pause, and again when a lost connection has come back. What the
   * platform answers, refusals too, is passed on. `signal` is given up when somebody pauses in the middle.
   */
  carry: <T>(send: (signal: AbortSignal) => Promise<T>) => Promise<T>
  pause: () => void
  resume: () => void
  /** Something came through: the line is not lost any more. */
  alive: () => void
  /** Gives up whatever is under way. */
  end: () => void
}

const RETRY = 3000
/** A connection that died without a word is given up after this: the system itself would wait for many minutes. */
const SILENCE = 30_000
/** Answers of a proxy whose platform is being restarted. */
const AWAY = [502, 503, 504]

const isLost = (error: unknown): boolean =>
  isProblem(error) && (error.code === 'unreachable' || AWAY.includes(error.status))

/** Until the browser says that it has a network again, or it is time to try. */
const nextTry = (): Promise<void> =>
  new Promise((done) => {
    const go = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.('online', go)
      done()
    }
    const timer = setTimeout(go, RETRY)
    globalThis.addEventListener?.('online', go)
  })

/** Fails as soon as the signal is given: what cannot be called back is no longer waited for, and is asked again. */
const unless = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((done, failed) => {
    const stop = () => failed(problem('stopped', 'Given up'))
    signal.addEventListener('abort', stop)
    work.then(done, failed).finally(() => signal.removeEventListener('abort', stop))
  })

type Gate = { open: Promise<void>; release: () => void }
const closedGate = (): Gate => {
  let release = (): void => {}
  const open = new Promise<void>((done) => {
    release = done
  })
  return { open, release: () => release() }
}

/** Gives up what is under way when the network says that it is gone, or when nothing has come through for long. */
const createGuard = (cut: () => void) => {
  let waiting = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const alive = (): void => {
    clearTimeout(timer)
    if (waiting > 0) timer = setTimeout(cut, SILENCE)
  }
  const count = (by: 1 | -1): void => {
    waiting += by
    alive()
  }
  globalThis.addEventListener?.('offline', cut)
  const end = (): void => {
    clearTimeout(timer)
    globalThis.removeEventListener?.('offline', cut)
  }
  return { alive, count, end }
}

export const createLine = (onstate: (state: LineState) => void): Line => {
  let state: LineState = 'open'
  let ended = false
  let under = new AbortController()
  let gate: Gate | null = null
  const become = (next: LineState): void => {
    if (state === next) return
    state = next
    onstate(next)
  }
  const giveUp = (): void => {
    const given = under
    under = new AbortController()
    given.abort()
  }
  const guard = createGuard(giveUp)
  const alive = (): void => {
    guard.alive()
    if (state === 'lost') become('open')
  }
  const once = async <T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
    guard.count(1)
    try {
      const answer = await unless(signal, send(signal))
      alive()
      return answer
    } finally {
      guard.count(-1)
    }
  }
  return {
    alive,
    carry: async (send) => {
      for (;;) {
        await gate?.open
        if (ended) throw problem('stopped', 'The upload has ended')
        const { signal } = under
        try {
          return await once(send, signal)
        } catch (error) {
          if (ended || (!signal.aborted && !isLost(error))) throw error
          if (gate) continue
          become('lost')
          await nextTry()
        }
      }
    },
    pause: () => {
      if (gate || ended) return
      gate = closedGate()
      become('paused')
      giveUp()
    },
    resume: () => {
      gate?.release()
      gate = null
      if (state === 'paused') become('open')
    },
    end: () => {
      ended = true
      guard.end()
      giveUp()
      gate?.release()
    },
  }
}
