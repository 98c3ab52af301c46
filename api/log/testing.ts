/** For tests of any room: a running log with its own witnesses over a test database; nothing in it is a stand-in. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'kysely'
import type { Database } from '../kernel/database.ts'
import { utf8 } from './bytes.ts'
import { newSeed, signerOf } from './ed25519.ts'
import { COSIGNATURE, ED25519, noteSigner } from './note.ts'
import type { Policy } from './policy.ts'
import { createLogRoutes } from './routes.ts'
import { createSequencer, type Sequencer, type SequencerOptions } from './sequencer.ts'
import type { Fetcher } from './tiles.ts'
import { createWitness, type WitnessAnswer, type WitnessRecord } from './witness.ts'

/** A witness in this process; `up` false = it does not answer. */
export type TestWitness = {
  add: (body: Uint8Array) => Promise<WitnessAnswer>
  records: Map<string, WitnessRecord>
  up: boolean
}

export type TestLog = {
  policy: Policy
  seed: Uint8Array
  witnesses: TestWitness[]
  /** Carries add-checkpoint requests to the witnesses, and nothing else. */
  fetch: typeof fetch
  /** Reads the public addresses through the real routes. */
  read: Fetcher
  sequencer: Sequencer
  /** Another sequencer of the same log, on this or another database. */
  another: (options: Partial<SequencerOptions>) => Sequencer
  /** Stops every sequencer made here. */
  stop: () => Promise<void>
}

const appNow = async (db: Database): Promise<number> => {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(db)
  return rows[0]!.now.getTime()
}

/** A log of this database with `count` witnesses, all of them needed by default; not started. */
export const testLog = async (
  db: Database,
  { count = 2, quorum = count, interval = 1000 }: { count?: number; quorum?: number; interval?: number } = {},
): Promise<TestLog> => {
  const seed = newSeed()
  const log = noteSigner('sunlit.test/log/sandbox', ED25519, await signerOf(seed))
  const witnesses: TestWitness[] = []
  // A witness is somebody else: it looks at the clock from outside whatever transaction the log is in.
  const outside = AsyncLocalStorage.snapshot()
  const listed: Policy['witnesses'] = []
  for (let i = 0; i < count; i++) {
    const signer = noteSigner(`witness-${i}.test`, COSIGNATURE, await signerOf(newSeed()))
    const records = new Map<string, WitnessRecord>()
    const storage = {
      load: async (origin: string) => records.get(origin) ?? null,
      save: async (origin: string, record: WitnessRecord) => void records.set(origin, record),
    }
    const logKey = (origin: string) => (origin === log.name ? log : null)
    witnesses.push({
      add: createWitness({ signer, logKey, storage, now: () => outside(() => appNow(db)) }),
      records,
      up: true,
    })
    listed.push({ name: `w${i}`, key: signer, url: `http://witness-${i}.test` })
  }
  const policy: Policy = { log, logUrl: null, witnesses: listed, quorum }
  const carry: typeof fetch = async (input, init) => {
    const witness = witnesses[Number(/witness-(\d+)/.exec(String(input))![1])]!
    if (!witness.up) throw new TypeError('unreachable')
    const { status, body, contentType } = await witness.add(utf8(String(init?.body)))
    return new Response(body, { status, headers: { 'Content-Type': contentType } })
  }
  const routes = createLogRoutes({ db, policy })
  const read: Fetcher = async (path) => {
    const response = await routes.request(path)
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
  }
  const made: Sequencer[] = []
  const another = (options: Partial<SequencerOptions>) => {
    const sequencer = createSequencer({ db, key: seed, policy, interval, fetch: carry, ...options })
    made.push(sequencer)
    return sequencer
  }
  const stop = async () => void (await Promise.all(made.map((one) => one.stop())))
  return { policy, seed, witnesses, fetch: carry, read, sequencer: another({}), another, stop }
}
