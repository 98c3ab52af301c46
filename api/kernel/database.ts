import { readdir } from 'node:fs/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import type { DB } from './schema.gen.ts'

// int8 is money and counts: exact, never a float.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text))
// Dates without a time stay the text they are: the process's time zone must not touch a calendar day.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)

export type Database = Kysely<DB>

const MIGRATIONS = new URL('../../migrations/', import.meta.url)

/** A text with parameters that comes again has been prepared on its connection: it is neither parsed nor planned anew. */
const PREPARED = 1000
const names = new Map<string, string>()

const nameOf = (text: string): string | undefined => {
  const known = names.get(text)
  if (known !== undefined || names.size >= PREPARED) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/** kysely asks in texts only; pg prepares what has a name. */
const prepareQueries = (client: pg.PoolClient): void => {
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown
  const preparing = (text: unknown, values?: unknown, ...more: readonly unknown[]): unknown => {
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined
    return name === undefined ? query(text, values, ...more) : query({ name, text, values }, ...more)
  }
  Object.assign(client, { query: preparing })
}

/** Whoever waits longer for a connection is told so and may come again. */
const CONNECTION_WITHIN_MS = 30_000

export const openPool = (url: string, max = 16): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'sunlit',
    options: '-c timezone=UTC',
    connectionTimeoutMillis: CONNECTION_WITHIN_MS,
  })
  // A dropped idle connection is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {})
  // The same for one that is lost while in use: its query fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('connect', prepareQueries)
  return pool
}

export const openDatabase = (pool: pg.Pool): Database => new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })

/** Bring the schema forward; throws the first failing migration's error. */
export const migrate = async (db: Database): Promise<void> => {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => {
        const names = (await readdir(MIGRATIONS)).filter(
          (name) => /^\d{4}_.+\.ts$/.test(name) && !name.endsWith('.test.ts'),
        )
        const loaded = await Promise.all(names.map((name) => import(new URL(name, MIGRATIONS).href)))
        return Object.fromEntries(names.map((name, at) => [name.replace(/\.ts$/, ''), loaded[at]]))
      },
    },
  })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** Server version as 180004; 15 or newer is needed. */
export const serverVersion = async (db: Database): Promise<number> => {
  const { rows } = await sql<{ v: string }>`select current_setting('server_version_num') as v`.execute(db)
  return Number(rows[0]?.v)
}
