import type { Rejection } from '../rules.ts'

/** A member as the opening record names it; whether it signed is what its envelopes show. */
export type ConsortiumMember = { organisationId: string; name: string | null; uscc: string | null; signed: boolean }

/** Where every member signs the exact header; the summary carries the leader's seal alone. */
const SIGNED_KINDS = ['qualification', 'technical', 'price-detail']

type Envelope = { kind: string; members: readonly string[]; codes: readonly (string | null)[] }

/** 87号令 第六十三条: signed and sealed as the documents ask, in every envelope, under one and the same list of members. */
export const signedByAll = (
  member: { uscc: string | null },
  ids: readonly string[],
  envelopes: readonly Envelope[],
): boolean =>
  member.uscc !== null &&
  SIGNED_KINDS.every((kind) =>
    envelopes.some((one) => one.kind === kind && one.members.join() === ids.join() && one.codes.includes(member.uscc)),
  )

type Bid = { organisationId: string; consortium: readonly ConsortiumMember[] }

const partsOf = (bid: Bid): string[] => [bid.organisationId, ...bid.consortium.map((one) => one.organisationId)]
const nameOf = (member: ConsortiumMember): string => member.name ?? member.organisationId
const ORDER63 = '政府采购货物和服务招标投标管理办法 第六十三条'

/** What makes a consortium's bid invalid without anybody's opinion. `others` are the other bids of the lot. */
export const invalidConsortium = (bid: Bid, accepted: boolean, others: readonly Bid[]): Rejection[] => {
  const rejections: Rejection[] = []
  if (bid.consortium.length > 0 && !accepted) rejections.push({ code: 'consortium-not-accepted', article: ORDER63 })
  const unsigned = bid.consortium.filter((one) => !one.signed)
  if (unsigned.length > 0)
    rejections.push({ code: 'consortium-unsigned', article: ORDER63, detail: unsigned.map(nameOf).join('、') })
  // 条例 22: a member bids neither alone nor in another consortium for the same contract. Only a consortium makes it a fault.
  const own = partsOf(bid)
  const clash = others.some(
    (other) =>
      (bid.consortium.length > 0 || other.consortium.length > 0) && partsOf(other).some((id) => own.includes(id)),
  )
  if (clash) rejections.push({ code: 'consortium-member-twice', article: '政府采购法实施条例 第二十二条' })
  return rejections
}
