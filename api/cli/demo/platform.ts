import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Start `npm start`'s own entry as a process of its own on a free port, in sandbox mode, with fresh data. */
export const startPlatform = async (folder: string, env: Record<string, string> = {}) => {
  const main = fileURLToPath(new URL('../../main.mjs', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      SUNLIT_MODE: 'sandbox',
      PORT: '0',
      SUNLIT_DATA: join(folder, 'data'),
      SUNLIT_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logFile = join(folder, 'platform.log')
  const log = createWriteStream(logFile)
  child.stderr.pipe(log)
  const origin = await new Promise<string>((ready, failed) => {
    let text = ''
    child.once('exit', (code) => failed(new Error(`the platform ended with code ${code}:\n${text}`)))
    child.stderr.on('data', (words) => {
      text += words
    })
    child.stdout.on('data', (words) => {
      text += words
      const found = /: (http:\/\/[^\s]+)/.exec(text)
      if (found && text.includes('\n', found.index)) ready(found[1]!)
    })
  })
  child.stdout.pipe(log)
  let stopping = false
  // Its folder goes with whoever started it: what a platform said before it ended by itself is told here or never.
  child.once('exit', (code, signal) => {
    if (!stopping)
      console.error(`the platform ended by itself (${code ?? signal}):\n${readFileSync(logFile, 'utf8').slice(-4000)}`)
  })
  const stop = () =>
    new Promise<void>((done) => {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return done()
      child.once('exit', () => done())
      child.kill('SIGTERM')
    })
  return { origin, stop }
}
