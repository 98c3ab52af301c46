import { planParts } from '../../bids/service.ts'
import { personName, verifySigned } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import type { SignedManifest } from '../../kernel/upload-contract.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { partLength } from '../../seal/parts.ts'
import { parseRehearsal, type RehearsalManifest, rehearsalHash } from '../../seal/rehearsal.ts'
import { record } from '../events.ts'
import { keptUntil, mayGoOn, mayRehearse, mayTake, USED_WITHIN } from '../rules.ts'
import * as store from '../store.ts'
import { uploadOf } from './parts.ts'

const readOrRefuse = (bytes: Uint8Array): RehearsalManifest => {
  const read = parseRehearsal(bytes)
  return read.ok ? read.manifest : refuse('rehearsal-malformed')
}

/**
 * Takes the signed manifest of a rehearsal; its parts may then be put into the store. The same bytes again are the same
 * rehearsal. The body is that of a bid, and so is how signature, certificate, chain and list are judged.
 */
export const startRehearsal = (deps: Deps) => async (actor: Actor, command: SignedManifest) => {
  const row = await deps.db.transaction().execute(async (trx) => {
    const organisationId = actor.organisationId!
    const bytes = fromBase64url(command.manifest)
    const manifest = readOrRefuse(bytes)
    await store.lockQuota(trx, organisationId)
    const hash = await rehearsalHash(bytes)
    const known = await store.rehearsalByManifest(trx, hash)
    const at = await now(trx)
    if (known)
      return known.organisation_id === organisationId ? again(trx, known.id, at) : refuse('rehearsal-other-bidder')
    const used = await store.usedSince(trx, organisationId, new Date(at.getTime() - USED_WITHIN))
    const size = manifest.envelopes.reduce((sum, envelope) => sum + envelope.size, 0)
    refuseIf(mayRehearse(used, size))
    const cms = fromBase64url(command.cms)
    const signed = await verifySigned(deps)(trx, { bytes, cms, type: 'rehearsal', organisationId, at })
    const certSha256 = toBase64url(signed.certSha256)
    refuseIf(mayTake(manifest, { organisationId, certSha256 }))
    const { certificate } = signed
    const taken = { manifest, bytes, cms, hash, size, certificate }
    return insert(trx, actor, taken, command.partHashes, at)
  })
  return uploadOf(deps, row)
}

/** A lost answer or a second click: the same rehearsal, its addresses anew as long as it is under way. */
const again = async (trx: Database, id: string, at: Date): Promise<store.RehearsalRow> => {
  const row = found(await store.lockRehearsal(trx, id))
  return mayGoOn(row, at) === null ? store.updateRehearsal(trx, id, { keep_until: keptUntil(row.started_at, at) }) : row
}

type Taken = {
  manifest: RehearsalManifest
  bytes: Uint8Array
  cms: Uint8Array
  hash: Uint8Array
  size: number
  certificate: { sha256: Uint8Array; subject: string; not_after: Date }
}

const insert = async (
  trx: Database,
  actor: Actor,
  taken: Taken,
  partHashes: SignedManifest['partHashes'],
  at: Date,
): Promise<store.RehearsalRow> => {
  const { manifest, certificate } = taken
  const plans = await planParts('rehearsals', manifest.envelopes, partHashes)
  const row = await store.insertRehearsal(trx, {
    id: manifest.rehearsal,
    organisation_id: actor.organisationId!,
    person_id: actor.personId!,
    person_name: (await personName(trx, actor.personId!)) ?? '',
    manifest: Buffer.from(taken.bytes),
    cms: Buffer.from(taken.cms),
    manifest_hash: Buffer.from(taken.hash),
    certificate_sha256: Buffer.from(certificate.sha256),
    certificate_subject: certificate.subject,
    certificate_not_after: certificate.not_after,
    bytes: BigInt(taken.size),
    keep_until: keptUntil(at, at),
  })
  // Somebody has begun another rehearsal under this id: what is signed must be made anew, under a fresh one.
  if (!row) return refuse('rehearsal-over')
  const parts = plans.flatMap(({ envelope, prefix, hashes }) =>
    hashes.map((sha256, part) => ({
      rehearsal_id: row.id,
      envelope_no: envelope.no,
      part,
      object_key: `${prefix}/${part}`,
      size: BigInt(partLength(envelope.size, part)),
      sha256: Buffer.from(sha256),
    })),
  )
  await store.insertParts(trx, parts)
  await record(trx, actor, 'rehearsal.started/1', {
    rehearsalId: row.id,
    organisationId: row.organisation_id,
    certificateSha256: toBase64url(row.certificate_sha256),
    bytes: taken.size,
  })
  return row
}
