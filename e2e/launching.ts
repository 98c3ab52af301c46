import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** `npm start` as an operator has it: a process of its own, with nothing of this one's settings. */
const MAIN = fileURLToPath(new URL('../api/main.mjs', import.meta.url))

export type Launched = { child: ChildProcess; said: () => string; ended: Promise<number | null> }

export const launch = (env: Record<string, string>): Launched => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const hear = (words: Buffer): void => {
    text += words
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  return { child, said: () => text, ended: new Promise((done) => child.once('exit', done)) }
}

/** What it says up to a line that matches; rejects with all it said when it ends before, or says `fault`. */
export const saying = ({ child, said }: Launched, line: RegExp, fault?: RegExp): Promise<RegExpExecArray> =>
  new Promise((heard, failed) => {
    const look = (): void => {
      const found = line.exec(said())
      if (found) heard(found)
      else if (fault?.test(said())) failed(new Error(said()))
    }
    child.once('exit', () => failed(new Error(said())))
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    look()
  })

export const launchAt = async (env: Record<string, string>): Promise<Launched & { origin: string }> => {
  const launched = launch(env)
  const [, origin] = await saying(launched, /: (http:\/\/[\d.:]+) /)
  return { ...launched, origin: origin! }
}
