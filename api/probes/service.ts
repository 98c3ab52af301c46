import type { Actor } from '../kernel/actor.ts'
import { now } from '../kernel/clock.ts'
import type { Database } from '../kernel/database.ts'
import type { Deps } from '../kernel/deps.ts'
import { refuse, refuseIf } from '../kernel/problem.ts'
import { type Bytes, fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { formatVkey, type NoteKey } from '../log/note.ts'
import { lastMinuteOf, type Quorum, runsOf, type Said, stateOfMinute } from '../seal/outage.ts'
import { claimedProbe, MINUTE, type ProbePolicy, type ProbeStatement, parseProbes, verifyProbe } from '../seal/probe.ts'
import { record } from './events.ts'
import { isOutside, mayReport } from './rules.ts'
import * as store from './store.ts'

/** Which probes count for a tender, and how many must agree. */
export type NamedProbes = ProbePolicy & { of: Quorum }

const named = (row: store.PolicyRow | undefined): NamedProbes | null => {
  if (!row || row.text === '') return null
  const policy = parseProbes(row.text)
  return { ...policy, of: { probes: policy.probes.length, quorum: policy.quorum } }
}

/**
 * Put into the log which probes count from now on, before any tender is published under them; nothing when they are those
 * already named. An empty text names nobody.
 */
export const nameProbes =
  (deps: { db: Database; log: Pick<Deps['log'], 'flush'> }) =>
  async (text: string): Promise<void> => {
    if (text !== '') parseProbes(text)
    const made = await deps.db.transaction().execute(async (trx) => {
      await store.lockProbe(trx, '')
      const last = (await store.policies(trx)).at(-1)
      if ((last?.text ?? '') === text) return false
      const { eventId, at } = await record(trx, 'probes.named/1', { text })
      await store.insertPolicy(trx, { text, named_at: new Date(at), event_id: eventId })
      return true
    })
    if (made) await deps.log.flush()
  }

const digestOf = async (row: store.PolicyRow | undefined): Promise<string | null> =>
  !row || row.text === '' ? null : toBase64url(await sha256(utf8(row.text)))

/** H of the list in force, which a first notice names; null where nobody is named. */
export const probesDigest = async (db: Database): Promise<string | null> => digestOf((await store.policies(db)).at(-1))

/** The same; nobody else is named from here to the end of the transaction, so that the log has no newer list before it. */
export const holdProbes = async (trx: Database): Promise<string | null> => {
  await store.lockProbe(trx, '')
  return probesDigest(trx)
}

/**
 * The probes of a tender: those that its first notice names by H of their list, or, where it is older than this member,
 * those named before it. Who is named later cannot speak on it, so that nobody picks probes for an outage that he wishes for.
 */
export const probesOf = async (
  db: Database,
  { publishedAt, digest }: { publishedAt: Date; digest: string | null | undefined },
): Promise<NamedProbes | null> => {
  if (digest === undefined) return named(await store.policyBefore(db, publishedAt))
  return digest === null ? null : named(await store.policyOfHash(db, fromBase64url(digest)))
}

/** What a tender's probes said of the minutes that begin in a span. */
export const saidWithin = async (db: Database, probes: NamedProbes, from: number, to: number): Promise<Said[]> => {
  const names = probes.probes.map(({ name }) => name)
  const rows = await store.statementsWithin(db, new Date(from), new Date(to), names)
  return rows.map(({ probe, minute, down }) => ({ probe, minute: minute.getTime(), down }))
}

/** Nothing is delivered from here to the end of the transaction; the instant of it. What is decided then has read it all. */
export const holdProbeLog = async (trx: Database): Promise<Date> => {
  await store.holdLog(trx)
  return now(trx)
}

/** When a probe was heard last; what waits for them is looked at again then. */
export const lastHeard = (db: Database): Promise<Date | null> => store.lastReceipt(db)

/** Every key of this name that was ever named: a probe that was replaced still speaks on the tenders it was named for. */
const keysOf = async (db: Database, name: string): Promise<NoteKey[]> =>
  (await store.policies(db)).flatMap((row) => named(row)?.probes.filter((key) => key.name === name) ?? [])

const verified = async (deps: Pick<Deps, 'db' | 'log'>, signed: Posted): Promise<ProbeStatement> => {
  const name = claimedProbe(signed.bytes) ?? refuse('probe-invalid')
  const keys = await keysOf(deps.db, name)
  if (keys.length === 0) refuse('probe-unknown')
  for (const key of keys) {
    const verdict = await verifyProbe(signed, key, deps.log.origin)
    if (verdict.ok) return verdict.statement
  }
  return refuse('probe-invalid')
}

type Posted = { bytes: Bytes; signature: Bytes }

const keep = async (trx: Database, statement: ProbeStatement, { bytes, signature }: Posted): Promise<boolean> => {
  const { probe, minute, state, failed } = statement
  await store.shareLog(trx)
  await store.lockProbe(trx, probe)
  const hash = await sha256(bytes)
  // A delivery whose answer was lost is repeated.
  if (await store.statementByHash(trx, hash)) return false
  const last = await store.lastStatement(trx, probe)
  const at = await now(trx)
  refuseIf(mayReport(minute, last?.minute.getTime() ?? null, at.getTime()))
  const down = state === 'down'
  const told = { probe, minute: new Date(minute).toISOString(), state, failed, statementSha256: toBase64url(hash) }
  const event = down || last?.down !== down ? await record(trx, 'probe.reported/1', told) : null
  const buffers = { bytes: Buffer.from(bytes), signature: Buffer.from(signature), sha256: Buffer.from(hash) }
  const row = { probe, minute: new Date(minute), down, received_at: at, event_id: event?.eventId ?? null }
  await store.insertStatement(trx, { ...row, ...buffers })
  return true
}

/** A probe delivers its minutes, oldest first; the first that is refused ends the delivery, those before it are kept. */
export const takeStatements =
  (deps: Deps) => async (actor: Actor, posted: readonly { statement: string; signature: string }[]) => {
    refuseIf(isOutside(deps.settings.SUNLIT_MODE, actor.networkAddress))
    let taken = 0
    for (const { statement, signature } of posted) {
      const signed = { bytes: fromBase64url(statement), signature: fromBase64url(signature) }
      const read = await verified(deps, signed)
      if (await deps.db.transaction().execute((trx) => keep(trx, read, signed))) taken++
    }
    return { taken }
  }

type Layers = {
  outer_bytes: Uint8Array | null
  outer_salt: Uint8Array | null
  body: Uint8Array | null
  body_salt: Uint8Array | null
  leaf: Uint8Array | null
  leaf_index: bigint | null
}

const layersOf = (row: Layers) => ({
  outer: toBase64url(row.outer_bytes!),
  outerSalt: toBase64url(row.outer_salt!),
  body: toBase64url(row.body!),
  bodySalt: toBase64url(row.body_salt!),
  leaf: toBase64url(row.leaf!),
  leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
})

export type Span = { from: number; to: number }

/** The probe log over some spans of time, with all that anybody needs to check it. */
export const probeRecord = async (db: Database, spans: readonly Span[]) => {
  const rows = new Map<string, Awaited<ReturnType<typeof store.recordWithin>>[number]>()
  for (const { from, to } of spans)
    for (const row of await store.recordWithin(db, new Date(from), new Date(to)))
      rows.set(`${row.minute.getTime()} ${row.probe}`, row)
  return {
    policies: (await store.policiesWithEvents(db)).map((row) => ({ text: row.text, ...layersOf(row) })),
    statements: [...rows.values()].map((row) => ({
      statement: toBase64url(row.bytes),
      signature: toBase64url(row.signature),
      receivedAt: row.received_at.toISOString(),
      event: row.event_id === null ? null : layersOf(row),
    })),
  }
}

const HOUR = 60 * MINUTE

/** The last hour, for everybody: which probes count now, what each said, red or green; `null` where nobody is named. */
export const probeStatus = (deps: Pick<Deps, 'db' | 'settings'>) => async () => {
  const { S3_PUBLIC_ENDPOINT, S3_ENDPOINT } = deps.settings
  const desk = S3_PUBLIC_ENDPOINT ?? S3_ENDPOINT ?? null
  const at = (await now(deps.db)).getTime()
  const probes = named((await store.policies(deps.db)).at(-1))
  if (!probes) return { now: new Date(at).toISOString(), desk, named: null }
  const first = Math.floor(at / MINUTE) * MINUTE - HOUR
  const said = await saidWithin(deps.db, probes, first, at)
  const day = await saidWithin(deps.db, probes, at - 24 * HOUR, at)
  const minutes = Array.from({ length: HOUR / MINUTE }, (_, no) => first + no * MINUTE)
  return {
    now: new Date(at).toISOString(),
    desk,
    named: {
      quorum: probes.quorum,
      // The newest minute is told some seconds after it is over.
      state: stateOfMinute(said, lastMinuteOf(at - 10_000), probes.of),
      probes: probes.probes.map((key) => {
        const own = said.filter(({ probe }) => probe === key.name)
        const last = own.at(-1)
        return {
          name: key.name,
          vkey: formatVkey(key),
          heardOf: last ? new Date(last.minute).toISOString() : null,
          isDown: last?.down ?? null,
          minutes: minutes.map((minute) => {
            const one = own.find((word) => word.minute === minute)
            return one === undefined ? ('silent' as const) : one.down ? ('down' as const) : ('up' as const)
          }),
        }
      }),
      minutes: minutes.map((minute) => ({
        at: new Date(minute).toISOString(),
        state: stateOfMinute(said, minute, probes.of),
      })),
      outages: runsOf(day, probes.of)
        .reverse()
        .map(({ from, to, isOver }) => ({
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          isOver,
        })),
    },
  }
}
