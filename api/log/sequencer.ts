/**
 * The one sequencer: each second it writes a padded batch, signs the new tree and has it cosigned (SEALING §3 "Log").
 * (size, root) is stored by compare-and-set before anything is signed, so that a crash or a second sequencer can never
 * make the log sign two trees of one size.
 */
import { sql } from 'kysely'
import { CLOCK_LOCK } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import { type Edge, loadEdge, writeBatch } from './batch.ts'
import { signerOf } from './ed25519.ts'
import { ED25519, type NoteSigner, noteSigner } from './note.ts'
import type { Policy } from './policy.ts'
import { compareWithWitnesses, cosignAndPublish, type Publisher, signWritten } from './publish.ts'
import { readState, witnessedAt } from './store.ts'

/** Session-level advisory lock of the one sequencer. */
const SEQUENCER_LOCK = 53_002
/** How often a process that does not sequence looks at what the sequencer did, and how long `flush` looks at most. */
const LOOK = 100
const FLUSH_TIMEOUT = 30_000

export type SequencerStatus =
  | { state: 'stopped' | 'standby' | 'asking-witnesses' | 'running' }
  | { state: 'refused'; reason: string }

/**
 * `key`: 32-byte Ed25519 seed of the log, its public key is the policy's; times in milliseconds; `changed` is called in
 * the transaction that publishes a checkpoint; `report` is told what a human should see.
 */
export type SequencerOptions = {
  db: Database
  key: Uint8Array
  policy: Policy
  interval?: number
  witnessTimeout?: number
  fetch?: typeof fetch
  changed?: (trx: Database) => Promise<void>
  report?: (message: string, detail: string) => void
}

export type Sequencer = {
  /** Begins; takes over when the process that sequences ends. */
  start: () => void
  stop: () => Promise<void>
  status: () => SequencerStatus
  /** Resolves when this process sequences or stands by; rejects when the log refuses to sign (a restored backup). */
  ready: () => Promise<void>
  /** Everything committed before the call is sequenced, signed and offered to the witnesses. Rejects after 30 s. */
  flush: () => Promise<void>
  /** True when a quorum has cosigned a checkpoint that covers the leaf, false after `timeout` ms (default 60 s). */
  witnessed: (index: number, timeout?: number) => Promise<boolean>
  /** When a quorum had seen the event, by the witnesses' clocks; null while none has. */
  witnessedAt: (eventId: string) => Promise<Date | null>
  /** Sandbox: runs `move` (which moves the clock) while no append and no batch is under way: no leaf straddles it. */
  quiesce: (move: (trx: Database) => Promise<void>) => Promise<void>
}

type Core = Publisher & {
  db: Database
  interval: number
  status: SequencerStatus
  stopped: boolean
  wakes: Set<() => void>
  conn: Database | null
  edge: Edge | null
  /** Rounds and clock moves, one after another. */
  queue: Promise<unknown>
  /** A round that waits in the queue and will serve every flush that comes meanwhile. */
  waiting: Promise<void> | null
}

export const createSequencer = (options: SequencerOptions): Sequencer => {
  const core: Core = {
    interval: 1000,
    witnessTimeout: 1500,
    fetch: globalThis.fetch,
    report: () => {},
    changed: undefined,
    ...options,
    signer: logSigner(options.key, options.policy),
    cosigners: options.policy.witnesses.map((witness) => ({ ...witness, size: null })),
    status: { state: 'stopped' },
    stopped: true,
    wakes: new Set(),
    conn: null,
    edge: null,
    queue: Promise.resolve(),
    waiting: null,
  }
  core.signer.catch(() => {})
  let done: Promise<void> = Promise.resolve()
  return {
    start: () => {
      if (!core.stopped) return
      core.stopped = false
      core.status = { state: 'asking-witnesses' }
      done = run(core)
    },
    stop: async () => {
      core.stopped = true
      wake(core)
      await done
    },
    status: () => core.status,
    ready: () => settled(core),
    flush: () => flush(core),
    witnessed: (index, timeout = 60_000) =>
      until(core, timeout, async () => (await readState(core.db)).publishedSize > index),
    witnessedAt: (eventId) => witnessedAt(core.db, core.policy, eventId),
    quiesce: (move) => quiesce(core, move),
  }
}

const logSigner = async (key: Uint8Array, policy: Policy): Promise<NoteSigner> => {
  const signer = noteSigner(policy.log.name, ED25519, await signerOf(key))
  if (signer.id !== policy.log.id) throw new Error('the log key is not the one of the witness policy')
  return signer
}

const wake = (core: Core): void => {
  for (const one of [...core.wakes]) one()
}

/** Waits so long, or until something happens. */
const pause = (core: Core, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      core.wakes.delete(end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    core.wakes.add(end)
  })

const until = async (core: Core, timeout: number, holds: () => Promise<boolean>): Promise<boolean> => {
  const end = performance.now() + timeout
  for (;;) {
    if (await holds()) return true
    if (core.status.state === 'refused' || performance.now() >= end) return false
    await pause(core, LOOK)
  }
}

const settled = async (core: Core): Promise<void> => {
  await core.signer
  for (;;) {
    if (core.status.state === 'refused') throw new Error(core.status.reason)
    if (core.status.state === 'running' || core.status.state === 'standby') return
    if (core.stopped) throw new Error('the sequencer is stopped')
    await pause(core, LOOK)
  }
}

const run = async (core: Core): Promise<void> => {
  while (goesOn(core)) {
    try {
      await core.db.connection().execute((conn) => lead(core, conn))
    } catch (error) {
      core.report('the log stopped for a moment', error instanceof Error ? error.message : String(error))
    }
    if (goesOn(core)) await pause(core, core.interval)
  }
  if (core.status.state !== 'refused') core.status = { state: 'stopped' }
  wake(core)
}

const goesOn = (core: Core): boolean => !core.stopped && core.status.state !== 'refused'

/** Sequences on one connection for as long as it holds the lock; returns at once when another process holds it. */
const lead = async (core: Core, conn: Database): Promise<void> => {
  const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${SEQUENCER_LOCK}) as got`.execute(conn)
  if (!rows[0]?.got) {
    core.status = { state: 'standby' }
    return
  }
  try {
    core.conn = conn
    core.status = { state: 'asking-witnesses' }
    core.edge = await loadEdge(conn)
    if (!(await mayContinue(core, conn, core.edge.size))) return
    core.status = { state: 'running' }
    wake(core)
    while (!core.stopped) {
      const began = performance.now()
      await nextRound(core)
      await pause(core, Math.max(0, core.interval - (performance.now() - began)))
    }
  } finally {
    core.conn = null
    core.edge = null
    if (core.status.state === 'running') core.status = { state: 'asking-witnesses' }
    await sql`select pg_advisory_unlock(${SEQUENCER_LOCK})`.execute(conn).catch(() => {})
  }
}

/** Asks the witnesses until enough of them answer; false when the log must not sign. */
const mayContinue = async (core: Core, conn: Database, size: number): Promise<boolean> => {
  for (let round = 0; !core.stopped; round++) {
    const { reason, enough, answered } = await compareWithWitnesses(core, conn, size)
    if (reason) {
      core.status = { state: 'refused', reason }
      core.report('the log refuses to sign', reason)
      return false
    }
    if (enough) return true
    if (round % 30 === 0)
      core.report('the log waits for its witnesses', `${answered} of ${core.policy.witnesses.length} answer`)
    await pause(core, core.interval)
  }
  return false
}

/** Takes the next place in the queue; the caller must call what it gets. */
const takePlace = async (core: Core): Promise<() => void> => {
  let leave = () => {}
  const before = core.queue
  core.queue = new Promise<void>((resolve) => {
    leave = resolve
  })
  await before
  return leave
}

/** A round that begins after this call; calls that come before it begins share it. */
const nextRound = (core: Core): Promise<void> => {
  core.waiting ??= (async () => {
    const leave = await takePlace(core)
    core.waiting = null
    try {
      await round(core)
    } finally {
      leave()
      // After a failure too: the lead then tries by itself, and gives up a broken connection.
      wake(core)
    }
  })()
  return core.waiting
}

const round = async (core: Core): Promise<void> => {
  const { conn, edge } = core
  if (!conn || !edge) throw new Error('this process does not sequence')
  core.edge = await conn.transaction().execute((trx) => writeBatch(trx, edge))
  const last = await signWritten(core, conn)
  if (last) await cosignAndPublish(core, conn, last)
}

const flush = async (core: Core): Promise<void> => {
  if (core.status.state === 'running') return nextRound(core)
  const { rows } = await sql<{ last: bigint | null }>`select max(number) as last from log_pending`.execute(core.db)
  const last = rows[0]?.last ?? 0n
  const done = await until(core, FLUSH_TIMEOUT, async () => {
    const left = await sql`select 1 from log_pending where number <= ${last}
      union all select 1 from log_checkpoint where note is null limit 1`.execute(core.db)
    return left.rows.length === 0
  })
  if (!done) throw new Error('the log does not sequence')
}

const quiesce = async (core: Core, move: (trx: Database) => Promise<void>): Promise<void> => {
  if (core.status.state !== 'stopped' && core.status.state !== 'running') await flush(core)
  let leave = () => {}
  try {
    await core.db.transaction().execute(async (trx) => {
      // First the lock, then the place: an act that has appended and waits for a flush must still get its round.
      await sql`select pg_advisory_xact_lock(${CLOCK_LOCK})`.execute(trx)
      leave = await takePlace(core)
      if (core.status.state === 'running') await round(core)
      await move(trx)
    })
  } finally {
    leave()
  }
}
