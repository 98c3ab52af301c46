import * as z from 'zod'
import { basisOf, calculator, idText, listOf, positiveMoney, refuse, ruleFor } from './contract.ts'

const points = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})(\.\d{1,2})?$/, { message: 'not points: decimal string, at most 2 decimals' })
const bidSchema = z.strictObject({
  id: idText,
  total: points.optional(),
  price: positiveMoney.optional(),
  brand: z.string().min(1).max(200).optional(),
  technical: points.optional(),
})
export const rankingRequest = z.strictObject({
  method: z.enum(['lowest-price', 'comprehensive']),
  bids: listOf(bidSchema),
  minimum: z.int().min(1).max(1000).optional(),
  candidates: z.int().min(1).max(1000).optional(),
})
type Bid = z.output<typeof bidSchema>
type Method = 'lowest-price' | 'comprehensive'
type Key = 'total' | 'price' | 'technical'
/** Ranking of one step: 'ascending' puts the smallest first. */
type Step = { key: Key; direction: 1 | -1 }

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const ids = (bids: readonly Bid[]): string[] => bids.map((bid) => bid.id).sort(byText)

/** 87号令 56, 57: price; or score, then price. 214号 25 adds the technical score, which only a consultation hands in. */
const steps: Record<Method, readonly Step[]> = {
  'lowest-price': [{ key: 'price', direction: 1 }],
  comprehensive: [
    { key: 'total', direction: -1 },
    { key: 'price', direction: 1 },
    { key: 'technical', direction: -1 },
  ],
}

/** Points and prices have at most two decimals: whole hundredths compare exactly. */
const hundredths = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(2, '0'))
}

/** Splits bids into groups of equal rank; a step that some of a group cannot answer separates nobody in it. */
const rank = (bids: readonly Bid[], [step, ...rest]: readonly Step[]): Bid[][] => {
  if (!step || bids.some((bid) => bid[step.key] === undefined)) return [[...bids]]
  const sorted = bids
    .map((bid) => ({ bid, value: hundredths(bid[step.key] ?? '0') }))
    .sort((a, b) => step.direction * (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
  const groups: Bid[][] = []
  let before: bigint | null = null
  for (const { bid, value } of sorted) {
    if (value === before) groups.at(-1)?.push(bid)
    else groups.push([bid])
    before = value
  }
  return groups.flatMap((group) => (group.length > 1 ? rank(group, rest) : [group]))
}

type Brands = { standing: Bid[]; excluded: Bid[]; tied: Bid[][] }

/**
 * 87号令 31: of one brand only the best takes part (lowest price) or stays eligible (highest score). Several equally good ones
 * wait for the document's method or a draw: they count once and stand in no order.
 */
const settleBrands = (bids: readonly Bid[], method: Method): Brands => {
  const brands = new Map<string, Bid[]>()
  const settled: Brands = { standing: [], excluded: [], tied: [] }
  for (const bid of bids) {
    if (bid.brand === undefined) settled.standing.push(bid)
    else {
      const rivals = brands.get(bid.brand)
      if (rivals) rivals.push(bid)
      else brands.set(bid.brand, [bid])
    }
  }
  for (const rivals of brands.values()) {
    const [best = [], ...others] = rank(rivals, steps[method].slice(0, 1))
    settled.excluded.push(...others.flat())
    if (best.length === 1) settled.standing.push(...best)
    else settled.tied.push(best)
  }
  return settled
}

/** The first n, with a group that straddles the border kept whole: its order is still open. */
const firstOf = (groups: readonly Bid[][], n: number): Bid[][] => {
  const taken: Bid[][] = []
  let count = 0
  for (const group of groups) {
    if (count >= n) break
    taken.push(group)
    count += group.length
  }
  return taken
}

/** `POST /api/calculators/ranking`. */
export const ranking = calculator(rankingRequest, (request, context) => {
  const { method, bids, minimum = 3, candidates = bids.length } = request
  const key = method === 'lowest-price' ? 'price' : 'total'
  const lacking = bids.flatMap((bid, i) => (bid[key] === undefined ? [`bids.${i}.${key}`] : []))
  if (lacking.length > 0)
    return refuse(
      'missing-field',
      lacking.map((field) => ({ field, code: 'missing-field', message: `${key} is needed for ${method}` })),
    )
  const { standing, excluded, tied } = settleBrands(bids, method)
  const effective = standing.length + tied.length
  const failed = effective < minimum
  const groups = failed || standing.length === 0 ? [] : firstOf(rank(standing, steps[method]), candidates)
  const out = ids(excluded).map((id) => ({ id, reason: 'same-brand' as const }))
  const undecided = failed ? [] : [...groups.filter((group) => group.length > 1), ...tied].map(ids)
  return {
    order: groups.map(ids),
    invalid: method === 'lowest-price' ? out : [],
    notCandidate: method === 'comprehensive' ? out : [],
    undecided,
    effective,
    outcome: failed ? ('failed' as const) : ('continue' as const),
    basis: basisOf(
      ruleFor('PRC-3', context),
      bids.some((bid) => bid.brand !== undefined) ? ruleFor('PRC-4', context) : null,
      failed ? ruleFor('CNT-3', context, { regime: 'GP', method: 'open' }) : null,
    ),
  }
})
