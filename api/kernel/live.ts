import { sql } from 'kysely'
import type pg from 'pg'
import type { Database } from './database.ts'

/** Somebody who looks at a topic: told that it changed, and that this process will say no more. */
export type Viewer = { wake: () => void; end: () => void }

/**
 * Server-sent events over LISTEN/NOTIFY: any replica serves any viewer, and one connection serves them all. A message
 * says only *that* a topic changed. Nothing a bidder does before the names are out may wake one: its time would tell.
 */
export type Live = {
  /** Wake the viewers of a topic when the transaction commits. */
  changed: (trx: Pick<Database, 'getExecutor'>, topic: string) => Promise<void>
  subscribe: (topic: string, viewer: Viewer) => () => void
  /** Ends every stream, and each that is asked for later: the process is about to stop. */
  cut: () => void
  stop: () => Promise<void>
}

const CHANNEL = 'sunlit_live'
const AGAIN = 500

/** Listens, and again after every loss, until `stop`; what was said meanwhile is unknown, so that everybody looks. */
const createListener = (pool: pg.Pool, heard: (topic: string) => void, missed: () => void) => {
  let client: pg.PoolClient | undefined
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const lost = (of: pg.PoolClient) => {
    if (client !== of) return
    client = undefined
    of.release(true)
    later()
  }
  const later = (): void => {
    if (stopped) return
    timer = setTimeout(() => void listen().then(missed, later), AGAIN)
  }
  const listen = async (): Promise<void> => {
    const next = await pool.connect()
    client = next
    next.on('notification', ({ payload }) => heard(payload ?? ''))
    next.once('error', () => lost(next))
    try {
      await next.query(`listen ${CHANNEL}`)
    } catch (error) {
      if (client === next) {
        client = undefined
        next.release(true)
      }
      throw error
    }
  }
  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
    client?.release(true)
    client = undefined
  }
  return { listen, stop }
}

export const createLive = async (pool: pg.Pool): Promise<Live> => {
  const topics = new Map<string, Set<Viewer>>()
  let isCut = false
  const wake = (topic: string): void => {
    for (const viewer of topics.get(topic) ?? []) viewer.wake()
  }
  const listener = createListener(pool, wake, () => {
    for (const topic of topics.keys()) wake(topic)
  })
  await listener.listen()
  const cut = (): void => {
    isCut = true
    for (const viewers of topics.values()) for (const viewer of [...viewers]) viewer.end()
    topics.clear()
  }

  return {
    changed: async (trx, topic) => {
      await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(trx as Database)
    },
    subscribe: (topic, viewer) => {
      if (isCut) {
        viewer.end()
        return () => {}
      }
      const viewers = topics.get(topic) ?? new Set()
      viewers.add(viewer)
      topics.set(topic, viewers)
      return () => {
        viewers.delete(viewer)
        if (viewers.size === 0 && topics.get(topic) === viewers) topics.delete(topic)
      }
    },
    cut,
    stop: async () => {
      cut()
      listener.stop()
    },
  }
}
