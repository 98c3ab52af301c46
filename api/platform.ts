import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import type { ObjectStore } from '../storage/port.ts'
import { createApp } from './app.ts'
import { createStamper, createTimestamps, stampSignature } from './bids/service/time-stamps.ts'
import { actorOf, demoSeal, prepareAuthorities } from './identity/service.ts'
import { clockWasMoved, moveClockTo } from './kernel/clock.ts'
import { type Database, migrate, openDatabase, openPool, serverVersion } from './kernel/database.ts'
import type { Deps, LogPort } from './kernel/deps.ts'
import { createDue, type Due } from './kernel/due.ts'
import { createJobs } from './kernel/jobs.ts'
import type { PlatformKeys } from './kernel/keys.ts'
import { createLive } from './kernel/live.ts'
import { loadSeal } from './kernel/seal.ts'
import type { Settings } from './kernel/settings.ts'
import { signerOf } from './log/ed25519.ts'
import type { Policy } from './log/policy.ts'
import { createSequencer, type Sequencer } from './log/sequencer.ts'
import { leafIndexOf, readProof } from './log/store.ts'
import { nameProbes } from './probes/service.ts'
import { dueWorks, jobHandlers } from './works.ts'

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

export type PlatformParts = {
  settings: Settings
  keys: PlatformKeys
  databaseUrl: string
  files: ObjectStore
  /** Log key and witnesses; the sequencer starts with the platform. */
  policy: Policy
  /** A test watches what is asked of the pool. */
  open?: typeof openDatabase
}

export type Platform = Awaited<ReturnType<typeof createPlatform>>

const prepareDatabase = async (db: Database, settings: Settings): Promise<void> => {
  if ((await serverVersion(db)) < 150000) throw new Error('DATABASE_URL: expected PostgreSQL 15 or newer')
  await migrate(db)
  if (settings.SUNLIT_MODE === 'production' && (await clockWasMoved(db))) {
    throw new Error('the clock of this database was moved in a sandbox: production refuses it')
  }
}

const logPort = (sequencer: Sequencer, signer: LogPort['signer'], origin: string): LogPort => ({
  origin,
  flush: sequencer.flush,
  indexOf: leafIndexOf,
  proofOf: async (trx, eventId) => {
    const index = await leafIndexOf(trx, eventId)
    return index === null ? null : readProof(trx, index)
  },
  witnessed: sequencer.witnessed,
  signer,
  quiesce: sequencer.quiesce,
})

/** Everything between the database and the port, in one process: migrated, sequencing, working, answering. */
export const createPlatform = async (parts: PlatformParts) => {
  const { settings, keys, databaseUrl, files, policy, open = openDatabase } = parts
  const logger = pino({ level: settings.SUNLIT_LOG_LEVEL, base: null })
  const pool = openPool(databaseUrl)
  const db = open(pool)
  await prepareDatabase(db, settings)
  const sequencer = createSequencer({
    db,
    key: keys.logSeed,
    policy,
    report: (message, detail) => logger.warn({ detail }, message),
  })
  const [live, signer, seal] = await Promise.all([
    createLive(pool),
    signerOf(new Uint8Array(keys.logSeed)),
    loadSeal(
      keys.folder,
      `${settings.SUNLIT_CITY}公共资源交易中心`,
      settings.SUNLIT_MODE === 'production' ? null : () => demoSeal(settings),
    ),
  ])
  const jobs = createJobs(databaseUrl, logger)
  const ask = timestampsOf(settings, (message, detail) => logger.warn({ detail }, message))
  const stamp = ask && ((cms: Uint8Array) => stampSignature(ask, cms))
  const deps: Deps = {
    db,
    files,
    jobs,
    live,
    keys,
    settings,
    logger,
    seal: (pdf, reason, at, stamped) => seal.put(pdf, reason, at, stamped && stamp),
    sealCertificate: seal.certificateDer,
    stamp,
    log: logPort(sequencer, signer, policy.log.name),
  }
  const probes = probesIn(settings)
  const due = createDue(db, dueWorks(deps), logger)
  const walkClockTo = (instant: Date) =>
    due.walkTo(instant, async (stop) => {
      await sequencer.quiesce((trx) => moveClockTo(trx, stop))
      await sequencer.flush()
    })
  const app = createApp(deps, { actorOf: actorOf(deps), policy, walkClockTo, logStatus: sequencer.status })
  return { app, deps, due, ...lifeOf(deps, sequencer, due, probes, ask && createStamper(db, ask)) }
}

/** Who time-stamps, as the settings name it. */
const timestampsOf = (settings: Settings, report: (message: string, detail: string) => void) => {
  const { TSA_URL: url, TSA_CA: file } = settings
  if (!url || !file) return undefined
  const trusted = [...readFileSync(file, 'utf8').matchAll(PEM)].map(([, body]) => Buffer.from(body!, 'base64'))
  if (trusted.length === 0) throw new Error('TSA_CA: expected a PEM file with a certificate')
  return createTimestamps({ url, trusted, report })
}

/** Which probes count, as their file says; a wrong one stops the start. */
const probesIn = ({ SUNLIT_PROBES: file }: Settings): string => (file ? readFileSync(file, 'utf8') : '')

const lifeOf = (
  deps: Deps,
  sequencer: Sequencer,
  due: Due,
  probes: string,
  stamper?: ReturnType<typeof createStamper>,
) => ({
  start: async () => {
    // The demo authority and its first list are made here, not inside somebody's transaction.
    await prepareAuthorities(deps)
    sequencer.start()
    await sequencer.ready()
    // In the log before any tender is published under them; production without any says so at its start.
    await nameProbes(deps)(probes)
    if (probes === '' && deps.settings.SUNLIT_MODE === 'production')
      deps.logger.warn('SUNLIT_PROBES: no probe is named, so that no outage can be declared')
    await deps.jobs.start(jobHandlers(deps))
    due.start()
    stamper?.start()
  },
  /** Streams never end by themselves: nothing that stops can wait for them. */
  cutStreams: () => deps.live.cut(),
  stop: async () => {
    await stamper?.stop()
    await due.stop()
    await deps.jobs.stop().catch(() => {})
    await sequencer.stop()
    await deps.live.stop()
    await deps.files.close()
    await deps.db.destroy()
  },
})
