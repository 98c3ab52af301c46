import { refundDeposits } from '../../deposits/service.ts'
import { evaluatedLot } from '../../evaluations/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { sniffFile } from '../../kernel/file-sniff.ts'
import { storeFile } from '../../kernel/files.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import { signableDocument } from '../../kernel/signing.ts'
import { beijingDate } from '../../law/beijing.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lotsOf, setTenderStatus } from '../../tenders/service/shared.ts'
import { record } from '../events.ts'
import { mayKeepContract } from '../rules.ts'
import * as store from '../store.ts'
import { assertSide, dueOn } from './shared.ts'

const MAX_FILE = 50 * 1024 * 1024

export type ContractUpload = {
  name: string
  mime: string
  bytes: Uint8Array
  /** 分. */
  amount: bigint
  /** Beijing date. */
  signedOn: string
}

/**
 * 政府采购法 46, 政采条例 50: keep the signed contract and publish it at once. The winner's deposit goes back, under TB
 * with it those of all others (招投条例 57); each receipt goes back once.
 */
export const keepContract = (deps: Deps) => async (actor: Actor, lotId: string, upload: ContractUpload) => {
  if (upload.bytes.length > MAX_FILE) refuse('file-too-large')
  const { kind, mime } = await sniffFile(upload.bytes, upload.name, upload.mime, true)
  if (kind !== 'pdf') refuse('file-type-refused')
  return deps.db.transaction().execute(async (trx) => {
    const { room } = await evaluatedLot(trx, lotId, 'update')
    await assertSide(trx, actor, room.tender)
    const award = await store.awardOf(trx, lotId, 'update')
    if (!award?.published_at) return refuse('award-not-published')
    if (await store.contractOf(trx, lotId)) refuse('contract-kept-already')
    const at = await now(trx)
    const letterOn = beijingDate(award.published_at.getTime())
    const lastDay = (await dueOn(trx, room.notice, 'award-notice', award.published_at)) ?? '9999-12-31'
    const { signers } = await signableDocument(trx, award.letter_document_id!)
    const lawful = { price: award.price, letterOn, letterSigned: signers.length > 0, lastDay }
    refuseIf(mayKeepContract(lawful, upload, beijingDate(at.getTime())))
    const file = await storeFile({ db: trx, files: deps.files }, actor, {
      name: upload.name.normalize('NFC').slice(0, 200),
      mime,
      bytes: upload.bytes,
    })
    const publicationDue = await dueOn(trx, room.notice, 'contract-signed', upload.signedOn)
    const event = await record(trx, actor, 'contract.published/1', room.tender.id, {
      lotId,
      amount: upload.amount.toString(),
      signedOn: upload.signedOn,
      fileSha256: toBase64url(file.sha256),
      dueOn: publicationDue,
    })
    await store.insertContract(trx, {
      lot_id: lotId,
      file_id: file.id,
      amount: upload.amount,
      signed_on: upload.signedOn,
      uploaded_by: actor.personId!,
      published_at: new Date(event.at),
      event_id: event.eventId,
    })
    const organisations = room.bids.filter((bid) => bid.treatedAs !== 'revoked').map((bid) => bid.organisationId)
    await refundDeposits(deps)(trx, lotId, organisations, 'contract', at)
    await settleContracts(trx, room.tender.id)
    await deps.live.changed(trx, `tender:${room.tender.id}`)
    return { lotId, publishedAt: new Date(event.at).toISOString(), publicationDue }
  })
}

/** The tender is contracted with the last contract of its awarded lots. */
const settleContracts = async (trx: Database, tenderId: string): Promise<void> => {
  const lots = await lotsOf(trx, tenderId)
  if (lots.some((lot) => !['awarded', 'failed', 'not-opened', 'cancelled'].includes(lot.status))) return
  const kept = new Set((await store.contractsOf(trx, tenderId)).map((row) => row.lot_id))
  const isWhole = lots.every((lot) => lot.status !== 'awarded' || kept.has(lot.id))
  if (isWhole) await setTenderStatus(trx, tenderId, 'contracted')
}
