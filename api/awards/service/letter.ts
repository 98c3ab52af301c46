import { completeOrganisationSignature, prepareOrganisationSignature } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse } from '../../kernel/problem.ts'
import {
  type HandedSignature,
  preparedPdf,
  type SignableDocument,
  shownSigners,
  signableDocument,
  stamped,
  storedBytes,
} from '../../kernel/signing.ts'
import { toBase64url } from '../../log/bytes.ts'
import { isPurchaserSide, lotById, tenderById } from '../../tenders/service/shared.ts'
import { record } from '../events.ts'
import * as store from '../store.ts'
import { assertSide, noticeIn, published } from './shared.ts'

const tenderOf = async (db: Database, lotId: string) => tenderById(db, (await lotById(db, lotId)).tender_id)

/** The newest version, for the winner and the purchaser's side; anybody else gets 404. */
const readable = async (db: Database, actor: Actor, lotId: string): Promise<SignableDocument & { isSide: boolean }> => {
  const award = await published(db, lotId)
  const isSide = await isPurchaserSide(db, actor, await tenderOf(db, lotId))
  const isSupplier = actor.role === 'supplier-preparer' || actor.role === 'supplier-signer'
  const isWinner = isSupplier && actor.organisationId === noticeIn(award).winner.organisationId
  if (!isWinner && !isSide) refuse('not-found')
  return { ...(await signableDocument(db, award.letter_document_id!)), isSide }
}

/** 中标通知书, with the seal and the signatures made so far. */
export const readLetter = (deps: Deps) => async (actor: Actor, lotId: string) =>
  storedBytes(deps)(deps.db, (await readable(deps.db, actor, lotId)).fileId)

export const letterSigners = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const letter = await readable(deps.db, actor, lotId)
  return {
    signers: shownSigners(letter),
    mine: letter.isSide ? letter.signers.some(({ personId }) => personId === actor.personId) : null,
  }
}

/** 87号令 第六十九条: whoever may publish the result issues the letter, the purchaser or its agency under the mandate. */
const asIssuer = async (db: Database, actor: Actor, lotId: string, mode: 'read' | 'update' = 'read') => {
  const tender = await tenderOf(db, lotId)
  await assertSide(db, actor, tender)
  const award = await store.awardOf(db, lotId, mode)
  return { tenderId: tender.id, documentId: award?.letter_document_id ?? refuse('award-not-published') }
}

export const prepareLetterSignature = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const { documentId } = await asIssuer(deps.db, actor, lotId)
  return prepareOrganisationSignature(deps)(actor, documentId, '签发中标通知书')
}

export const preparedLetter = (deps: Deps) => async (actor: Actor, lotId: string) =>
  preparedPdf(deps.db, actor, (await asIssuer(deps.db, actor, lotId)).documentId)

/** Each of the purchaser's people signs once; repeating it changes nothing. */
export const signLetter = (deps: Deps) => async (actor: Actor, lotId: string, command: HandedSignature) => {
  // No authority is asked for a stranger.
  await asIssuer(deps.db, actor, lotId)
  const handed = await stamped(deps)(command)
  return deps.db.transaction().execute(async (trx) => {
    const { tenderId, documentId } = await asIssuer(trx, actor, lotId, 'update')
    const signed = await completeOrganisationSignature(deps)(trx, actor, documentId, handed)
    if (signed.isNew) {
      await record(trx, withoutAddress(actor), 'award-letter.signed/1', tenderId, {
        lotId,
        organisationId: actor.organisationId!,
        pdfSha256: toBase64url(signed.sha256),
      })
    }
    return { version: signed.version, signed: signed.signers.length }
  })
}
