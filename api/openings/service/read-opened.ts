import { type BidRow, bidsByIds, envelopesOf } from '../../bids/service.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { fromUtf8 } from '../../log/bytes.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import { decryptEnvelope } from '../../seal/envelope.ts'
import { type Header, type HeaderFile, headerSchema, readPlaintext } from '../../seal/plaintext.ts'
import { manifestContext } from '../../seal/seal.ts'
import { tenderById } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'
import { readCiphertext } from './ciphertext.ts'
import { entryOf, type InnerSigner, trusteeFacts } from './open-envelope.ts'

export type OpenedEnvelopeView = { kind: EnvelopeKind; header: Header; signers: InnerSigner[] }

/** What an opened bid says: the typed answers and the list of files of each envelope. Only after names are out. */
export const openedEnvelopes = async (trx: Database, bidId: string): Promise<OpenedEnvelopeView[]> => {
  const rows = await store.openedOf(trx, [bidId])
  return rows
    .filter((row) => row.header !== null && row.verdict === 'valid')
    .map((row) => ({
      kind: row.kind as EnvelopeKind,
      header: headerSchema.parse(JSON.parse(fromUtf8(new Uint8Array(row.header!)))),
      signers: row.signers as InnerSigner[],
    }))
}

const openedBid = async (trx: Database, bidId: string): Promise<BidRow> => {
  const [row] = await bidsByIds(trx, [bidId])
  const bid = found(row)
  if ((await tenderById(trx, bid.tender_id)).names_out_at === null) refuse('not-found')
  return bid
}

/** One file of an opened envelope, decrypted as it is read; whoever calls has checked that the reader is entitled. */
export const openedFile = (deps: Deps) => async (trx: Database, bidId: string, kind: string, fileIndex: number) => {
  const bid = await openedBid(trx, bidId)
  const opened = found((await store.openedOf(trx, [bidId])).find((o) => o.kind === kind && o.dek !== null))
  const envelope = found((await envelopesOf(trx, [bidId])).find((e) => e.kind === kind))
  const header = (await openedEnvelopes(trx, bidId)).find((o) => o.kind === kind)?.header
  const file = found(header?.files[fileIndex])
  const facts = await trusteeFacts(trx, bid.tender_id)
  const ctx = await manifestContext(entryOf(bid, kind).manifest, entryOf(bid, kind).entry)
  const dek = new Uint8Array(opened.dek!)
  const ciphertext = readCiphertext({ db: trx, files: deps.files }, bidId, envelope.no)
  const plaintext = decryptEnvelope(ciphertext, dek, ctx, facts.setHash)
  return { file, stream: streamOf(plaintext, kind as EnvelopeKind, file) }
}

/** Pull the wanted file out of the plaintext; a fault in the middle errors the stream, so that nothing half is taken for whole. */
const streamOf = (
  plaintext: AsyncIterable<Uint8Array>,
  kind: EnvelopeKind,
  wanted: HeaderFile,
): ReadableStream<Uint8Array> => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  void readPlaintext(plaintext, kind, (file, piece) =>
    file.sha256 === wanted.sha256 && file.name === wanted.name ? writer.write(piece) : undefined,
  )
    .then((read) => (read.ok ? writer.close() : writer.abort(read.code)))
    .catch((error) => writer.abort(error).catch(() => {}))
  return readable
}
