import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { embeddedBinaries } from './binaries.ts'

export type Postgres = {
  /** Connection string for a database of this server. */
  url: (database: string) => string
  /** Stop the server and wait for its end (fast mode: open transactions roll back, nothing acknowledged is lost). */
  stop: () => Promise<void>
}

export type PostgresOptions = {
  dataDir: string
  /** Extra settings; tests switch fsync off here, nobody else does. */
  settings?: Record<string, string>
}

const NOBODY = 65534
const asRoot = (): boolean => process.getuid?.() === 0
// PostgreSQL refuses to run as root; `nobody` has a passwd entry on every Debian, which it needs.
const unprivileged = (): { uid?: number; gid?: number } => (asRoot() ? { uid: NOBODY, gid: NOBODY } : {})

/** Start (or adopt) the embedded PostgreSQL of a data folder. Errors carry the server's own words. */
export const startPostgres = async ({ dataDir, settings = {} }: PostgresOptions): Promise<Postgres> => {
  const home = resolve(dataDir)
  const data = join(home, 'postgres')
  const bin = embeddedBinaries()
  ownFolder(home)
  await checkReachable(bin, home)
  const socket = socketFolder(home)
  const url = (database: string) => `postgresql://sunlit@localhost/${database}?host=${encodeURIComponent(socket)}`
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(bin, home, data)

  const orphan = runningPid(data)
  if (orphan !== null && (await answers(url('postgres')))) return { url, stop: () => stop(bin, data) }
  if (orphan !== null) await stop(bin, data).catch(() => {})

  const log = join(home, 'postgres.log')
  const child = launch(bin, data, socket, log, settings)
  await ready(child, url('postgres'), log)
  return { url, stop: () => stop(bin, data) }
}

/** Make a database if it is not there yet. */
export const ensureDatabase = async (postgres: Postgres, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  return postgres.url(name)
}

const ownFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  if (asRoot()) chownSync(folder, NOBODY, NOBODY)
}

/** A unix socket's path may have 107 bytes; a deep folder gets a short one named by its hash. */
const socketFolder = (home: string): string => {
  const near = join(home, 'run')
  const folder = near.length < 80 ? near : `/tmp/sunlit-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (asRoot()) chownSync(folder, NOBODY, NOBODY)
  return folder
}

const checkReachable = async (bin: string, home: string): Promise<void> => {
  const { code } = await run(join(bin, 'postgres'), ['--version']).catch(() => ({ code: -1 }))
  const inside = code === 0 ? await run('/bin/sh', ['-c', 'cd "$0"', home]) : { code: -1 }
  if (code === 0 && inside.code === 0) return
  const where = code === 0 ? home : bin
  const who = asRoot() ? 'nobody (uid 65534)' : 'this user'
  throw new Error(
    `embedded PostgreSQL runs as ${who}, who cannot enter ${where}: make its parent folders traversable (chmod o+x), ` +
      'move the project or SUNLIT_DATA to such a place, or set DATABASE_URL',
  )
}

const initialise = async (bin: string, home: string, data: string): Promise<void> => {
  const fresh = join(home, 'postgres.new')
  rmSync(fresh, { recursive: true, force: true })
  const options = ['-D', fresh, '-U', 'sunlit', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8']
  // ICU sorts Chinese by pinyin; C.UTF-8 as LC_CTYPE keeps trigrams of Chinese text alive.
  options.push('--locale-provider=icu', '--icu-locale=zh-Hans')
  const { code, output } = await run(join(bin, 'initdb'), options)
  if (code !== 0) throw new Error(`initdb failed: ${output}`)
  // Renamed only when whole: a kill in the middle leaves nothing that looks like a database.
  renameSync(fresh, data)
}

const launch = (
  bin: string,
  data: string,
  socket: string,
  log: string,
  settings: Record<string, string>,
): ChildProcess => {
  // A file, not a pipe: a server that outlives a killed parent must still be able to write its log.
  const words = openSync(log, 'w')
  const all = { listen_addresses: '', unix_socket_directories: socket, unix_socket_permissions: '0700', ...settings }
  const options = Object.entries({ max_connections: '200', ...all }).flatMap(([k, v]) => ['-c', `${k}=${v}`])
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
    ...unprivileged(),
    // Its own group: Ctrl+C in the terminal reaches us, and we stop it after the last request.
    detached: true,
    stdio: ['ignore', words, words],
  })
  closeSync(words)
  return child
}

const ready = async (child: ChildProcess, url: string, log: string): Promise<void> => {
  const words = () => readFileSync(log, 'utf8').slice(-4000)
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  for (let attempt = 0; attempt < 600; attempt++) {
    if (ended) throw new Error(`embedded PostgreSQL did not start: ${words()}`)
    if (await answers(url)) {
      child.unref()
      return
    }
    await sleep(20)
  }
  throw new Error(`embedded PostgreSQL did not answer within 12 s: ${words()}`)
}

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** The postmaster left by a killed process, if it still lives. */
const runningPid = (data: string): number | null => {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return null
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return null
  }
}

const stop = async (bin: string, data: string): Promise<void> => {
  if (runningPid(data) === null) return
  const { code, output } = await run(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'fast', '-w', '-t', '30'])
  if (code !== 0 && runningPid(data) !== null) throw new Error(`embedded PostgreSQL did not stop: ${output}`)
}

const run = (program: string, args: string[]): Promise<{ code: number; output: string }> =>
  new Promise((done, fail) => {
    const child = spawn(program, args, { ...unprivileged(), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', fail)
    child.once('close', (code) => done({ code: code ?? -1, output: output.trim() }))
  })

/** One platform process per data folder: a second start says so instead of sharing the folder. */
export const lockDataFolder = (dataDir: string): (() => void) => {
  const file = join(resolve(dataDir), 'sunlit.pid')
  mkdirSync(resolve(dataDir), { recursive: true })
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (other > 0 && other !== process.pid && isOurs(other)) {
    throw new Error(`the data folder ${resolve(dataDir)} is in use by process ${other}: stop it, or set SUNLIT_DATA`)
  }
  writeFileSync(file, String(process.pid))
  return () => rmSync(file, { force: true })
}

/** Pids are used again: only a process that runs our entry file counts. */
const isOurs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc/self') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('api/main.mjs')
  } catch {
    return false
  }
}
