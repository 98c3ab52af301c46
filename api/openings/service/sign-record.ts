import { validBids } from '../../bids/service.ts'
import { asOrganisation } from '../../identity/service.ts'
import { type Actor, withoutAddress } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { refuse } from '../../kernel/problem.ts'
import { shownSigners, signableDocument, storedBytes } from '../../kernel/signing.ts'
import { signingActs } from '../../kernel/signing-acts.ts'
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
  const { id } = await documentOf(db, lotId)
  if (!(await isBidder(db, actor, lotId))) refuse('not-found')
  return { documentId: id, lotId }
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

export const recordActs = (deps: Deps) =>
  signingActs(deps, {
    ...asOrganisation(deps, '确认开标记录'),
    own: asBidder,
    keep: async (trx, actor, { lotId }, { isNew, sha256, version, signers }) => {
      if (isNew) {
        await append(trx, withoutAddress(actor), {
          type: 'opening-record.signed/2',
          tenderId: (await lotById(trx, lotId)).tender_id,
          lotId,
          scope: 'public',
          data: { lotId, organisationId: actor.organisationId, pdfSha256: toBase64url(sha256) },
        })
      }
      return { version, signed: signers.length }
    },
  })
