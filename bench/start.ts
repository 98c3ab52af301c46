import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './run.ts'

const LONGEST = 60_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const firstPage = async (url: string, server: ChildProcess): Promise<void> => {
  const until = performance.now() + LONGEST
  while (performance.now() < until) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
    const answer = await fetch(url).catch(() => null)
    const page = answer?.status === 200 ? await answer.text() : ''
    if (page.includes('</html>')) return
    await new Promise((wait) => setTimeout(wait, 20))
  }
  throw new Error(`no page at ${url} within ${LONGEST / 1000} s`)
}

/** Seconds from the start of the process to the last byte of the first page; the server is stopped again. */
const timeStart = async (folder: string): Promise<number> => {
  const port = await freePort()
  const began = performance.now()
  const server = spawn(process.execPath, ['api/main.mjs'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PORT: String(port), SUNLIT_DATA: folder, SUNLIT_LOG_LEVEL: 'error' },
  })
  try {
    await firstPage(`http://127.0.0.1:${port}/`, server)
    return (performance.now() - began) / 1000
  } finally {
    if (server.exitCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit')
    }
  }
}

/** `npm start` in demo mode: cold = an empty data folder (database, keys and schema are made), warm = the second time. */
export const benchStart = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-bench-'))
  try {
    const cold = await timeStart(folder)
    const warm = await timeStart(folder)
    return [
      { name: 'first page, cold', value: cold, unit: 's', ratio: null, target: 8 },
      { name: 'first page, warm', value: warm, unit: 's', ratio: null, target: 3 },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}
