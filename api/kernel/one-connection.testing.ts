import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { type Database, openDatabase } from './database.ts'

/**
 * A transaction that asks the pool for a second connection waits for one that others of its kind hold: sixteen at once and the
 * platform stands still for ever. Here the question itself is the fault, so that one test is enough to see it.
 */
export const openWithOneEach = (pool: pg.Pool): Database => {
  const db = openDatabase(pool)
  const inside = new AsyncLocalStorage<true>()
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const connectOnce = (): Promise<pg.PoolClient> => {
    if (inside.getStore()) throw new Error('a transaction asks for a second connection')
    return connect()
  }
  const begin = db.transaction.bind(db)
  const transaction = (): ReturnType<typeof begin> => {
    const builder = begin()
    const execute = builder.execute.bind(builder)
    return Object.assign(builder, {
      execute: <T>(act: (trx: Database) => Promise<T>) => execute((trx) => inside.run(true, () => act(trx))),
    })
  }
  Object.assign(pool, { connect: connectOnce })
  return Object.assign(db, { transaction })
}
