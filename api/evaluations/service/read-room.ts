import { organisationsByIds } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { signableDocument, storedBytes } from '../../kernel/signing.ts'
import { openedEnvelopes, openedFile } from '../../openings/service.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import { lotById, tenderById } from '../../tenders/service/shared.ts'
import { objectiveDifferences } from '../rules/scores.ts'
import { type CommitteeStatus, type Rejection, reviewItems } from '../rules.ts'
import * as store from '../store.ts'
import {
  type Access,
  accessOf,
  actingMember,
  biddersOf,
  type EvaluationDeps,
  formedRoom,
  loadRoom,
  type Room,
  scoresOf,
  standingBids,
  votesOf,
} from './shared.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** Who sits is known to those who formed the committee, the centre and its members; to a supervisor it is seats. */
const membersView = async (trx: Database, room: Room, access: Access) => {
  const isSecret = access === 'supervisor'
  const ids = room.members.map((member) => member.person_id)
  const people = await store.peopleNames(trx, ids)
  const organisations = await organisationsByIds(
    trx,
    room.members.map((member) => member.organisation_id),
  )
  return room.members.map((member) => ({
    seat: member.seat,
    personId: isSecret ? null : member.person_id,
    name: isSecret ? null : (people.find((person) => person.id === member.person_id)?.name ?? null),
    organisation: isSecret ? null : (organisations.find((one) => one.id === member.organisation_id)?.name ?? null),
    expert: member.is_expert,
    chair: member.is_chair,
    signedInAt: iso(member.signed_in_at),
    conflict: member.conflict as 'none' | 'declared' | null,
    finishedAt: iso(member.finished_at),
    reportSignedAt: iso(member.report_signed_at),
  }))
}

/** A member sees its own votes and scores; the purchaser's side its own review. Nobody sees another member's. */
const ownWork = async (trx: Database, room: Room, actor: Actor, access: Access) => {
  const votes = room.committee ? await votesOf(trx, room.lot.id) : []
  const purchasers = reviewItems(room.notice.regime, room.noticeLot).purchaser
  const mine = votes.filter((vote) =>
    access === 'member'
      ? vote.personId === actor.personId
      : access === 'purchaser-side' && purchasers.some((item) => item.stage === vote.stage && item.id === vote.itemId),
  )
  const scores =
    access === 'member' && room.committee ? await scoresOf(trx, room.lot.id, actor.personId ?? undefined) : []
  return {
    reviews: mine.map(({ bidId, stage, itemId, passed, reason }) => ({
      bidId,
      stage: stage as 'qualification' | 'conformity',
      itemId,
      passed,
      reason,
    })),
    scores: scores.map(({ bidId, itemId, points, opinion }) => ({ bidId, itemId, points, opinion })),
  }
}

/** Once all have finished, the members learn which objective items they scored differently, not how. */
const differences = async (trx: Database, room: Room, access: Access) => {
  const isOver = room.committee?.status === 'scoring' && room.members.every((member) => member.finished_at !== null)
  if (access !== 'member' || !isOver) return []
  const bidIds = (await standingBids(trx, room)).map((bid) => bid.id)
  return objectiveDifferences(bidIds, room.noticeLot.scoring, await scoresOf(trx, room.lot.id))
}

/** The room as this person sees it: where it stands, who is here, what is one's own to do. */
export const readRoom = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) => {
  const { db } = deps
  const room = await loadRoom(db, lotId, 'read')
  const access = await accessOf(db, actor, room)
  const { committee, noticeLot } = room
  const rejected = (await store.resultsOf(db, lotId)).filter((row) => row.verdict === 'rejected')
  return {
    lotId,
    tenderId: room.tender.id,
    lotStatus: room.lot.status,
    status: (committee?.status ?? 'not-formed') as CommitteeStatus | 'not-formed',
    access,
    evaluationMethod: room.notice.evaluationMethod,
    qualificationClosedAt: iso(committee?.qualification_closed_at ?? null),
    conformityClosedAt: iso(committee?.conformity_closed_at ?? null),
    failed: (committee?.failed_reason ?? null) as Record<string, string | number | null> | null,
    members: await membersView(db, room, access),
    bidders: biddersOf(room),
    reviewItems: reviewItems(room.notice.regime, noticeLot),
    scoringItems: room.notice.evaluationMethod === 'comprehensive' ? noticeLot.scoring : [],
    rejected: rejected.map((row) => ({
      bidId: row.bid_id,
      stage: row.stage as 'qualification' | 'conformity' | 'ranking',
      reasons: row.reasons as Rejection[],
    })),
    ...(await ownWork(db, room, actor, access)),
    differing: await differences(db, room, access),
  }
}

const KINDS: Record<Access, readonly EnvelopeKind[]> = {
  member: ['summary', 'qualification', 'technical', 'price-detail'],
  supervisor: ['summary', 'qualification', 'technical', 'price-detail'],
  'purchaser-side': ['summary', 'qualification'],
  centre: ['summary'],
}

/** Which envelopes this person may read; a member declares about conflicts before reading anything (政府采购法 12). */
const readableKinds = async (trx: Database, actor: Actor, room: Room): Promise<readonly EnvelopeKind[]> => {
  const access = await accessOf(trx, actor, room)
  if (access === 'member' && actingMember(room, actor).conflict !== 'none') refuse('declare-first')
  return KINDS[access]
}

/** The opened bids: typed answers and files of each envelope that the reader is entitled to. */
export const readBids = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) => {
  const { db } = deps
  const room = await loadRoom(db, lotId, 'read')
  const kinds = await readableKinds(db, actor, room)
  const standing = await standingBids(db, room)
  return {
    bids: await Promise.all(
      room.bids.map(async (bid) => ({
        bidId: bid.id,
        letter: bid.letter,
        number: bid.number,
        organisationId: bid.organisationId,
        name: bid.name,
        price: bid.price?.toString() ?? null,
        size: bid.size,
        deposit: bid.deposit,
        treatedAs: bid.treatedAs,
        standing: standing.includes(bid),
        consortium: bid.consortium,
        envelopes: (await openedEnvelopes(db, bid.id))
          .filter(({ kind }) => kinds.includes(kind))
          .map(({ kind, header, signers }) => ({
            kind,
            signers: signers.map(({ organisation, person }) => ({ organisation, person })),
            form: header.form,
            files: header.files.map((file, index) => ({ index, ...file })),
          })),
      })),
    ),
  }
}

export type FileWish = { bidId: string; kind: EnvelopeKind; index: number }

/** One file of a bid, decrypted as it is read. */
export const readBidFile = (deps: Deps) => async (actor: Actor, lotId: string, wish: FileWish) => {
  const room = await loadRoom(deps.db, lotId, 'read')
  const kinds = await readableKinds(deps.db, actor, room)
  found(room.bids.find((bid) => bid.id === wish.bidId))
  if (!kinds.includes(wish.kind)) refuse('not-found')
  return openedFile(deps)(deps.db, wish.bidId, wish.kind, wish.index)
}

const reportRoom = async (trx: Database, actor: Actor, lotId: string) => {
  const room = await formedRoom(trx, lotId, 'read')
  const access = await accessOf(trx, actor, room)
  // Until every member has signed it is the committee's own paper.
  if (room.committee.report === null || (access !== 'member' && room.committee.status !== 'done')) refuse('not-found')
  // It names the members, whose list stays secret to others until the result notice (87号令 47).
  if (access === 'supervisor' && room.lot.status !== 'awarded') refuse('not-found')
  return room
}

export const readReport = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) =>
  new Uint8Array((await reportRoom(deps.db, actor, lotId)).committee.report!)

export const readReportPdf = (deps: EvaluationDeps) => async (actor: Actor, lotId: string) => {
  const { committee } = await reportRoom(deps.db, actor, lotId)
  const document = await signableDocument(deps.db, committee.document_id!)
  return storedBytes(deps)(deps.db, document.fileId)
}

/** The lots on whose committees this evaluator sits. */
export const myEvaluations = (deps: EvaluationDeps) => async (actor: Actor) => {
  const rows = await store.lotsOfMember(deps.db, actor.personId!)
  return {
    evaluations: await Promise.all(
      rows.map(async (row) => {
        const lot = await lotById(deps.db, row.lot_id)
        const tender = await tenderById(deps.db, lot.tender_id)
        return {
          lotId: lot.id,
          tenderId: tender.id,
          number: tender.number,
          title: tender.title,
          lotNo: lot.no,
          lotTitle: lot.title,
          status: row.status as CommitteeStatus,
          chair: row.is_chair,
          signedInAt: iso(row.signed_in_at),
          conflict: row.conflict as 'none' | 'declared' | null,
          finishedAt: iso(row.finished_at),
          reportSignedAt: iso(row.report_signed_at),
        }
      }),
    ),
  }
}
