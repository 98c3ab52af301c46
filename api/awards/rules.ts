import type { Refusal } from '../kernel/problem.ts'

/** 招标投标法实施条例 第五十五条, 政府采购法实施条例 第四十九条: why a better candidate may be passed over; `draw` among equals only. */
export const GROUNDS = ['gave-up', 'force-majeure', 'no-performance-bond', 'illegal-act', 'draw'] as const
export type Ground = (typeof GROUNDS)[number]
export type PassedOver = { bidId: string; ground: Ground; reason: string }
export type Ranked = { bidId: string; rank: number }

/**
 * 87号令 第六十八条: the purchaser takes the candidates in their order. Each better one needs a lawful ground, each equal
 * one the draw (or the document's method) that decided; nobody else may be named.
 */
export const mayAward = (
  ranked: readonly Ranked[],
  bidId: string,
  passedOver: readonly PassedOver[],
): Refusal | null => {
  const chosen = ranked.find((one) => one.bidId === bidId)
  if (!chosen) return { code: 'not-a-candidate', field: 'bidId' }
  const better = ranked.filter((one) => one.rank < chosen.rank)
  const equals = ranked.filter((one) => one.rank === chosen.rank && one.bidId !== bidId)
  const groundOf = (id: string) => passedOver.find((one) => one.bidId === id)?.ground
  const skipped = better.find((one) => groundOf(one.bidId) === undefined)
  if (skipped) return { code: 'award-order-wrong', params: { bidId: skipped.bidId, rank: skipped.rank } }
  const undrawn = equals.find((one) => groundOf(one.bidId) === undefined)
  if (undrawn) return { code: 'award-draw-needed', params: { bidId: undrawn.bidId, rank: undrawn.rank } }
  const isWrong = (one: PassedOver, at: number): boolean =>
    one.reason.trim() === '' ||
    passedOver.findIndex((other) => other.bidId === one.bidId) !== at ||
    ![...better, ...equals].some((other) => other.bidId === one.bidId) ||
    (one.ground === 'draw' && better.some((other) => other.bidId === one.bidId))
  return passedOver.some(isWrong) ? { code: 'award-ground-wrong', field: 'passedOver' } : null
}

/** 46号 13: the winner's declaration is published where it got what the policy gives to SMEs, alone or in a consortium. */
export const isSmePolicy = ({ kind }: { kind: string }): boolean => kind === 'sme' || kind === 'consortium'

type Party = { name: string; address: string; contact: string }
export type NoticeFacts = {
  purchaser: Party
  agency: Party | null
  winner: Party
  comprehensive: boolean
  totalScore: string | null
  subject: readonly { name: string; spec: string; quantity: string; unitPrice: string; requirement: string }[]
  evaluators: readonly { name: string }[]
  smePolicyUsed: boolean
  hasSmeDeclaration: boolean
}

const lacks = (text: string | null): boolean => text === null || text.trim() === ''

/** RULES §2.2 (87号令 69, 财办库〔2020〕50号, 〔2023〕243号, 46号 13): what a result notice cannot be published without. */
export const missingInNotice = (facts: NoticeFacts): string[] => {
  const party = (name: string, one: Party) =>
    (['name', 'address', 'contact'] as const).filter((field) => lacks(one[field])).map((field) => `${name}.${field}`)
  const subject = facts.subject.flatMap((line, at) =>
    (['name', 'spec', 'quantity', 'unitPrice', 'requirement'] as const)
      .filter((field) => lacks(line[field]))
      .map((field) => `subject.${at}.${field}`),
  )
  return [
    ...party('purchaser', facts.purchaser),
    ...(facts.agency ? party('agency', facts.agency) : []),
    ...party('winner', { ...facts.winner, contact: '-' }),
    ...(facts.comprehensive && lacks(facts.totalScore) ? ['winner.totalScore'] : []),
    ...(facts.subject.length === 0 ? ['subject'] : subject),
    ...(facts.evaluators.length === 0 || facts.evaluators.some((one) => lacks(one.name)) ? ['evaluators'] : []),
    ...(facts.smePolicyUsed && !facts.hasSmeDeclaration ? ['smeDeclaration'] : []),
  ]
}

export const mayPublish = (facts: NoticeFacts): Refusal | null => {
  const missing = missingInNotice(facts)
  if (missing.length === 0) return null
  return { code: 'result-notice-incomplete', errors: missing.map((field) => ({ field, code: 'missing' })) }
}

/**
 * 政府采购法 第四十六条, 87号令 71: the contract says what was awarded, and is signed within the days the law gives after
 * the letter, hence never before one is issued (招标投标法 第四十六条 likewise). Dates are Beijing days.
 */
export const mayKeepContract = (
  award: { price: bigint; letterOn: string; letterSigned: boolean; lastDay: string },
  contract: { amount: bigint; signedOn: string },
  today: string,
): Refusal | null => {
  if (!award.letterSigned) return { code: 'award-letter-unsigned' }
  if (contract.amount !== award.price)
    return { code: 'contract-amount-differs', field: 'amount', params: { award: award.price.toString() } }
  if (contract.signedOn < award.letterOn || contract.signedOn > award.lastDay)
    return {
      code: 'contract-date-outside',
      field: 'signedOn',
      params: { from: award.letterOn, until: award.lastDay },
    }
  return contract.signedOn > today ? { code: 'contract-date-in-future', field: 'signedOn' } : null
}
