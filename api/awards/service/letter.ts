import { asOrganisation } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse } from '../../kernel/problem.ts'
import { hasSigned, type SignableDocument, shownSigners, signableDocument, storedBytes } from '../../kernel/signing.ts'
import { signingActs } from '../../kernel/signing-acts.ts'
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
    mine: letter.isSide ? hasSigned(letter, actor, 'organisation') : null,
  }
}

/** 87号令 第六十九条: whoever may publish the result issues the letter, the purchaser or its agency under the mandate. */
const asIssuer = async (db: Database, actor: Actor, lotId: string, mode: 'read' | 'update') => {
  const tender = await tenderOf(db, lotId)
  await assertSide(db, actor, tender)
  const award = await store.awardOf(db, lotId, mode)
  return { lotId, tenderId: tender.id, documentId: award?.letter_document_id ?? refuse('award-not-published') }
}

/** Each of the purchaser's and the agency's people signs once for either; repeating it changes nothing. */
export const letterActs = (deps: Deps) =>
  signingActs(deps, {
    ...asOrganisation(deps, '签发中标通知书'),
    own: asIssuer,
    keep: async (trx, actor, { lotId, tenderId }, { isNew, sha256, version, signers }) => {
      if (isNew) {
        await record(trx, withoutAddress(actor), 'award-letter.signed/1', tenderId, {
          lotId,
          organisationId: actor.organisationId!,
          pdfSha256: toBase64url(sha256),
        })
      }
      return { version, signed: signers.length }
    },
  })
