import { ADDRESS_SECONDS, checkAnnounced, partAddress } from '../../bids/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import type { PutPart } from '../../kernel/upload-contract.ts'
import { fromBase64url } from '../../log/bytes.ts'
import { parseRehearsal, type RehearsalManifest } from '../../seal/rehearsal.ts'
import { keptUntil, mayGoOn } from '../rules.ts'
import * as store from '../store.ts'

/** A stored manifest was checked when it came in; it can only fail to parse if the row was damaged. */
export const manifestOf = (row: store.RehearsalRow): RehearsalManifest => {
  const read = parseRehearsal(new Uint8Array(row.manifest))
  if (!read.ok) throw new Error(`stored rehearsal: ${read.code}`)
  return read.manifest
}

export const own = async (deps: Pick<Deps, 'db'>, actor: Actor, id: string): Promise<store.RehearsalRow> =>
  found(await store.rehearsalOf(deps.db, id, actor.organisationId!))

/** Whoever asks for addresses is still at it: the parts are kept a while longer, and nothing is given out after that. */
const keep = (deps: Pick<Deps, 'db'>, id: string): Promise<store.RehearsalRow> =>
  deps.db.transaction().execute(async (trx) => {
    const row = found(await store.lockRehearsal(trx, id))
    const at = await now(trx)
    refuseIf(mayGoOn(row, at))
    return store.updateRehearsal(trx, id, { keep_until: keptUntil(row.started_at, at) })
  })

/** Which parts are there, and an address for each that is not, as for a bid. */
export const uploadOf = async (deps: Pick<Deps, 'db' | 'files'>, row: store.RehearsalRow) => {
  const parts = await store.partsOf(deps.db, row.id)
  const open = mayGoOn(row, await now(deps.db)) === null
  return { id: row.id, parts: await Promise.all(parts.map((part) => partAddress(deps, part, open))) }
}

export const rehearsalParts = (deps: Pick<Deps, 'db' | 'files'>) => async (actor: Actor, id: string) =>
  uploadOf(deps, await keep(deps, (await own(deps, actor, id)).id))

/** A part was put into the store: compared with what the signed manifest announced, by the lines that check a bid's. */
export const confirmRehearsalPart = (deps: Deps) => async (actor: Actor, id: string, command: PutPart) => {
  const row = await own(deps, actor, id)
  const parts = await store.partsOf(deps.db, row.id)
  const part = found(parts.find((p) => p.envelope_no === command.envelopeNo && p.part === command.part))
  if (part.stored_at !== null) return { stored: true as const }
  refuseIf(mayGoOn(row, await now(deps.db)))
  const entry = found(manifestOf(row).envelopes.find(({ no }) => no === part.envelope_no))
  await checkAnnounced(deps)(part, async () => fromBase64url(entry.head56))
  await store.markStored(deps.db, part, await now(deps.db))
  return { stored: true as const }
}

/** Where one's own parts are downloaded again, once all of them are there. */
export const rehearsalCiphertext = (deps: Pick<Deps, 'db' | 'files'>) => async (actor: Actor, id: string) => {
  const row = await keep(deps, (await own(deps, actor, id)).id)
  const parts = await store.partsOf(deps.db, row.id)
  if (parts.some(({ stored_at }) => stored_at === null)) refuse('upload-incomplete')
  return {
    parts: await Promise.all(
      parts.map(async ({ envelope_no, part, size, object_key }) => ({
        envelopeNo: envelope_no,
        part,
        size: Number(size),
        url: await deps.files.presignGet({ key: object_key, expiresSeconds: ADDRESS_SECONDS }),
      })),
    ),
  }
}
