import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, migrate, openDatabase, openPool } from './database.ts'
import { openWithOneEach } from './one-connection.testing.ts'
import { startPostgres } from './postgres/supervisor.ts'

let server: Promise<(database: string) => string> | undefined

/** TEST_DATABASE_URL names a server (15 or newer) on which databases may be made; else one of our own is started. */
const testServer = (): Promise<(database: string) => string> => {
  server ??= (async () => {
    const given = process.env.TEST_DATABASE_URL
    if (given) {
      return (database: string) => {
        const url = new URL(given)
        url.pathname = `/${database}`
        return url.href
      }
    }
    const dataDir = mkdtempSync(join(tmpdir(), 'sunlit-test-'))
    const postgres = await startPostgres({ dataDir, settings: { fsync: 'off' } })
    // Not a test hook: the server is shared by all tests of the process and ends with it.
    process.once('exit', () => {
      process.kill(Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT')
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
    })
    return postgres.url
  })()
  return server
}

const schemaName = (): string => {
  const folder = new URL('../../migrations/', import.meta.url)
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(new URL(name, folder)))
  return `sunlit_template_${hash.digest('hex').slice(0, 16)}`
}

let template: Promise<string> | undefined

/** Migrate once per schema; each test's database is a copy, which takes some 50 ms. */
const migratedTemplate = (urlOf: (database: string) => string): Promise<string> => {
  template ??= (async () => {
    const name = schemaName()
    const admin = new pg.Client({ connectionString: urlOf('postgres') })
    await admin.connect()
    // Several test processes share a server: one makes the template, the others wait for it.
    await admin.query('select pg_advisory_lock(7102026)')
    try {
      const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
      if (rowCount === 0) {
        await admin.query(`create database ${name}_new`)
        const db = openDatabase(openPool(urlOf(`${name}_new`), 2))
        await migrate(db)
        await db.destroy()
        await admin.query(`alter database ${name}_new rename to ${name}`)
      }
    } finally {
      await admin.end()
    }
    return name
  })()
  return template
}

export type TestDatabase = { db: Database; url: string; close: () => Promise<void> }

/** A fresh migrated database on a real PostgreSQL; call `close` in `after`. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const urlOf = await testServer()
  const from = await migratedTemplate(urlOf)
  const name = `sunlit_test_${randomBytes(8).toString('hex')}`
  const admin = new pg.Client({ connectionString: urlOf('postgres') })
  await admin.connect()
  await admin.query('select pg_advisory_lock(7102026)')
  await admin.query(`create database ${name} template ${from}`)
  await admin.end()
  const db = openWithOneEach(openPool(urlOf(name), 8))
  const close = async () => {
    await db.destroy()
    const cleaner = new pg.Client({ connectionString: urlOf('postgres') })
    await cleaner.connect()
    await cleaner.query(`drop database if exists ${name} with (force)`)
    await cleaner.end()
  }
  return { db, url: urlOf(name), close }
}
