import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../kernel/settings.ts'
import { formatVkey, type NoteKey, parseVkey } from '../log/note.ts'
import type { PolicyWitness } from '../log/policy.ts'

export type Child = { stop: () => Promise<void> }

const script = (name: string): string => fileURLToPath(new URL(`../cli/${name}`, import.meta.url))

/** Start a program of ours and read the lines it says when it is ready, `word value` each. */
const startChild = async (
  file: string,
  args: string[],
  words: readonly string[],
  secrets: Record<string, string>,
  children: Child[],
): Promise<Record<string, string>> => {
  // An IPC channel ties the child to us: it ends when we are gone, even by kill -9.
  const child = spawn(process.execPath, [script(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { NODE_NO_WARNINGS: '1', SUNLIT_TIED: '1', ...secrets },
  })
  children.push({ stop: () => stopChild(child) })
  return new Promise((ready, failed) => {
    let text = ''
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`${file} ended with code ${code} before it was ready`)))
    child.stdout!.on('data', (chunk) => {
      text += chunk
      const said = Object.fromEntries(text.split('\n').map((line) => line.split(/ (.*)/s, 2)))
      if (words.every((word) => said[word] && text.includes(`${said[word]}\n`))) ready(said as Record<string, string>)
    })
  })
}

const stopChild = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 3000).unref()
  })

/** Two witnesses of the sandbox's own, each a process with its own key and memory, by the sandbox's clock. */
export const startWitnesses = (
  settings: Settings,
  log: NoteKey,
  local: string,
  children: Child[],
): Promise<PolicyWitness[]> =>
  Promise.all(
    ['supervisor', 'university'].map(async (name) => {
      const folder = join(settings.SUNLIT_DATA, 'witnesses', name)
      const files = ['--key', join(folder, 'key.json'), '--state', join(folder, 'state.json')]
      const logKey = ['--log-origin', log.name, '--log-key', formatVkey(log), '--clock', `${local}/api/clock`]
      const args = ['--port', '0', '--name', name, ...files, ...logKey]
      const { vkey, url } = await startChild('witness.ts', args, ['vkey', 'url'], {}, children)
      return { name, key: parseVkey(vkey!), url: url! }
    }),
  )

/** The demo bank: its own small process that speaks the signed webhook as a real one would. Answers its address. */
export const startBank = async (
  settings: Settings,
  secret: string,
  local: string,
  children: Child[],
): Promise<string> => {
  const args = ['--port', '0', '--state', join(settings.SUNLIT_DATA, 'demo-bank.json'), '--platform', local]
  return (await startChild('demo-bank.ts', args, ['url'], { BANK_SECRET: secret }, children)).url!
}

/** The demo city is made in the background by a process of its own; one that was cut off only has its clock brought to today. */
export const fillDemoCity = async (
  settings: Settings,
  local: string,
  isFirst: boolean,
  children: Child[],
): Promise<void> => {
  const folder = join(settings.SUNLIT_DATA, 'demo')
  const file = join(folder, 'city.json')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { done: boolean }) : null
  if (known?.done || (!isFirst && known === null)) return
  const args = ['--origin', local, '--folder', folder, ...(isFirst ? [] : ['--only-clock'])]
  const child = spawn(process.execPath, [script('demo-city.ts'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { NODE_NO_WARNINGS: '1', SUNLIT_TIED: '1' },
  })
  children.push({ stop: () => stopChild(child) })
}
