import { fork } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFilesystemStore } from '../../storage/filesystem.ts'
import type { Figure } from '../run.ts'
import { inParallel, PART, upload } from './upload.ts'

const PARTS = 256
const LIMIT = 200

/** Memory of a process's own, in MB. */
const held = (pid: number): number =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000

/** What the server's process holds more while a bid of 2 GiB is put, four parts at a time; null where no system tells. */
export const memoryOfUpload = async (): Promise<Figure | null> => {
  if (!existsSync('/proc/self/status')) return null
  const directory = mkdtempSync(join(tmpdir(), 'sunlit-bench-'))
  const key = randomFillSync(Buffer.alloc(32))
  const child = fork(join(import.meta.dirname, 'store.ts'), [directory, key.toString('hex')])
  try {
    const [port] = (await once(child, 'message')) as [number]
    const store = await openFilesystemStore({ directory, signingKey: key })
    const origin = `http://127.0.0.1:${port}`
    await inParallel(1, () => upload(store, origin, 'bids/warm', true))
    const first = held(child.pid!)
    let highest = first
    await inParallel(PARTS, async (no) => {
      await upload(store, origin, `bids/${no}`, true)
      highest = Math.max(highest, held(child.pid!))
      await store.remove(`bids/${no}`)
    })
    const name = `server memory, ${((PARTS * PART) / 2 ** 30).toFixed(0)} GiB bid`
    return { name, value: highest - first, unit: 'MB', ratio: null, target: LIMIT }
  } finally {
    child.kill()
    rmSync(directory, { recursive: true })
  }
}
