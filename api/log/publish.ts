/** What follows a stored batch: the log's signature, the witnesses' cosignatures, and the published checkpoint. */
import { sql } from 'kysely'
import type { Database } from '../kernel/database.ts'
import { signCheckpoint } from './checkpoint.ts'
import { askSize, type Cosigned, type Cosigner, requestCosignature } from './cosigners.ts'
import type { NoteSigner } from './note.ts'
import type { Policy } from './policy.ts'
import { storedTiles } from './store.ts'
import { tileHashReader } from './tiles.ts'

/** NOTIFY channel; the payload is the size that a quorum has seen. */
export const LOG_CHANNEL = 'sunlit_log'

/** What publishing needs; see SequencerOptions. */
export type Publisher = {
  policy: Policy
  signer: Promise<NoteSigner>
  cosigners: Cosigner[]
  witnessTimeout: number
  fetch: typeof fetch
  changed: ((trx: Database) => Promise<void>) | undefined
  report: (message: string, detail: string) => void
}

/**
 * Compares the stored tree with what the witnesses saw: a restored backup must not sign a second history. `enough` is
 * true when m − k + 1 witnesses answered: every quorum of k contains one of them. `reason` = why the log must not sign.
 */
export const compareWithWitnesses = async (
  core: Publisher,
  conn: Database,
  size: number,
): Promise<{ reason: string | null; enough: boolean; answered: number }> => {
  const signer = await core.signer
  await Promise.all(
    core.cosigners.map(async (one) => {
      one.size = await askSize(core.fetch, one, signer, core.witnessTimeout)
    }),
  )
  const answered = core.cosigners.filter((one) => one.size !== null)
  const ahead = answered.find((one) => one.size! > size)
  const reason = ahead
    ? `${ahead.name} has seen ${ahead.size} leaves, this database has ${size}: was a backup restored?`
    : await forkSeen(core, conn, answered)
  const enough = answered.length >= core.policy.witnesses.length - core.policy.quorum + 1
  return { reason, enough, answered: answered.length }
}

/** Offers the last signed checkpoint again: a witness with another history refuses it before anything new is signed. */
const forkSeen = async (core: Publisher, conn: Database, answered: readonly Cosigner[]): Promise<string | null> => {
  const { rows } = await sql<{ note: string; size: bigint }>`select note, size from log_checkpoint
    where note is not null order by number desc limit 1`.execute(conn)
  if (!rows[0]) return null
  const last = { note: rows[0].note, size: Number(rows[0].size) }
  const known = answered.filter((one) => one.size! > 0 && one.size! <= last.size)
  const told = await Promise.all(known.map((one) => offer(core, conn, one, last)))
  const forked = told.findIndex(
    (answer) => 'behind' in answer || ('failed' in answer && answer.failed === 'status 422'),
  )
  return forked < 0 ? null : `${known[forked]!.name} has seen another history than this database holds`
}

const offer = (
  core: Publisher,
  conn: Database,
  one: Cosigner,
  last: { note: string; size: number },
): Promise<Cosigned> =>
  requestCosignature(core.fetch, one, last, tileHashReader(storedTiles(conn), last.size), core.witnessTimeout)

type Written = { number: bigint; size: bigint; root: Buffer; time_ms: bigint }

/** Signs every stored checkpoint that is not signed yet (a crash may have left one) and gives the newest. */
export const signWritten = async (core: Publisher, conn: Database) => {
  const signer = await core.signer
  const { rows } = await sql<Written>`select number, size, root, time_ms from log_checkpoint
    where note is null order by number`.execute(conn)
  let last: { number: bigint; size: number; note: string } | null = null
  for (const row of rows) {
    const [size, root, time] = [Number(row.size), new Uint8Array(row.root), Number(row.time_ms)]
    const note = await signCheckpoint({ origin: signer.name, size, root, time }, signer)
    await sql`update log_checkpoint set note = ${note} where number = ${row.number}`.execute(conn)
    last = { number: row.number, size, note }
  }
  return last
}

export const cosignAndPublish = async (
  core: Publisher,
  conn: Database,
  last: { number: bigint; size: number; note: string },
) => {
  const answers = await Promise.all(core.cosigners.map((one) => offer(core, conn, one, last)))
  const behind = answers.find((answer) => 'behind' in answer)
  // Thrown out of the lead: the comparison of the start is made again, and it alone decides to refuse.
  if (behind) throw new Error((behind as { behind: string }).behind)
  for (const [i, answer] of answers.entries())
    if ('failed' in answer) core.report('a witness did not cosign', `${core.cosigners[i]!.name}: ${answer.failed}`)
  const lines = answers.flatMap((answer) => ('line' in answer ? [answer.line] : []))
  const note = last.note + lines.join('')
  await conn.transaction().execute(async (trx) => {
    await sql`update log_checkpoint set note = ${note} where number = ${last.number}`.execute(trx)
    if (lines.length < core.policy.quorum) return
    await sql`update log_state set published = ${note}, published_size = ${last.size}`.execute(trx)
    await sql`select pg_notify(${LOG_CHANNEL}, ${String(last.size)})`.execute(trx)
    await core.changed?.(trx)
  })
}
