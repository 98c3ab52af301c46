import { verifySigned } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { heldNow } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import { checkpointAt } from '../../log/store.ts'
import { type Manifest, manifestHash, parseManifest } from '../../seal/manifest.ts'
import { currentNotice, lockTender, lotsOf } from '../../tenders/service/shared.ts'
import { mayHandIn, mayHaveSeen, mayTake } from '../rules.ts'
import * as store from '../store.ts'

export type TakenManifest = {
  manifest: Manifest
  bytes: Uint8Array
  cms: Uint8Array
  hash: Uint8Array
  certSha256: string
  evidence: Evidence
  head: store.ChainHead | undefined
  /** The instant it was judged by, and the one its event bears. */
  at: Date
}

export const readManifest = (encoded: string): { manifest: Manifest; bytes: Uint8Array } => {
  const bytes = fromBase64url(encoded)
  const read = parseManifest(bytes)
  if (!read.ok) return refuse('manifest-malformed', { detail: read.code })
  return { manifest: read.manifest, bytes }
}

/** Chain and list on which a verdict rested, as it is stored. */
export type Evidence = { chain: string[]; crl: string | null }
export const evidenceOf = ({ evidence }: { evidence: { chain: Uint8Array[]; crl: Uint8Array | null } }): Evidence => ({
  chain: evidence.chain.map(toBase64url),
  crl: evidence.crl && toBase64url(evidence.crl),
})

/** Check everything of a manifest that needs no key, under the tender's row lock: the deadline cannot move meanwhile. */
export const takeManifest =
  (deps: Deps) =>
  async (trx: Database, actor: Actor, command: { manifest: string; cms: string }): Promise<TakenManifest> => {
    const { manifest, bytes } = readManifest(command.manifest)
    const cms = fromBase64url(command.cms)
    const organisationId = actor.organisationId!
    const tender = await lockTender(trx, manifest.tender, 'share')
    const at = await heldNow(trx)
    refuseIf(mayHandIn(tender, at))
    if (!(await store.obtained(trx, tender.id, organisationId))) refuse('documents-not-obtained')
    const signed = await verifySigned(deps)(trx, { bytes, cms, organisationId, at, type: manifest.type })
    const notice = await currentNotice(trx, tender.id)
    const lots = await lotsOf(trx, tender.id)
    const head = await store.chainHead(trx, manifest.lot, organisationId)
    refuseIf(
      mayTake(manifest, {
        tenderId: tender.id,
        lotIds: lots.map((lot) => lot.id),
        organisationId,
        certSha256: toBase64url(signed.certSha256),
        notice: { n: notice.n, hash: toBase64url(notice.hash) },
        trusteeSetHash: notice.notice.trustees.setHash,
        trustees: notice.notice.trustees,
        head: head ? { bidSeq: Number(head.bid_seq), manifestHash: toBase64url(head.manifest_hash) } : null,
      }),
    )
    refuseIf(mayHaveSeen(manifest.logCheckpointSeen, await checkpointAt(trx, manifest.logCheckpointSeen.size)))
    const hash = await manifestHash(bytes)
    return {
      manifest,
      bytes,
      cms,
      hash,
      certSha256: toBase64url(signed.certSha256),
      evidence: evidenceOf(signed),
      head,
      at,
    }
  }
