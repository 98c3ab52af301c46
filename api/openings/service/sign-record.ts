import { validBids } from '../../bids/service.ts'
import { completeOrganisationSignature, prepareOrganisationSignature } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse } from '../../kernel/problem.ts'
import {
  type HandedSignature,
  preparedPdf,
  shownSigners,
  signableDocument,
  stamped,
  storedBytes,
} from '../../kernel/signing.ts'
import { append } from '../../log/append.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lotById } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'

/** The printed record of a lot; there is none before names are out, and for the seconds it takes to print it. */
const documentOf = async (db: Database, lotId: string) => {
  await lotById(db, lotId)
  const record = await store.recordOf(db, lotId)
  if (!record?.document_id) return refuse('opening-not-ready', { retryAfter: 1 })
  return signableDocument(db, record.document_id)
}

const isBidder = async (db: Database, actor: Actor, lotId: string): Promise<boolean> =>
  actor.organisationId !== null &&
  (await validBids(db, lotId)).some((bid) => bid.organisation_id === actor.organisationId)

/** 电子招标投标办法 第三十二条: those whose bids were opened confirm the record; anybody else gets 404. */
const asBidder = async (db: Database, actor: Actor, lotId: string) => {
  const document = await documentOf(db, lotId)
  if (!(await isBidder(db, actor, lotId))) refuse('not-found')
  return document
}

export const openingRecordPdf = (deps: Deps) => async (lotId: string) =>
  storedBytes(deps)(deps.db, (await documentOf(deps.db, lotId)).fileId)

export const recordSigners = (deps: Deps) => async (actor: Actor, lotId: string) => {
  const document = await documentOf(deps.db, lotId)
  const bidder = actor.role === 'supplier-signer' && (await isBidder(deps.db, actor, lotId))
  return {
    signers: shownSigners(document),
    mine: bidder ? document.signers.some((signer) => signer.organisationId === actor.organisationId) : null,
  }
}

export const prepareRecordSignature = (deps: Deps) => async (actor: Actor, lotId: string) =>
  prepareOrganisationSignature(deps)(actor, (await asBidder(deps.db, actor, lotId)).id, '确认开标记录')

export const preparedRecord = (deps: Deps) => async (actor: Actor, lotId: string) =>
  preparedPdf(deps.db, actor, (await asBidder(deps.db, actor, lotId)).id)

export const signRecord = (deps: Deps) => async (actor: Actor, lotId: string, command: HandedSignature) => {
  // No authority is asked for a stranger, nor before names are out.
  await asBidder(deps.db, actor, lotId)
  const handed = await stamped(deps)(command)
  return deps.db.transaction().execute(async (trx) => {
    const { id } = await asBidder(trx, actor, lotId)
    const signed = await completeOrganisationSignature(deps)(trx, actor, id, handed)
    if (signed.isNew) {
      await append(trx, withoutAddress(actor), {
        type: 'opening-record.signed/2',
        tenderId: (await lotById(trx, lotId)).tender_id,
        lotId,
        scope: 'public',
        data: { lotId, organisationId: actor.organisationId, pdfSha256: toBase64url(signed.sha256) },
      })
    }
    return { version: signed.version, signed: signed.signers.length }
  })
}
