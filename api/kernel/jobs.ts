import { fromKysely, PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import type { Database } from './database.ts'

/** Work that must happen once a transaction has committed, retried until it succeeds: idempotent by contract. */
export type Jobs = {
  enqueue: (trx: Database, name: string, data: object) => Promise<void>
  /** Begin to work; a handler throws to be retried later. */
  start: (handlers: Record<string, (data: never) => Promise<void>>) => Promise<void>
  stop: () => Promise<void>
  healthy: () => Promise<boolean>
}

export const createJobs = (databaseUrl: string, logger: Logger): Jobs => {
  const boss = new PgBoss({ connectionString: databaseUrl, schema: 'jobs', max: 3, schedule: false })
  let running = false
  boss.on('error', (error) => logger.warn({ err: error }, 'jobs'))
  return {
    enqueue: async (trx, name, data) => {
      await boss.send(name, data, { db: fromKysely(trx), retryLimit: 20, retryDelay: 1, retryBackoff: true })
    },
    start: async (handlers) => {
      await boss.start()
      for (const [name, handle] of Object.entries(handlers)) {
        await boss.createQueue(name)
        await boss.work(name, { pollingIntervalSeconds: 0.5, batchSize: 1 }, async ([job]) => {
          if (job) await handle(job.data as never)
        })
      }
      running = true
    },
    stop: async () => {
      running = false
      await boss.stop({ graceful: true, timeout: 5000 })
    },
    healthy: async () => running,
  }
}
