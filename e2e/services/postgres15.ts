import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { freePorts, removeTree, run, serviceDirectory, serviceSubdirectory, startDaemon, until } from './process.ts'

export type PostgresService = { url: string; name: string; stop: () => Promise<void> }

const BIN = '/usr/lib/postgresql/15/bin'

/** Debian package postgresql-15 brings the programs; its system service is never touched. */
export const missingPostgres15 = (): string[] =>
  process.env.PG15_TEST_URL
    ? []
    : ['initdb', 'postgres'].map((name) => join(BIN, name)).filter((path) => !existsSync(path))

/**
 * The oldest PostgreSQL we promise to run on: Debian's 15 in a temp directory on a loopback port, or the server of
 * PG15_TEST_URL (a user who may create databases).
 */
export const startPostgres15 = async (): Promise<PostgresService> => {
  const given = process.env.PG15_TEST_URL
  if (given) return { url: given, name: 'PG15_TEST_URL', stop: async () => undefined }
  const directory = serviceDirectory('pg15')
  const data = serviceSubdirectory(directory, 'data')
  const password = randomBytes(16).toString('hex')
  const secret = join(directory, 'password')
  writeFileSync(secret, password)
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
  run(
    join(BIN, 'initdb'),
    ['-D', data, '-U', 'sunlit', '-A', 'scram-sha-256', `--pwfile=${secret}`, ...locale],
    directory,
  )
  const [port = 0] = await freePorts(1)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: directory,
    // A test's data need not outlive a power cut.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients.
  const log = join(directory, 'postgres.log')
  const daemon = startDaemon(join(BIN, 'postgres'), ['-D', data, ...options], { log, cwd: directory, signal: 'SIGINT' })
  const stop = async () => {
    await daemon.stop()
    removeTree(directory)
  }
  const url = `postgresql://sunlit:${password}@127.0.0.1:${port}/postgres`
  try {
    await until('PostgreSQL 15', () => answers(url), { daemons: [daemon] })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, name: 'PostgreSQL 15', stop }
}

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => undefined)
  }
}
