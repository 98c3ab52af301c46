import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from './settings.ts'

/** The server's own secrets. None of them can open a bid (SEALING.md §2). */
export type PlatformKeys = {
  /** Folder with `log.key` and the platform's seal certificate. */
  folder: string
  /** Ed25519 seed of the transparency log, 32 bytes. */
  logSeed: Uint8Array
  /** A secret for one purpose (`sessions`, `objects`, …), derived so that no two purposes share one. */
  secret: (purpose: string) => string
}

/** Read the keys, making them on first use in demo and sandbox mode. */
export const loadKeys = (settings: Settings): PlatformKeys => {
  const folder = settings.SUNLIT_KEYS ?? join(settings.SUNLIT_DATA, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const make = settings.SUNLIT_MODE !== 'production'
  const root = settings.SUNLIT_SECRET ?? readOrMake(join(folder, 'secret.key'), make).toString('hex')
  return {
    folder,
    logSeed: new Uint8Array(readOrMake(join(folder, 'log.key'), make)),
    secret: (purpose) => createHmac('sha256', root).update(`sunlit/v1/secret\n${purpose}`).digest('hex'),
  }
}

const readOrMake = (file: string, make: boolean): Buffer => {
  if (!existsSync(file)) {
    if (!make) throw new Error(`${file} is missing: production makes no keys by itself (see README, settings)`)
    // Written whole, then linked: two starts at once agree on one key.
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, randomBytes(32), { mode: 0o600 })
    try {
      linkSync(fresh, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    unlinkSync(fresh)
    chmodSync(file, 0o600)
  }
  const key = readFileSync(file)
  if (key.length !== 32) throw new Error(`${file}: expected 32 bytes, found ${key.length}`)
  return key
}
