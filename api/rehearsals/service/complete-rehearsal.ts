import { trustPolicyAt, verifySigned } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { equal, fromBase64url, toBase64url } from '../../log/bytes.ts'
import { rehearsalKeySchema, rehearsalTerms } from '../../seal/rehearsal.ts'
import { openBidEnvelope } from '../../seal/seal.ts'
import { record } from '../events.ts'
import { mayGoOn } from '../rules.ts'
import * as store from '../store.ts'
import { cardOf, type Pace } from './cards.ts'
import { removeParts } from './delete-parts.ts'
import { manifestOf, own } from './parts.ts'

export type CompleteRehearsal = { statement: string; cms: string; browser: string; pace: Pace }

/**
 * The end of a rehearsal: the signed key of the summary is verified as a release at an opening is, and the platform opens
 * that envelope by the lines of an opening. Asked again, it answers the same card.
 */
export const completeRehearsal = (deps: Deps) => async (actor: Actor, id: string, command: CompleteRehearsal) => {
  const { id: known } = await own(deps, actor, id)
  const done = await deps.db.transaction().execute(async (trx) => {
    const row = found(await store.lockRehearsal(trx, known))
    const at = await now(trx)
    if (row.state === 'passed') return { row, at, fresh: false }
    refuseIf(mayGoOn(row, at))
    const parts = await store.partsOf(trx, row.id)
    if (parts.some(({ stored_at }) => stored_at === null)) refuse('upload-incomplete')
    await openSummary(deps, trx, row, parts, await keyOf(deps, trx, row, command, at))
    return { row: await pass(trx, actor, row, command), at: await now(trx), fresh: true }
  })
  // What was put there has done its work. Should the store not answer now, the due work deletes it.
  if (done.fresh) await removeParts(deps, known).catch(() => undefined)
  return cardOf(done.row, done.at)
}

/** The released key: of this rehearsal, signed by the very certificate that is being rehearsed, still good now. */
const keyOf = async (
  deps: Deps,
  trx: Database,
  row: store.RehearsalRow,
  command: CompleteRehearsal,
  at: Date,
): Promise<Uint8Array> => {
  const signed = await verifySigned(deps)(trx, {
    bytes: fromBase64url(command.statement),
    cms: fromBase64url(command.cms),
    type: 'rehearsal-dek',
    schema: rehearsalKeySchema,
    organisationId: row.organisation_id,
    at,
  })
  if (!equal(signed.certSha256, row.certificate_sha256)) refuse('rehearsal-other-certificate')
  const { rehearsal, manifestHash, value } = signed.value
  if (rehearsal !== row.id || manifestHash !== toBase64url(row.manifest_hash)) refuse('rehearsal-not-opened')
  return fromBase64url(value)
}

async function* ciphertext(deps: Pick<Deps, 'files'>, parts: readonly store.PartRow[], no: number) {
  for (const part of parts.filter((one) => one.envelope_no === no)) yield* await deps.files.get(part.object_key)
}

const openSummary = async (
  deps: Deps,
  trx: Database,
  row: store.RehearsalRow,
  parts: readonly store.PartRow[],
  dek: Uint8Array,
): Promise<void> => {
  const manifest = manifestOf(row)
  const entry = found(manifest.envelopes.find(({ kind }) => kind === 'summary'))
  const policy = await trustPolicyAt(deps)(trx, row.started_at)
  const source = ciphertext(deps, parts, entry.no)
  const opened = await openBidEnvelope(source, dek, manifest, entry, await rehearsalTerms(manifest), policy)
  if (!opened.ok) refuse('rehearsal-not-opened', { detail: opened.code })
}

const pass = async (trx: Database, actor: Actor, row: store.RehearsalRow, command: CompleteRehearsal) => {
  const { at } = await record(trx, actor, 'rehearsal.passed/1', {
    rehearsalId: row.id,
    organisationId: row.organisation_id,
    certificateSha256: toBase64url(row.certificate_sha256),
  })
  return store.updateRehearsal(trx, row.id, {
    state: 'passed',
    passed_at: new Date(at),
    browser: command.browser,
    pace: JSON.stringify(command.pace),
    statement: Buffer.from(fromBase64url(command.statement)),
    statement_cms: Buffer.from(fromBase64url(command.cms)),
  })
}
