import type { Logger } from 'pino'
import { now } from './clock.ts'
import type { Database } from './database.ts'

/** Work that the clock makes due (a deadline, a window's end): found by a query, never by a timer that flips a flag. */
export type DueWork = {
  name: string
  /** The earliest instant at which something is due, past or future; null when nothing ever will be. */
  next: (db: Database) => Promise<Date | null>
  /** Do all that is due now; idempotent, safe beside another replica. */
  run: () => Promise<void>
}

export type Due = {
  start: () => void
  stop: () => Promise<void>
  /** Do everything that is due now, until nothing is left. */
  settle: () => Promise<void>
  /** Sandbox only: walk the clock to an instant, stopping at every due instant until its work is done. */
  walkTo: (instant: Date, move: (stop: Date) => Promise<void>) => Promise<void>
}

/** What is due is looked for each second, and never twice at once in this process. */
const createTicker = (round: () => Promise<void>, logger: Logger) => {
  let timer: NodeJS.Timeout | undefined
  return {
    start: () => {
      const tick = () =>
        void round()
          .catch((error) => logger.error({ err: error }, 'due work could not be looked up'))
          .finally(() => {
            if (timer !== undefined) timer = setTimeout(tick, 1000)
          })
      timer = setTimeout(tick, 0)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

export const createDue = (db: Database, works: readonly DueWork[], logger: Logger): Due => {
  let running: Promise<void> = Promise.resolve()

  const runAll = async (): Promise<void> => {
    const at = await now(db)
    for (const work of works) {
      const due = await work.next(db)
      if (due === null || due > at) continue
      await work.run().catch((error) => logger.error({ err: error, work: work.name }, 'due work failed, tried again'))
    }
  }
  // One round at a time in this process; other replicas are kept apart by the works' own row locks.
  const round = (): Promise<void> => {
    running = running.then(runAll, runAll)
    return running
  }
  const nextOf = async (): Promise<Date | null> => {
    const instants = await Promise.all(works.map((work) => work.next(db)))
    return instants.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null)
  }
  const settle = async (): Promise<void> => {
    for (let rounds = 0; rounds < 1000; rounds++) {
      const due = await nextOf()
      if (due === null || due > (await now(db))) return
      await round()
    }
    throw new Error('due work does not come to an end')
  }

  const ticker = createTicker(round, logger)

  return {
    start: ticker.start,
    stop: async () => {
      ticker.stop()
      await running.catch(() => {})
    },
    settle,
    walkTo: async (instant, move) => {
      for (;;) {
        await settle()
        const due = await nextOf()
        const stop = due !== null && due < instant ? due : instant
        await move(stop)
        if (stop === instant) return settle()
      }
    },
  }
}
