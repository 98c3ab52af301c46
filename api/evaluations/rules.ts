import type { Refusal } from '../kernel/problem.ts'
import { priceRejection } from '../law/bid-price.ts'
import { committee as committeeLaw } from '../law/committee.ts'
import type { LawContext } from '../law/contract.ts'
import { yuanOf } from '../law/decimal.ts'
import type { Notice, NoticeLot } from '../seal/notice.ts'

export type CommitteeStatus = 'forming' | 'reviewing' | 'scoring' | 'signing' | 'done' | 'failed'
export type Conflict = 'none' | 'declared'

export type Seat = {
  personId: string
  organisationId: string
  isExpert: boolean
  isChair: boolean
}
export type Member = Seat & {
  signedInAt: Date | null
  conflict: Conflict | null
  finishedAt: Date | null
}

/** What the register says of a person proposed for a seat. */
export type Candidate = {
  personId: string
  /** Organisations in which the person is an evaluator now. */
  evaluatorFor: readonly string[]
  /** Every organisation the person belongs to in any role. */
  belongsTo: readonly string[]
}

export type CommitteeCase = {
  notice: Notice
  purchaserId: string
  agencyId: string | null
  /** Organisations that bid: known, since names are out. */
  bidders: readonly string[]
  context: LawContext
}

const seatRefusal = (seat: Seat, candidate: Candidate | undefined, asked: CommitteeCase): Refusal | null => {
  const params = { personId: seat.personId }
  if (!candidate?.evaluatorFor.includes(seat.organisationId)) return { code: 'not-an-evaluator', params }
  if (candidate.belongsTo.some((id) => asked.bidders.includes(id)))
    return { code: 'member-of-bidder', article: '政府采购法实施条例 第九条', params }
  // 87号令 47: an expert may not sit as expert for the unit it works in; who is no expert is that unit's representative.
  if (seat.isExpert && candidate.belongsTo.includes(asked.purchaserId)) return { code: 'expert-of-purchaser', params }
  if (!seat.isExpert && seat.organisationId !== asked.purchaserId)
    return { code: 'representative-not-of-purchaser', params }
  return null
}

/** 87号令 第四十七条: size, odd number, share of experts, chair, and who may sit at all. */
export const mayForm = (
  seats: readonly Seat[],
  candidates: readonly Candidate[],
  asked: CommitteeCase,
): Refusal | null => {
  if (new Set(seats.map((seat) => seat.personId)).size !== seats.length) return { code: 'member-twice' }
  const [chair, ...others] = seats.filter((seat) => seat.isChair)
  if (!chair || others.length > 0) return { code: 'one-chair-needed' }
  for (const seat of seats) {
    const candidate = candidates.find((one) => one.personId === seat.personId)
    const refusal = seatRefusal(seat, candidate, asked)
    if (refusal) return refusal
  }
  const { notice, context } = asked
  const experts = seats.filter((seat) => seat.isExpert).length
  const plan = notice.committee
  if (plan && (seats.length !== plan.size || experts < plan.experts))
    return { code: 'committee-not-as-noticed', params: { size: plan.size, experts: plan.experts } }
  const agencyStaff = candidates.filter((one) => asked.agencyId !== null && one.belongsTo.includes(asked.agencyId))
  const verdict = committeeLaw.calculate(
    {
      regime: notice.regime,
      method: notice.method,
      size: seats.length,
      experts,
      budget: yuanOf(notice.lots.reduce((sum, lot) => sum + BigInt(lot.budget), 0n)),
      complex: plan?.complex ?? false,
      chairIs: chair.isExpert ? 'expert' : 'purchaser',
      agencyStaff: agencyStaff.length,
    },
    context,
  )
  if ('problem' in verdict) return { code: 'committee-unlawful', detail: verdict.problem.code }
  const [first] = verdict.reasons
  if (!first) return null
  const errors = verdict.reasons.map((reason) => ({ field: 'members', code: reason.code, message: reason.article }))
  return { code: 'committee-unlawful', article: first.article, errors }
}

/** Every member here, signed in, and none with a conflict: before that nobody works (87号令 49). */
export const mayWork = (members: readonly Member[]): Refusal | null => {
  if (members.some((member) => member.conflict === 'declared')) return { code: 'member-must-be-replaced' }
  if (members.some((member) => member.signedInAt === null || member.conflict === null))
    return { code: 'committee-not-ready' }
  return null
}

export const inStatus = (status: CommitteeStatus, ...wanted: CommitteeStatus[]): Refusal | null =>
  wanted.includes(status) ? null : { code: 'evaluation-status-conflict', params: { status } }

/** 87号令 49: who declared a conflict or does not come is replaced, as long as the report is not made. */
export const mayReplace = (status: CommitteeStatus, member: Member, reason: 'conflict' | 'absent'): Refusal | null => {
  const refusal = inStatus(status, 'forming', 'reviewing', 'scoring')
  if (refusal) return refusal
  const fits = reason === 'conflict' ? member.conflict === 'declared' : member.finishedAt === null
  return fits ? null : { code: 'member-not-replaceable' }
}

/** Conflicts are declared about the very list of bidders (政府采购法 12, 条例 9); one that was declared stays declared. */
export const mayDeclare = (
  member: Member,
  conflict: Conflict,
  seen: readonly string[],
  bidders: readonly string[],
): Refusal | null => {
  if (member.signedInAt === null) return { code: 'sign-in-first' }
  const same = seen.length === bidders.length && seen.every((id) => bidders.includes(id))
  if (!same) return { code: 'bidder-list-changed' }
  return member.conflict === 'declared' && conflict === 'none' ? { code: 'conflict-stays' } : null
}

export type Rejection = { code: string; article?: string; itemId?: string; detail?: string }

/** 87号令 63: what makes a bid invalid without anybody's opinion: no price, no deposit, a price beyond its bounds. */
export const invalidByFact = (
  bid: { price: bigint | null; deposit: string },
  lot: NoticeLot,
  asked: { regime: 'GP' | 'TB'; date: string; context: LawContext },
): Rejection[] => {
  const rejections: Rejection[] = []
  if (bid.deposit !== 'paid' && bid.deposit !== 'not-required')
    rejections.push({ code: 'deposit-not-paid', article: '政府采购货物和服务招标投标管理办法 第六十三条' })
  if (bid.price === null || bid.price === 0n) return [...rejections, { code: 'price-missing' }]
  const { regime, date, context } = asked
  const bounds = { budget: BigInt(lot.budget), ceiling: BigInt(lot.ceiling) }
  const floor = lot.floor === null ? {} : { floor: BigInt(lot.floor) }
  const rejected = priceRejection({ regime, date, price: bid.price, ...bounds, ...floor }, context)
  if (!rejected) return rejections
  const [basis] = rejected.basis
  const article = basis ? `${basis.regulation} ${basis.article}`.trim() : ''
  return [...rejections, { code: rejected.reason, ...(article ? { article } : {}) }]
}

/** 87号令 第四十四条: under GP the purchaser's side reviews qualification; under TB the committee does. */
export const reviewItems = (
  regime: 'GP' | 'TB',
  lot: Pick<NoticeLot, 'qualification' | 'conformity'>,
): { purchaser: ReviewItem[]; committee: ReviewItem[] } => {
  const qualification = lot.qualification.map((item) => ({ ...item, stage: 'qualification' as const }))
  const conformity = lot.conformity.map((item) => ({ ...item, stage: 'conformity' as const }))
  return regime === 'GP'
    ? { purchaser: qualification, committee: conformity }
    : { purchaser: [], committee: [...qualification, ...conformity] }
}
export type ReviewItem = { stage: 'qualification' | 'conformity'; id: string; title: string }

/** 财库〔2026〕2号: committee members state whether the bidder's explanation of a low price holds. */
export const LOW_PRICE: ReviewItem = {
  stage: 'conformity',
  id: 'abnormally-low',
  title: '异常低价说明及证明材料能够证明报价合理',
}

export type Vote = {
  bidId: string
  stage: string
  itemId: string
  personId: string
  passed: boolean
  reason: string
}

/** More than half of the members decide; a tie cannot be, their number is odd. */
export const majorityPasses = (votes: readonly Pick<Vote, 'passed'>[]): boolean =>
  votes.filter((vote) => vote.passed).length * 2 > votes.length

/** What each still owes; empty = everybody voted on everything. */
export const missingVotes = (
  bidIds: readonly string[],
  items: readonly ReviewItem[],
  voters: readonly string[],
  votes: readonly Vote[],
): { bidId: string; itemId: string; personId: string }[] => {
  const given = new Set(votes.map((vote) => [vote.bidId, vote.stage, vote.itemId, vote.personId].join()))
  return bidIds.flatMap((bidId) =>
    items.flatMap((item) =>
      voters
        .filter((personId) => !given.has([bidId, item.stage, item.id, personId].join()))
        .map((personId) => ({ bidId, itemId: item.id, personId })),
    ),
  )
}

/** The items a bid fails, with the reasons of those who voted against it. */
export const failedItems = (bidId: string, items: readonly ReviewItem[], votes: readonly Vote[]): Rejection[] =>
  items.flatMap((item) => {
    const own = votes.filter((vote) => vote.bidId === bidId && vote.stage === item.stage && vote.itemId === item.id)
    if (majorityPasses(own)) return []
    const against = own.filter((vote) => !vote.passed && vote.reason !== '').map((vote) => vote.reason)
    const detail = [item.title, [...new Set(against)].join('；')].filter((text) => text !== '').join('：')
    return [{ code: `${item.stage}-failed`, itemId: item.id, detail }]
  })

/** Where the tender stands when these are its lots; null = some lot is still on its way to its evaluation. */
export const tenderAfter = (lots: readonly string[]): 'evaluated' | 'awarded' | 'failed' | null => {
  if (lots.some((status) => ['published', 'closed', 'stored', 'opened'].includes(status))) return null
  if (lots.includes('evaluated')) return 'evaluated'
  return lots.includes('awarded') ? 'awarded' : 'failed'
}
