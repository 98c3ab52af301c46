import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

const running = new Set<ChildProcess>()

/** Ends what still runs when the run itself is ended: nothing of ours may stay behind. */
export const endChildren = (): void => {
  for (const child of running) child.kill('SIGTERM')
}

export type Ran = { code: number; output: string }

/**
 * Runs a program from the root, its output streaming to ours unless `quiet`; with `capture` the output is also kept.
 * Programs of node_modules/.bin are found first. Resolves with 127 when there is no such program.
 */
export const runProgram = (
  command: string,
  args: string[],
  {
    env = {},
    capture = false,
    quiet = false,
  }: { env?: Record<string, string>; capture?: boolean; quiet?: boolean } = {},
): Promise<Ran> =>
  new Promise((done) => {
    const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`
    const piped = capture || quiet
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', piped ? 'pipe' : 'inherit', piped ? 'pipe' : 'inherit'],
      env: { ...process.env, FORCE_COLOR: '0', ...env, PATH: path },
    })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk
        if (!quiet) process.stdout.write(chunk)
      })
    child.once('error', (error) => {
      running.delete(child)
      done({ code: 127, output: `${output}${error.message}` })
    })
    child.once('close', (code) => {
      running.delete(child)
      done({ code: code ?? 1, output })
    })
  })
