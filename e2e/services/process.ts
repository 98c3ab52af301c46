import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ceph and PostgreSQL refuse or dislike root, and a bare uid without a passwd entry fails in initdb:
 * `nobody` exists on every Debian.
 */
export const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}

/** A new directory under the system's temp directory that the unprivileged service user owns. */
export const serviceDirectory = (name: string): string => {
  const directory = mkdtempSync(join(tmpdir(), `sunlit-${name}-`))
  give(directory)
  return directory
}

export const serviceSubdirectory = (parent: string, name: string): string => {
  const directory = join(parent, name)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  give(directory)
  return directory
}

const give = (path: string): void => {
  const who = unprivileged()
  if (who) chownSync(path, who.uid, who.gid)
}

/** Ports that were free a moment ago, all different. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen({ port: 0, host: '127.0.0.1' }, resolve),
      )
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export type Daemon = { name: string; stop: () => Promise<void>; tail: () => string; exited: () => boolean }

/** Starts a foreground daemon as the unprivileged user, its output in `<log>`, and ends it by its own pid only. */
export const startDaemon = (
  command: string,
  args: string[],
  { log, cwd, signal = 'SIGTERM' }: { log: string; cwd: string; signal?: NodeJS.Signals },
): Daemon => {
  const out = openSync(log, 'a')
  const child: ChildProcess = spawn(command, args, {
    ...unprivileged(),
    cwd,
    stdio: ['ignore', out, out],
    env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8' },
  })
  closeSync(out)
  let failure: Error | undefined
  const done = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      failure = error
      resolve()
    })
  })
  const exited = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null
  const killHard = () => child.kill('SIGKILL')
  process.once('exit', killHard)
  return {
    name: command,
    exited,
    tail: () => `${failure ? `${failure.message}\n` : ''}${tail(log)}`,
    stop: async () => {
      process.removeListener('exit', killHard)
      if (exited()) return
      child.kill(signal)
      const timer = setTimeout(killHard, 10_000)
      await done
      clearTimeout(timer)
    },
  }
}

/** Runs a short command to its end as the unprivileged user; the error carries what it printed. */
export const run = (command: string, args: string[], cwd: string): string => {
  try {
    return execFileSync(command, args, {
      ...unprivileged(),
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8' },
    })
  } catch (error) {
    const said = error as { stderr?: string; stdout?: string; message: string }
    throw new Error(`${command} ${args.join(' ')} failed: ${said.stderr || said.stdout || said.message}`)
  }
}

/** Asks `ready` again every 20 ms until it says yes; a dead daemon or the time limit ends it with the log's tail. */
export const until = async (
  what: string,
  ready: () => Promise<boolean>,
  { daemons, seconds = 60 }: { daemons: Daemon[]; seconds?: number },
): Promise<void> => {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const dead = daemons.find((daemon) => daemon.exited())
    if (dead) throw new Error(`${what}: ${dead.name} ended early\n${dead.tail()}`)
    if (await ready().catch(() => false)) return
    if (performance.now() > end)
      throw new Error(
        `${what}: not ready after ${seconds} s\n${daemons.map((daemon) => `--- ${daemon.name}\n${daemon.tail()}`).join('\n')}`,
      )
    await delay(20)
  }
}

export const tail = (path: string, lines = 25): string => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return '(no log)'
  }
}

export const removeTree = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 })
