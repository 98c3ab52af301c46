import { abnormallyLow } from '../../law/abnormally-low.ts'
import type { LawContext } from '../../law/contract.ts'
import { minimumBidders, minimumCount } from '../../law/counting.ts'
import { add, compare, decimal, fromFen, toFixed, toShortest, yuanOf, zero } from '../../law/decimal.ts'
import { priceScore } from '../../law/price-score.ts'
import { ranking } from '../../law/ranking.ts'
import type { RankingInput, Standing } from '../contract/ranking.ts'
import { technicalMean } from './scores.ts'

export type { RankingInput }

export type Ranking = { outcome: 'continue' | 'failed'; standings: Standing[] }

const isZero = (text: string): boolean => compare(decimal(text), zero) === 0

type Priced = { evaluatedPrice: string; score: string; reductions: Standing['reductions'] }

/** 87号令 55 and 46号 9: the price after deductions, and its points. A weight of 0 = the price is no factor. */
const pricesOf = (input: RankingInput, law: LawContext): Map<string, Priced> => {
  const isFactor = input.evaluationMethod === 'comprehensive' && !isZero(input.priceWeight)
  const outcome = priceScore.calculate(
    {
      regime: input.regime,
      method: 'lowest-price-first',
      object: input.object,
      weight: isFactor ? input.priceWeight : '1',
      date: input.date,
      ...(isZero(input.smeRate) ? {} : { smeRate: input.smeRate }),
      ...(input.consortiumRate === undefined ? {} : { consortiumRate: input.consortiumRate }),
      reserved: input.smeReserved,
      bids: input.bids.map(({ letter, price, size, smallShare }) => ({
        id: letter,
        price: yuanOf(BigInt(price)),
        ...(size ? { size } : {}),
        ...(smallShare === undefined ? {} : { consortiumSmallShare: smallShare }),
      })),
    },
    law,
  )
  // The notice was checked against the same rows before it was published.
  if ('problem' in outcome) throw new Error(`price score: ${outcome.problem.code}`)
  return new Map(
    outcome.bids.map(({ id, evaluatedPrice, score, reductions }) => [
      id,
      { evaluatedPrice, score: isFactor ? score : '0.00', reductions },
    ]),
  )
}

const standingsOf = (input: RankingInput, law: LawContext): Standing[] => {
  const prices = pricesOf(input, law)
  const scores = input.scores.map(({ letter, ...rest }) => ({ bidId: letter, ...rest }))
  return input.bids.map(({ letter, price }) => {
    const priced = prices.get(letter)!
    const base = { letter, verdict: 'ranked' as const, reason: '', rank: null, reductions: priced.reductions }
    const evaluatedPrice = priced.evaluatedPrice || toShortest(fromFen(BigInt(price)))
    if (input.evaluationMethod === 'lowest-price')
      return { ...base, evaluatedPrice, priceScore: null, technicalScore: null, total: null }
    const technical = technicalMean(letter, input.items, scores)
    return {
      ...base,
      evaluatedPrice,
      priceScore: priced.score,
      technicalScore: toFixed(technical, 2),
      total: toFixed(add(technical, decimal(priced.score)), 2),
    }
  })
}

/** 87号令 31, 56, 57: one brand one candidate, order by score or price, equal bids share a rank. Pure: input → order. */
export const rankLot = (input: RankingInput, law: LawContext): Ranking => {
  if (input.bids.length === 0) return { outcome: 'failed', standings: [] }
  const standings = standingsOf(input, law)
  const outcome = ranking.calculate(
    {
      method: input.evaluationMethod,
      minimum: input.minimum,
      bids: standings.map((standing) => {
        const brand = input.bids.find((bid) => bid.letter === standing.letter)?.brand
        return {
          id: standing.letter,
          price: standing.evaluatedPrice,
          ...(standing.total === null ? {} : { total: standing.total }),
          ...(input.method === 'consultation' && standing.technicalScore !== null
            ? { technical: standing.technicalScore }
            : {}),
          ...(brand ? { brand } : {}),
        }
      }),
    },
    law,
  )
  if ('problem' in outcome) throw new Error(`ranking: ${outcome.problem.code}`)
  const rankOf = new Map<string, number>()
  let before = 0
  for (const group of outcome.order) {
    for (const id of group) rankOf.set(id, before + 1)
    before += group.length
  }
  const isInvalid = new Set(outcome.invalid.map((bid) => bid.id))
  return {
    outcome: outcome.outcome,
    standings: standings.map((standing): Standing => {
      const rank = rankOf.get(standing.letter)
      if (rank !== undefined) return { ...standing, rank }
      if (isInvalid.has(standing.letter)) return { ...standing, verdict: 'rejected', reason: 'same-brand' }
      const failed = outcome.outcome === 'failed'
      return { ...standing, verdict: 'not-candidate', reason: failed ? 'too-few' : 'same-brand' }
    }),
  }
}

export type CountCase = Pick<RankingInput, 'regime' | 'method' | 'object' | 'date' | 'rowSets' | 'smeReserved'>
export type CountStage = 'qualification' | 'conformity'

/** 87号令 44, 政府采购法 36: what too few bids lead to after a review. */
export const decideCount = (asked: CountCase, stage: CountStage, count: number, law: LawContext) => {
  const { regime, method, smeReserved } = asked
  const outcome = minimumBidders.calculate({ regime, method, stage, count, smeReserved }, law)
  if ('problem' in outcome) throw new Error(`minimum bidders: ${outcome.problem.code}`)
  return { decision: outcome.decision, article: outcome.reasons[0]?.article ?? null, remedy: outcome.remedy ?? null }
}

/** The number the ranking must reach; 1 where the committee found that competition remains (12号令 27). */
export const rankingMinimum = (asked: CountCase, competitionRemains: boolean, law: LawContext): number =>
  competitionRemains ? 1 : (minimumCount({ regime: asked.regime, method: asked.method, stage: 'conformity' }, law) ?? 1)

/** 财库〔2026〕2号: prices that must be explained; by the quoted price of all that passed. Empty where no row asks for it. */
export const lowPrices = (
  asked: CountCase,
  ceiling: bigint,
  bids: readonly { id: string; price: bigint }[],
  law: LawContext,
): { id: string; tests: string[] }[] => {
  if (asked.regime !== 'GP' || bids.length === 0) return []
  const prices = bids.map(({ id, price }) => ({ id, price: yuanOf(price) }))
  const outcome = abnormallyLow.calculate({ prices, ceiling: yuanOf(ceiling) }, law)
  return 'problem' in outcome ? [] : outcome.hits.map(({ id, tests }) => ({ id, tests: [...tests] }))
}
