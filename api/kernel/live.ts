import { sql } from 'kysely'
import type pg from 'pg'
import type { Database } from './database.ts'

/** Server-sent events over LISTEN/NOTIFY: any replica serves any viewer. A message says only *that* a topic changed. */
export type Live = {
  /** Wake the viewers of a topic when the transaction commits. */
  changed: (trx: Pick<Database, 'getExecutor'>, topic: string) => Promise<void>
  subscribe: (topic: string, wake: () => void) => () => void
  stop: () => Promise<void>
}

const CHANNEL = 'sunlit_live'

export const createLive = async (pool: pg.Pool): Promise<Live> => {
  const topics = new Map<string, Set<() => void>>()
  let client: pg.PoolClient | undefined
  let stopped = false

  const listen = async (): Promise<void> => {
    client = await pool.connect()
    client.on('notification', (message) => {
      for (const wake of topics.get(message.payload ?? '') ?? []) wake()
    })
    client.once('error', () => {
      client?.release(true)
      client = undefined
      // A lost connection may have lost messages: listen again, then wake everybody.
      if (!stopped)
        setTimeout(
          () =>
            void listen()
              .then(wakeAll)
              .catch(() => {}),
          500,
        )
    })
    await client.query(`listen ${CHANNEL}`)
  }
  const wakeAll = () => {
    for (const wakes of topics.values()) for (const wake of wakes) wake()
  }
  await listen()

  return {
    changed: async (trx, topic) => {
      await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(trx as Database)
    },
    subscribe: (topic, wake) => {
      const wakes = topics.get(topic) ?? new Set()
      wakes.add(wake)
      topics.set(topic, wakes)
      return () => {
        wakes.delete(wake)
        if (wakes.size === 0) topics.delete(topic)
      }
    },
    stop: async () => {
      stopped = true
      client?.release(true)
    },
  }
}
