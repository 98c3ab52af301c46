import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { sha256 } from '../../log/bytes.ts'
import { HEAD } from '../../seal/envelope.ts'
import { mayStoreFirstPart } from '../rules.ts'
import * as store from '../store.ts'

/**
 * A part has been put into the store: compare it with what the signed manifest announced. A store that verifies
 * checksums has done the work; any other is read back once. A part that differs is removed, so that it can be sent again.
 */
export const confirmPart =
  (deps: Deps) => async (actor: Actor, bidId: string, command: { envelopeNo: number; part: number }) => {
    const bid = found(await store.bidOf(deps.db, bidId, actor.organisationId!))
    const parts = await store.partsOf(deps.db, bid.id)
    const part = found(parts.find((p) => p.envelope_no === command.envelopeNo && p.part === command.part))
    if (part.stored_at !== null) return { stored: true as const }
    if (bid.state !== 'uploading') refuse('tender-not-open-for-bids')
    const { versionId } = await checkPart(deps)(part)
    await store.markStored(deps.db, part, versionId, await now(deps.db))
    return { stored: true as const }
  }

/** Refuses a part that is not in the store as announced, and removes what lies there instead; its version, where there are any. */
export const checkPart =
  (deps: Deps) =>
  async (part: store.PartRow): Promise<{ versionId: string | null }> => {
    const head = await deps.files.head(part.object_key)
    if (head === null) return refuse('upload-incomplete', { params: { envelopeNo: part.envelope_no, part: part.part } })
    const verdict = await compare(deps, part, head.size)
    if (part.part === 0 && verdict.first56) {
      const envelopes = await store.envelopesOf(deps.db, [part.bid_id])
      const envelope = found(envelopes.find((e) => e.no === part.envelope_no))
      const refusal = mayStoreFirstPart(verdict.first56, envelope.head56)
      if (refusal) await deps.files.remove(part.object_key)
      refuseIf(refusal)
    }
    if (!verdict.same) {
      await deps.files.remove(part.object_key)
      refuse('envelope-altered', { params: { envelopeNo: part.envelope_no, part: part.part } })
    }
    return { versionId: head.versionId ?? null }
  }

const compare = async (deps: Deps, part: store.PartRow, size: number) => {
  const whole = !deps.files.verifiesSha256
  const wanted = whole ? await read(deps, part, {}) : await readHead(deps, part)
  const sizeFits = BigInt(size) === part.size
  const same = sizeFits && (!whole || Buffer.from(await sha256(wanted)).equals(part.sha256))
  return { same, first56: part.part === 0 ? wanted.slice(0, HEAD) : null }
}

const readHead = async (deps: Deps, part: store.PartRow): Promise<Uint8Array> =>
  part.part === 0 ? read(deps, part, { range: { start: 0, end: HEAD - 1 } }) : new Uint8Array()

/** One part, 8 MiB at most. */
const read = async (deps: Deps, part: store.PartRow, options: { range?: { start: number; end: number } }) => {
  const pieces: Uint8Array[] = []
  for await (const piece of await deps.files.get(part.object_key, options)) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}
