import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFilesystemStore } from '../../storage/filesystem.ts'
import type { ObjectStore } from '../../storage/port.ts'
import { openS3Store } from '../../storage/s3.ts'
import { loadKeys, type PlatformKeys } from '../kernel/keys.ts'
import { ensureDatabase, lockDataFolder, startPostgres } from '../kernel/postgres/supervisor.ts'
import type { Settings } from '../kernel/settings.ts'
import { signerOf } from '../log/ed25519.ts'
import { ED25519, noteKey } from '../log/note.ts'
import { type Policy, parsePolicy } from '../log/policy.ts'
import { createPlatform } from '../platform.ts'
import { type Child, fillDemoCity, startBank, startWitnesses } from './children.ts'
import { DEMO_ADMINISTRATOR, DEMO_PASSWORD, firstStart } from './first-start.ts'

/** Database, store, witnesses and bank as the settings say; in demo and sandbox mode our own, as child processes. */
export const startServices = async (settings: Settings, { origin, local }: { origin: string; local: string }) => {
  const unlock = lockDataFolder(settings.SUNLIT_DATA)
  const keys = loadKeys(settings)
  const children: Child[] = []
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const child of children) await child.stop()
    for (const stop of stops.reverse()) await stop()
    unlock()
  }
  try {
    const [databaseUrl, files, policy, bankUrl] = await Promise.all([
      database(settings, stops),
      objectStore(settings, keys, pageOrigins(settings, { origin, local })),
      witnessPolicy(settings, keys, local, children),
      bank(settings, keys, local, children),
    ])
    const withBank = { ...settings, ...(bankUrl ? { BANK_URL: bankUrl } : {}) }
    const platform = await createPlatform({ settings: withBank, keys, databaseUrl, files, policy })
    const isFirst = await firstStart(platform.deps)
    return {
      platform,
      stop: async () => {
        await platform.stop()
        await stopAll()
      },
      afterStart: async (origin: string) => {
        if (isFirst) console.log(`管理员 administrator: ${DEMO_ADMINISTRATOR}  ${DEMO_PASSWORD}  ${origin}/sign-in`)
        if (settings.SUNLIT_MODE === 'demo') await fillDemoCity(settings, local, isFirst, children)
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

const database = async (settings: Settings, stops: (() => Promise<void>)[]): Promise<string> => {
  if (settings.DATABASE_URL) return settings.DATABASE_URL
  const postgres = await startPostgres({ dataDir: settings.SUNLIT_DATA })
  stops.push(postgres.stop)
  return ensureDatabase(postgres, 'sunlit')
}

/** Where the pages that upload come from; in a rehearsal without ORIGIN that is any name of this machine. */
const pageOrigins = ({ ORIGIN }: Settings, { origin, local }: { origin: string; local: string }): string[] =>
  ORIGIN ? [new URL(ORIGIN).origin] : [...new Set([origin, local, local.replace('127.0.0.1', 'localhost')])]

const objectStore = async (settings: Settings, keys: PlatformKeys, origins: string[]): Promise<ObjectStore> => {
  if (!settings.S3_ENDPOINT) {
    const signingKey = Buffer.from(keys.secret('objects'), 'hex')
    return openFilesystemStore({ directory: join(settings.SUNLIT_DATA, 'store'), signingKey })
  }
  return openS3Store({
    endpoint: settings.S3_ENDPOINT,
    ...(settings.S3_PUBLIC_ENDPOINT ? { publicEndpoint: settings.S3_PUBLIC_ENDPOINT } : {}),
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET,
    accessKey: settings.S3_ACCESS_KEY!,
    secretKey: settings.S3_SECRET_KEY!,
    origins,
  })
}

/** A sandbox log has its own origin, so that nothing signed over moved time passes for the real thing. */
const logName = (settings: Settings): string => {
  const host = settings.ORIGIN ? new URL(settings.ORIGIN).host : 'sunlit.invalid'
  return settings.SUNLIT_MODE === 'production' ? `${host}/log` : `${host}/log/sandbox`
}

const witnessPolicy = async (
  settings: Settings,
  keys: PlatformKeys,
  local: string,
  children: Child[],
): Promise<Policy> => {
  const { publicKey } = await signerOf(new Uint8Array(keys.logSeed))
  const log = noteKey(logName(settings), ED25519, publicKey)
  if (settings.SUNLIT_WITNESSES) {
    const policy = parsePolicy(readFileSync(settings.SUNLIT_WITNESSES, 'utf8'))
    // SEALING.md §5: production refuses fewer than two witnesses outside this host.
    const outside = policy.witnesses.filter(
      ({ url }) => url !== null && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(url),
    )
    if (settings.SUNLIT_MODE === 'production' && outside.length < 2) {
      throw new Error('SUNLIT_WITNESSES: expected two or more witnesses outside this host')
    }
    return policy
  }
  const witnesses = await startWitnesses(settings, log, local, children)
  return { log, logUrl: null, witnesses, quorum: witnesses.length }
}

const bank = async (settings: Settings, keys: PlatformKeys, local: string, children: Child[]) => {
  if (settings.BANK_URL || settings.SUNLIT_MODE === 'production') return settings.BANK_URL
  return startBank(settings, settings.BANK_SECRET ?? keys.secret('bank'), local, children)
}
