import { createHash } from 'node:crypto'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import type { PutPart } from '../../kernel/upload-contract.ts'
import { HEAD } from '../../seal/envelope.ts'
import { mayStoreFirstPart } from '../rules.ts'
import * as store from '../store.ts'

/**
 * A part has been put into the store: compare it with what the signed manifest announced. A store that verifies
 * checksums has done the work; any other is read back once. A part that differs is removed, so that it can be sent again.
 */
export const confirmPart = (deps: Deps) => async (actor: Actor, bidId: string, command: PutPart) => {
  const bid = found(await store.bidOf(deps.db, bidId, actor.organisationId!))
  const parts = await store.partsOf(deps.db, bid.id)
  const part = found(parts.find((p) => p.envelope_no === command.envelopeNo && p.part === command.part))
  if (part.stored_at !== null) return { stored: true as const }
  if (bid.state !== 'uploading') refuse('tender-not-open-for-bids')
  const { versionId } = await checkPart(deps)(part)
  await store.markStored(deps.db, part, versionId, await now(deps.db))
  return { stored: true as const }
}

/** What was announced of one part, of a bid or of a rehearsal. */
export type AnnouncedPart = Pick<store.PartRow, 'envelope_no' | 'part' | 'object_key' | 'size' | 'sha256'>

/** Refuses a part of a bid that is not in the store as announced, and removes what lies there instead. */
export const checkPart = (deps: Deps) => (part: store.PartRow) =>
  checkAnnounced(deps)(part, async () => {
    const envelopes = await store.envelopesOf(deps.db, [part.bid_id])
    return found(envelopes.find((e) => e.no === part.envelope_no)).head56
  })

/** The same for whatever was announced; its version, where there are any. `headOf`: the envelope's first 56 bytes. */
export const checkAnnounced =
  (deps: Files) =>
  async (part: AnnouncedPart, headOf: () => Promise<Uint8Array>): Promise<{ versionId: string | null }> => {
    const head = await deps.files.head(part.object_key)
    if (head === null) return refuse('upload-incomplete', { params: { envelopeNo: part.envelope_no, part: part.part } })
    const verdict = await compare(deps, part, head)
    if (part.part === 0 && verdict.first56) {
      const refusal = mayStoreFirstPart(verdict.first56, await headOf())
      if (refusal) await deps.files.remove(part.object_key)
      refuseIf(refusal)
    }
    if (!verdict.same) {
      await deps.files.remove(part.object_key)
      refuse('envelope-altered', { params: { envelopeNo: part.envelope_no, part: part.part } })
    }
    return { versionId: head.versionId ?? null }
  }

type Files = Pick<Deps, 'files'>
type Found = NonNullable<Awaited<ReturnType<Deps['files']['head']>>>

const compare = async (deps: Files, part: AnnouncedPart, { size, versionId }: Found) => {
  const whole = !deps.files.verifiesSha256
  const first = part.part === 0
  // The version that was just found: the store is not asked a second time which one it is.
  const version = versionId === undefined ? {} : { versionId }
  const range = { start: 0, end: HEAD - 1 }
  const seen = whole || first ? await look(deps, part.object_key, { ...version, ...(whole ? {} : { range }) }) : null
  const same = BigInt(size) === part.size && (!whole || seen!.sha256.equals(part.sha256))
  return { same, first56: first ? seen!.head : null }
}

/** Hash and first bytes of what lies in the store, as it streams by: a part is 8 MiB, and many come at once. */
const look = async (deps: Files, key: string, options: Parameters<Deps['files']['get']>[1]) => {
  const hash = createHash('sha256')
  let head = new Uint8Array()
  for await (const piece of await deps.files.get(key, options)) {
    hash.update(piece)
    if (head.length < HEAD) head = new Uint8Array(Buffer.concat([head, piece.subarray(0, HEAD - head.length)]))
  }
  return { sha256: hash.digest(), head }
}
