import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from './testing.ts'

test('a transaction that asks the pool for a second connection is the fault itself; outside of one anybody may ask', async () => {
  const { db, close } = await testDatabase()
  const ask = (by: typeof db) => sql`select 1`.execute(by)
  await db.transaction().execute(async (trx) => {
    await ask(trx)
    await assert.rejects(ask(db), /a second connection/)
  })
  await ask(db)
  await close()
})
