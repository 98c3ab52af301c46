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

type Why = 'paused' | 'lost' | 'ended'

/** Requests under way, and how to give them all up. */
const createFlight = () => {
  let under = new AbortController()
  const giveUp = (why: Why): void => {
    const given = under
    under = new AbortController()
    given.abort(why)
  }
  const guard = createGuard(() => giveUp('lost'))
  const once = async <T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
    guard.count(1)
    try {
      return await unless(signal, send(signal))
    } finally {
      guard.count(-1)
    }
  }
  return { guard, giveUp, once, signal: () => under.signal }
}

type Ways = { state: LineState; ended: boolean; gate: Gate | null }

export const createLine = (onstate: (state: LineState) => void): Line => {
  const way: Ways = { state: 'open', ended: false, gate: null }
  const flight = createFlight()
  const become = (next: LineState): void => {
    if (way.state === next) return
    way.state = next
    onstate(next)
  }
  const alive = (): void => {
    flight.guard.alive()
    if (way.state === 'lost') become('open')
  }
  const carry: Line['carry'] = async (send) => {
    for (;;) {
      await way.gate?.open
      if (way.ended) throw problem('stopped', 'The upload has ended')
      const signal = flight.signal()
      try {
        const answer = await flight.once(send, signal)
        alive()
        return answer
      } catch (error) {
        if (way.ended || (!signal.aborted && !isLost(error))) throw error
        if (signal.reason === 'paused' || way.gate) continue
        become('lost')
        await nextTry()
      }
    }
  }
  return { alive, carry, ...actsOn(way, flight, become) }
}

const actsOn = (way: Ways, flight: ReturnType<typeof createFlight>, become: (next: LineState) => void) => {
  const open = (): void => {
    way.gate?.release()
    way.gate = null
  }
  return {
    pause: () => {
      if (way.gate || way.ended) return
      way.gate = closedGate()
      become('paused')
      flight.giveUp('paused')
    },
    resume: () => {
      open()
      if (way.state === 'paused') become('open')
    },
    end: () => {
      way.ended = true
      flight.guard.end()
      flight.giveUp('ended')
      open()
    },
  }
}
